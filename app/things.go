package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"vedette/control"
	"vedette/detect"
	"vedette/record"
)

// findThings returns the things of a list, out of the engines of all shards. They are
// all here: a shard that another process judges would have to be asked for there.
func (a *App) findThings(q detect.ThingQuery) (list []detect.ThingStatus) {
	for _, o := range a.owners {
		list = append(list, o.engine.FindThings(q)...) // a thing is of one shard
	}
	slices.SortFunc(list, func(a, b detect.ThingStatus) int { return q.Compare(&a.ThingKey, &b.ThingKey) })
	return list[:min(len(list), q.Limit)]
}

// thing returns what the engine knows of a thing, once all values that it does not have
// any more are in the store.
func (a *App) thing(ctx context.Context, name string) (detect.ThingDetail, bool, error) {
	o := a.ownerOf(name)
	d, pos, known := o.engine.Thing(name)
	return d, known, awaitStored(ctx, &o.progress, pos)
}

// ownerOf returns the owner of the shard that a thing is of.
func (a *App) ownerOf(thing string) *owner {
	return a.owners[a.log.Shard(record.Partition([]byte(thing)))]
}

// What the search for the last reports of a thing may cost. The log has what two
// snapshots leave, ten minutes usually, and a thing's last report is where the search
// begins: with the bytes of 200,000 reports one finds the others of all fleets but the
// largest, and with the time nobody waits for a page that could not show more.
const (
	reportBytes  = 64 << 20
	reportSearch = 2 * time.Second
)

// reports returns the last reports of a thing that are in the log, the newest first.
// The log has them whoever judges the shard.
func (a *App) reports(ctx context.Context, thing string, limit int) (list []control.LoggedReport, from int64, err error) {
	d, _, _ := a.ownerOf(thing).engine.Thing(thing)
	if d.Report == 0 {
		return nil, 0, nil // it never sent one
	}
	within, cancel := context.WithTimeout(ctx, reportSearch)
	defer cancel()
	partition := record.Partition([]byte(thing))
	from, err = a.log.Newest(within, a.log.Shard(partition), d.Report, reportBytes, func(b *record.Batch) bool {
		for _, r := range slices.Backward(b.Records) {
			if r.Kind != record.KindReport || r.Partition != partition || string(record.ReportThing(r.Body)) != thing || len(list) == limit {
				continue
			}
			report := &record.Report{}
			if report.Decode(slices.Clone(r.Body)) != nil {
				continue // detection skipped it too
			}
			if n := len(list); n > 0 && list[n-1].Report.ID == report.ID && list[n-1].Report.Hash == report.Hash {
				list = list[:n-1] // it was sent again: the first one counts
			}
			list = append(list, control.LoggedReport{At: r.At, Report: report})
		}
		return len(list) < limit
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = nil // what was found until now is an answer
	}
	return list, from, err
}
