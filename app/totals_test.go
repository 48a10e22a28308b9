package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

type seenTotals int

func (n seenTotals) SendingTotals() (int, string) { return int(n), "cam-1" }

func TestTotalsWarning(t *testing.T) {
	var log bytes.Buffer
	logger, now := slog.New(slog.NewTextHandler(&log, nil)), time.Unix(0, 0)
	var w totalsWarning
	for _, step := range []struct {
		after  time.Duration
		things seenTotals
		lines  int // of the log, in all
	}{
		{0, 0, 0},
		{time.Minute, 3, 1},
		{time.Minute, 3, 1},
		{time.Minute, 5, 1}, // too soon
		{warnEvery, 5, 2},
		{warnEvery, 5, 2},
		{warnEvery, 4, 2},
		{warnEvery, 5, 3},
	} {
		now = now.Add(step.after)
		w.perhaps(step.things, logger, now)
		if got := strings.Count(log.String(), "things send totals"); got != step.lines {
			t.Fatalf("%d lines with %d things at %v, want %d:\n%s", got, step.things, now, step.lines, log.String())
		}
	}
	if !strings.Contains(log.String(), "things=3 latest=cam-1") {
		t.Error(log.String())
	}
}
