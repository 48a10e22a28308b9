package sim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// In the past a device reports as often as AWS IoT lets it, and all do at the same time,
// so soon after each window begins that nothing else is done in between.
const (
	pastInterval = 5 * time.Minute
	pastOffset   = 5 * time.Second
)

// past is what a fleet lives through. It depends on the seed and on when it begins and
// ends.
type past struct {
	attacks []incident
	away    map[*device][]span
	reboots map[*device][]span // at a report in one of them
}

// incident is an attack in the past.
type incident struct {
	attack attack
	things []string
	span
}

// span is a time; a zero end means that it lasts when the past is over.
type span struct{ begin, end time.Time }

func (s span) has(at time.Time) bool {
	return !at.Before(s.begin) && (s.end.IsZero() || at.Before(s.end))
}

// What lasts, and since when before the end: two attacks, each on one device, and the
// absence of two devices.
var (
	lastingAttacks = map[attack]time.Duration{telnet: 170 * time.Minute, scanning: 35 * time.Minute}
	lastingAbsence = map[*model]time.Duration{&gateway: 100 * time.Minute, &sensor: 26 * time.Hour}
)

// planPast makes up a past: two attacks a day, and devices that are away for a while, or
// start anew, every few days.
func planPast(fleet []*device, seed uint64, begin, end time.Time) *past {
	random := rand.New(rand.NewPCG(seed, 1<<63))
	upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
	p := &past{away: map[*device][]span{}, reboots: map[*device][]span{}}
	for day, n := begin, 0; day.Before(end); day, n = day.Add(24*time.Hour), n+1 {
		for range 2 {
			a, from := attack(random.IntN(int(attacks))), day.Add(upTo(24*time.Hour))
			until := from.Add(20*time.Minute + upTo(100*time.Minute))
			if until.Before(end.Add(-lastingAttacks[telnet])) {
				p.attacks = append(p.attacks, incident{a, planRound(fleet, seed, n)[a], span{from, until}})
			}
		}
		for _, d := range fleet {
			from, away := day.Add(upTo(24*time.Hour)), 20*time.Minute+upTo(4*time.Hour)
			switch random.IntN(10) {
			case 0:
				p.away[d] = append(p.away[d], span{from, from.Add(away)})
			case 1, 2, 3:
				p.reboots[d] = append(p.reboots[d], span{from, from.Add(pastInterval)})
			}
		}
	}
	p.last(fleet, seed, end)
	return p
}

// last adds what lasts.
func (p *past) last(fleet []*device, seed uint64, end time.Time) {
	victims := planRound(fleet, seed, 1<<16)
	for a := range attacks {
		if since, lasts := lastingAttacks[a]; lasts && len(victims[a]) > 0 {
			p.attacks = append(p.attacks, incident{a, victims[a][:1], span{begin: end.Add(-since)}})
		}
	}
	gone := map[*model]bool{}
	for i := len(fleet) - 1; i >= 0; i-- {
		d := fleet[i]
		if since, lasts := lastingAbsence[d.model]; lasts && !gone[d.model] && victims[scanning] != nil && d.thing != victims[scanning][0] {
			gone[d.model] = true
			p.away[d] = append(p.away[d], span{begin: end.Add(-since)})
		}
	}
}

// under returns the attacks that a thing is under at a time.
func (p *past) under(thing string, at time.Time) (set attackSet) {
	for _, in := range p.attacks {
		for _, victim := range in.things {
			if victim == thing && in.has(at) {
				set |= 1 << in.attack
			}
		}
	}
	return set
}

func within(spans []span, at time.Time) bool {
	for _, s := range spans {
		if s.has(at) {
			return true
		}
	}
	return false
}

// Relive lets the fleet live from where the clock stands to now, as fast as the server
// takes its reports; the server goes by the same clock. It reports every five minutes of
// that time. Then the clock goes with the machine's, and Run goes on with what lasts:
// some attacks, and devices that are away. progress hears the time every now and then.
func (f *Fleet) Relive(ctx context.Context, clock *Clock, progress func(at time.Time)) error {
	p := planPast(f.devices, f.o.Seed, clock.Now(), time.Now())
	sessions := make([]*session, len(f.devices))
	defer func() {
		for _, s := range sessions {
			if s != nil {
				s.close()
			}
		}
	}()
	for window := clock.Now().Truncate(pastInterval).Add(pastInterval); window.Before(time.Now()); window = window.Add(pastInterval) {
		progress(window)
		if err := clock.Advance(ctx, window); err != nil { // all that is done at the end of one
			return err
		}
		at := window.Add(pastOffset)
		if at.After(time.Now()) {
			break
		}
		if err := clock.Advance(ctx, at); err != nil {
			return err
		}
		if err := f.relive(ctx, p, sessions, at); err != nil {
			return err
		}
	}
	f.inherit(p)
	if err := clock.Advance(ctx, time.Now()); err != nil {
		return err
	}
	clock.Live()
	return nil
}

// relive lets all devices report.
func (f *Fleet) relive(ctx context.Context, p *past, sessions []*session, now time.Time) error {
	var all sync.WaitGroup
	errs := make([]error, len(f.devices))
	for i, d := range f.devices {
		all.Go(func() {
			if err := f.reliveDevice(ctx, p, d, &sessions[i], now); err != nil {
				errs[i] = fmt.Errorf("%s at %s: %w", d.thing, now.Format(time.DateTime), err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (f *Fleet) reliveDevice(ctx context.Context, p *past, d *device, s **session, now time.Time) (err error) {
	away := within(p.away[d], now)
	if *s != nil && (away || within(p.reboots[d], now)) {
		(*s).close()
		*s = nil
	}
	if away {
		return nil
	}
	if *s == nil {
		if *s, err = f.dial(ctx, d, 0); err != nil { // the clock leaps: a keep-alive interval would be over
			*s = nil
			return err
		}
	}
	return f.say(ctx, d, *s, pastInterval, p.under(d.thing, now))
}

// inherit takes over what lasts.
func (f *Fleet) inherit(p *past) {
	for _, in := range p.attacks {
		if in.end.IsZero() {
			f.set(cue{attack: in.attack}, in.things)
		}
	}
	for _, d := range f.devices {
		for _, s := range p.away[d] {
			d.lost = d.lost || s.end.IsZero()
		}
	}
}
