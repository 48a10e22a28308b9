package bridge

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"vedette/gateway"
)

// Options configure a Bridge.
type Options struct {
	Gateway *gateway.Gateway // required; nobody is connected to it yet
	Logger  *slog.Logger     // nil: slog.Default
	Now     func() time.Time // nil: time.Now
}

// Bridge is the links to all brokers of a file.
type Bridge struct{ links []*link }

// New returns the bridge that a file describes. It does not connect yet.
func New(f *File, o Options) (*Bridge, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	var plans []*plan
	var all faults
	for i := range f.Brokers {
		plans = append(plans, newPlan(&f.Brokers[i], &all))
	}
	if len(all.list) > 0 {
		return nil, errors.Join(all.list...)
	}
	b := &Bridge{}
	for i, p := range plans {
		broker := &f.Brokers[i]
		b.links = append(b.links, &link{
			broker: broker, plan: p, remote: o.Gateway.Remote(broker.Name), now: o.Now,
			logger: o.Logger.With("broker", broker.Name, "url", broker.URL),
		})
		if broker.TLS.InsecureSkipVerify {
			o.Logger.Warn("the broker's certificate is not verified: whoever is in between can read and forge everything", "broker", broker.Name)
		}
	}
	return b, nil
}

// Run keeps the links up until ctx ends. Then what has arrived is stored and
// acknowledged, and the links end.
func (b *Bridge) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, l := range b.links {
		running.Go(func() { l.run(ctx) })
	}
	running.Wait()
}

// kind is what a message was taken for.
type kind uint8

// The kinds of messages. One that is counted and a report is a report.
const (
	kindReport   kind = iota
	kindPresence      // an event of presence
	kindCounted       // counted as sent by a thing
	kindIgnored       // of no use
	numKinds
)

// String returns the kind in one word, for metrics.
func (k kind) String() string {
	return [...]string{"report", "presence", "counted", "ignored"}[k]
}

// counters are Stats while they count.
type counters struct {
	connected                     atomic.Bool
	connects, failures, forgotten atomic.Uint64
	replies, undelivered          atomic.Uint64
	messages                      [numKinds]atomic.Uint64
}

// Stats are counters of a link since the start.
type Stats struct {
	Broker      string            // its name
	Connected   bool              // now
	Connects    uint64            // times that the link came up
	Failures    uint64            // attempts to connect or subscribe that failed
	Forgotten   uint64            // of Connects but the first, those for which the broker had no session any more
	Replies     uint64            // handed to the broker
	Undelivered uint64            // replies that could not be
	Messages    map[string]uint64 // received: report, presence, counted, ignored
}

// Stats returns the counters of each link.
func (b *Bridge) Stats() []Stats {
	var list []Stats
	for _, l := range b.links {
		s := Stats{
			Broker: l.broker.Name, Connected: l.connected.Load(), Connects: l.connects.Load(), Failures: l.failures.Load(), Forgotten: l.forgotten.Load(),
			Replies: l.replies.Load(), Undelivered: l.undelivered.Load(), Messages: map[string]uint64{},
		}
		for k := range numKinds {
			s.Messages[k.String()] = l.messages[k].Load()
		}
		list = append(list, s)
	}
	return list
}
