package control_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/control"
)

// register is a request that registers a CA.
func register(ca testCA, verification *x509.Certificate, query string, more ...any) string {
	pairs := append([]any{"caCertificate", ca.cert}, more...)
	if verification != nil {
		pairs = append(pairs, "verificationCertificate", verification)
	}
	return `POST /cacertificate` + query + ` ` + body(pairs...)
}

func TestRegistrationCode(t *testing.T) {
	e := newEnv(t)
	code := e.get(`GET /registrationcode`, "registrationCode")
	if again := e.get(`GET /registrationcode`, "registrationCode"); again != code || len(code) != 64 || strings.Trim(code, "0123456789abcdef") != "" {
		t.Errorf("got %q, then %q; want 64 hex digits, the same", code, again)
	}
}

func TestRegisterCACertificate(t *testing.T) {
	e := newEnv(t)
	ca, other := newCA(t, "CA"), newCA(t, "other")
	e.expect(exchange{register(ca, ca.issue(t, ""), ""), 400, `RegistrationCodeValidationException: The common name of the verification certificate is not the registration code.`})
	code := e.get(`GET /registrationcode`, "registrationCode")
	good := ca.issue(t, code)
	expired := newCA(t, "old", func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	})
	leaf := newCA(t, "leaf", func(c *x509.Certificate) { c.IsCA = false })
	for _, x := range []exchange{
		{register(ca, ca.issue(t, "other"), ""), 400, `RegistrationCodeValidationException: The common name of the verification certificate is not the registration code.`},
		{register(ca, other.issue(t, code), ""), 400, `CertificateValidationException: The verification certificate is not accepted: the CA has not issued it.`},
		{register(ca, nil, ""), 400, `InvalidRequestException: verificationCertificate is missing: the certificateMode DEFAULT needs it.`},
		{register(ca, good, "", "certificateMode", "SNI_ONLY"), 400, `InvalidRequestException: verificationCertificate must be left out with the certificateMode SNI_ONLY.`},
		{register(expired, expired.issue(t, code), ""), 400, `CertificateValidationException: The CA certificate is not accepted: it has expired on 2025-01-01.`},
		{register(leaf, leaf.issue(t, code), ""), 400, `CertificateValidationException: The CA certificate is not accepted: it is not the certificate of a CA (basic constraints).`},
		{`POST /cacertificate {"caCertificate":"hello","verificationCertificate":"x"}`, 400, `CertificateValidationException: The CA certificate is not accepted: it is not in PEM form.`},
		{`POST /cacertificate {}`, 400, `*`},
		{register(ca, good, "", "tags", []any{map[string]any{"Key": "aws:k"}}), 400, `*`},
		{register(ca, good, "?allowAutoRegistration=true", "tags", []any{map[string]any{"Key": "k", "Value": "v"}}), 200, `{"certificateArn":"ARN:cacert/` + id(ca.cert) + `","certificateId":"` + id(ca.cert) + `"}`},
		{register(ca, good, ""), 409, `ResourceAlreadyExistsException: The certificate ` + id(ca.cert) + ` is registered already.`},
		{`GET /tags?resourceArn=ARN:cacert/` + id(ca.cert), 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
		{`GET /cacertificate/` + id(ca.cert), 200, `{"certificateDescription":{"certificateArn":"ARN:cacert/` + id(ca.cert) + `","certificateId":"*","status":"INACTIVE","certificatePem":"*",
			"ownedBy":"123456789012","creationDate":1767225600.123,"lastModifiedDate":1767225600.123,"autoRegistrationStatus":"ENABLE","customerVersion":1,"generationId":"*",
			"validity":{"notBefore":1735689600,"notAfter":2051222400},"certificateMode":"DEFAULT"}}`},
		{register(other, nil, "?setAsActive=true", "certificateMode", "SNI_ONLY", "registrationConfig", map[string]any{"templateName": "t"}), 200, `*`},
		{`GET /cacertificate/` + id(other.cert), 200, `{"certificateDescription":{"certificateArn":"*","certificateId":"*","status":"ACTIVE","certificatePem":"*",
			"ownedBy":"*","creationDate":"*","lastModifiedDate":"*","autoRegistrationStatus":"DISABLE","customerVersion":1,"generationId":"*",
			"validity":"*","certificateMode":"SNI_ONLY"},"registrationConfig":{"templateName":"t"}}`},
		{`GET /cacertificates?templateName=t`, 200, `{"certificates":[{"certificateArn":"*","certificateId":"` + id(other.cert) + `","status":"ACTIVE","creationDate":1767225600.123}]}`},
	} {
		e.expect(x)
	}
	both := []string{id(ca.cert), id(other.cert)}
	slices.Sort(both)
	if got := e.marked(`/cacertificates?pageSize=1&isAscendingOrder=true`, "certificates", "certificateId"); !slices.Equal(got, both) {
		t.Errorf("CAs: got %v, want %v", got, both)
	}
}

func TestCACertificateLife(t *testing.T) {
	e := newEnv(t)
	ca := newCA(t, "CA")
	path := `/cacertificate/` + id(ca.cert)
	now := func(status, auto, rest string) exchange {
		return exchange{`GET ` + path, 200, `{"certificateDescription":{"certificateArn":"*","certificateId":"*","status":"` + status + `","certificatePem":"*",
			"ownedBy":"*","creationDate":"*","lastModifiedDate":"*","autoRegistrationStatus":"` + auto + `","customerVersion":"*","generationId":"*","validity":"*","certificateMode":"*"}` + rest + `}`}
	}
	const config = `{"registrationConfig":{"templateName":"t"}}`
	e.must(register(ca, nil, "?setAsActive=true", "certificateMode", "SNI_ONLY"))
	for _, x := range []exchange{
		{`PUT ` + path + `?newAutoRegistrationStatus=ENABLE ` + config, 200, `{}`},
		now("ACTIVE", "ENABLE", `,"registrationConfig":{"templateName":"t"}`),
		{`PUT ` + path + ` {"removeAutoRegistration":true,"registrationConfig":{}}`, 400, `InvalidRequestException: removeAutoRegistration cannot be true when registrationConfig is given.`},
		{`DELETE ` + path, 406, `CertificateStateException: The CA certificate ` + id(ca.cert) + ` is ACTIVE. Deactivate it first.`},
		{`PUT ` + path + `?newStatus=INACTIVE&newAutoRegistrationStatus=DISABLE {"removeAutoRegistration":true}`, 200, `{}`},
		now("INACTIVE", "DISABLE", ""),
		{`PUT ` + path + `?newStatus=REVOKED`, 400, `*`},
		{`PUT /cacertificate/` + unknownID + `?newStatus=ACTIVE`, 404, `ResourceNotFoundException: The CA certificate ` + unknownID + ` does not exist.`},
		{`DELETE ` + path, 200, `{}`},
		{`DELETE ` + path, 404, `*`},
		{`GET ` + path, 404, `*`},
	} {
		e.expect(x)
	}
}

func TestRegisterCertificate(t *testing.T) {
	e := newEnv(t)
	ca, stranger := newCA(t, "CA"), newCA(t, "CA") // of one name
	twin := ca.again(t)
	e.must(register(ca, nil, "?setAsActive=true", "certificateMode", "SNI_ONLY"))
	device := ca.issue(t, "d")
	post := func(cert *x509.Certificate, more ...any) string {
		return `POST /certificate/register ` + body(append([]any{"certificatePem", cert}, more...)...)
	}
	const unknown = `CertificateValidationException: No registered CA certificate has issued the certificate.`
	for _, x := range []exchange{
		{post(stranger.issue(t, "d")), 400, unknown},
		{post(device, "caCertificatePem", stranger.cert), 400, `CertificateValidationException: The CA certificate is not registered, or did not issue the certificate.`},
		{post(device, "caCertificatePem", "x"), 400, `CertificateValidationException: The CA certificate is not accepted: it is not in PEM form.`},
		{post(device, "status", "PENDING_ACTIVATION"), 400, `InvalidRequestException: A certificate cannot be registered with the status PENDING_ACTIVATION.`},
		{post(device, "status", "NEW"), 400, `*`},
		{`POST /certificate/register {"certificatePem":"x"}`, 400, `CertificateValidationException: The certificate is not accepted: it is not in PEM form.`},
		{post(device, "status", "ACTIVE"), 200, `{"certificateArn":"ARN:cert/` + id(device) + `","certificateId":"` + id(device) + `"}`},
		{post(device), 409, `ResourceAlreadyExistsException: The certificate ` + id(device) + ` is registered already.`},
		{`GET /certificates-by-ca/` + id(ca.cert), 200, `{"certificates":[{"certificateArn":"*","certificateId":"` + id(device) + `","status":"ACTIVE","certificateMode":"SNI_ONLY","creationDate":"*"}]}`},
		{register(twin, nil, "?setAsActive=true", "certificateMode", "SNI_ONLY"), 200, `*`},
	} {
		e.expect(x)
	}
	second := ca.issue(t, "e")
	if status, answer := e.do(post(second)); status != 409 || !strings.HasPrefix(answer, "CertificateConflictException: Several registered CA certificates") {
		t.Errorf("two CAs: got %d %s", status, answer)
	}
	e.must(post(second, "caCertificatePem", ca.cert), `PUT /cacertificate/`+id(twin.cert)+`?newStatus=INACTIVE`)
	e.expect(exchange{post(ca.issue(t, "f"), "caCertificatePem", twin.cert), 406, `CertificateStateException: The CA certificate ` + id(twin.cert) + ` is not ACTIVE.`})
	e.expect(exchange{`POST /certificate/register?setAsActive=true ` + body("certificatePem", ca.issue(t, "g"), "caCertificatePem", ca.cert), 200, `*`})
	e.expect(exchange{`POST /certificate/register-no-ca ` + body("certificatePem", device), 409, `*`})
}

func TestRegisterJustInTime(t *testing.T) {
	var service *control.Service
	e := newEnv(t, func(o *control.Options) { service = control.New(*o) })
	ca := newCA(t, "CA")
	path := `/cacertificate/` + id(ca.cert)
	e.must(register(ca, nil, "?allowAutoRegistration=true", "certificateMode", "SNI_ONLY"))
	show := func(cert *x509.Certificate, want string) {
		t.Helper()
		if got, err := service.RegisterJustInTime(t.Context(), cert); got != want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	device := ca.issue(t, "d")
	show(device, "") // the CA is not active
	e.must(`PUT ` + path + `?newStatus=ACTIVE`)
	show(newCA(t, "CA").issue(t, "d"), "")
	show(newCA(t, "unknown").issue(t, "d"), "")
	show(device, id(ca.cert))
	show(device, "") // it is known now
	e.expect(exchange{`GET /certificates`, 200, `{"certificates":[{"certificateArn":"*","certificateId":"` + id(device) + `","status":"PENDING_ACTIVATION","certificateMode":"SNI_ONLY","creationDate":"*"}]}`})
	e.must(`PUT ` + path + `?newAutoRegistrationStatus=DISABLE`)
	show(ca.issue(t, "e"), "")
}
