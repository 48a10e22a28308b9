package sim

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// FleetOptions configures a simulated fleet.
type FleetOptions struct {
	Addr     string        // host:port of the MQTT listener, plain TCP
	Devices  int           // 0 means 50
	Seed     uint64        // the same seed gives the same devices and victims
	Interval time.Duration // between two reports of a device; 0 means 2 s

	AttackAfter time.Duration // from the start to the first round of attacks; 0 means 8 s
	AttackFor   time.Duration // length of each attack; 0 means 20 s
	AttackEvery time.Duration // from round to round; 0 means 90 s, less than 0 means one round only
	Calm        bool          // no attacks, but those that go on since the past

	Logger  *slog.Logger     // nil means none
	Now     func() time.Time // nil means time.Now
	OnEvent func(Event)      // told what happens, from one goroutine at a time; nil means nobody listens
}

func (o *FleetOptions) fill() {
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Devices <= 0 {
		o.Devices = 50
	}
	o.Interval = cmp.Or(o.Interval, 2*time.Second)
	o.AttackAfter = cmp.Or(o.AttackAfter, 8*time.Second)
	o.AttackFor = cmp.Or(o.AttackFor, 20*time.Second)
	o.AttackEvery = cmp.Or(o.AttackEvery, 90*time.Second)
}

// EventKind says what an Event is about.
type EventKind string

// The kinds of events.
const (
	FleetConnected EventKind = "fleet-connected" // all devices are connected, for the first time
	AttackBegins   EventKind = "attack-begins"
	AttackEnds     EventKind = "attack-ends"
)

// Event is something to tell about a fleet.
type Event struct {
	Kind   EventKind
	Story  string   // of an attack: "malware opens a telnet port"
	Things []string // whom it hits
}

// FleetStats counts what a fleet did since its start.
type FleetStats struct {
	Connected  int64  // devices that are connected now
	Reports    uint64 // with PUBACK
	Accepted   uint64
	Rejected   uint64
	Reconnects uint64 // connections that broke
}

// Fleet is a simulated fleet. Make it with NewFleet, let it live with Run.
type Fleet struct {
	o       FleetOptions
	log     *slog.Logger
	devices []*device
	attacks atomic.Pointer[map[string]attackSet] // by thing
	events  sync.Mutex                           // one call of OnEvent at a time

	connected            atomic.Int64
	allConnected         atomic.Bool
	troubled             atomic.Bool // trouble was logged, and nothing worked since
	reports, reconnects  atomic.Uint64
	accepted, rejections atomic.Uint64
}

// NewFleet returns a fleet; nothing is connected yet.
func NewFleet(o FleetOptions) *Fleet {
	o.fill()
	f := &Fleet{o: o, log: o.Logger.With("component", "sim"), devices: newFleet(o.Devices, o.Seed)}
	f.attacks.Store(&map[string]attackSet{})
	return f
}

// Things returns the names of the devices.
func (f *Fleet) Things() []string {
	names := make([]string, len(f.devices))
	for i, d := range f.devices {
		names[i] = d.thing
	}
	return names
}

// Stats may be called at any time, from any goroutine.
func (f *Fleet) Stats() FleetStats {
	return FleetStats{
		Connected:  f.connected.Load(),
		Reports:    f.reports.Load(),
		Accepted:   f.accepted.Load(),
		Rejected:   f.rejections.Load(),
		Reconnects: f.reconnects.Load(),
	}
}

// Run lets the fleet live until ctx ends and all devices have disconnected.
// Devices that cannot connect try again.
func (f *Fleet) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { f.direct(ctx) })
	for i, d := range f.devices {
		if d.lost {
			continue
		}
		// They do not all speak at once.
		offset := f.o.Interval * time.Duration(i) / time.Duration(len(f.devices))
		all.Go(func() {
			if sleep(ctx, offset) {
				f.live(ctx, d)
			}
		})
	}
	all.Wait()
}

// live connects a device again and again.
func (f *Fleet) live(ctx context.Context, d *device) {
	for failures := 0; ctx.Err() == nil; {
		s, err := f.dial(ctx, d, 60)
		if err != nil {
			failures++
			f.trouble(ctx, d, err)
			pause := min(5*time.Second, 250*time.Millisecond<<min(failures, 5))
			sleep(ctx, pause/2+rand.N(pause/2))
			continue
		}
		failures = 0
		f.arrived()
		err = f.speak(ctx, d, s)
		s.close()
		f.connected.Add(-1)
		if ctx.Err() == nil {
			f.reconnects.Add(1)
			f.trouble(ctx, d, err)
		}
	}
}

func (f *Fleet) dial(ctx context.Context, d *device, keepAliveSeconds uint16) (*session, error) {
	return dial(ctx, f.o.Addr, d.thing, keepAliveSeconds, []string{d.topic() + "/accepted", d.topic() + "/rejected"}, f.reply)
}

// speak reports at each interval until the connection breaks.
func (f *Fleet) speak(ctx context.Context, d *device, s *session) error {
	tick := time.NewTicker(f.o.Interval)
	defer tick.Stop()
	ping := time.NewTicker(30 * time.Second)
	defer ping.Stop()
	for {
		if err := f.say(ctx, d, s, f.o.Interval, (*f.attacks.Load())[d.thing]); err != nil {
			return err
		}
		for waiting := true; waiting; {
			select {
			case <-tick.C:
				waiting = false
			case <-ping.C:
				if err := s.ping(); err != nil {
					return err
				}
			case <-s.dead:
				return s.err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

// say publishes what a device measured and reports, once.
func (f *Fleet) say(ctx context.Context, d *device, s *session, since time.Duration, under attackSet) error {
	if under.has(probing) {
		s.try(probes(d.thing))
	}
	now := f.o.Now()
	s.tell(d.telemetry(now))
	if err := s.publish(ctx, d.topic(), d.report(now, since, under)); err != nil {
		return err
	}
	f.reports.Add(1)
	f.troubled.Store(false)
	return nil
}

// reply counts what the server says to a report.
func (f *Fleet) reply(topic, payload []byte) {
	if bytes.HasSuffix(topic, []byte("/accepted")) {
		f.accepted.Add(1)
		return
	}
	f.rejections.Add(1)
	f.log.Warn("report rejected", "topic", string(topic), "reply", string(payload))
}

func (f *Fleet) arrived() {
	there := f.there()
	if f.connected.Add(1) == int64(len(there)) && f.allConnected.CompareAndSwap(false, true) {
		f.tell(Event{Kind: FleetConnected, Things: there})
	}
}

// there returns the devices that are not lost.
func (f *Fleet) there() []string {
	var names []string
	for _, d := range f.devices {
		if !d.lost {
			names = append(names, d.thing)
		}
	}
	return names
}

// trouble logs that something fails; the rest of the fleet, which most likely
// has the same trouble, keeps quiet until something works.
func (f *Fleet) trouble(ctx context.Context, d *device, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) && f.troubled.CompareAndSwap(false, true) {
		f.log.Warn("a device cannot report; it tries again", "thing", d.thing, "err", err)
	}
}

// direct lets the attacks begin and end.
func (f *Fleet) direct(ctx context.Context) {
	if f.o.Calm {
		return
	}
	defer f.attacks.Store(&map[string]attackSet{})
	begin := f.o.AttackAfter
	start := f.o.Now()
	for round := 0; ; round++ {
		p := planRound(f.devices, f.o.Seed, round)
		for _, cue := range cues(f.o.AttackFor) {
			if !sleep(ctx, start.Add(begin+cue.at).Sub(f.o.Now())) {
				return
			}
			f.act(p, cue)
		}
		if f.o.AttackEvery < 0 {
			return
		}
		begin += max(f.o.AttackEvery, f.o.AttackFor+10*time.Second)
	}
}

// act begins or ends one attack.
func (f *Fleet) act(p plan, c cue) {
	things := p[c.attack]
	if len(things) == 0 {
		return
	}
	event := Event{Kind: AttackBegins, Story: scripts[c.attack].story, Things: things}
	if c.end {
		event.Kind = AttackEnds
	}
	f.set(c, things)
	f.tell(event)
}

// set puts things under an attack, or ends it.
func (f *Fleet) set(c cue, things []string) {
	next := maps.Clone(*f.attacks.Load())
	for _, thing := range things {
		if next[thing] |= 1 << c.attack; c.end {
			next[thing] &^= 1 << c.attack
		}
	}
	f.attacks.Store(&next)
}

func (f *Fleet) tell(e Event) {
	f.log.Info(string(e.Kind), "story", e.Story, "things", len(e.Things))
	if f.o.OnEvent == nil {
		return
	}
	f.events.Lock()
	defer f.events.Unlock()
	f.o.OnEvent(e)
}

// sleep tells whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
