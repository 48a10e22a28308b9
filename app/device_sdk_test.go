package app_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
)

// deviceSDK is the folder with the AWS IoT Device SDK and a device that uses it;
// scripts/prepare installs it.
const deviceSDK = "testdata/device-sdk"

// sdkDevice is what testdata/device-sdk/device.js is asked to do.
type sdkDevice struct {
	Client          string   `json:"client"`
	Host            string   `json:"host"`
	Port            int      `json:"port"`
	CA              string   `json:"ca"`
	ID              string   `json:"id"`
	Cert            string   `json:"cert,omitempty"`
	Key             string   `json:"key,omitempty"`
	Region          string   `json:"region,omitempty"`
	AccessKeyID     string   `json:"accessKeyId,omitempty"`
	SecretAccessKey string   `json:"secretAccessKey,omitempty"`
	Topic           string   `json:"topic"`
	Reports         []string `json:"reports"`
}

// sdkEvent is a line that it prints.
type sdkEvent struct {
	Event, Topic, Payload, Detail string
	Code                          int
}

// sdkProcess is a running device.
type sdkProcess struct {
	t      *testing.T
	events *bufio.Scanner
	errors *bytes.Buffer
	stdin  io.Closer
	wait   func() error
}

func needDeviceSDK(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join(deviceSDK, "node_modules", ".package-lock.json")) // written last
	}
	if err != nil {
		t.Skipf("SKIPPED: devices with the AWS IoT Device SDK are NOT TESTED: needs node, npm and scripts/prepare test: %v", err)
	}
}

// run starts a device, which reports for the thing called like its id.
func (g *gate) run(d sdkDevice, addr string) *sdkProcess {
	g.t.Helper()
	_, port, err := net.SplitHostPort(addr)
	check(g.t, err)
	d.Host, d.CA, d.Topic = "localhost", filepath.Join(g.options.DataDir, "ca.pem"), "$aws/things/"+d.ID+"/defender/metrics/json"
	d.Port, err = strconv.Atoi(port)
	check(g.t, err)
	asked, err := json.Marshal(d)
	check(g.t, err)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	g.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "node", "device.js", string(asked))
	cmd.Dir = deviceSDK
	p := &sdkProcess{t: g.t, errors: &bytes.Buffer{}, wait: cmd.Wait}
	cmd.Stderr = p.errors
	p.stdin, err = cmd.StdinPipe()
	check(g.t, err)
	out, err := cmd.StdoutPipe()
	check(g.t, err)
	p.events = bufio.NewScanner(out)
	check(g.t, cmd.Start())
	return p
}

// next returns what the device does next.
func (p *sdkProcess) next(want string) (e sdkEvent) {
	p.t.Helper()
	if !p.events.Scan() {
		p.t.Fatalf("the device is gone before it is %q: %v, %v\n%s", want, p.events.Err(), p.wait(), p.errors)
	}
	check(p.t, json.Unmarshal(p.events.Bytes(), &e))
	if e.Event != want {
		p.t.Fatalf("got %s, want %q", p.events.Bytes(), want)
	}
	return e
}

// reply reads the reply to a report.
func (p *sdkProcess) reply(end, status string) answer {
	p.t.Helper()
	e := p.next("reply")
	var a answer
	check(p.t, json.Unmarshal([]byte(e.Payload), &a))
	if !strings.HasSuffix(e.Topic, "/defender/metrics/json/"+end) || a.Status != status {
		p.t.Fatalf("got %s: %s, want it %s", e.Topic, e.Payload, end)
	}
	return a
}

// done waits until the device has left.
func (p *sdkProcess) done() {
	p.t.Helper()
	check(p.t, p.stdin.Close())
	if err := p.wait(); err != nil {
		p.t.Fatalf("%v\n%s", err, p.errors)
	}
}

// keysAndCertificate has the API make a certificate and a policy of what the device
// with an id must be able to do.
func (g *gate) keysAndCertificate(id string) (d sdkDevice, certificateID string) {
	g.t.Helper()
	made, err := g.client.CreateKeysAndCertificate(g.t.Context(), &iot.CreateKeysAndCertificateInput{SetAsActive: true})
	check(g.t, err)
	dir := g.t.TempDir()
	d = sdkDevice{ID: id, Cert: filepath.Join(dir, "device.crt"), Key: filepath.Join(dir, "device.key")}
	check(g.t, os.WriteFile(d.Cert, []byte(*made.CertificatePem), 0o600))
	check(g.t, os.WriteFile(d.Key, []byte(*made.KeyPair.PrivateKey), 0o600))
	topic := "$aws/things/${iot:ClientId}/defender/metrics/json"
	document := `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "iot:Connect", "Resource": "` + arns + `client/` + id + `"},
		{"Effect": "Allow", "Action": "iot:Publish", "Resource": "` + arns + `topic/` + topic + `"},
		{"Effect": "Allow", "Action": "iot:Subscribe", "Resource": "` + arns + `topicfilter/` + topic + `/*"},
		{"Effect": "Allow", "Action": "iot:Receive", "Resource": "` + arns + `topic/` + topic + `/*"}]}`
	_, err = g.client.CreatePolicy(g.t.Context(), &iot.CreatePolicyInput{PolicyName: &id, PolicyDocument: &document})
	check(g.t, err)
	_, err = g.client.AttachPolicy(g.t.Context(), &iot.AttachPolicyInput{PolicyName: &id, Target: made.CertificateArn})
	check(g.t, err)
	return d, *made.CertificateId
}

// TestDeviceSDKCertificates: devices with the AWS IoT Device SDK report over mutual
// TLS, are let in by nothing but an active certificate, and lose their connection
// with it.
func TestDeviceSDKCertificates(t *testing.T) {
	needDeviceSDK(t)
	g := startGate(t, gateOptions(t))
	for _, client := range []string{"mqtt311", "mqtt5"} {
		t.Run(client, func(t *testing.T) {
			d, certificateID := g.keysAndCertificate("lamp-" + client)
			d.Client, d.Reports = client, []string{listening(22, 443), `{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":22}}}`, listening(22)}
			p := g.run(d, g.Endpoints().MQTTS)
			p.next("connected")
			if a := p.reply("accepted", "ACCEPTED"); a.ThingName != d.ID {
				t.Errorf("got %+v", a)
			}
			if a := p.reply("rejected", "REJECTED"); a.StatusDetails.ErrorCode == "" || a.StatusDetails.ErrorMessage == "" {
				t.Errorf("got %+v, want the reason", a)
			}
			p.reply("accepted", "ACCEPTED")

			other := d
			other.ID = "another-" + client
			q := g.run(other, g.Endpoints().MQTTS)
			q.next("refused")
			q.done()

			_, err := g.client.UpdateCertificate(t.Context(), &iot.UpdateCertificateInput{CertificateId: aws.String(certificateID), NewStatus: types.CertificateStatusRevoked})
			check(t, err)
			if e := p.next("ended"); client == "mqtt5" && e.Code != 135 {
				t.Errorf("got %+v, want the reason code Not authorized (135)", e)
			}
			p.done()
			q = g.run(d, g.Endpoints().MQTTS)
			q.next("refused")
			q.done()
		})
	}
}

// TestDeviceSDKWebSocket: the same over a WebSocket that is signed with SigV4.
func TestDeviceSDKWebSocket(t *testing.T) {
	needDeviceSDK(t)
	g := startGate(t, gateOptions(t))
	id, secret := g.RootKey()
	addr := strings.TrimPrefix(g.Endpoints().HTTP, "https://")
	for _, client := range []string{"mqtt311", "mqtt5"} {
		t.Run(client, func(t *testing.T) {
			d := sdkDevice{Client: client, ID: "web-" + client, Region: "us-east-1", AccessKeyID: id, SecretAccessKey: secret, Reports: []string{listening(22), "{}", listening(23)}}
			p := g.run(d, addr)
			p.next("connected")
			p.reply("accepted", "ACCEPTED")
			p.reply("rejected", "REJECTED")
			p.reply("accepted", "ACCEPTED")
			p.done()
			d.SecretAccessKey += "x"
			q := g.run(d, addr)
			q.next("refused")
			q.done()
		})
	}
}
