package mqtt

import (
	"errors"
	"strings"
	"sync"
	"time"
)

// Of the connections that end because of their client, so many are logged in so
// much time: a fleet with a bad client must not fill the disk with lines.
const (
	complaintsAtOnce = 10
	complaintsIn     = 10 * time.Second
)

// complaints limits the log lines about clients.
type complaints struct {
	mu      sync.Mutex
	since   time.Time // when the lines began to be counted
	lines   int
	skipped int
}

// admit tells whether a line may be written at now, and how many were left out
// before it.
func (c *complaints) admit(now time.Time) (ok bool, skipped int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.since) >= complaintsIn || now.Before(c.since) {
		c.since, c.lines = now, 0
	}
	if c.lines >= complaintsAtOnce {
		c.skipped++
		return false, 0
	}
	c.lines++
	skipped, c.skipped = c.skipped, 0
	return true, skipped
}

// shown shortens a client identifier for the log.
func shown(id string) string {
	const most = 256 // bytes
	if len(id) <= most {
		return id
	}
	return strings.ToValidUTF8(id[:most], "") + "…"
}

// complain logs why a connection ends, if its client broke the protocol or was
// refused.
func (s *Server) complain(c *Client, err error) {
	var e *protocolError
	if !errors.As(err, &e) || e.code == CodeServerShuttingDown || e.code == CodeUnspecifiedError {
		return
	}
	ok, skipped := s.complaints.admit(s.opt.Now())
	if !ok {
		return
	}
	attrs := []any{"client", shown(c.id), "address", c.addr, "error", err}
	if skipped > 0 {
		attrs = append(attrs, "lines_left_out", skipped)
	}
	s.opt.Logger.Warn("connection ended", attrs...)
}
