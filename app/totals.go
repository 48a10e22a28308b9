package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"time"

	"vedette/record"
	"vedette/store"
)

// totalsWarning tells the log about things that send totals instead of deltas, and apart
// from them about those that are converted.
type totalsWarning struct {
	faulty, converted growth
}

// growth is a number that is told when it is larger than it was, at most every warnEvery.
type growth struct {
	told int
	last time.Time
}

func (g *growth) worthTelling(n int, now time.Time) bool {
	if n <= g.told {
		g.told = n
		return false
	}
	if !g.last.IsZero() && now.Sub(g.last) < warnEvery {
		return false
	}
	g.told, g.last = n, now
	return true
}

const warnEvery = 10 * time.Minute

// totalsSeen is where such things are counted; a detect.Engine is one.
type totalsSeen interface {
	SendingTotals() (things, converted int, latest string)
}

func (w *totalsWarning) perhaps(seen totalsSeen, logger *slog.Logger, now time.Time) {
	things, converted, latest := seen.SendingTotals()
	things -= converted
	if w.faulty.worthTelling(things, now) {
		logger.Warn("things send totals since their start where deltas since the last report are asked for: their agents must send the difference, "+
			"or it is made of the totals of a thing group that --delta-from-totals names; `vedette suggest` names the things",
			"things", things, "latest", latest)
	}
	if w.converted.worthTelling(converted, now) {
		logger.Info("things send totals since their start, and are in a thing group that --delta-from-totals names: their values are converted", "converted", converted)
	}
}

// groupPattern is that of the names of thing groups.
var groupPattern = regexp.MustCompile(`^[a-zA-Z0-9:_-]{1,128}$`)

func (o *Options) checkDeltaFromTotals() (faults []error) {
	for _, name := range o.DeltaFromTotals {
		if !groupPattern.MatchString(name) {
			faults = append(faults, fmt.Errorf("delta-from-totals %q: want names of thing groups, each 1 to 128 letters, digits, colons, underscores or dashes", name))
		}
	}
	return faults
}

// setDeltaFromTotals tells the engines which thing groups send totals. It has to be in the
// log: a replay makes the same deltas.
func (a *App) setDeltaFromTotals(ctx context.Context) error {
	groups := slices.Compact(slices.Sorted(slices.Values(a.options.DeltaFromTotals)))
	for _, name := range groups {
		err := a.db.Read(ctx, func(tx *store.Tx) error {
			_, err := tx.ThingGroup(name)
			return err
		})
		switch {
		case errors.Is(err, store.ErrNotFound):
			a.logger.Warn("--delta-from-totals names a thing group that does not exist: it works when there is one; `vedette iot create-thing-group` makes it", "group", name)
		case err != nil:
			return fmt.Errorf("look for the groups of --delta-from-totals: %w", err)
		}
	}
	if !slices.ContainsFunc(a.owners, func(o *owner) bool { return !slices.Equal(o.engine.Stats().DeltaFromTotals, groups) }) {
		return nil
	}
	body, err := (&record.Change{DeltaFromTotals: &record.DeltaFromTotals{Groups: groups}}).Encode()
	if err != nil {
		return err
	}
	if err := a.log.AppendChange(ctx, body); err != nil {
		return fmt.Errorf("write --delta-from-totals to the log: %w", err)
	}
	return nil
}

// deltasSince returns when the deltas of a thing began to be made from totals, epoch
// milliseconds; 0: they are not.
func (a *App) deltasSince(thing string) int64 {
	return a.owners[a.log.Shard(record.Partition([]byte(thing)))].engine.DeltasSince(thing)
}
