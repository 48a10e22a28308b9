package app

import (
	"log/slog"
	"time"
)

// totalsWarning tells the log about things that send totals instead of deltas: when
// there are more of them than it has told, at most every warnEvery.
type totalsWarning struct {
	told int
	last time.Time
}

const warnEvery = 10 * time.Minute

// totalsSeen is where such things are counted; a detect.Engine is one.
type totalsSeen interface {
	SendingTotals() (things int, latest string)
}

func (w *totalsWarning) perhaps(seen totalsSeen, logger *slog.Logger, now time.Time) {
	things, latest := seen.SendingTotals()
	if things <= w.told {
		w.told = things
		return
	}
	if !w.last.IsZero() && now.Sub(w.last) < warnEvery {
		return
	}
	w.told, w.last = things, now
	logger.Warn("things send totals since their start where deltas since the last report are asked for: their agents must send the difference; `vedette suggest` names them",
		"things", things, "latest", latest)
}
