package gateway

import (
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// rateLimit lets a number of events per second pass, with a burst of one
// second's worth. The zero value lets all pass.
type rateLimit struct {
	perSecond int
	full      atomic.Int64 // nanoseconds since the epoch at which the burst is available in full again
}

func newRateLimit(perSecond int) rateLimit { return rateLimit{perSecond: max(perSecond, 0)} }

func (l *rateLimit) allow(now int64) bool {
	if l.perSecond == 0 {
		return true
	}
	for {
		full := l.full.Load()
		from := max(full, now)
		if from-now > int64(time.Minute) { // the clock was set back
			from = now
		}
		next := from + int64(time.Second)/int64(l.perSecond)
		if next-now > int64(time.Second) {
			return false
		}
		if l.full.CompareAndSwap(full, next) {
			return true
		}
	}
}

// A throttledLogger writes at most logLines lines per logPeriod; the first one
// after that says how many were left out.
type throttledLogger struct {
	to  *slog.Logger
	now func() time.Time

	mu      sync.Mutex
	begin   time.Time
	lines   int
	dropped int
}

const (
	logLines  = 10
	logPeriod = 10 * time.Second
)

// maxLogged bounds a text in a line of the log: clients choose their own names.
const maxLogged = 256

// clip shortens what is too long for the log. Control characters are the handler's
// business: those of slog escape them.
func clip(args []any) []any {
	for i, arg := range args {
		if s, ok := arg.(string); ok && len(s) > maxLogged {
			args[i] = strings.ToValidUTF8(s[:maxLogged], "") + "…"
		}
	}
	return args
}

func (l *throttledLogger) warn(message string, args ...any) {
	now := l.now()
	l.mu.Lock()
	if d := now.Sub(l.begin); d >= logPeriod || d < 0 {
		l.begin, l.lines = now, 0
	}
	if l.lines == logLines {
		l.dropped++
		l.mu.Unlock()
		return
	}
	l.lines++
	dropped := l.dropped
	l.dropped = 0
	l.mu.Unlock()
	if dropped > 0 {
		args = append(args, "lines_left_out", dropped)
	}
	l.to.Warn(message, clip(args)...)
}
