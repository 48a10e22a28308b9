package control_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"

	"vedette/principal"
)

// TestSDKHandshake makes a certificate through the SDK and shows it to a server
// that trusts the deployment's authority, in memory.
func TestSDKHandshake(t *testing.T) {
	c, ctx := newEnv(t).sdk(), t.Context()
	made := done[iot.CreateKeysAndCertificateOutput](t)(c.CreateKeysAndCertificate(ctx, &iot.CreateKeysAndCertificateInput{SetAsActive: true}))
	pair, err := tls.X509KeyPair([]byte(*made.CertificatePem), []byte(*made.KeyPair.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	if got := principal.CertificateID(pair.Certificate[0]); got != *made.CertificateId || *made.CertificateArn != arnBase+"cert/"+got {
		t.Errorf("certificate %s has the id %s and the ARN %s", got, *made.CertificateId, *made.CertificateArn)
	}
	if !strings.HasPrefix(*made.KeyPair.PublicKey, "-----BEGIN PUBLIC KEY-----") {
		t.Errorf("public key: got %s", *made.KeyPair.PublicKey)
	}
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	server, err := authority().IssueServer([]string{"iot.example.com"}, now)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority().Certificate())
	clock := func() time.Time { return now }
	there, here := net.Pipe()
	defer there.Close()
	defer here.Close()
	accepted := tls.Server(there, &tls.Config{Certificates: []tls.Certificate{server}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, Time: clock})
	dialed := tls.Client(here, &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: pool, ServerName: "iot.example.com", Time: clock})
	failed := make(chan error, 1)
	go func() { failed <- dialed.HandshakeContext(ctx) }()
	if err := errors.Join(accepted.HandshakeContext(ctx), <-failed); err != nil {
		t.Fatal(err)
	}
}

// TestSDKCertificates calls the operations of certificates.
func TestSDKCertificates(t *testing.T) {
	c, ctx := newEnv(t).sdk(), t.Context()
	fromCSR := done[iot.CreateCertificateFromCsrOutput](t)(c.CreateCertificateFromCsr(ctx, &iot.CreateCertificateFromCsrInput{CertificateSigningRequest: new(newCSR(t, "d", newKey(t)))}))
	done[iot.UpdateCertificateOutput](t)(c.UpdateCertificate(ctx, &iot.UpdateCertificateInput{CertificateId: fromCSR.CertificateId, NewStatus: types.CertificateStatusActive}))
	described := done[iot.DescribeCertificateOutput](t)(c.DescribeCertificate(ctx, &iot.DescribeCertificateInput{CertificateId: fromCSR.CertificateId})).CertificateDescription
	if described.Status != types.CertificateStatusActive || *described.CertificatePem != *fromCSR.CertificatePem || described.Validity.NotAfter.Year() != 2049 || *described.CustomerVersion != 2 {
		t.Errorf("described: got %+v", described)
	}
	done[iot.CreateThingOutput](t)(c.CreateThing(ctx, &iot.CreateThingInput{ThingName: new("lamp")}))
	done[iot.AttachThingPrincipalOutput](t)(c.AttachThingPrincipal(ctx, &iot.AttachThingPrincipalInput{ThingName: new("lamp"), Principal: fromCSR.CertificateArn, ThingPrincipalType: types.ThingPrincipalTypeExclusiveThing}))
	principals := done[iot.ListThingPrincipalsOutput](t)(c.ListThingPrincipals(ctx, &iot.ListThingPrincipalsInput{ThingName: new("lamp")}))
	things := done[iot.ListPrincipalThingsOutput](t)(c.ListPrincipalThings(ctx, &iot.ListPrincipalThingsInput{Principal: fromCSR.CertificateArn}))
	if !slices.Equal(principals.Principals, []string{*fromCSR.CertificateArn}) || !slices.Equal(things.Things, []string{"lamp"}) {
		t.Errorf("principals %v, things %v", principals.Principals, things.Things)
	}
	_, err := c.DeleteCertificate(ctx, &iot.DeleteCertificateInput{CertificateId: fromCSR.CertificateId})
	if active, ok := errors.AsType[*types.CertificateStateException](err); !ok {
		t.Errorf("delete an active certificate: got %v, want %T", err, active)
	}
	done[iot.DetachThingPrincipalOutput](t)(c.DetachThingPrincipal(ctx, &iot.DetachThingPrincipalInput{ThingName: new("lamp"), Principal: fromCSR.CertificateArn}))
	done[iot.UpdateCertificateOutput](t)(c.UpdateCertificate(ctx, &iot.UpdateCertificateInput{CertificateId: fromCSR.CertificateId, NewStatus: types.CertificateStatusRevoked}))
	done[iot.DeleteCertificateOutput](t)(c.DeleteCertificate(ctx, &iot.DeleteCertificateInput{CertificateId: fromCSR.CertificateId, ForceDelete: true}))
}

// TestSDKRegistration registers a CA and a certificate that it issued.
func TestSDKRegistration(t *testing.T) {
	c, ctx := newEnv(t).sdk(), t.Context()
	ca := newCA(t, "CA")
	caPEM := principal.CertificatePEM(ca.cert)
	code := done[iot.GetRegistrationCodeOutput](t)(c.GetRegistrationCode(ctx, &iot.GetRegistrationCodeInput{}))
	wrong := &iot.RegisterCACertificateInput{CaCertificate: &caPEM, VerificationCertificate: new(principal.CertificatePEM(ca.issue(t, "x")))}
	_, err := c.RegisterCACertificate(ctx, wrong)
	if code, ok := errors.AsType[*types.RegistrationCodeValidationException](err); !ok {
		t.Errorf("another code: got %v, want %T", err, code)
	}
	registered := done[iot.RegisterCACertificateOutput](t)(c.RegisterCACertificate(ctx, &iot.RegisterCACertificateInput{
		CaCertificate: &caPEM, VerificationCertificate: new(principal.CertificatePEM(ca.issue(t, *code.RegistrationCode))), SetAsActive: true,
		Tags: []types.Tag{{Key: new("k"), Value: new("v")}},
	}))
	device := new(principal.CertificatePEM(ca.issue(t, "d")))
	done[iot.RegisterCertificateOutput](t)(c.RegisterCertificate(ctx, &iot.RegisterCertificateInput{CertificatePem: device, CaCertificatePem: &caPEM, Status: types.CertificateStatusActive}))
	_, err = c.RegisterCertificate(ctx, &iot.RegisterCertificateInput{CertificatePem: device})
	if exists, ok := errors.AsType[*types.ResourceAlreadyExistsException](err); !ok || *exists.ResourceId == "" || *exists.ResourceArn == "" {
		t.Errorf("register again: got %v, want %T", err, exists)
	}
	done[iot.RegisterCertificateWithoutCAOutput](t)(c.RegisterCertificateWithoutCA(ctx, &iot.RegisterCertificateWithoutCAInput{CertificatePem: new(principal.CertificatePEM(newCA(t, "o").issue(t, "d")))}))
	pages, n := iot.NewListCertificatesPaginator(c, &iot.ListCertificatesInput{PageSize: new(int32(1)), AscendingOrder: true}), 0
	for pages.HasMorePages() {
		n += len(done[iot.ListCertificatesOutput](t)(pages.NextPage(ctx)).Certificates)
	}
	byCA := done[iot.ListCertificatesByCAOutput](t)(c.ListCertificatesByCA(ctx, &iot.ListCertificatesByCAInput{CaCertificateId: registered.CertificateId}))
	cas := done[iot.ListCACertificatesOutput](t)(c.ListCACertificates(ctx, &iot.ListCACertificatesInput{}))
	if n != 2 || len(byCA.Certificates) != 1 || len(cas.Certificates) != 1 {
		t.Errorf("got %d certificates, %d of the CA, %d CAs; want 2, 1, 1", n, len(byCA.Certificates), len(cas.Certificates))
	}
	done[iot.UpdateCACertificateOutput](t)(c.UpdateCACertificate(ctx, &iot.UpdateCACertificateInput{
		CertificateId: registered.CertificateId, NewStatus: types.CACertificateStatusInactive, NewAutoRegistrationStatus: types.AutoRegistrationStatusEnable,
	}))
	described := done[iot.DescribeCACertificateOutput](t)(c.DescribeCACertificate(ctx, &iot.DescribeCACertificateInput{CertificateId: registered.CertificateId}))
	if d := described.CertificateDescription; d.Status != types.CACertificateStatusInactive || d.AutoRegistrationStatus != types.AutoRegistrationStatusEnable {
		t.Errorf("CA: got %+v", d)
	}
	done[iot.DeleteCACertificateOutput](t)(c.DeleteCACertificate(ctx, &iot.DeleteCACertificateInput{CertificateId: registered.CertificateId}))
}

// TestSDKPolicies calls the operations of policies.
func TestSDKPolicies(t *testing.T) {
	e := newEnv(t)
	c, ctx := e.sdk(), t.Context()
	target := new(arnBase + "cert/" + e.newCert("ACTIVE"))
	name, allow := new("p+q=r,s"), new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}`)
	created := done[iot.CreatePolicyOutput](t)(c.CreatePolicy(ctx, &iot.CreatePolicyInput{PolicyName: name, PolicyDocument: allow, Tags: []types.Tag{{Key: new("k"), Value: new("v")}}}))
	_, err := c.CreatePolicyVersion(ctx, &iot.CreatePolicyVersionInput{PolicyName: name, PolicyDocument: new(`{"Statement":[{}]}`)})
	if malformed, ok := errors.AsType[*types.MalformedPolicyException](err); !ok || !strings.Contains(*malformed.Message, "Statement[0]") {
		t.Errorf("malformed: got %v, want %T that names the place", err, malformed)
	}
	version := done[iot.CreatePolicyVersionOutput](t)(c.CreatePolicyVersion(ctx, &iot.CreatePolicyVersionInput{PolicyName: name, PolicyDocument: allow}))
	done[iot.SetDefaultPolicyVersionOutput](t)(c.SetDefaultPolicyVersion(ctx, &iot.SetDefaultPolicyVersionInput{PolicyName: name, PolicyVersionId: version.PolicyVersionId}))
	_, err = c.DeletePolicyVersion(ctx, &iot.DeletePolicyVersionInput{PolicyName: name, PolicyVersionId: version.PolicyVersionId})
	if conflict, ok := errors.AsType[*types.DeleteConflictException](err); !ok {
		t.Errorf("delete the default version: got %v, want %T", err, conflict)
	}
	done[iot.DeletePolicyVersionOutput](t)(c.DeletePolicyVersion(ctx, &iot.DeletePolicyVersionInput{PolicyName: name, PolicyVersionId: created.PolicyVersionId}))
	got := done[iot.GetPolicyOutput](t)(c.GetPolicy(ctx, &iot.GetPolicyInput{PolicyName: name}))
	shown := done[iot.GetPolicyVersionOutput](t)(c.GetPolicyVersion(ctx, &iot.GetPolicyVersionInput{PolicyName: name, PolicyVersionId: got.DefaultVersionId}))
	versions := done[iot.ListPolicyVersionsOutput](t)(c.ListPolicyVersions(ctx, &iot.ListPolicyVersionsInput{PolicyName: name}))
	if *got.PolicyDocument != *allow || *got.DefaultVersionId != "2" || !shown.IsDefaultVersion || len(versions.PolicyVersions) != 1 {
		t.Errorf("policy %+v, version %+v, %d versions", got, shown, len(versions.PolicyVersions))
	}
	done[iot.AttachPolicyOutput](t)(c.AttachPolicy(ctx, &iot.AttachPolicyInput{PolicyName: name, Target: target}))
	attached := done[iot.ListAttachedPoliciesOutput](t)(c.ListAttachedPolicies(ctx, &iot.ListAttachedPoliciesInput{Target: target, PageSize: new(int32(1))}))
	targets := done[iot.ListTargetsForPolicyOutput](t)(c.ListTargetsForPolicy(ctx, &iot.ListTargetsForPolicyInput{PolicyName: name}))
	policies := done[iot.ListPoliciesOutput](t)(c.ListPolicies(ctx, &iot.ListPoliciesInput{}))
	effective := done[iot.GetEffectivePoliciesOutput](t)(c.GetEffectivePolicies(ctx, &iot.GetEffectivePoliciesInput{Principal: target}))
	if len(attached.Policies) != 1 || !slices.Equal(targets.Targets, []string{*target}) || len(policies.Policies) != 1 || len(effective.EffectivePolicies) != 1 {
		t.Errorf("attached %v, targets %v, policies %v, effective %v", attached.Policies, targets.Targets, policies.Policies, effective.EffectivePolicies)
	}
	tested := done[iot.TestAuthorizationOutput](t)(c.TestAuthorization(ctx, &iot.TestAuthorizationInput{
		Principal: target, ClientId: new("lamp"), AuthInfos: []types.AuthInfo{{ActionType: types.ActionTypePublish, Resources: []string{arnBase + "topic/a"}}},
	}))
	if r := tested.AuthResults[0]; r.AuthDecision != types.AuthDecisionAllowed || *r.Allowed.Policies[0].PolicyName != *name {
		t.Errorf("authorization: got %+v", r)
	}
	done[iot.DetachPolicyOutput](t)(c.DetachPolicy(ctx, &iot.DetachPolicyInput{PolicyName: name, Target: target}))
	done[iot.DeletePolicyOutput](t)(c.DeletePolicy(ctx, &iot.DeletePolicyInput{PolicyName: name}))
}
