package snstest_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"go.uber.org/goleak"

	"vedette/notify/snstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, o snstest.Options) *snstest.Server {
	t.Helper()
	o.Secrets = map[string]string{"key": "secret"}
	s, err := snstest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// request returns a signed request to Publish; service and secret are "sns" and
// "secret" in a good one.
func request(t *testing.T, endpoint string, form url.Values, service, secret string) *http.Request {
	t.Helper()
	body := form.Encode()
	r, err := http.NewRequestWithContext(t.Context(), "POST", endpoint+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	hash := sha256.Sum256([]byte(body))
	credentials := aws.Credentials{AccessKeyID: "key", SecretAccessKey: secret}
	if err := v4.NewSigner().SignHTTP(t.Context(), credentials, r, hex.EncodeToString(hash[:]), service, "eu-west-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

func send(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func publish(text string) url.Values {
	return url.Values{"Action": {"Publish"}, "TopicArn": {"arn:aws:sns:eu-west-1:1:t"}, "Message": {text}}
}

func TestAnswers(t *testing.T) {
	with := func(form url.Values, key, value string) url.Values {
		form.Set(key, value)
		return form
	}
	tests := []struct {
		name            string
		form            url.Values
		service, secret string
		edit            func(*http.Request)
		status          int
		want            string // in the body
	}{
		{"ok/signed", publish("hello"), "sns", "secret", nil, 200, "<PublishResult><MessageId>"},
		{"fail/not signed", publish("hello"), "sns", "secret", func(r *http.Request) { r.Header.Del("Authorization") }, 403, "<Message>the request is not signed</Message>"},
		{"fail/no date", publish("hello"), "sns", "secret", func(r *http.Request) { r.Header.Del("X-Amz-Date") }, 403, "has no date"},
		{"fail/wrong service", publish("hello"), "sqs", "secret", nil, 403, "not for sns"},
		{"fail/wrong secret", publish("hello"), "sns", "guess", nil, 403, "<Code>SignatureDoesNotMatch</Code>"},
		{"fail/body changed", publish("hello"), "sns", "secret", func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(publish("hellO").Encode()))
		}, 403, "SignatureDoesNotMatch"},
		{"fail/another action", with(publish("hello"), "Action", "Subscribe"), "sns", "secret", nil, 400, "<Type>Sender</Type><Code>InvalidAction</Code>"},
		{"fail/too long", publish(strings.Repeat("x", 256<<10+1)), "sns", "secret", nil, 400, "Message too long"},
		{"fail/on demand", publish("fail"), "sns", "secret", nil, 500, "<Type>Receiver</Type><Code>InternalFailure</Code><Message>as told</Message>"},
	}
	server := start(t, snstest.Options{Answer: func(m snstest.Message) *snstest.Failure {
		if m.Text == "fail" {
			return &snstest.Failure{Message: "as told"}
		}
		return nil
	}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := request(t, server.URL(), tt.form, tt.service, tt.secret)
			if tt.edit != nil {
				tt.edit(r)
			}
			status, body := send(t, r)
			if status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("answer %d %s, want %d with %s", status, body, tt.status, tt.want)
			}
		})
	}
	if got := server.Messages(); len(got) != 1 || got[0].Text != "hello" {
		t.Errorf("kept %+v, want the one good message", got)
	}
}

func TestKeepsTheNewest(t *testing.T) {
	var received []string
	server := start(t, snstest.Options{Keep: 2, Received: func(m snstest.Message) { received = append(received, m.Text) }})
	for i := range 3 {
		form := publish(fmt.Sprint(i))
		form.Set("Subject", "s")
		form.Set("MessageAttributes.entry.1.Name", "a")
		send(t, request(t, server.URL(), form, "sns", "secret"))
	}
	got, err := server.Wait(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Text != "1" || got[1].Text != "2" || *got[1].Subject != "s" || got[1].Attributes != 1 {
		t.Errorf("kept %+v, want the last two with Subject and attribute", got)
	}
	if len(received) != 3 {
		t.Errorf("received %q", received)
	}
}

func TestWaitEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := start(t, snstest.Options{}).Wait(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait: %v, want canceled", err)
	}
}

func TestAddressInUse(t *testing.T) {
	server := start(t, snstest.Options{})
	if _, err := snstest.Start(snstest.Options{Addr: strings.TrimPrefix(server.URL(), "http://")}); err == nil {
		t.Error("a second server started on the same address")
	}
}
