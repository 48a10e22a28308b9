package gateway

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"vedette/metric"
	"vedette/mqtt"
	"vedette/record"
)

// DefaultUsageInterval is the default of Options.UsageInterval.
const DefaultUsageInterval = 10 * time.Second

// maxStrays bounds what is counted without a connection between two writes, by thing
// and address; what comes beyond is not counted.
const maxStrays = 1 << 16

// meter counts what clients do, each client apart, and writes it to the log.
type meter struct {
	log        Log
	now        func() time.Time
	every      time.Duration
	after      func(time.Duration) <-chan time.Time
	registered func(thing string) bool

	window     atomic.Int64 // that goes on: its beginning, epoch ms
	dimensions atomic.Pointer[dimensions]
	process    uint32
	numbers    atomic.Uint32

	records, failures, uncounted atomic.Uint64

	seed   maphash.Seed
	shards [16]meterShard
}

// meterShard is a part of what is counted; it is locked when a client comes or
// goes, and to count what has no connection.
type meterShard struct {
	mu     sync.Mutex
	open   map[*usage]struct{}
	strays map[stray]*usage
}

// stray is whom something is counted for without a connection. An address is known
// of who published by HTTPS, not of who was refused.
type stray struct {
	thing string
	addr  netip.Addr
}

func newMeter(o *Options) *meter {
	m := &meter{log: o.Log, now: o.Now, every: o.UsageInterval, after: o.After, registered: o.Registered, seed: maphash.MakeSeed()}
	if m.every == 0 {
		m.every = DefaultUsageInterval
	}
	if m.after == nil {
		m.after = time.After
	}
	if m.registered == nil {
		m.registered = func(string) bool { return false }
	}
	var b [4]byte
	rand.Read(b[:])
	m.process = binary.LittleEndian.Uint32(b[:]) | 1 // never 0, and never that of a broker elsewhere
	m.dimensions.Store(newDimensions(nil))
	for i := range m.shards {
		m.shards[i].open, m.shards[i].strays = map[*usage]struct{}{}, map[stray]*usage{}
	}
	m.turn()
	return m
}

// turn begins a new window when it is time to.
func (m *meter) turn() {
	now := m.now().UnixMilli()
	m.window.Store(now - now%record.UsageWindow)
}

// next returns a number that neither this process nor another one gives again.
func (m *meter) next() uint64 { return uint64(m.process)<<32 | uint64(m.numbers.Add(1)) }

func (m *meter) shard(thing string) *meterShard {
	return &m.shards[maphash.String(m.seed, thing)%uint64(len(m.shards))]
}

// connected begins to count for a connection; nil if its client id cannot be the
// name of a device, or is not its own.
func (m *meter) connected(p *mqtt.Connect, addr netip.Addr) *usage {
	if p.Assigned || metric.CheckThing([]byte(p.ClientID)) != nil {
		return nil
	}
	u := m.newUsage(p.ClientID)
	u.session, u.addr = m.next(), addr
	m.open(u)
	u.topicless(func(s *slot) { s.attempts++ })
	u.presence(record.Presence{Connected: true, Addr: addr})
	return u
}

// open has u written from now on.
func (m *meter) open(u *usage) {
	s := m.shard(u.thing)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[u] = struct{}{}
}

func (m *meter) newUsage(thing string) *usage {
	u := &usage{meter: m, thing: thing, set: m.dimensions.Load()}
	u.own = u.set.own(thing, u.set.named && m.registered(thing))
	u.now.begin(m.window.Load(), u.set)
	return u
}

// refused counts a client that was not let in. denied: because no policy allows it.
func (m *meter) refused(p *mqtt.Connect, denied bool) {
	if !p.Assigned {
		m.refusedThing(p.ClientID, denied)
	}
}

func (m *meter) refusedThing(name string, denied bool) {
	m.stray(stray{thing: name}, func(u *usage) {
		u.topicless(func(s *slot) {
			s.attempts++
			if denied {
				s.all.Failures++ // of no topic (U57)
			}
		})
	})
}

// stray counts something that no connection has brought.
func (m *meter) stray(of stray, count func(*usage)) {
	if metric.CheckThing([]byte(of.thing)) != nil {
		return
	}
	s := m.shard(of.thing)
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.strays[of]
	if u == nil {
		if len(s.strays) >= maxStrays/len(m.shards) {
			m.uncounted.Add(1)
			return
		}
		u = m.newUsage(of.thing)
		u.addr, u.closed = of.addr, true // nothing keeps it but what it has counted
		s.strays[of] = u
	}
	count(u)
}

// write writes all that was counted. What is over is forgotten.
func (m *meter) write() {
	m.turn()
	for i := range m.shards {
		s := &m.shards[i]
		for _, u := range s.list() {
			u.write(false)
			if u.over() {
				s.forget(u)
			}
		}
	}
}

func (s *meterShard) list() []*usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*usage, 0, len(s.open)+len(s.strays))
	for u := range s.open {
		list = append(list, u)
	}
	for _, u := range s.strays {
		list = append(list, u)
	}
	return list
}

// forget drops u, unless something was counted meanwhile.
func (s *meterShard) forget(u *usage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !u.over() {
		return
	}
	delete(s.open, u)
	if of := (stray{u.thing, u.addr}); s.strays[of] == u {
		delete(s.strays, of)
	}
}

// closed writes what is left of a connection that has ended.
func (m *meter) disconnected(u *usage, why record.Reason) {
	if u == nil {
		return
	}
	u.close(why)
	if u.over() {
		m.shard(u.thing).forget(u)
	}
}

// WriteUsage writes what was counted, at every interval and at every beginning of
// a window, until ctx ends; then once more.
func (g *Gateway) WriteUsage(ctx context.Context) {
	m := g.meter
	for {
		now := m.now().UnixMilli()
		left := time.Duration(record.UsageWindow-now%record.UsageWindow) * time.Millisecond
		select {
		case <-ctx.Done():
			m.write()
			return
		case <-m.after(min(m.every, left)):
			m.write()
		}
	}
}

// SetDimensions says what usage records tell apart from now on.
func (g *Gateway) SetDimensions(list []Dimension) { g.meter.dimensions.Store(newDimensions(list)) }

// Process returns the number of this process: its sessions have it in their upper half.
func (g *Gateway) Process() uint32 { return g.meter.process }

// Counts tells whether anybody is connected for whom is counted.
func (g *Gateway) Counts() bool {
	for i := range g.meter.shards {
		s := &g.meter.shards[i]
		s.mu.Lock()
		n := len(s.open)
		s.mu.Unlock()
		if n > 0 {
			return true
		}
	}
	return false
}

// reasonOf returns what AWS IoT calls the reason for which a connection ended.
func reasonOf(r mqtt.Reason) record.Reason {
	switch r {
	case mqtt.ReasonClientDisconnect:
		return record.ClientInitiatedDisconnect
	case mqtt.ReasonKeepAliveTimeout:
		return record.KeepAliveTimeout
	case mqtt.ReasonTakenOver:
		return record.DuplicateClientID
	case mqtt.ReasonProtocolError:
		return record.ClientError
	case mqtt.ReasonRefused:
		return record.ForbiddenAccess
	case mqtt.ReasonServerError:
		return record.ServerError
	case mqtt.ReasonSlowConsumer, mqtt.ReasonShutdown:
		return record.ServerInitiatedDisconnect
	case mqtt.ReasonTimeOver:
		return record.WebSocketTimeOver
	default:
		return record.ConnectionLost
	}
}
