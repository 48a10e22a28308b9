package sigv4_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"vedette/sigv4"
)

// oddURLs are where implementations of the canonical request differ first.
func oddURLs() []string {
	return []string{
		"http://localhost:8080",
		"http://localhost:8080/",
		"http://iot.us-east-1.amazonaws.com/security-profiles/LampRules",
		"http://localhost/security-profiles/a%3Ab",
		"http://localhost/security-profiles/a:b",
		"http://localhost/attached-policies/arn%3Aaws%3Aiot%3Aus-east-1%3A000000000000%3Athinggroup%2Flamps",
		"http://localhost/things/a%20b",
		"http://localhost/things/a+b",
		"http://localhost/things/a%2Bb",
		"http://localhost/things/%E2%82%AC",
		"http://localhost/things/€",
		"http://localhost/things//x",
		"http://localhost//things/x/",
		"http://localhost/things/./x/../y",
		"http://localhost/things/%2E%2E/x",
		"http://localhost/things/a%25b",
		"http://localhost/things/a%2525b",
		"http://localhost/things/$&'()*+,;=@!",
		"http://localhost/things/~-._",
		"http://localhost/things?",
		"http://localhost/things?attributeValue",
		"http://localhost/things?attributeValue=",
		"http://localhost/things?b=2&a=1&B=3",
		"http://localhost/things?a=2&a=1&a=10",
		"http://localhost/things?a=x%20y&b=x%2By",
		"http://localhost/things?a=%2F%3A%3D%26%25~-._*",
		"http://localhost/things?a=%e2%82%ac",
		"http://localhost/things?securityProfileTargetArn=arn%3Aaws%3Aiot%3Aus-east-1%3A000000000000%3Aall%2Fthings",
		"http://localhost/things?startTime=2026-01-02T03%3A04%3A05.678Z",
		"http://localhost/things?nextToken=a%2Bb%2F%3D%3D",
	}
}

func oracleCredentials(token string) aws.Credentials {
	return aws.Credentials{AccessKeyID: testKey, SecretAccessKey: testSecret, SessionToken: token}
}

// TestVerifyOracle: what AWS's own signer signs is verified.
func TestVerifyOracle(t *testing.T) {
	for _, address := range oddURLs() {
		for _, token := range []string{"", "token"} {
			t.Run("ok/"+address+"/"+token, func(t *testing.T) {
				hash := sha256.Sum256([]byte(sentBody))
				r := newRequest(t, "PATCH", address, sentBody)
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-Odd", "  a   b  ")
				r.Header["X-Twice"] = []string{" one", "two  three"}
				err := v4.NewSigner().SignHTTP(context.Background(), oracleCredentials(token), r, hex.EncodeToString(hash[:]), "iot", "us-east-1", testTime())
				if err != nil {
					t.Fatal(err)
				}
				mustVerify(t, r, token)

				r = newRequest(t, "GET", address, "")
				empty := sha256.Sum256(nil)
				uri, _, err := v4.NewSigner().PresignHTTP(context.Background(), oracleCredentials(token), r, hex.EncodeToString(empty[:]), "iot", "us-east-1", testTime())
				if err != nil {
					t.Fatal(err)
				}
				mustVerify(t, newRequest(t, "GET", uri, ""), token)
			})
		}
	}
}

func mustVerify(t *testing.T, r *http.Request, token string) {
	t.Helper()
	got, hash := receive(t, r)
	id, err := verifier("us-east-1", "iot").Verify(got, hash, testTime())
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	if id.SessionToken != token {
		t.Errorf("got session token %q, want %q", id.SessionToken, token)
	}
}

// TestSignOracle: we sign as AWS's own signer does.
func TestSignOracle(t *testing.T) {
	for _, address := range oddURLs() {
		for _, token := range []string{"", "token"} {
			t.Run("ok/"+address+"/"+token, func(t *testing.T) {
				hash := sha256.Sum256([]byte(sentBody))
				s := signer()
				s.SessionToken = token
				ours := newRequest(t, "PATCH", address, sentBody)
				ours.Header.Set("X-Odd", "  a   b  ")
				theirs := ours.Clone(context.Background())
				s.Sign(ours, hash, testTime())
				err := v4.NewSigner().SignHTTP(context.Background(), oracleCredentials(token), theirs, hex.EncodeToString(hash[:]), "iot", "us-east-1", testTime())
				if err != nil {
					t.Fatal(err)
				}
				if got, want := ours.Header.Get("Authorization"), theirs.Header.Get("Authorization"); got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
			})
		}
	}
}

func TestPresignOracle(t *testing.T) {
	empty := sha256.Sum256(nil)
	for _, address := range oddURLs() {
		t.Run("ok/"+address, func(t *testing.T) {
			ours := newRequest(t, "GET", address, "")
			theirs := newRequest(t, "GET", address, "")
			q := theirs.URL.Query()
			q.Set("X-Amz-Expires", "900")
			theirs.URL.RawQuery = q.Encode()
			(&sigv4.Signer{AccessKeyID: testKey, SecretAccessKey: testSecret, SessionToken: "token", Region: "us-east-1", Service: "iot"}).
				Presign(ours, empty, testTime(), 15*time.Minute)
			uri, _, err := v4.NewSigner().PresignHTTP(context.Background(), oracleCredentials("token"), theirs, hex.EncodeToString(empty[:]), "iot", "us-east-1", testTime())
			if err != nil {
				t.Fatal(err)
			}
			want, err := url.Parse(uri)
			if err != nil {
				t.Fatal(err)
			}
			if got := ours.URL.Query().Get("X-Amz-Signature"); got != want.Query().Get("X-Amz-Signature") {
				t.Errorf("got  %s\nwant %s", ours.URL, want)
			}
		})
	}
}
