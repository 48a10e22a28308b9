package detect

import (
	"cmp"
	"slices"
	"unsafe"
)

// Stats is what the engine has done since it was made or loaded, and what it
// holds now.
type Stats struct {
	Reports    uint64 // applied, without repeats
	Repeats    uint64 // records that were the thing's last one again
	Usages     uint64 // usage records applied, without repeats
	Presences  uint64 // connections and disconnections applied, without repeats
	Changes    uint64
	Damaged    uint64 // records that Apply returned an error for
	Datapoints uint64 // judged: Normal + Violating
	Normal     uint64
	Violating  uint64
	Values     uint64 // kept
	Exported   uint64 // values written into messages
	Unexported uint64 // of these, values too large for a message, which are left out

	Thresholds uint64 // of behaviors with a statistical threshold, that came
	TooFew     uint64 // windows without one: fewer than two things had a value
	Negative   uint64 // windows without one: a value was negative
	Waiting    int    // datapoints that wait for one

	InAlarm     uint64 // violation events
	Cleared     uint64
	Invalidated uint64

	Things           int
	States           int // (thing, behavior) pairs with state
	Online           int // connected
	SendingTotals    int // things that send totals instead of deltas, as far as this process has seen
	Converted        int // of them, those of which deltas are made
	DeltasMade       int // things of which deltas are made, recognised or not
	ActiveViolations int
	BytesPerState    float64  // memory of the states by States, unused part of chunks included; 0 without states
	Bytes            int64    // of things, their names and index, states, active violations and open chunks
	OpenChunks       int      // of kept values, in memory
	OpenChunkBytes   int64    // that they take
	ValueMemory      int64    // that they may take
	ExportInterval   int64    // period of exports, ms
	DeltaFromTotals  []string // thing groups whose things send totals, of which deltas are made, by name
	Clock            int64    // epoch ms
	Revision         int64    // of the last change applied; 0: none that had one

	Unjudged []Unjudged // by profile and behavior
}

// Unjudged is a behavior that the engine holds and does not judge.
type Unjudged struct {
	Profile, Behavior, Why string
}

// counters are the counts of Stats.
type counters struct {
	reports, repeats, changes, damaged uint64
	usages, presences, values          uint64
	exported, unexported               uint64
	normal, violating                  uint64
	raised, cleared, invalidated       uint64
	thresholds, tooFew, negative       uint64
}

// Stats returns the engine's figures. It may be called at any time and takes
// microseconds.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := &e.stats
	s := Stats{
		Usages: c.usages, Presences: c.presences, Online: e.online,
		Reports: c.reports, Repeats: c.repeats, Changes: c.changes, Damaged: c.damaged,
		Thresholds: c.thresholds, TooFew: c.tooFew, Negative: c.negative, Waiting: e.waits.len(),
		Datapoints: c.normal + c.violating, Normal: c.normal, Violating: c.violating,
		InAlarm: c.raised, Cleared: c.cleared, Invalidated: c.invalidated,
		Exported: c.exported, Unexported: c.unexported,
		Values: c.values, OpenChunks: int(e.open.heads.count) - len(e.open.heads.free), OpenChunkBytes: e.open.bytes, ValueMemory: e.open.budget,
		Things:           e.things.len(),
		SendingTotals:    e.sending.things,
		Converted:        e.sending.converted,
		DeltasMade:       e.fromTotals.used(),
		DeltaFromTotals:  e.fromTotals.senders,
		ActiveViolations: len(e.byPair),
		Clock:            e.clock,
		Revision:         e.revision,
		ExportInterval:   e.exports.every,
	}
	var stateBytes int64
	for _, pool := range e.pools {
		if pool != nil {
			stateBytes += pool.bytes()
		}
	}
	s.States = e.countStates()
	if s.States > 0 {
		s.BytesPerState = float64(stateBytes) / float64(s.States)
	}
	s.Bytes = stateBytes + e.things.bytes() + e.episodes.bytes() + e.presences.bytes() + e.addresses.nodes.bytes() + e.waits.nodes.bytes() +
		e.fromTotals.places.bytes() + e.fromTotals.totals.bytes() +
		e.open.heads.bytes() + e.open.blocks.bytes()
	for _, r := range e.rules {
		if why := r.behavior.unjudged; why != "" {
			s.Unjudged = append(s.Unjudged, Unjudged{r.profile, r.behavior.name, why})
		}
	}
	slices.SortFunc(s.Unjudged, func(a, b Unjudged) int {
		return cmp.Or(cmp.Compare(a.Profile, b.Profile), cmp.Compare(a.Behavior, b.Behavior))
	})
	return s
}

// countStates returns how many states the things have: those of a plan as often as
// it has references that are no class's.
func (e *Engine) countStates() (n int) {
	for _, p := range e.plans {
		if p != nil {
			n += p.refs * len(p.entries)
		}
	}
	for i := range e.classes {
		if c := &e.classes[i]; i == 0 || c.things > 0 {
			n -= len(e.plans[c.plan].entries)
		}
	}
	return n
}

// bytes returns the memory of the slab's chunks.
func (s *slab[T]) bytes() int64 {
	var zero T
	return int64(len(s.chunks)) * int64(s.width<<s.shift) * int64(unsafe.Sizeof(zero))
}

func (t *things) bytes() int64 {
	n := t.slab.bytes() + t.totals.bytes() + int64(len(t.arena.chunks))*arenaChunk
	for i := range t.segments {
		n += 8 * int64(len(t.segments[i].slots))
	}
	return n
}
