package notify

import (
	"context"
	"time"
)

// sweepEvery is how long a row may become visible after rows with higher IDs.
// That happens where transactions that drew their IDs at the same time commit
// in another order; each ends within seconds.
const sweepEvery = 30 * time.Second

// reader brings rows of the outbox into the queue, a page at a time. It reads on
// from where it was: rows that wait for a target that does not answer are
// not read again.
type reader struct {
	o     *Options
	queue *queue

	frontier int64     // rows up to here were seen
	ahead    bool      // there may be rows beyond
	looked   time.Time // when nothing was beyond, last

	swept    time.Time // when the last sweep began
	sweep    int64     // the sweep has read up to here
	sweepEnd int64     // and ends here
	mark     int64     // frontier when the last sweep began: the next one ends here
}

// due returns when read has something to do though nobody asked.
func (r *reader) due() time.Time { return r.looked.Add(r.o.Poll) }

// read reads at most one page and tells whether to call it again at once.
func (r *reader) read(ctx context.Context, now time.Time) (more bool, err error) {
	if !now.Before(r.due()) {
		r.ahead = true
	}
	if now.Sub(r.swept) >= sweepEvery && r.sweep == r.sweepEnd {
		r.swept, r.sweep, r.sweepEnd, r.mark = now, r.sweepEnd, r.mark, r.frontier
	}
	switch t := r.queue.lagging(); {
	case t != nil:
		err = r.catchUp(ctx, t)
	case r.ahead:
		err = r.advance(ctx, now)
	case r.sweep < r.sweepEnd:
		err = r.sweepOn(ctx)
	}
	return r.ahead || r.sweep < r.sweepEnd || r.queue.lagging() != nil, err
}

// advance reads what is new.
func (r *reader) advance(ctx context.Context, now time.Time) error {
	last, full, err := r.page(ctx, r.frontier)
	if err != nil {
		return err
	}
	r.frontier = max(r.frontier, last)
	if r.ahead = full; !full {
		r.looked = now
	}
	return nil
}

// catchUp reads on for a target whose rows did not all fit into the queue.
func (r *reader) catchUp(ctx context.Context, t *target) error {
	from := t.behind
	t.behind = 0
	last, full, err := r.page(ctx, from-1)
	switch {
	case err != nil:
		t.behind = from
	case t.behind == 0 && full && last < r.frontier:
		t.behind = last + 1
	}
	r.queue.forget(t)
	return err
}

// sweepOn looks again at rows that were new at the sweep before: what is new only now
// may have neighbours that become visible right after.
func (r *reader) sweepOn(ctx context.Context) error {
	last, full, err := r.page(ctx, r.sweep)
	if err != nil {
		return err
	}
	if r.sweep = last; !full || last > r.sweepEnd {
		r.sweep = r.sweepEnd
	}
	return nil
}

// page reads the rows after the given ID. last is the highest ID seen; a
// page that is not full was the last one.
func (r *reader) page(ctx context.Context, after int64) (last int64, full bool, err error) {
	rows, err := r.o.Outbox.Pending(ctx, after, r.o.PageSize)
	if err != nil {
		return after, false, err
	}
	for i := range rows {
		r.queue.add(rows[i])
		last = max(last, rows[i].ID)
	}
	return max(last, after), len(rows) == r.o.PageSize, nil
}
