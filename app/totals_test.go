package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

type seenTotals struct{ things, converted int }

func (s seenTotals) SendingTotals() (int, int, string) { return s.things, s.converted, "cam-1" }

func TestTotalsWarning(t *testing.T) {
	var log bytes.Buffer
	logger, now := slog.New(slog.NewTextHandler(&log, nil)), time.Unix(0, 0)
	var w totalsWarning
	for _, step := range []struct {
		after  time.Duration
		things seenTotals
		lines  int // of the log, in all
	}{
		{0, seenTotals{}, 0},
		{time.Minute, seenTotals{3, 0}, 1},
		{time.Minute, seenTotals{3, 0}, 1},
		{time.Minute, seenTotals{5, 0}, 1}, // too soon
		{warnEvery, seenTotals{5, 0}, 2},
		{warnEvery, seenTotals{5, 0}, 2},
		{warnEvery, seenTotals{4, 0}, 2},
		{warnEvery, seenTotals{5, 0}, 3},
		{time.Minute, seenTotals{5, 2}, 4}, // of another kind than the last line
		{warnEvery, seenTotals{5, 2}, 4},
		{time.Minute, seenTotals{7, 2}, 5},
	} {
		now = now.Add(step.after)
		w.perhaps(step.things, logger, now)
		if got := strings.Count(log.String(), "things send totals"); got != step.lines {
			t.Fatalf("%d lines with %d things at %v, want %d:\n%s", got, step.things, now, step.lines, log.String())
		}
	}
	for _, want := range []string{"things=3 latest=cam-1", "level=INFO", "are converted\" converted=2"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in\n%s", want, log.String())
		}
	}
}
