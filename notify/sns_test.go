package notify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"vedette/notify"
	"vedette/notify/snstest"
)

const (
	testKey    = "AKIDEXAMPLE"
	testSecret = "secret"
	testTopic  = "arn:aws:sns:eu-west-1:123456789012:alerts"
)

func alert() notify.Delivery {
	return notify.Delivery{
		ID:          7,
		ViolationID: "0f3c9d0e4b7a4c61a2d87f6e5b1c2d34",
		Thing:       "lamp-7",
		Profile:     "LampRules",
		Definition:  `{"name":"quiet","metric":"aws:num-messages-sent"}`,
		Type:        "in-alarm",
		Time:        1767225600000,
		Value:       `{"count":84}`,
		TargetType:  "SNS",
		Target:      testTopic,
		RoleARN:     "arn:aws:iam::123456789012:role/sns",
	}
}

func startSNS(t *testing.T, o snstest.Options) *snstest.Server {
	t.Helper()
	if o.Secrets == nil {
		o.Secrets = map[string]string{testKey: testSecret}
	}
	s, err := snstest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func newSNS(t *testing.T, o notify.SNSOptions) *notify.SNS {
	t.Helper()
	if o.Credentials == nil {
		o.Credentials = credentials.NewStaticCredentialsProvider(testKey, testSecret, "")
	}
	target := notify.NewSNS(o)
	t.Cleanup(target.Close)
	return target
}

func TestSNSSend(t *testing.T) {
	tests := []struct {
		name string
		edit func(*notify.Delivery)
		want snstest.Message // apart from ID and Text
	}{
		{"ok/standard topic", func(*notify.Delivery) {}, snstest.Message{Topic: testTopic, Region: "eu-west-1", AccessKeyID: testKey}},
		{"ok/Region of the topic", func(d *notify.Delivery) { d.Target = "arn:aws:sns:us-west-2:1:t" },
			snstest.Message{Topic: "arn:aws:sns:us-west-2:1:t", Region: "us-west-2", AccessKeyID: testKey}},
		{"ok/FIFO topic", func(d *notify.Delivery) { d.Target = testTopic + ".fifo" },
			snstest.Message{Topic: testTopic + ".fifo", Region: "eu-west-1", AccessKeyID: testKey,
				GroupID: alert().ViolationID, DedupID: alert().ViolationID + "-in-alarm"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := startSNS(t, snstest.Options{})
			d := alert()
			tt.edit(&d)
			if err := newSNS(t, notify.SNSOptions{Endpoint: server.URL()}).Send(t.Context(), &d); err != nil {
				t.Fatal(err)
			}
			text, err := notify.Message(&d)
			if err != nil {
				t.Fatal(err)
			}
			got := server.Messages()[0]
			got.ID, tt.want.Text = "", string(text)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSNSFailures(t *testing.T) {
	answer := func(f snstest.Failure) func(snstest.Message) *snstest.Failure {
		return func(snstest.Message) *snstest.Failure { return &f }
	}
	tests := []struct {
		name   string
		server snstest.Options
		edit   func(*notify.Delivery)
		want   notify.SendError // apart from Err; Hint is compared as contained
	}{
		{"fail/server error", snstest.Options{Answer: answer(snstest.Failure{Message: "sorry"})}, nil,
			notify.SendError{Reason: "InternalFailure: sorry"}},
		{"fail/throttled", snstest.Options{Answer: answer(snstest.Failure{Status: 400, Code: "Throttling", Message: "Rate exceeded"})}, nil,
			notify.SendError{Reason: "Throttling: Rate exceeded"}},
		{"fail/no such topic", snstest.Options{Answer: answer(snstest.Failure{Status: 404, Code: "NotFound", Message: "Topic does not exist"})}, nil,
			notify.SendError{Reason: "NotFound: Topic does not exist", Permanent: true, Hint: "create the topic"}},
		{"fail/not allowed", snstest.Options{Answer: answer(snstest.Failure{Status: 403, Code: "AuthorizationError", Message: "no"})}, nil,
			notify.SendError{Reason: "AuthorizationError: no", Permanent: true, Hint: "sns:Publish"}},
		{"fail/topic refused", snstest.Options{Answer: answer(snstest.Failure{Status: 400, Code: "InvalidParameter", Message: "Invalid parameter: TopicArn"})}, nil,
			notify.SendError{Reason: "InvalidParameter: Invalid parameter: TopicArn", Permanent: true}},
		{"fail/wrong secret", snstest.Options{Secrets: map[string]string{testKey: "another"}}, nil,
			notify.SendError{Reason: "SignatureDoesNotMatch: the signature does not match the request", Permanent: true, Hint: "secret access key"}},
		{"fail/message too long", snstest.Options{}, func(d *notify.Delivery) { d.Thing = strings.Repeat("x", 256<<10) },
			notify.SendError{Reason: "InvalidParameter: Invalid parameter: Message too long", Permanent: true, Alone: true}},
		{"fail/not a topic", snstest.Options{}, func(d *notify.Delivery) { d.Target = "arn:aws:sqs:eu-west-1:1:queue" },
			notify.SendError{Reason: `"arn:aws:sqs:eu-west-1:1:queue" is not the ARN of an SNS topic`, Permanent: true, Hint: "alertTargetArn of security profile LampRules"}},
		{"fail/damaged row", snstest.Options{}, func(d *notify.Delivery) { d.Definition = `{"name":` },
			notify.SendError{Reason: "render alert 7 of violation 0f3c9d0e4b7a4c61a2d87f6e5b1c2d34: json: error calling MarshalJSON for type json.RawMessage: unexpected end of JSON input", Permanent: true, Alone: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := startSNS(t, tt.server)
			d := alert()
			if tt.edit != nil {
				tt.edit(&d)
			}
			checkFailure(t, newSNS(t, notify.SNSOptions{Endpoint: server.URL()}).Send(t.Context(), &d), tt.want)
		})
	}
}

func checkFailure(t *testing.T, err error, want notify.SendError) {
	t.Helper()
	var got *notify.SendError
	if !errors.As(err, &got) {
		t.Fatalf("Send: %v, want a SendError", err)
	}
	if !strings.Contains(got.Hint, want.Hint) {
		t.Errorf("hint %q does not contain %q", got.Hint, want.Hint)
	}
	plain := *got
	plain.Hint, plain.Err, want.Hint, want.Err = "", nil, "", nil
	if plain != want {
		t.Errorf("Send: got %+v, want %+v", plain, want)
	}
}

func TestSNSRefusedConnection(t *testing.T) {
	server := startSNS(t, snstest.Options{})
	server.Refuse()
	d := alert()
	u, _ := url.Parse(server.URL())
	target := newSNS(t, notify.SNSOptions{Endpoint: server.URL()})
	checkFailure(t, target.Send(t.Context(), &d), notify.SendError{Reason: "dial tcp " + u.Host + ": connect: connection refused"})
	if err := server.Listen(); err != nil {
		t.Fatal(err)
	}
	if err := target.Send(t.Context(), &d); err != nil {
		t.Errorf("Send after the server is back: %v", err)
	}
}

func TestSNSNoAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := startSNS(t, snstest.Options{Answer: func(snstest.Message) *snstest.Failure {
		cancel() // as the end of the send timeout would
		return &snstest.Failure{Hang: true}
	}})
	d := alert()
	checkFailure(t, newSNS(t, notify.SNSOptions{Endpoint: server.URL()}).Send(ctx, &d), notify.SendError{Reason: "no answer in time"})
}

// isolateAWS hides whatever AWS configuration the machine has and returns the
// path of the credentials file that the SDK will look for.
func isolateAWS(t *testing.T) string {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	file := filepath.Join(t.TempDir(), "credentials")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	t.Setenv("AWS_CONFIG_FILE", file+".config")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return file
}

func TestSNSCredentialsComeLater(t *testing.T) {
	file := isolateAWS(t)
	server := startSNS(t, snstest.Options{})
	target := notify.NewSNS(notify.SNSOptions{Endpoint: server.URL()})
	t.Cleanup(target.Close)
	d := alert()
	err := target.Send(t.Context(), &d)
	var e *notify.SendError
	if !errors.As(err, &e) || !e.Permanent || e.Alone || !strings.HasPrefix(e.Reason, "no AWS credentials: ") || !strings.Contains(e.Hint, "AWS_ACCESS_KEY_ID") {
		t.Fatalf("Send without credentials: %v, want a permanent failure with a hint", err)
	}
	content := "[default]\naws_access_key_id = " + testKey + "\naws_secret_access_key = " + testSecret + "\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := target.Send(t.Context(), &d); err != nil {
		t.Errorf("Send after the credentials came: %v", err)
	}
}

// stsServer answers AssumeRole for roles whose ARN ends in "good".
func stsServer(t *testing.T) (endpoint string, calls *int) {
	t.Helper()
	calls = new(int)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*calls++
		w.Header().Set("Content-Type", "text/xml")
		if !strings.HasSuffix(r.FormValue("RoleArn"), "good") {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>AccessDenied</Code><Message>no trust</Message></Error></ErrorResponse>`))
			return
		}
		_, _ = w.Write([]byte(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
			`<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>token</SessionToken>` +
			`<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`))
	})}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String(), calls
}

func TestSNSAssumeRole(t *testing.T) {
	endpoint, calls := stsServer(t)
	server := startSNS(t, snstest.Options{Secrets: map[string]string{testKey: testSecret, "ASIAROLE": "role-secret"}})
	target := newSNS(t, notify.SNSOptions{Endpoint: server.URL(), STSEndpoint: endpoint, AssumeRole: true})
	d := alert()
	d.RoleARN = "arn:aws:iam::1:role/good"
	for range 3 {
		if err := target.Send(t.Context(), &d); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.Messages()[2].AccessKeyID; got != "ASIAROLE" || *calls != 1 {
		t.Errorf("signed by %s after %d calls of AssumeRole, want ASIAROLE after 1", got, *calls)
	}
	d.RoleARN = "arn:aws:iam::1:role/bad"
	checkFailure(t, target.Send(t.Context(), &d), notify.SendError{
		Reason: "cannot assume role arn:aws:iam::1:role/bad: AccessDenied: no trust", Hint: "roleArn", Permanent: true, Alone: true})
}

// TestSNSOfMoto publishes to an SNS that others wrote.
func TestSNSOfMoto(t *testing.T) {
	endpoint := startMoto(t)
	isolateAWS(t)
	target := newSNS(t, notify.SNSOptions{Endpoint: endpoint})
	d := alert()
	checkFailure(t, target.Send(t.Context(), &d), notify.SendError{Reason: "NotFound: Endpoint does not exist", Hint: "create the topic", Permanent: true})
	call := func(form url.Values) []byte {
		t.Helper()
		req, err := http.NewRequest("POST", endpoint, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/sns/aws4_request, SignedHeaders=host, Signature=x")
		return do(t, req)
	}
	call(url.Values{"Action": {"CreateTopic"}, "Name": {"alerts"}, "Version": {"2010-03-31"}})
	if err := target.Send(t.Context(), &d); err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("GET", endpoint+"/moto-api/data.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		SNS struct{ Topic []map[string]any }
	}
	if err := json.Unmarshal(do(t, req), &data); err != nil {
		t.Fatal(err)
	}
	want, err := notify.Message(&d)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(data.SNS.Topic)
	if err != nil {
		t.Fatal(err)
	}
	quoted, _ := json.Marshal(string(want))
	if !bytes.Contains(text, quoted) {
		t.Errorf("moto keeps %s\nwithout the message %s", text, quoted)
	}
}

func do(t *testing.T, req *http.Request) []byte {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	return body.Bytes()
}

// startMoto starts moto's server where a Python on this machine has it.
func startMoto(t *testing.T) (endpoint string) {
	t.Helper()
	python := motoPython()
	if python == "" {
		t.Skip("SKIPPED: no Python with moto's server on this machine: python3 -m pip install 'moto[server]'")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	var log bytes.Buffer
	cmd := exec.Command(python, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	endpoint = "http://127.0.0.1:" + port
	deadline := time.Now().Add(time.Minute)
	for {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
			return endpoint
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto's server does not listen: %v", err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

func motoPython() string {
	candidates := []string{"python3"}
	if home, err := os.UserHomeDir(); err == nil {
		under, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/*/bin/python"))
		candidates = append(candidates, under...)
	}
	for _, python := range candidates {
		if exec.Command(python, "-c", "import moto.server, flask").Run() == nil {
			return python
		}
	}
	return ""
}
