// Package snstest is an HTTP server that speaks as much of Amazon SNS's query
// protocol as an alert needs: Publish. It keeps what it receives, fails on
// demand and checks that requests are signed. Tests and the demo use it in
// place of AWS.
package snstest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Options configures a Server.
type Options struct {
	Addr    string            // host:port; empty means a free port of 127.0.0.1
	Secrets map[string]string // secret access key by access key id; nil: a signature must be there but is not verified
	Keep    int               // messages kept, the newest; 0 means 10,000

	// Answer decides about a message that is well formed and signed: nil
	// accepts it. It runs on the request's goroutine; nil accepts everything.
	Answer func(Message) *Failure
	// Received is called for each accepted message, one at a time; may be nil.
	Received func(Message)
}

// Message is one request to Publish.
type Message struct {
	ID          string // MessageId of the answer
	Topic       string
	Text        string
	Subject     *string // nil: none was given
	Attributes  int     // how many message attributes were given
	GroupID     string  // of a FIFO topic
	DedupID     string
	Region      string // signed for
	AccessKeyID string // signed by
}

// Failure is an answer other than success.
type Failure struct {
	Status  int    // 0 means 500
	Code    string // NotFound; empty means InternalFailure
	Message string
	Hang    bool // give no answer until the client or the server gives up
}

// Server is a running server. All methods may be called from any goroutine.
type Server struct {
	o    Options
	addr string
	done chan struct{} // closed by Close: requests that hang end

	mu       sync.Mutex
	http     *http.Server // nil while refusing
	messages []Message
	total    int
	arrived  chan struct{} // closed and replaced when a message arrives
}

// Start starts a server. Close it after use.
func Start(o Options) (*Server, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Keep == 0 {
		o.Keep = 10_000
	}
	s := &Server{o: o, addr: o.Addr, done: make(chan struct{}), arrived: make(chan struct{})}
	return s, s.Listen()
}

// URL returns the endpoint to give to clients.
func (s *Server) URL() string { return "http://" + s.addr }

// Listen makes a server that refuses connections take them again, on the same
// port.
func (s *Server) Listen() error {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listen for SNS: %w", err)
	}
	s.addr = l.Addr().String()
	srv := &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second}
	s.mu.Lock()
	s.http = srv
	s.mu.Unlock()
	go srv.Serve(l)
	return nil
}

// Refuse ends all connections and refuses new ones until Listen.
func (s *Server) Refuse() {
	s.mu.Lock()
	srv := s.http
	s.http = nil
	s.mu.Unlock()
	if srv != nil {
		_ = srv.Close()
	}
}

// Close stops the server.
func (s *Server) Close() {
	close(s.done)
	s.Refuse()
}

// Messages returns the accepted messages in the order of their arrival, as far
// as they are kept.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Wait blocks until n messages were accepted since the start, and returns
// those kept.
func (s *Server) Wait(ctx context.Context, n int) ([]Message, error) {
	for {
		s.mu.Lock()
		total, arrived := s.total, s.arrived
		s.mu.Unlock()
		if total >= n {
			return s.Messages(), nil
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return s.Messages(), fmt.Errorf("wait for message %d, have %d: %w", n, total, ctx.Err())
		}
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	m, failure := s.read(r)
	if failure == nil && s.o.Answer != nil {
		failure = s.o.Answer(m)
	}
	switch {
	case failure == nil:
		s.accept(m)
		answer(w, http.StatusOK, published{Result: publishResult{m.ID}, Metadata: metadata{rand.Text()}})
	case failure.Hang:
		select {
		case <-r.Context().Done():
		case <-s.done:
		}
	default:
		refuse(w, failure)
	}
}

func (s *Server) accept(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	if len(s.messages) > s.o.Keep {
		s.messages = s.messages[1:]
	}
	s.total++
	close(s.arrived)
	s.arrived = make(chan struct{})
	if s.o.Received != nil {
		s.o.Received(m)
	}
}

// maxRequest is more than a form with a message of 256 KiB can take.
const maxRequest = 2 << 20

// maxMessage is the longest message that SNS takes, in bytes.
const maxMessage = 256 << 10

func (s *Server) read(r *http.Request) (Message, *Failure) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return Message{}, &Failure{Status: 400, Code: "MalformedInput", Message: err.Error()}
	}
	keyID, region, err := s.verify(r, body)
	if err != nil {
		return Message{}, &Failure{Status: 403, Code: "SignatureDoesNotMatch", Message: err.Error()}
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("Action") != "Publish" {
		return Message{}, &Failure{Status: 400, Code: "InvalidAction", Message: "only Publish is known here"}
	}
	m := Message{
		ID:          rand.Text(),
		Topic:       form.Get("TopicArn"),
		Text:        form.Get("Message"),
		GroupID:     form.Get("MessageGroupId"),
		DedupID:     form.Get("MessageDeduplicationId"),
		Region:      region,
		AccessKeyID: keyID,
	}
	if v, ok := form["Subject"]; ok {
		m.Subject = &v[0]
	}
	for key := range form {
		if strings.HasPrefix(key, "MessageAttributes.") && strings.HasSuffix(key, ".Name") {
			m.Attributes++
		}
	}
	if len(m.Text) > maxMessage {
		return m, &Failure{Status: 400, Code: "InvalidParameter", Message: "Invalid parameter: Message too long"}
	}
	return m, nil
}

// verify checks the signature by making it again.
func (s *Server) verify(r *http.Request, body []byte) (keyID, region string, err error) {
	auth, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !ok {
		return "", "", errors.New("the request is not signed")
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(auth, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 5 || scope[3] != "sns" || scope[4] != "aws4_request" || fields["Signature"] == "" {
		return "", "", fmt.Errorf("the request is signed for %q, not for sns", fields["Credential"])
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		return "", "", fmt.Errorf("the request has no date: %w", err)
	}
	if s.o.Secrets == nil {
		return scope[0], scope[2], nil
	}
	again := r.Clone(r.Context())
	again.Header = http.Header{}
	for name := range strings.SplitSeq(fields["SignedHeaders"], ";") {
		if v := r.Header.Values(name); len(v) > 0 {
			again.Header[http.CanonicalHeaderKey(name)] = v
		}
	}
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: scope[0], SecretAccessKey: s.o.Secrets[scope[0]], SessionToken: r.Header.Get("X-Amz-Security-Token")}
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(hash[:]), "sns", scope[2], at); err != nil {
		return "", "", fmt.Errorf("repeat the signature: %w", err)
	}
	if !strings.HasSuffix(again.Header.Get("Authorization"), "Signature="+fields["Signature"]) {
		return "", "", errors.New("the signature does not match the request")
	}
	return scope[0], scope[2], nil
}

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

type published struct {
	XMLName  xml.Name      `xml:"http://sns.amazonaws.com/doc/2010-03-31/ PublishResponse"`
	Result   publishResult `xml:"PublishResult"`
	Metadata metadata      `xml:"ResponseMetadata"`
}

type publishResult struct {
	MessageID string `xml:"MessageId"`
}

type metadata struct {
	RequestID string `xml:"RequestId"`
}

type refused struct {
	XMLName   xml.Name     `xml:"ErrorResponse"`
	Namespace string       `xml:"xmlns,attr"`
	Error     refusedError `xml:"Error"`
	RequestID string       `xml:"RequestId"`
}

type refusedError struct {
	Type    string
	Code    string
	Message string
}

func refuse(w http.ResponseWriter, f *Failure) {
	status, code, side := f.Status, f.Code, "Sender"
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if status >= 500 {
		side = "Receiver"
	}
	if code == "" {
		code = "InternalFailure"
	}
	answer(w, status, refused{Namespace: namespace, Error: refusedError{side, code, f.Message}, RequestID: rand.Text()})
}

func answer(w http.ResponseWriter, status int, v any) {
	text, err := xml.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
