package restjson

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"vedette/api"
)

// DefaultMaxBody is the greatest body of a request, in bytes.
const DefaultMaxBody = 1 << 20

// Options is what a Server needs to know. The zero value verifies nothing and
// logs nothing.
type Options struct {
	// Verify says who sent the request whose body has the given hash; see
	// VerifySigV4. It is not asked about public operations. An *api.Error is answered as it is, any other error as
	// InternalFailureException. nil: every request is served, as Caller{}.
	Verify func(r *http.Request, bodySHA256 [sha256.Size]byte) (Caller, error)

	// Authorize says whether the caller may do what the request asks for; in is the
	// operation's input, decoded and valid. Its errors are answered like those of
	// Verify. nil: every caller may do all.
	Authorize func(r *http.Request, caller Caller, op *api.Operation, in any) error

	MaxBody int64            // bytes; 0 means DefaultMaxBody. More is answered 413
	Logger  *slog.Logger     // access log and internal failures; nil discards
	Now     func() time.Time // nil means time.Now

	// ObserveCall hears of every request when it is answered, operation being
	// "" where none was found; nil is fine.
	ObserveCall func(operation string, status int, d time.Duration)
}

// Server answers the operations of the API over HTTP. It is safe for
// concurrent use once all operations are bound.
type Server struct {
	opts     Options
	log      *slog.Logger
	router   *router
	bindings map[*api.Operation]binding
}

// NewServer returns a server with no operation bound; see Handle.
func NewServer(o Options) *Server {
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Server{
		opts:     o,
		log:      o.Logger.With("component", "api"),
		router:   newRouter(api.Operations()),
		bindings: map[*api.Operation]binding{},
	}
}

// call is one request on its way through the server.
type call struct {
	id     string // x-amzn-RequestId
	op     *api.Operation
	caller Caller
	start  time.Time
	status int
	err    error
	stream *Stream // its answer, if that is one
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{id: api.NewUUID(), start: s.opts.Now()}
	var body []byte
	body, c.err = s.answer(c, w, r)
	c.status = http.StatusOK
	if c.err != nil {
		c.status, body = encodeError(w.Header(), c.err, c.id)
	}
	if c.stream != nil && c.stream.begun { // it is answered
		s.logAccess(r, c)
		return
	}
	h := w.Header()
	if c.err == nil && c.caller.SetCookie != "" {
		h.Set("Set-Cookie", c.caller.SetCookie)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("x-amzn-RequestId", c.id)
	w.WriteHeader(c.status)
	_, _ = w.Write(body) // a client that is gone is nobody's fault
	s.logAccess(r, c)
}

// answer returns the body of a success. A panic costs its own request only.
func (s *Server) answer(c *call, w http.ResponseWriter, r *http.Request) (body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	op, segments, allowed := s.router.find(r.Method, r.URL.EscapedPath())
	if op == nil {
		return nil, miss(w.Header(), r, allowed)
	}
	c.op = op
	payload, err := s.readBody(w, r)
	if err != nil {
		return nil, err
	}
	if s.opts.Verify != nil && !op.Public {
		if c.caller, err = s.opts.Verify(r, sha256.Sum256(payload)); err != nil {
			return nil, err
		}
	}
	bound, ok := s.bindings[op]
	if !ok {
		return nil, api.Errorf(api.NotImplementedException, "The operation %s is not implemented.", op.Name)
	}
	in := bound.newInput()
	if err := decodeRequest(op, segments, r, payload, in); err != nil {
		return nil, err
	}
	if err := api.Validate(op.Input, in); err != nil {
		return nil, err
	}
	if err := s.authorize(r, c.caller, op, in); err != nil {
		return nil, err
	}
	ctx := withCall(r.Context(), c.caller, c.id)
	if bound.stream != nil {
		c.stream = &Stream{op: op, w: w, r: r, id: c.id, allowed: func() error { return s.authorize(r, c.caller, op, in) }}
		return nil, bound.stream(ctx, in, c.stream)
	}
	out, err := bound.call(ctx, in)
	if err != nil {
		return nil, err
	}
	return encodeResponse(op, out)
}

func (s *Server) authorize(r *http.Request, caller Caller, op *api.Operation, in any) error {
	if s.opts.Authorize == nil || op.Public {
		return nil
	}
	return s.opts.Authorize(r, caller, op, in)
}

// miss is the error of a path and method that no operation has.
func miss(h http.Header, r *http.Request, allowed []string) error {
	if len(allowed) == 0 {
		return api.Errorf(api.UnknownOperationException, "No operation has the path %s.", r.URL.EscapedPath())
	}
	h.Set("Allow", strings.Join(allowed, ", "))
	return api.Errorf(api.MethodNotAllowedException, "The path %s does not have the method %s.", r.URL.EscapedPath(), r.Method)
}

func (s *Server) readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	tooLarge := func() error {
		return api.Errorf(api.RequestEntityTooLargeException, "The body of the request is larger than %d bytes.", s.opts.MaxBody)
	}
	if r.ContentLength > s.opts.MaxBody {
		w.Header().Set("Connection", "close") // rather than read what is refused
		return nil, tooLarge()
	}
	if r.ContentLength == 0 {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.opts.MaxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, tooLarge()
	}
	if err != nil {
		return nil, api.InvalidRequest("The body of the request could not be read: %w", err)
	}
	return body, nil
}

// logAccess writes the one line that every request gets, and tells ObserveCall.
func (s *Server) logAccess(r *http.Request, c *call) {
	took := s.opts.Now().Sub(c.start)
	name := ""
	if c.op != nil {
		name = c.op.Name
	}
	if s.opts.ObserveCall != nil {
		s.opts.ObserveCall(name, c.status, took)
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("operation", name),
		slog.String("accessKey", c.caller.AccessKeyID),
		slog.Int("status", c.status),
		slog.Duration("duration", took),
		slog.String("requestID", c.id),
	}
	if c.caller.User != "" {
		attrs = append(attrs, slog.String("user", c.caller.User), slog.String("role", c.caller.Role))
	}
	if c.op == nil {
		attrs = append(attrs, slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()))
	}
	if c.err != nil {
		e := errorOf(c.err, c.id)
		attrs = append(attrs, slog.String("code", string(e.Code)), slog.String("message", e.Message))
		if c.status >= http.StatusInternalServerError && c.status != http.StatusNotImplemented {
			level = slog.LevelError
			attrs = append(attrs, slog.Any("error", e.Cause))
		}
	}
	s.log.LogAttrs(context.WithoutCancel(r.Context()), level, "call", attrs...)
}
