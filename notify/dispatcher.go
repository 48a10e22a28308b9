package notify

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"vedette/killpoint"
)

// Dispatcher takes alerts from the outbox to their targets. One dispatcher
// may run for an outbox at a time. All its state belongs to the goroutine of Run;
// only attempts run beside it, at most Options.Workers.
type Dispatcher struct {
	o       Options
	log     *slog.Logger
	queue   *queue
	reader  reader
	wake    chan struct{}
	results chan attempt
	flying  int     // attempts that run
	sent    []*lane // their first rows were sent and are not marked yet

	outboxUntil  time.Time         // the outbox failed: it is left alone until then
	outboxReason map[string]string // the failure that was logged, by what was being done

	stats counters
}

// Stats is what a dispatcher has done since it was made, and what it is doing.
type Stats struct {
	Sent     uint64 // attempts that succeeded
	Failures uint64 // attempts in vain
	Held     int64  // alerts in memory that are not delivered yet
	Failing  int64  // targets whose last attempt was in vain
}

type counters struct {
	sent, failures atomic.Uint64
	held, failing  atomic.Int64
}

// attempt is one call of a target.
type attempt struct {
	lane     *lane
	launched int // target.failures at its start
	err      error
}

// NewDispatcher returns a dispatcher; Run makes it work.
func NewDispatcher(o Options) *Dispatcher {
	o.fill()
	d := &Dispatcher{
		o:       o,
		log:     o.Logger.With("component", "notify"),
		wake:    make(chan struct{}, 1),
		results: make(chan attempt, o.Workers),

		outboxReason: map[string]string{},
	}
	d.queue = newQueue(&d.o)
	d.reader = reader{o: &d.o, queue: d.queue, ahead: true, swept: o.Now()}
	return d
}

// Wake says that the outbox has new rows. It never blocks; without it they are
// found after Options.Poll.
func (d *Dispatcher) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Stats may be called at any time, from any goroutine.
func (d *Dispatcher) Stats() Stats {
	return Stats{
		Sent:     d.stats.sent.Load(),
		Failures: d.stats.failures.Load(),
		Held:     d.stats.held.Load(),
		Failing:  d.stats.failing.Load(),
	}
}

// Run delivers until ctx ends. Then it starts nothing new, waits for the attempts
// under way (at most Options.SendTimeout), marks what was sent and returns.
//
// Pauses after failures are kept in memory: after a restart every target is
// tried at once, because an operator who restarts has often mended something.
func (d *Dispatcher) Run(ctx context.Context) {
	for ctx.Err() == nil {
		now := d.o.Now()
		d.queue.tick(now)
		more := false
		if !now.Before(d.outboxUntil) {
			d.mark(ctx)
			more = d.load(ctx, now)
		}
		d.launch(ctx)
		d.observe()
		if !more {
			d.await(ctx)
		}
		d.collect(ctx)
	}
	for d.flying > 0 {
		d.settle(ctx, <-d.results)
	}
	d.mark(ctx)
	d.observe()
}

// load reads one page of the outbox if there may be something new, and tells
// whether there may be more.
func (d *Dispatcher) load(ctx context.Context, now time.Time) bool {
	more, err := d.reader.read(ctx, now)
	if ctx.Err() != nil {
		return false
	}
	d.outbox("read the outbox", err)
	return more && err == nil
}

// launch starts as many attempts as may run.
func (d *Dispatcher) launch(ctx context.Context) {
	for d.flying < d.o.Workers {
		l := d.queue.next()
		if l == nil {
			return
		}
		d.flying++
		go d.attempt(ctx, attempt{lane: l, launched: l.target.failures}, l.rows[0])
	}
}

// attempt sends one alert. It outlives ctx: what is under way ends.
func (d *Dispatcher) attempt(ctx context.Context, a attempt, row Delivery) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), d.o.SendTimeout)
	defer cancel()
	start := d.o.Now()
	if t, ok := d.o.Targets[row.TargetType]; ok {
		a.err = t.Send(ctx, &row)
	} else {
		a.err = &SendError{Reason: "no alert target of type " + row.TargetType + " is configured", Permanent: true}
	}
	if a.err == nil {
		killpoint.Reach("notify/sent")
	}
	if d.o.ObserveSend != nil {
		d.o.ObserveSend(row.TargetType, d.o.Now().Sub(start), a.err)
	}
	d.results <- a
}

// await blocks until there is something to do.
func (d *Dispatcher) await(ctx context.Context) {
	timer := time.NewTimer(d.idle(d.o.Now()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-d.wake:
		d.reader.ahead = true
	case a := <-d.results:
		d.settle(ctx, a)
	case <-timer.C:
	}
}

// idle returns how long there is nothing to do unless something happens.
func (d *Dispatcher) idle(now time.Time) time.Duration {
	until := d.reader.due()
	if until.Before(d.outboxUntil) || len(d.sent) > 0 {
		until = d.outboxUntil
	}
	if at := d.queue.due(); !at.IsZero() && at.Before(until) {
		until = at
	}
	return max(0, until.Sub(now))
}

// collect takes the results that are there, so that they are marked together.
func (d *Dispatcher) collect(ctx context.Context) {
	for {
		select {
		case a := <-d.results:
			d.settle(ctx, a)
		default:
			return
		}
	}
}

// settle notes how an attempt ended.
func (d *Dispatcher) settle(ctx context.Context, a attempt) {
	d.flying--
	l := a.lane
	if a.err == nil {
		d.stats.sent.Add(1)
		d.recovered(l)
		d.queue.sent(l)
		d.sent = append(d.sent, l)
		return
	}
	d.stats.failures.Add(1)
	e := asSendError(a.err)
	next := d.queue.failed(l, e, a.launched, d.o.Now())
	d.complain(l, e, next)
	// Only for whoever looks at the outbox: nothing depends on it.
	if !d.o.Now().Before(d.outboxUntil) {
		d.outbox("note a failed alert", d.o.Outbox.MarkFailed(context.WithoutCancel(ctx), l.rows[0].ID, next.UnixMilli(), e.Error()))
	}
}

// mark tells the outbox what was sent; its violations go on after that, so a
// crash repeats at most the last alert of each.
func (d *Dispatcher) mark(ctx context.Context) {
	if len(d.sent) == 0 {
		return
	}
	ids := make([]int64, len(d.sent))
	for i, l := range d.sent {
		ids[i] = l.rows[0].ID
	}
	err := d.o.Outbox.MarkSent(context.WithoutCancel(ctx), ids)
	d.outbox("mark alerts as sent", err)
	if err != nil {
		return
	}
	for _, l := range d.sent {
		d.queue.marked(l)
	}
	clear(d.sent)
	d.sent = d.sent[:0]
}

// outbox notes whether the outbox works. When it does not, it is left alone for a
// moment; a failure is logged when it is a new one.
func (d *Dispatcher) outbox(doing string, err error) {
	if err == nil {
		delete(d.outboxReason, doing)
		return
	}
	d.outboxUntil = d.o.Now().Add(d.o.MinBackoff)
	if reason := err.Error(); reason != d.outboxReason[doing] {
		d.outboxReason[doing] = reason
		d.log.Error("cannot "+doing+"; tried again until it works", "err", err)
	}
}

// complain logs a failed attempt, unless the one before failed in the same way.
func (d *Dispatcher) complain(l *lane, e *SendError, next time.Time) {
	last := &l.target.reason
	if e.Alone {
		last = &l.reason
	}
	if *last == e.Reason {
		return
	}
	*last = e.Reason
	row := &l.rows[0]
	attrs := []any{"type", row.TargetType, "target", row.Target, "violation", row.ViolationID, "thing", row.Thing,
		"reason", e.Reason, "attempts", row.Attempts, "next", next.UTC().Format(time.RFC3339)}
	if e.Hint != "" {
		attrs = append(attrs, "hint", e.Hint)
	}
	d.log.Warn("alert not delivered; it is kept and tried again", attrs...)
}

func (d *Dispatcher) recovered(l *lane) {
	t := l.target
	if t.reason == "" {
		return
	}
	d.log.Info("alert target takes alerts again", "type", t.key.kind, "target", t.key.address)
	t.reason = ""
}

func (d *Dispatcher) observe() {
	d.stats.held.Store(int64(len(d.queue.held)))
	d.stats.failing.Store(int64(d.queue.failing()))
}
