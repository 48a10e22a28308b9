package app_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"

	"vedette/principal"
)

// TestJustInTime: the first connection with a certificate of a CA that is registered
// for it makes the certificate known; who has activated it may come in.
func TestJustInTime(t *testing.T) {
	g := startGate(t, gateOptions(t))
	certificate, secret, err := principal.NewAuthority(time.Now())
	check(t, err)
	authority, err := principal.ParseAuthority(certificate, secret)
	check(t, err)
	registered, err := g.client.RegisterCACertificate(t.Context(), &iot.RegisterCACertificateInput{
		CaCertificate: &certificate, CertificateMode: types.CertificateModeSniOnly, SetAsActive: true, AllowAutoRegistration: true,
	})
	check(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	check(t, err)
	csr, err := x509.ParseCertificateRequest(der)
	check(t, err)
	cert, err := authority.IssueRequested(csr, time.Now())
	check(t, err)
	c := &credential{Certificate: tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}, id: principal.CertificateID(cert.Raw)}

	listener, err := g.lamp("tcp://"+g.Endpoints().MQTT, "listener", nil)
	check(t, err)
	token := listener.client.Subscribe("$aws/events/certificates/registered/+", 1, nil)
	token.WaitTimeout(patience)
	check(t, token.Error())
	if _, err := g.secureLamp(c, "lamp-7"); err == nil {
		t.Error("let in at the first time")
	}
	m := listener.next(t)
	var event map[string]any
	check(t, json.Unmarshal(m.Payload(), &event))
	if m.Topic() != "$aws/events/certificates/registered/"+*registered.CertificateId || event["certificateId"] != c.id ||
		event["caCertificateId"] != *registered.CertificateId || event["certificateStatus"] != "PENDING_ACTIVATION" || event["awsAccountId"] != "000000000000" {
		t.Errorf("got %s %s", m.Topic(), m.Payload())
	}
	out, err := g.client.DescribeCertificate(t.Context(), &iot.DescribeCertificateInput{CertificateId: &c.id})
	check(t, err)
	if out.CertificateDescription.Status != types.CertificateStatusPendingActivation {
		t.Errorf("status: %s", out.CertificateDescription.Status)
	}
	if _, err := g.secureLamp(c, "lamp-7"); err == nil {
		t.Error("let in before it is active")
	}
	_, err = g.client.UpdateCertificate(t.Context(), &iot.UpdateCertificateInput{CertificateId: &c.id, NewStatus: types.CertificateStatusActive})
	check(t, err)
	document := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*"}}`
	_, err = g.client.CreatePolicy(t.Context(), &iot.CreatePolicyInput{PolicyName: aws.String("all"), PolicyDocument: &document})
	check(t, err)
	_, err = g.client.AttachPolicy(t.Context(), &iot.AttachPolicyInput{PolicyName: aws.String("all"), Target: out.CertificateDescription.CertificateArn})
	check(t, err)
	eventually(t, "it is let in", func() bool { _, err := g.secureLamp(c, "lamp-7"); return err == nil })
}
