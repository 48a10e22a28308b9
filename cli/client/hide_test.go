package client_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"vedette/cli/document"
	"vedette/sigv4"
)

// TestDebug: --debug shows what is sent and answered, but nothing that signs and
// nothing that the model calls sensitive.
func TestDebug(t *testing.T) {
	for _, test := range []struct {
		name, operation, parameters, answer string
		shown, hidden                       []string
	}{
		{"ok/nothing sensitive", "CreateThing", `{"thingName":"t","attributePayload":{"attributes":{"colour":"red"}}}`, `{"thingId":"id-1"}`,
			[]string{"colour", "red", "id-1", "http://h.example/base/things/t"}, nil},
		{"ok/a private key", "CreateKeysAndCertificate", `{}`, `{"certificatePem":"CERT","keyPair":{"PublicKey":"PUB","PrivateKey":"-----BEGIN RSA"}}`,
			[]string{"CERT", "PUB", "not shown"}, []string{"BEGIN RSA"}},
		{"ok/a private key of a claim", "CreateProvisioningClaim", `{"templateName":"t"}`, `{"keyPair":{"PrivateKey":"-----BEGIN RSA"}}`, nil, []string{"BEGIN RSA"}},
		{"ok/half an answer", "CreateKeysAndCertificate", `{}`, `{"keyPair":{"PrivateKey":"-----BEGIN RSA`, []string{"no JSON"}, []string{"BEGIN RSA"}},
		{"ok/sensitive parameters", "CreatePackageVersion", `{"packageName":"p","versionName":"1","attributes":{"secret-name":"secret-value"},"recipe":"secret-recipe"}`,
			`{"versionName":"1","attributes":{"secret-name":"secret-value"}}`, []string{"versionName"}, []string{"secret-value", "secret-recipe"}},
		{"ok/sensitive where a list is", "CreateTopicRule", `{"ruleName":"r","topicRulePayload":{"sql":"SELECT 5","actions":[{"sns":{"targetArn":"a","roleArn":"b"}}]}}`,
			``, []string{"SELECT 5", "targetArn"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log strings.Builder
			s := &server{answers: []answer{{status: 200, body: test.answer}}}
			c := s.client()
			c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c.Sign = func(context.Context) (*sigv4.Signer, error) {
				return &sigv4.Signer{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret-key", SessionToken: "session-token", Region: "r", Service: "iot"}, nil
			}
			if _, err := c.Call(context.Background(), operation(t, test.operation), object(t, test.parameters)); err != nil {
				t.Fatal(err)
			}
			for _, text := range test.shown {
				if !strings.Contains(log.String(), text) {
					t.Errorf("got no %q in\n%s", text, log.String())
				}
			}
			for _, text := range append(test.hidden, "secret-key", "session-token", "Signature=") {
				if strings.Contains(log.String(), text) {
					t.Errorf("got %q in\n%s", text, log.String())
				}
			}
			if test.operation == "CreatePackageVersion" {
				check(t, "what was sent", object(t, s.sent[0].Body).Value("recipe"), document.Value("secret-recipe"))
			}
		})
	}
}
