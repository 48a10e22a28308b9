package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// serverLogger passes what the embedded server logs on to slog: its notices
// are details of ours, its errors show up in the log's own health.
type serverLogger struct {
	log *slog.Logger

	mu    sync.Mutex
	last  string // the last error
	check func() // called, in a goroutine of its own, after each error
}

func (s *serverLogger) onError(check func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.check = check
}

func (s *serverLogger) lastError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == "" {
		return errors.New("it gave no reason")
	}
	return errors.New(s.last)
}

func (s *serverLogger) failed(format string, v []any) {
	s.print(slog.LevelWarn, format, v)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = fmt.Sprintf(format, v...)
	if s.check != nil {
		go s.check() // the server logs with its locks held
	}
}

func (s *serverLogger) print(level slog.Level, format string, v []any) {
	if s.log.Enabled(context.Background(), level) {
		s.log.Log(context.Background(), level, fmt.Sprintf(format, v...), "from", "nats-server")
	}
}

// Noticef, and the methods that follow, implement the server's Logger.
func (s *serverLogger) Noticef(format string, v ...any) { s.print(slog.LevelDebug, format, v) }
func (s *serverLogger) Warnf(format string, v ...any)   { s.print(slog.LevelWarn, format, v) }
func (s *serverLogger) Fatalf(format string, v ...any)  { s.failed(format, v) }
func (s *serverLogger) Errorf(format string, v ...any)  { s.failed(format, v) }
func (s *serverLogger) Debugf(format string, v ...any)  { s.print(slog.LevelDebug, format, v) }
func (s *serverLogger) Tracef(format string, v ...any)  { s.print(slog.LevelDebug, format, v) }
