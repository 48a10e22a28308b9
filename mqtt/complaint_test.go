package mqtt

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// lines keeps what a logger writes.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns the lines since the last call.
func (l *lines) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.String()
	l.text.Reset()
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

func TestComplaints(t *testing.T) {
	var mu sync.Mutex
	now := time.Unix(1767225600, 0)
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	log := &lines{}
	s := startServer(t, Options{Logger: slog.New(slog.NewTextHandler(log, nil)), Now: clock})
	bad := func(n int) {
		for range n {
			p := s.dial(t, version4)
			p.write([]byte("GET / HTTP/1.1\r\n\r\n"))
			if _, ok := p.read(); ok {
				t.Fatal("the server answers HTTP")
			}
		}
	}
	bad(complaintsAtOnce + 2)
	got := log.take()
	if len(got) != complaintsAtOnce || !strings.Contains(got[0], "connection ended") || !strings.Contains(got[0], "address=127.0.0.1:") || !strings.Contains(got[0], "error=") {
		t.Fatalf("got %d lines %q, want %d that say why", len(got), got, complaintsAtOnce)
	}
	mu.Lock()
	now = now.Add(complaintsIn)
	mu.Unlock()
	bad(1)
	if got := log.take(); len(got) != 1 || !strings.Contains(got[0], "lines_left_out=2") {
		t.Errorf("after a pause: got %q, want one line that counts the 2 left out", got)
	}
}
