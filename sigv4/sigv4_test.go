package sigv4_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"vedette/sigv4"
)

// The account of AWS's own test vectors.
const (
	testKey    = "AKIDEXAMPLE"
	testSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

func testTime() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }

func verifier(region string, services ...string) *sigv4.Verifier {
	return &sigv4.Verifier{Region: region, Services: services, Keys: func(_ context.Context, id string) (string, error) {
		if id != testKey {
			return "", nil
		}
		return testSecret, nil
	}}
}

// TestKeysFail: that the keys cannot be read is not the caller's fault.
func TestKeysFail(t *testing.T) {
	broken := errors.New("no database")
	v := verifier("us-east-1", "iot")
	v.Keys = func(context.Context, string) (string, error) { return "", broken }
	r := newRequest(t, http.MethodGet, "https://example.com/", "")
	signer().Sign(r, sha256.Sum256(nil), testTime())
	if _, err := v.Verify(r, sha256.Sum256(nil), testTime()); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func signer() *sigv4.Signer {
	return &sigv4.Signer{AccessKeyID: testKey, SecretAccessKey: testSecret, Region: "us-east-1", Service: "iot"}
}

func newRequest(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r, err := http.NewRequest(method, url, content)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// receive returns r as a server gets it, and the hash of its body.
func receive(t testing.TB, r *http.Request) (*http.Request, [sha256.Size]byte) {
	t.Helper()
	var wire bytes.Buffer
	if err := r.Write(&wire); err != nil {
		t.Fatal(err)
	}
	return parse(t, wire.String())
}

// parse reads a request from the text of it.
func parse(t testing.TB, text string) (*http.Request, [sha256.Size]byte) {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, sha256.Sum256(body)
}

// vectors are from the signature version 4 test suite of AWS; the last is the
// worked example of its documentation.
func vectors() map[string]struct{ service, request, signed, signature string } {
	const host = "Host:example.amazonaws.com\nX-Amz-Date:20150830T123600Z\n"
	type vector = struct{ service, request, signed, signature string }
	return map[string]vector{
		"get-vanilla":                     {"service", "GET / HTTP/1.1\n" + host, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"get-vanilla-empty-query-key":     {"service", "GET /?Param1=value1 HTTP/1.1\n" + host, "host;x-amz-date", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
		"get-vanilla-query-order-key":     {"service", "GET /?Param2=value2&Param1=value1 HTTP/1.1\n" + host, "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		"get-vanilla-query-order-encoded": {"service", "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1 HTTP/1.1\n" + host, "host;x-amz-date", "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
		"get-unreserved":                  {"service", "GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1\n" + host, "host;x-amz-date", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		"get-slashes-normalized":          {"service", "GET //example// HTTP/1.1\n" + host, "host;x-amz-date", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
		"get-slash-dot-slash-normalized":  {"service", "GET /./ HTTP/1.1\n" + host, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"get-relative-normalized":         {"service", "GET /example/.. HTTP/1.1\n" + host, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		"get-header-value-trim":           {"service", "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1: value1\nMy-Header2: \"a   b   c\"\nX-Amz-Date:20150830T123600Z\n", "host;my-header1;my-header2;x-amz-date", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		"get-header-key-duplicate":        {"service", "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value2\nMy-Header1:value2\nMy-Header1:value1\nX-Amz-Date:20150830T123600Z\n", "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
		"get-header-value-order":          {"service", "GET / HTTP/1.1\nHost:example.amazonaws.com\nMy-Header1:value4\nMy-Header1:value1\nMy-Header1:value3\nMy-Header1:value2\nX-Amz-Date:20150830T123600Z\n", "host;my-header1;x-amz-date", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
		"post-vanilla":                    {"service", "POST / HTTP/1.1\n" + host, "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		"post-x-www-form-urlencoded":      {"service", "POST / HTTP/1.1\nContent-Type:application/x-www-form-urlencoded\nContent-Length:13\n" + host + "\nParam1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		"documentation":                   {"iam", "GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost:iam.amazonaws.com\nContent-Type:application/x-www-form-urlencoded; charset=utf-8\nX-Amz-Date:20150830T123600Z\n", "content-type;host;x-amz-date", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"},
	}
}

func TestVectors(t *testing.T) {
	for name, v := range vectors() {
		t.Run("ok/"+name, func(t *testing.T) {
			head, body, _ := strings.Cut(v.request, "\n\n")
			head = strings.TrimSuffix(head, "\n") + "\nAuthorization: AWS4-HMAC-SHA256 Credential=" + testKey + "/20150830/us-east-1/" + v.service +
				"/aws4_request, SignedHeaders=" + v.signed + ", Signature=" + v.signature
			r, hash := parse(t, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n"+body)
			id, err := verifier("us-east-1", v.service).Verify(r, hash, testTime())
			if err != nil {
				t.Fatal(err)
			}
			if id.AccessKeyID != testKey || id.Service != v.service || strings.Join(id.SignedHeaders, ";") != v.signed {
				t.Errorf("got %+v", id)
			}
		})
	}
}

func TestSignVector(t *testing.T) {
	r := newRequest(t, "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	s := signer()
	s.Service = "iam"
	s.Sign(r, sha256.Sum256(nil), testTime())
	want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, " +
		"Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
	if got := r.Header.Get("Authorization"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// mutation is one way to spoil a request that was signed properly.
type mutation struct {
	name    string
	presign bool
	before  func(s *sigv4.Signer, r *http.Request) // spoils what is signed
	after   func(r *http.Request)                  // spoils what was signed
	later   time.Duration                          // when it arrives
	body    string                                 // what arrives as the body; "" means what was sent
	kind    sigv4.Kind
	message string // a part of it
}

const sentBody = `{"behaviors":[]}`

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// swap replaces a part of the Authorization header and of the query.
func swap(old, replacement string) func(*http.Request) {
	return func(r *http.Request) {
		if a := r.Header.Get("Authorization"); a != "" {
			r.Header.Set("Authorization", strings.Replace(a, old, replacement, 1))
		}
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, replacement, 1)
	}
}

func dropParameter(name string) func(*http.Request) {
	return func(r *http.Request) {
		q := r.URL.Query()
		q.Del(name)
		r.URL.RawQuery = q.Encode()
	}
}

func mutations() []mutation {
	const mismatch = "The request signature we calculated does not match"
	return []mutation{
		{name: "unsigned", after: func(r *http.Request) { r.Header.Del("Authorization") }, kind: sigv4.Missing, message: "Missing Authentication Token"},
		{name: "empty authorization", after: header("Authorization", ""), kind: sigv4.Incomplete, message: "'algorithm'"},
		{name: "basic authorization", after: header("Authorization", "Basic dTpw"), kind: sigv4.Incomplete, message: "'Basic'"},
		{name: "other algorithm", after: swap("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), kind: sigv4.Incomplete, message: "'AWS4-ECDSA-P256-SHA256'"},
		{name: "no parameters", after: header("Authorization", "AWS4-HMAC-SHA256"), kind: sigv4.Incomplete, message: "key=value"},
		{name: "no credential", after: swap("Credential=", "Credentials="), kind: sigv4.Incomplete, message: "requires 'Credential'"},
		{name: "no signed headers", after: swap("SignedHeaders=", "Headers="), kind: sigv4.Incomplete, message: "requires 'SignedHeaders'"},
		{name: "no signature", after: swap("Signature=", "Sig="), kind: sigv4.Incomplete, message: "requires 'Signature'"},
		{name: "parameter without equal sign", after: swap("Signature=", "Signature "), kind: sigv4.Incomplete, message: "key=value"},
		{name: "parameter twice", after: swap(", Signature=", ", Credential=x, Signature="), kind: sigv4.Incomplete, message: "'Credential'"},
		{name: "authorization twice", after: func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, kind: sigv4.Incomplete, message: "more than one"},
		{name: "short credential", after: swap("/us-east-1/", "/"), kind: sigv4.Incomplete, message: "5 slash-delimited"},
		{name: "empty key id", after: swap("Credential="+testKey, "Credential="), kind: sigv4.Incomplete, message: "5 slash-delimited"},
		{name: "other terminator", after: swap("aws4_request", "aws5_request"), kind: sigv4.Invalid, message: "valid terminator"},
		{name: "other region", before: func(s *sigv4.Signer, _ *http.Request) { s.Region = "eu-west-1" }, kind: sigv4.Invalid, message: "Credential should be scoped to a valid Region, not 'eu-west-1'."},
		{name: "other service", before: func(s *sigv4.Signer, _ *http.Request) { s.Service = "s3" }, kind: sigv4.Invalid, message: "correct service: 'iot'"},
		{name: "unknown key", before: func(s *sigv4.Signer, _ *http.Request) { s.AccessKeyID = "AKIDOTHER" }, kind: sigv4.UnknownKey, message: "The security token included in the request is invalid."},
		{name: "other secret", before: func(s *sigv4.Signer, _ *http.Request) { s.SecretAccessKey = "x" }, kind: sigv4.Invalid, message: mismatch},
		{name: "no date", after: func(r *http.Request) { r.Header.Del("X-Amz-Date") }, kind: sigv4.Incomplete, message: "'X-Amz-Date' or a 'Date'"},
		{name: "unreadable date", after: header("X-Amz-Date", "yesterday"), kind: sigv4.Incomplete, message: "ISO-8601"},
		{name: "date of another day", after: header("X-Amz-Date", "20150831T000000Z"), kind: sigv4.Invalid, message: "'20150830' != '20150831'"},
		{name: "date of another minute", after: header("X-Amz-Date", "20150830T123700Z"), kind: sigv4.Invalid, message: mismatch},
		{name: "too late", later: 5*time.Minute + time.Second, kind: sigv4.Invalid, message: "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"},
		{name: "too early", later: -5*time.Minute - time.Second, kind: sigv4.Invalid, message: "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"},
		{name: "host not signed", after: swap("host;", ""), kind: sigv4.Invalid, message: "'Host'"},
		{name: "signed headers not sorted", after: swap("host;x-amz-date", "x-amz-date;host"), kind: sigv4.Incomplete, message: "sorted"},
		{name: "signed headers with a gap", after: swap("host;", ";host;"), kind: sigv4.Incomplete, message: "SignedHeaders"},
		{name: "signature too short", after: swap("Signature=", "Signature=00"), kind: sigv4.Incomplete, message: "64 hexadecimal"},
		{name: "signature not hexadecimal", after: swap("Signature=", "Signature=zz"), kind: sigv4.Incomplete, message: "64 hexadecimal"},
		{name: "signature of zeros", after: func(r *http.Request) {
			a, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", a+"Signature="+strings.Repeat("0", 64))
		}, kind: sigv4.Invalid, message: mismatch},
		{name: "other method", after: func(r *http.Request) { r.Method = "PUT" }, kind: sigv4.Invalid, message: mismatch},
		{name: "other path", after: func(r *http.Request) { r.URL.Path, r.URL.RawPath = "/security-profiles/Other", "" }, kind: sigv4.Invalid, message: mismatch},
		{name: "other query", after: func(r *http.Request) { r.URL.RawQuery = "expectedVersion=2" }, kind: sigv4.Invalid, message: mismatch},
		{name: "unreadable query", after: func(r *http.Request) { r.URL.RawQuery = "a=%zz" }, kind: sigv4.Incomplete, message: "query string"},
		{name: "other host", after: func(r *http.Request) { r.Host = "other.example" }, kind: sigv4.Invalid, message: mismatch},
		{name: "other signed header", after: header("X-Amzn-Principal", "other"), kind: sigv4.Invalid, message: mismatch},
		{name: "other session token", before: func(s *sigv4.Signer, _ *http.Request) { s.SessionToken = "token" }, after: header("X-Amz-Security-Token", "other"), kind: sigv4.Invalid, message: mismatch},
		{name: "other body", body: "{}", kind: sigv4.Invalid, message: mismatch},
		{name: "unsigned payload", before: func(_ *sigv4.Signer, r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD") }, kind: sigv4.Invalid, message: mismatch},
		{name: "hash of another body", before: func(_ *sigv4.Signer, r *http.Request) {
			r.Header.Set("X-Amz-Content-Sha256", strings.Repeat("0", 64))
		}, kind: sigv4.Invalid, message: mismatch},

		{name: "presigned/no algorithm", presign: true, after: dropParameter("X-Amz-Algorithm"), kind: sigv4.Incomplete, message: "'X-Amz-Algorithm'"},
		{name: "presigned/other algorithm", presign: true, after: swap("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), kind: sigv4.Incomplete, message: "'AWS4-HMAC-SHA1'"},
		{name: "presigned/no credential", presign: true, after: dropParameter("X-Amz-Credential"), kind: sigv4.Incomplete, message: "'X-Amz-Credential'"},
		{name: "presigned/no date", presign: true, after: dropParameter("X-Amz-Date"), kind: sigv4.Incomplete, message: "'X-Amz-Date'"},
		{name: "presigned/no signed headers", presign: true, after: dropParameter("X-Amz-SignedHeaders"), kind: sigv4.Incomplete, message: "'X-Amz-SignedHeaders'"},
		{name: "presigned/no signature", presign: true, after: dropParameter("X-Amz-Signature"), kind: sigv4.Incomplete, message: "'X-Amz-Signature'"},
		{name: "presigned/parameter twice", presign: true, after: swap("X-Amz-Date=", "X-Amz-Date=1&X-Amz-Date="), kind: sigv4.Incomplete, message: "twice"},
		{name: "presigned/expires is no number", presign: true, after: swap("X-Amz-Expires=", "X-Amz-Expires=x"), kind: sigv4.Incomplete, message: "X-Amz-Expires"},
		{name: "presigned/expires beyond a week", presign: true, after: swap("X-Amz-Expires=900", "X-Amz-Expires=604801"), kind: sigv4.Incomplete, message: "X-Amz-Expires"},
		{name: "presigned/expires was changed", presign: true, after: swap("X-Amz-Expires=900", "X-Amz-Expires=901"), kind: sigv4.Invalid, message: mismatch},
		{name: "presigned/expires was taken away", presign: true, after: dropParameter("X-Amz-Expires"), kind: sigv4.Invalid, message: mismatch},
		{name: "presigned/expired", presign: true, later: 15*time.Minute + time.Second, kind: sigv4.Invalid, message: "Signature expired: 20150830T125100Z"},
		{name: "presigned/too early", presign: true, later: -6 * time.Minute, kind: sigv4.Invalid, message: "not yet current"},
		{name: "presigned/parameter added", presign: true, after: func(r *http.Request) { r.URL.RawQuery += "&x=1" }, kind: sigv4.Invalid, message: mismatch},
		{name: "presigned/other region", presign: true, before: func(s *sigv4.Signer, _ *http.Request) { s.Region = "eu-west-1" }, kind: sigv4.Invalid, message: "valid Region"},
		{name: "presigned/unknown key", presign: true, before: func(s *sigv4.Signer, _ *http.Request) { s.AccessKeyID = "AKIDOTHER" }, kind: sigv4.UnknownKey, message: "security token"},
	}
}

func TestVerifyRefuses(t *testing.T) {
	for _, m := range mutations() {
		t.Run("fail/"+m.name, func(t *testing.T) {
			r := newRequest(t, "POST", "http://iot.us-east-1.amazonaws.com/security-profiles/Lamp%3ARules?expectedVersion=1", sentBody)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Amzn-Principal", "arn:aws:iot:us-east-1:000000000000:cert/0")
			s := signer()
			if m.before != nil {
				m.before(s, r)
			}
			if m.presign {
				s.Presign(r, sha256.Sum256([]byte(sentBody)), testTime(), 15*time.Minute)
			} else {
				s.Sign(r, sha256.Sum256([]byte(sentBody)), testTime())
			}
			if m.after != nil {
				m.after(r)
			}
			got, hash := receive(t, r)
			if m.body != "" {
				hash = sha256.Sum256([]byte(m.body))
			}
			_, err := verifier("us-east-1", "iot", "execute-api").Verify(got, hash, testTime().Add(m.later))
			e, ok := errors.AsType[*sigv4.Error](err)
			if !ok {
				t.Fatalf("got %v, want a *sigv4.Error", err)
			}
			if e.Kind != m.kind || !strings.Contains(e.Message, m.message) {
				t.Errorf("got %v, want %v: …%s…", e, m.kind, m.message)
			}
		})
	}
}

func TestVerifyAccepts(t *testing.T) {
	token := func(s *sigv4.Signer) { s.SessionToken = "to/ken+==" }
	for _, c := range []struct {
		name    string
		presign bool
		signer  func(*sigv4.Signer)
		sent    func(*http.Request)
		after   func(*http.Request)
		later   time.Duration
	}{
		{name: "header"},
		{name: "header/session token", signer: token},
		{name: "header/late", later: 5 * time.Minute},
		{name: "header/early", later: -5 * time.Minute},
		{name: "header/older signing name", signer: func(s *sigv4.Signer) { s.Service = "execute-api" }},
		{name: "header/hash of the body", sent: func(r *http.Request) {
			sum := sha256.Sum256([]byte(sentBody))
			r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
		}},
		{name: "header/header added by a proxy", after: header("X-Forwarded-For", "10.0.0.1")},
		{name: "presigned", presign: true},
		{name: "presigned/at its end", presign: true, later: 15 * time.Minute},
		{name: "presigned/session token", presign: true, signer: token},
		{name: "presigned/parameters in another order", presign: true, after: func(r *http.Request) {
			parts := strings.Split(r.URL.RawQuery, "&")
			parts[0], parts[len(parts)-1] = parts[len(parts)-1], parts[0]
			r.URL.RawQuery = strings.Join(parts, "&")
		}},
		{name: "presigned/session token added afterwards", presign: true, after: func(r *http.Request) {
			r.URL.RawQuery += "&X-Amz-Security-Token=to%2Fken"
		}},
	} {
		t.Run("ok/"+c.name, func(t *testing.T) {
			r := newRequest(t, "POST", "http://localhost:8080/security-profiles/Lamp%3ARules?a=b%20c&empty=&flag", sentBody)
			if c.sent != nil {
				c.sent(r)
			}
			s := signer()
			if c.signer != nil {
				c.signer(s)
			}
			if c.presign {
				s.Presign(r, sha256.Sum256([]byte(sentBody)), testTime(), 15*time.Minute)
			} else {
				s.Sign(r, sha256.Sum256([]byte(sentBody)), testTime())
			}
			if c.after != nil {
				c.after(r)
			}
			got, hash := receive(t, r)
			id, err := verifier("us-east-1", "iot", "execute-api").Verify(got, hash, testTime().Add(c.later))
			if err != nil {
				t.Fatal(err)
			}
			if id.AccessKeyID != testKey || id.Region != "us-east-1" || id.Service != s.Service {
				t.Errorf("got %+v", id)
			}
		})
	}
}

// TestPresignedWithoutExpires: old clients of MQTT over WebSocket leave it out.
func TestPresignedWithoutExpires(t *testing.T) {
	const query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiotdevicegateway%2Faws4_request" +
		"&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0000000000000000000000000000000000000000000000000000000000000000"
	v := verifier("us-east-1", "iotdevicegateway")
	for late, want := range map[time.Duration]string{4 * time.Minute: "does not match", 6 * time.Minute: "Signature expired"} {
		r := newRequest(t, "GET", "http://localhost/mqtt?"+query, "")
		_, err := v.Verify(r, sha256.Sum256(nil), testTime().Add(late))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("after %s: got %v, want …%s…", late, err, want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	for _, v := range vectors() {
		f.Add("AWS4-HMAC-SHA256 Credential="+testKey+"/20150830/us-east-1/"+v.service+"/aws4_request, SignedHeaders="+v.signed+", Signature="+v.signature, "20150830T123600Z", "a=b")
	}
	f.Add("", "", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20150830/us-east-1/service/aws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=1&X-Amz-Signature="+strings.Repeat("ab", 32))
	f.Add("AWS4-HMAC-SHA256 ,,=,", "x", "%")
	f.Fuzz(func(t *testing.T, authorization, date, query string) {
		r := newRequest(t, "GET", "http://example.amazonaws.com/", "")
		r.URL.RawQuery = query
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		r.Header["X-Amz-Date"] = []string{date}
		v := verifier("us-east-1", "service", "iam")
		if _, err := v.Verify(r, sha256.Sum256(nil), testTime()); err != nil {
			if _, ok := errors.AsType[*sigv4.Error](err); !ok {
				t.Fatalf("got %T, want *sigv4.Error", err)
			}
			return
		}
		v.Keys = func(context.Context, string) (string, error) { return "another", nil }
		if _, err := v.Verify(r, sha256.Sum256(nil), testTime()); err == nil {
			t.Fatal("accepted with two secrets")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	r := newRequest(b, "POST", "http://localhost:8080/security-profiles/LampRules?expectedVersion=1", sentBody)
	hash := sha256.Sum256([]byte(sentBody))
	signer().Sign(r, hash, testTime())
	v := verifier("us-east-1", "iot")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(r, hash, testTime()); err != nil {
			b.Fatal(err)
		}
	}
}
