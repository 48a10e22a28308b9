package testscript

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vedette/sigv4"
)

// logBuffer is a server's log, read while the server writes it.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// Bytes returns a copy of what was written.
func (b *logBuffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.text.Bytes())
}

// Reset forgets what was written.
func (b *logBuffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
}

// request is what cmdHTTP sends, and how it is signed.
type request struct {
	method, path string
	body         []byte
	headers      http.Header
	signer       *sigv4.Signer // nil: not signed
	at           time.Time     // of the signature
	forge        bool          // the body changes after signing
}

// cmdHTTP sends one request. Its options come first:
//
//	-unsigned       send no signature
//	-forge          change the body after signing
//	-date DURATION  sign as if the clock were so much ahead (or behind: -6m)
//	-region REGION  sign for another Region
//	-key ID, -secret SECRET  sign with another access key
//	-size N         send a body of N bytes
//	-header K=V     add a header
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	r := parseRequest(ts, args)
	status, text, err := r.send(ts.Getenv("HTTP"))
	if err != nil {
		ts.Fatalf("http %s: %v", strings.Join(args, " "), err)
	}
	fmt.Fprintln(ts.Stdout(), text)
	if failed := status >= 400; failed != neg {
		ts.Fatalf("http %s: got\n%s", strings.Join(args, " "), text)
	}
}

func parseRequest(ts *testscript.TestScript, args []string) *request {
	id, secret := credentials(ts)
	r := &request{headers: http.Header{}, at: time.Now(), signer: &sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		switch option {
		case "-unsigned":
			r.signer = nil
			continue
		case "-forge":
			r.forge = true
			continue
		}
		if len(args) == 0 {
			ts.Fatalf("http: %s lacks its value", option)
		}
		value := args[0]
		args = args[1:]
		ts.Check(r.set(option, value))
	}
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: http [OPTION…] METHOD PATH [BODY-FILE]")
	}
	r.method, r.path = args[0], args[1]
	if len(args) == 3 {
		r.body = []byte(ts.ReadFile(args[2]))
	}
	return r
}

func (r *request) set(option, value string) (err error) {
	switch option {
	case "-date":
		ahead, err := time.ParseDuration(value)
		r.at = r.at.Add(ahead)
		return err
	case "-region":
		r.signer.Region = value
	case "-key":
		r.signer.AccessKeyID = value
	case "-secret":
		r.signer.SecretAccessKey = value
	case "-size":
		var n int
		_, err = fmt.Sscan(value, &n)
		r.body = bytes.Repeat([]byte(" "), n)
	case "-header":
		name, value, _ := strings.Cut(value, "=")
		r.headers.Set(name, value)
	default:
		err = fmt.Errorf("http: unknown option %s", option)
	}
	return err
}

// send returns the answer as one text: the status and the type of the error in
// the first line, then the body.
func (r *request) send(endpoint string) (status int, text string, err error) {
	req, err := http.NewRequest(r.method, endpoint+r.path, bytes.NewReader(r.body))
	if err != nil {
		return 0, "", err
	}
	req.Header = r.headers
	if r.signer != nil {
		r.signer.Sign(req, sha256.Sum256(r.body), r.at)
	}
	if r.forge {
		forged := append([]byte(" "), r.body...)
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(forged)), int64(len(forged))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, fmt.Sprintf("%d %s\n%s", resp.StatusCode, resp.Header.Get("x-amzn-ErrorType"), body), err
}

func credentials(ts *testscript.TestScript) (id, secret string) {
	text, err := os.ReadFile(filepath.Join(scriptServer(ts).dir, "credentials"))
	ts.Check(err)
	_, err = fmt.Sscanf(string(text), "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n", &id, &secret)
	ts.Check(err)
	return id, secret
}

// cmdLogged waits for a line of the server's log.
func cmdLogged(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || neg {
		ts.Fatalf("usage: logged REGEXP")
	}
	want, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	s := scriptServer(ts)
	for deadline := time.Now().Add(patience); !want.Match(s.stderr.Bytes()); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			ts.Fatalf("no line of the log matches %q:\n%s", args[0], s.stderr.Bytes())
		}
	}
}
