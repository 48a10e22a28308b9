package notify

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"vedette/killpoint"
)

// Export is one message of exported metric values (docs/format/export.md).
type Export struct {
	ID      int64 // grows along the outbox
	Profile string
	Topic   string // mqttTopic of the profile's metricsExportConfig
	Payload []byte
}

// ExportOutbox is what an exporter needs of store: the messages of one shard, for
// one sink.
type ExportOutbox interface {
	// Exports returns up to limit messages with an ID above after, by ascending ID.
	Exports(ctx context.Context, after int64, limit int) ([]Export, error)
	// MarkExported notes that the sink has all messages up to an ID.
	MarkExported(ctx context.Context, id int64) error
}

// Sink takes exported metric values somewhere. It is called by one goroutine.
type Sink interface {
	// Send takes messages, in their order, and returns how many of them are safe
	// where they belong, or can never get there: those are not sent again. After an
	// error the others are.
	Send(ctx context.Context, list []Export) (taken int, err error)
}

// ExporterOptions configures an Exporter.
type ExporterOptions struct {
	Name   string // of the sink
	Outbox ExportOutbox
	Sink   Sink
	After  int64        // what the sink has already: the messages up to this ID
	Logger *slog.Logger // nil means none

	PageSize   int           // messages sent at once; 0 means 16
	Poll       time.Duration // how often the outbox is looked at without a Wake; 0 means 5 s
	MinBackoff time.Duration // pause after the first failure; 0 means 1 s
	MaxBackoff time.Duration // longest pause; 0 means 1 min
}

// Exporter takes the exported metric values of one shard from the outbox to one
// sink, in their order, until the sink has them. Sinks do not wait for each other:
// each has an exporter, and the outbox knows how far each is.
type Exporter struct {
	o    ExporterOptions
	log  *slog.Logger
	wake chan struct{}

	after  int64 // the last message that the sink has
	marked int64 // the last one that the outbox knows of

	reason         string // of the last failure
	sent, failures atomic.Uint64
	failing        atomic.Bool
}

// ExporterStats is what an exporter has done since it was made.
type ExporterStats struct {
	Sent     uint64 // messages that the sink took
	Failures uint64 // attempts in vain
	Failing  bool   // the last attempt was in vain
}

// NewExporter returns an exporter; Run makes it work.
func NewExporter(o ExporterOptions) *Exporter {
	fallback(&o.PageSize, 16)
	fallback(&o.Poll, 5*time.Second)
	fallback(&o.MinBackoff, time.Second)
	fallback(&o.MaxBackoff, time.Minute)
	return &Exporter{
		o: o, after: o.After, marked: o.After, wake: make(chan struct{}, 1),
		log: orSilent(o.Logger).With("component", "export", "sink", o.Name),
	}
}

// Wake says that the outbox has new messages. It never blocks.
func (x *Exporter) Wake() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Stats may be called at any time, from any goroutine.
func (x *Exporter) Stats() ExporterStats {
	return ExporterStats{Sent: x.sent.Load(), Failures: x.failures.Load(), Failing: x.failing.Load()}
}

// Run exports until ctx ends. What the sink has taken by then is marked.
func (x *Exporter) Run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		n, err := x.page(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			x.complain(err)
			x.sleep(ctx, backoff(failures, x.o.MinBackoff, x.o.MaxBackoff, rand.Float64()), nil)
		case n == 0:
			x.sleep(ctx, x.o.Poll, x.wake)
		default:
			failures = 0
			x.recovered()
		}
	}
}

// page takes one page of the outbox to the sink, and returns how many messages the
// sink has taken.
func (x *Exporter) page(ctx context.Context) (int, error) {
	if err := x.mark(ctx); err != nil {
		return 0, err
	}
	list, err := x.o.Outbox.Exports(ctx, x.after, x.o.PageSize)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	taken, err := x.o.Sink.Send(ctx, list)
	if taken == 0 {
		return 0, err
	}
	killpoint.Reach("notify/exported")
	x.sent.Add(uint64(taken))
	x.after = list[taken-1].ID
	return taken, errors.Join(err, x.mark(ctx))
}

// mark tells the outbox how far the sink is. Were it not repeated after a failure, the
// sink would get messages twice after a restart.
func (x *Exporter) mark(ctx context.Context) error {
	if x.marked == x.after {
		return nil
	}
	err := x.o.Outbox.MarkExported(context.WithoutCancel(ctx), x.after)
	if err == nil {
		x.marked = x.after
	}
	return err
}

// sleep waits for a time, or until woken.
func (x *Exporter) sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}

// complain logs a failure, unless the one before was the same.
func (x *Exporter) complain(err error) {
	x.failures.Add(1)
	x.failing.Store(true)
	if reason := err.Error(); reason != x.reason {
		x.reason = reason
		x.log.Warn("metric values not exported; they are kept and tried again", "error", err)
	}
}

func (x *Exporter) recovered() {
	x.failing.Store(false)
	if x.reason != "" {
		x.reason = ""
		x.log.Info("metric values are exported again")
	}
}
