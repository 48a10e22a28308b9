package app_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"vedette/sigv4"
	"vedette/store"
)

// TestKeysOfClients: an access key connects and publishes as its policy says, and
// not at all once it is disabled.
func TestKeysOfClients(t *testing.T) {
	leakFree(t)
	g := startGate(t, gateOptions(t))
	keys := g.keys()
	key, err := keys.Create(t.Context(), "publisher", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:us-east-1:000000000000:client/pub-*"},
		{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:us-east-1:000000000000:topic/a/*"}]}`)
	check(t, err)
	signer := func(service string) *sigv4.Signer {
		return &sigv4.Signer{AccessKeyID: key.ID, SecretAccessKey: key.Secret, Region: "us-east-1", Service: service}
	}
	publish := func(topic string) int {
		t.Helper()
		body := []byte("x")
		r, err := http.NewRequest("POST", g.Endpoints().HTTP+"/topics/"+topic+"?qos=1", bytes.NewReader(body))
		check(t, err)
		signer("iotdata").Sign(r, sha256.Sum256(body), time.Now())
		resp, err := g.web.Do(r)
		check(t, err)
		check(t, resp.Body.Close())
		return resp.StatusCode
	}
	connect := func(id string) (*lamp, error) {
		t.Helper()
		r, err := http.NewRequest("GET", g.Endpoints().HTTP+"/mqtt", nil)
		check(t, err)
		signer("iotdevicegateway").Presign(r, sha256.Sum256(nil), time.Now(), time.Minute)
		return g.lamp("wss"+strings.TrimPrefix(r.URL.String(), "https"), id, &tls.Config{RootCAs: g.roots})
	}
	for topic, want := range map[string]int{"a/b": 200, "b": 403} {
		if got := publish(topic); got != want {
			t.Errorf("publish to %s: got %d, want %d", topic, got, want)
		}
	}
	open, err := connect("pub-1")
	check(t, err)
	if _, err := connect("other"); err == nil {
		t.Error("a client id that the policy does not allow is connected")
	}
	check(t, keys.SetStatus(t.Context(), key.ID, store.KeyInactive))
	if got := publish("a/b"); got != 403 {
		t.Errorf("publish with a disabled key: got %d, want 403", got)
	}
	if _, err := connect("pub-2"); err == nil {
		t.Error("a disabled key connects")
	}
	open.gone(t)
}
