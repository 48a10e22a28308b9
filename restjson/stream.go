package restjson

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"vedette/api"
)

// writeWithin is how long a client may take to read what was sent to it.
const writeWithin = 10 * time.Second

// HandleStream binds fn to op, whose answer is a stream of server-sent events (WHATWG
// HTML, 9.2) that lasts until fn returns. Everything before is as with Handle: who calls
// and what the caller may is seen to. An error that fn returns before it sends anything
// is answered like that of any operation; later ones end the stream and are logged.
//
// The output of op names the events: each of its members is a structure, the data of
// the events of its name.
func HandleStream[I any](s *Server, op *api.Operation, fn func(context.Context, *I, *Stream) error) {
	checkType(op, op.Input, reflect.TypeFor[I]())
	s.bind(op, binding{
		newInput: func() any { return new(I) },
		stream:   func(ctx context.Context, in any, out *Stream) error { return fn(ctx, in.(*I), out) },
	})
}

// Stream is a stream of server-sent events to one client. It belongs to one goroutine.
type Stream struct {
	op      *api.Operation
	w       http.ResponseWriter
	r       *http.Request
	id      string // x-amzn-RequestId
	allowed func() error
	begun   bool
	waiting []byte
}

// LastEventID is the id of the last event that the client got from an earlier stream;
// empty: it asks for what comes from now on.
func (s *Stream) LastEventID() string { return s.r.Header.Get("Last-Event-ID") }

// Allowed tells whether the caller may still see the stream: an error as from
// Options.Authorize, or nil.
func (s *Stream) Allowed() error { return s.allowed() }

// Event adds an event. data is a pointer to the Go type of the member of the output
// that is called name. id is the event's; empty: it has none.
func (s *Stream) Event(name, id string, data any) error {
	m := s.op.Output.Member(name)
	if m == nil {
		return fmt.Errorf("%s has no event %s", s.op.Name, name)
	}
	if id != "" {
		s.At(id)
	}
	s.waiting = append(append(append(s.waiting, "event: "...), name...), "\ndata: "...)
	body, err := appendValue(s.waiting, m.Shape, reflect.ValueOf(data).Elem())
	if err != nil {
		return fmt.Errorf("encode event %s of %s: %w", name, s.op.Name, err)
	}
	s.waiting = append(body, "\n\n"...)
	return nil
}

// At adds an id to the event that is added next; with End it is told without an event.
func (s *Stream) At(id string) { s.waiting = append(append(append(s.waiting, "id: "...), id...), '\n') }

// End ends what was begun by At or Retry, if no event follows.
func (s *Stream) End() { s.waiting = append(s.waiting, '\n') }

// Retry adds how long the client is to wait before it connects again.
func (s *Stream) Retry(d time.Duration) {
	s.waiting = append(strconv.AppendInt(append(s.waiting, "retry: "...), d.Milliseconds(), 10), '\n')
}

// Comment adds a comment: it tells both sides that the connection lives.
func (s *Stream) Comment() { s.waiting = append(s.waiting, ":\n\n"...) }

// Flush sends what was added. An error says that the client is gone, or too slow.
func (s *Stream) Flush() error {
	control := http.NewResponseController(s.w)
	if !s.begun {
		s.begun = true
		_ = control.SetReadDeadline(time.Time{}) // the server's is for the request
		h := s.w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // proxies are to pass it on at once
		h.Set("x-amzn-RequestId", s.id)
		s.w.WriteHeader(http.StatusOK)
	}
	_ = control.SetWriteDeadline(time.Now().Add(writeWithin)) // of the machine's clock
	_, err := s.w.Write(s.waiting)
	s.waiting = s.waiting[:0]
	if err != nil {
		return err
	}
	return control.Flush()
}
