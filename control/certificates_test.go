package control_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/principal"
)

const unknownID = "00000000000000000000000000000000000000000000000000000000000000aa"

func TestCreateKeysAndCertificate(t *testing.T) {
	e := newEnv(t)
	for query, status := range map[string]string{"": "INACTIVE", "?setAsActive=false": "INACTIVE", "?setAsActive=true": "ACTIVE"} {
		text := e.get(`POST /keys-and-certificate`+query, "certificatePem")
		cert, err := principal.ParseCertificate(text)
		if err != nil {
			t.Fatal(err)
		}
		e.expect(exchange{`GET /certificates/` + id(cert), 200, `{"certificateDescription":{"certificateArn":"ARN:cert/` + id(cert) + `","certificateId":"` + id(cert) +
			`","status":"` + status + `","certificatePem":"*","ownedBy":"123456789012","creationDate":1767225600.123,"lastModifiedDate":1767225600.123,` +
			`"customerVersion":1,"generationId":"*","validity":{"notBefore":1767225300,"notAfter":2524607999},"certificateMode":"DEFAULT"}}`})
	}
}

func TestCreateCertificateFromCsr(t *testing.T) {
	e := newEnv(t)
	csr := newCSR(t, "lamp-7", newKey(t))
	t.Run("ok/subject of the request", func(t *testing.T) {
		cert, err := principal.ParseCertificate(e.get(`POST /certificates?setAsActive=true `+body("certificateSigningRequest", csr), "certificatePem"))
		if err != nil || cert.Subject.CommonName != "lamp-7" || cert.NotAfter.Year() != 2049 {
			t.Errorf("got %v to %v, error %v", cert.Subject, cert.NotAfter, err)
		}
	})
	t.Run("ok/again is another", func(t *testing.T) {
		request := `POST /certificates ` + body("certificateSigningRequest", csr)
		if a, b := e.get(request, "certificateId"), e.get(request, "certificateId"); a == b {
			t.Errorf("twice the certificate %s", a)
		}
	})
	for name, c := range map[string]struct{ csr, want string }{
		"fail/weak key": {newCSR(t, "d", weakKey(t)), `InvalidRequestException: The certificate signing request is not accepted: its RSA key has 1024 bits: want RSA of 2048 to 8192 bits, or ECDSA on P-256, P-384 or P-521.`},
		"fail/no PEM":   {"hello", `InvalidRequestException: The certificate signing request is not accepted: it is not in PEM form.`},
		"fail/too long": {csr + strings.Repeat("\n", 4096), `*`},
		"fail/empty":    {"", `*`},
	} {
		t.Run(name, func(t *testing.T) {
			status, answer := e.do(`POST /certificates ` + body("certificateSigningRequest", c.csr))
			if status != 400 || c.want != "*" && answer != c.want {
				t.Errorf("got %d %s, want %s", status, answer, c.want)
			}
		})
	}
}

func TestUpdateCertificate(t *testing.T) {
	e := newEnv(t)
	cert := e.newCert("ACTIVE")
	describe := func(status string, version int) exchange {
		return exchange{`GET /certificates/` + strings.ToUpper(cert), 200, fmt.Sprintf(`{"certificateDescription":{"certificateArn":"*","certificateId":"*","status":%q,
			"certificatePem":"*","ownedBy":"*","creationDate":1767225600.123,"lastModifiedDate":"*","customerVersion":%d,"generationId":"*","validity":"*","certificateMode":"SNI_ONLY"}}`, status, version)}
	}
	for i, step := range []struct {
		status  string
		version int
	}{{"ACTIVE", 1}, {"INACTIVE", 2}, {"REVOKED", 3}, {"REVOKED", 3}, {"ACTIVE", 4}, {"REGISTER_INACTIVE", 5}} {
		e.now = e.now.Add(time.Second)
		e.must(fmt.Sprintf(`PUT /certificates/%s?newStatus=%s`, cert, step.status))
		t.Log("step", i)
		e.expect(describe(step.status, step.version))
	}
	for _, x := range []exchange{
		{`PUT /certificates/` + cert + `?newStatus=PENDING_TRANSFER`, 400, `InvalidRequestException: newStatus PENDING_TRANSFER cannot be set.`},
		{`PUT /certificates/` + cert + `?newStatus=PENDING_ACTIVATION`, 400, `*`},
		{`PUT /certificates/` + cert + `?newStatus=active`, 400, `*`},
		{`PUT /certificates/` + cert, 400, `*`},
		{`PUT /certificates/` + unknownID + `?newStatus=ACTIVE`, 404, `ResourceNotFoundException: The certificate ` + unknownID + ` does not exist.`},
		{`GET /certificates/` + unknownID, 404, `*`},
		{`GET /certificates/abc`, 400, `*`},
	} {
		e.expect(x)
	}
}

func TestDeleteCertificate(t *testing.T) {
	e := newEnv(t)
	cert := e.newCert("ACTIVE")
	remove := `DELETE /certificates/` + cert
	e.must(`POST /things/lamp`, `POST /policies/p {"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`,
		`PUT@ARN:cert/`+cert+` /things/lamp/principals`, `PUT /target-policies/p {"target":"ARN:cert/`+cert+`"}`)
	e.expect(exchange{remove, 406, `CertificateStateException: The certificate ` + cert + ` is ACTIVE. Deactivate or revoke it first.`})
	e.must(`PUT /certificates/` + cert + `?newStatus=INACTIVE`)
	e.expect(exchange{remove + `?forceDelete=true`, 409, `DeleteConflictException: The certificate ` + cert + ` is attached to the thing lamp. Detach it first.`})
	e.must(`DELETE@ARN:cert/` + cert + ` /things/lamp/principals`)
	e.expect(exchange{remove, 409, `DeleteConflictException: The policy p is attached to the certificate ` + cert + `. Detach it first, or use forceDelete.`})
	e.must(remove + `?forceDelete=true`)
	e.expect(exchange{remove, 404, `*`})
	e.expect(exchange{`POST /policy-targets/p`, 200, `{"targets":[]}`})
	e.must(`DELETE /policies/p`)
}

func TestListCertificates(t *testing.T) {
	e := newEnv(t)
	var ids []string
	for range 5 {
		ids = append(ids, e.newCert("ACTIVE"))
		e.now = e.now.Add(time.Second)
	}
	newest := slices.Clone(ids)
	slices.Reverse(newest)
	for query, want := range map[string][]string{
		"?pageSize=2&isAscendingOrder=true":  ids,
		"?pageSize=2&isAscendingOrder=false": newest,
		"?pageSize=1":                        newest,
		"?pageSize=250":                      newest,
	} {
		if got := e.marked(`/certificates`+query, "certificates", "certificateId"); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	for _, x := range []exchange{
		{`GET /certificates?pageSize=0`, 400, `*`},
		{`GET /certificates?pageSize=251`, 400, `*`},
		{`GET /certificates?marker=AAAA`, 400, `InvalidRequestException: The marker is invalid: it was not issued by this service.`},
		{`GET /certificates-by-ca/` + unknownID, 200, `{"certificates":[]}`},
	} {
		e.expect(x)
	}
	token := e.get(`GET /certificates?pageSize=2`, "nextMarker")
	e.expect(exchange{`GET /certificates?isAscendingOrder=true&marker=` + token, 400, `InvalidRequestException: The marker is invalid: it was issued for a different request.`})
	e.expect(exchange{`GET /cacertificates?marker=` + token, 400, `*`})
}

func TestThingPrincipals(t *testing.T) {
	e := newEnv(t)
	a, b := e.newCert("ACTIVE"), e.newCert("INACTIVE")
	e.must(`POST /things/t`, `POST /things/u`)
	attach := func(cert, thing, kind string) string {
		return `PUT@ARN:cert/` + cert + ` /things/` + thing + `/principals` + kind
	}
	const exclusive, shared = `?thingPrincipalType=EXCLUSIVE_THING`, `?thingPrincipalType=NON_EXCLUSIVE_THING`
	e.must(attach(a, "t", ""), attach(a, "t", ""), attach(a, "u", shared), attach(b, "t", exclusive), attach(b, "t", ""), attach(b, "t", exclusive))
	first, second := min(a, b), max(a, b)
	for _, x := range []exchange{
		{`GET /things/t/principals`, 200, `{"principals":["ARN:cert/` + first + `","ARN:cert/` + second + `"]}`},
		{`GET@ARN:cert/` + a + ` /principals/things`, 200, `{"things":["t","u"]}`},
		{`GET@ARN:cert/` + b + ` /principals/things`, 200, `{"things":["t"]}`},
		{attach(b, "u", ""), 400, `InvalidRequestException: The principal ` + arnBase + `cert/` + b + ` is attached exclusively to the thing t.`},
		{attach(a, "t", exclusive), 400, `InvalidRequestException: The principal ` + arnBase + `cert/` + a + ` is attached to the thing u too, so it cannot be attached exclusively.`},
		{attach(a, "t", `?thingPrincipalType=OTHER`), 400, `*`},
		{attach(a, "nope", ""), 404, `ResourceNotFoundException: The thing nope does not exist.`},
		{attach(unknownID, "t", ""), 404, `ResourceNotFoundException: The certificate ` + unknownID + ` does not exist.`},
		{`PUT /things/t/principals`, 400, `*`},
		{`PUT@us-east-1:1234 /things/t/principals`, 400, `InvalidRequestException: us-east-1:1234 is not the ARN of a certificate of this account and Region: no other principals are known here.`},
		{`PUT@arn:aws:iot:eu-west-1:123456789012:cert/` + a + ` /things/t/principals`, 400, `*`},
		{`GET /things/nope/principals`, 404, `*`},
		{`GET@ARN:cert/` + unknownID + ` /principals/things`, 404, `*`},
		{`GET /principals/things`, 400, `*`},
		{`DELETE /things/t`, 400, `InvalidRequestException: The principal ` + arnBase + `cert/` + first + ` is attached to the thing t. Detach it first.`},
	} {
		e.expect(x)
	}
	if got, pages := e.listed(`/things/t/principals?maxResults=1`, "principals", ""); len(got) != 2 || pages != 2 {
		t.Errorf("principals in pages of one: got %v in %d pages", got, pages)
	}
	detach := `DELETE@ARN:cert/` + b + ` /things/t/principals`
	e.must(detach, detach, attach(b, "u", ""), `DELETE@ARN:cert/`+a+` /things/t/principals`, `DELETE /things/t`)
	e.expect(exchange{`GET@ARN:cert/` + a + ` /principals/things`, 200, `{"things":["u"]}`})
}
