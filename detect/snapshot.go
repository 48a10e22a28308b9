package detect

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"vedette/api"
	"vedette/violation"
)

// The snapshot's format: docs/format/snapshot.md.
const (
	snapshotMagic   = "vedette detect\n\x00"
	snapshotVersion = 4

	sectionConfig     = 1 // JSON of snapshotConfig
	sectionNames      = 2 // of the things, each after its length in one byte
	sectionThings     = 3
	sectionStates     = 4  // of each thing in turn, as its plan lays them out
	sectionViolations = 5  // active ones, longest unheard of first
	sectionWithheld   = 6  // JSON of []snapshotWithheld
	sectionPresence   = 7  // of the things that have any
	sectionAddresses  = 8  // lists of open windows, in the order of their states
	sectionChunks     = 9  // open ones, in the order of opening
	sectionWaiting    = 10 // datapoints that wait for a threshold, in the order of their states
	sectionTotals     = 11 // of things of which deltas are made; absent without any
	sectionEnd        = 255

	thingSize     = 36
	stateSize     = 16
	violationSize = 40
	presenceSize  = 52
	addressSize   = 16
	waitingSize   = 32
	totalsSize    = 48
)

// snapshotConfig is what the control plane has said, and the plans it led to.
type snapshotConfig struct {
	Clock         int64                           `json:"clock"`
	Revision      int64                           `json:"revision"`
	Generation    uint32                          `json:"generation"`
	LastRule      uint32                          `json:"lastRule"`
	Profiles      []snapshotProfile               `json:"profiles"`
	CustomMetrics map[string]api.CustomMetricType `json:"customMetrics"`
	Dimensions    map[string][]string             `json:"dimensions"`
	Groups        []snapshotGroup                 `json:"groups"`
	Classes       []snapshotClass                 `json:"classes"`
	Plans         [][][4]uint32                   `json:"plans"` // rule, version, since, slots; null: none has this id
	Message       uint64                          `json:"message"`
	Sweep         *snapshotSweep                  `json:"sweep,omitempty"`
	Statistics    []snapshotStatistic             `json:"statistics,omitempty"`
	Gateways      map[uint32]int64                `json:"gateways,omitempty"`
	OpenUntil     int64                           `json:"openUntil,omitempty"`
	Kept          []snapshotKept                  `json:"kept,omitempty"`
	ValueMemory   int64                           `json:"valueMemory"`
	ValuesOver    int64                           `json:"valuesOver"`
	ExportEvery   int64                           `json:"exportEvery,omitempty"` // ms
	ExportDue     int64                           `json:"exportDue,omitempty"`   // epoch ms
	FromTotals    []string                        `json:"deltaFromTotals,omitempty"`
}

// snapshotSweep is the sweep under way.
type snapshotSweep struct {
	Windows bool   `json:"windows,omitempty"` // it closes windows
	Settled bool   `json:"settled,omitempty"` // thresholds have come; with neither, it measures disconnect durations
	At      int64  `json:"at"`
	Clock   int64  `json:"clock"`
	Next    uint32 `json:"next"`
	End     uint32 `json:"end"`
}

type snapshotProfile struct {
	Name         string               `json:"name"`
	Behaviors    []api.Behavior       `json:"behaviors,omitempty"`
	Retain       []api.MetricToRetain `json:"retain,omitempty"`
	Rules        [][2]uint32          `json:"rules,omitempty"` // id and version of each behavior
	All          bool                 `json:"all,omitempty"`
	Registered   bool                 `json:"registered,omitempty"`
	Unregistered bool                 `json:"unregistered,omitempty"`
	Groups       []uint32             `json:"groups,omitempty"`
	Alerts       []violation.Alert    `json:"alerts,omitempty"`
	Topic        string               `json:"topic,omitempty"`    // that it exports to
	Outgoing     string               `json:"outgoing,omitempty"` // its message that is not full yet, without its end
}

type snapshotGroup struct {
	Name    string `json:"name,omitempty"`
	Parent  uint32 `json:"parent,omitempty"`
	Deleted bool   `json:"deleted,omitempty"`
}

type snapshotClass struct {
	Free       bool     `json:"free,omitempty"`
	Registered bool     `json:"registered,omitempty"`
	Groups     []uint32 `json:"groups,omitempty"`
	Plan       uint32   `json:"plan"`
}

// snapshotWithheld is a last violation value that is not written yet.
type snapshotWithheld struct {
	Violation int    `json:"violation"` // place in the section of violations
	Time      int64  `json:"time"`
	Value     string `json:"value"`
}

// Snapshot is an engine's state at one moment. It stays as it is while the
// engine goes on.
type Snapshot struct {
	clock, revision int64
	message         uint64
	sweep           sweep
	gateways        map[uint32]int64
	openUntil       int64
	config          config
	things          things // without its index
	pools           []*slab[state]
	episodes        *slab[episode]
	oldest          uint32
	withheld        map[uint32]violation.Update
	presences       *slab[presence]
	addresses       addresses
	open            openChunks // of it only what is read
	kept            []snapshotKept
	waits           *slab[datapoint]
	statistics      []snapshotStatistic
	exports         exports
	fromTotals      fromTotals
	outgoing        map[string][]byte // by profile
}

// Freeze returns the engine's state as it is now. It copies lists of chunks, not
// the chunks: those the engine copies one by one before it next writes to them.
func (e *Engine) Freeze() *Snapshot {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &Snapshot{
		clock:     e.clock,
		revision:  e.revision,
		message:   e.message,
		sweep:     e.sweep,
		gateways:  maps.Clone(e.gateways),
		openUntil: e.openUntil,
		config:    e.config,
		things:    things{slab: e.things.slab.freeze(), arena: e.things.arena.freeze()},
		pools:     make([]*slab[state], len(e.pools)),
		episodes:  e.episodes.freeze(),
		oldest:    e.oldest,
		withheld:  maps.Clone(e.withheld),
		presences: e.presences.freeze(),
		addresses: addresses{e.addresses.nodes.freeze()},
		open:      openChunks{heads: e.open.heads.freeze(), blocks: e.open.blocks.freeze(), oldest: e.open.oldest, budget: e.open.budget, over: e.open.over},
		kept:      e.snapshotKept(),
		waits:     e.waits.nodes.freeze(),
		exports:   e.exports,
		outgoing:  make(map[string][]byte),

		statistics: e.freezeStatistics(),
		fromTotals: e.fromTotals.freeze(),
	}
	for name, p := range e.profiles {
		if p.out != nil && len(p.out.payload) > 0 {
			s.outgoing[name] = p.out.payload // only ever appended to
		}
	}
	s.config.profiles = maps.Clone(e.profiles)
	s.config.customMetrics = maps.Clone(e.customMetrics)
	s.config.dimensions = maps.Clone(e.dimensions)
	s.config.groups = slices.Clone(e.groups)
	s.config.classes = slices.Clone(e.classes)
	s.config.plans = slices.Clone(e.plans)
	for n, pool := range e.pools {
		if pool != nil {
			s.pools[n] = pool.freeze()
		}
	}
	return s
}

// WriteTo writes the snapshot in the format of docs/format/snapshot.md. It may
// run beside the engine.
func (s *Snapshot) WriteTo(w io.Writer) (int64, error) {
	out := newSnapshotWriter(w)
	out.bytes([]byte(snapshotMagic))
	out.uint32(snapshotVersion)
	out.json(sectionConfig, s.configJSON())
	s.writeThings(out)
	s.writeViolations(out)
	s.writePresences(out)
	s.writeAddresses(out)
	s.writeOpenChunks(out)
	s.writeWaiting(out)
	s.fromTotals.write(out)
	out.section(sectionEnd, 8, 1)
	out.flush()
	out.uint64(out.hash.Sum64())
	out.flush()
	if out.err != nil {
		return out.n, fmt.Errorf("write snapshot: %w", out.err)
	}
	return out.n, nil
}

func (s *Snapshot) configJSON() *snapshotConfig {
	c := &snapshotConfig{
		Clock: s.clock, Revision: s.revision, Generation: s.config.generation, LastRule: s.config.lastRule,
		CustomMetrics: s.config.customMetrics, Dimensions: s.config.dimensions, Message: s.message, Gateways: s.gateways, OpenUntil: s.openUntil,
		Statistics: s.statisticsJSON(), Kept: s.kept, ValueMemory: s.open.budget, ValuesOver: s.open.over,
		ExportEvery: s.exports.every, ExportDue: s.exports.due, FromTotals: s.fromTotals.senders,
	}
	if w := s.sweep; w.what != nothing {
		c.Sweep = &snapshotSweep{w.what == windowEnd, w.what == settled, w.at, w.clock, w.next, w.end}
	}
	for _, name := range slices.Sorted(maps.Keys(s.config.profiles)) {
		p := s.config.profiles[name]
		profile := snapshotProfile{
			Name: p.name, Behaviors: p.behaviors, Retain: p.retain, Alerts: p.alerts,
			All: p.targets.all, Registered: p.targets.registered, Unregistered: p.targets.unregistered, Groups: p.targets.groups,
			Topic: p.topic, Outgoing: string(s.outgoing[name]),
		}
		for _, r := range p.rules {
			profile.Rules = append(profile.Rules, [2]uint32{r.id, r.version})
		}
		c.Profiles = append(c.Profiles, profile)
	}
	for _, g := range s.config.groups {
		c.Groups = append(c.Groups, snapshotGroup{g.name, g.parent, g.deleted})
	}
	for i, k := range s.config.classes {
		c.Classes = append(c.Classes, snapshotClass{i != 0 && k.things == 0, k.registered, k.groups, k.plan})
	}
	for _, p := range s.config.plans {
		var entries [][4]uint32
		if p != nil {
			entries = make([][4]uint32, len(p.entries))
			for i, en := range p.entries {
				entries[i] = [4]uint32{en.rule, en.version, en.since, en.slots}
			}
		}
		c.Plans = append(c.Plans, entries)
	}
	return c
}

func (s *Snapshot) writeThings(out *snapshotWriter) {
	n, names, states := s.things.slab.count, 0, 0
	for id := range n {
		t := s.things.view(id)
		names += 1 + len(s.things.name(id))
		states += s.config.plans[t.plan].slots
	}
	out.section(sectionNames, 1, names)
	for id := range n {
		name := s.things.name(id)
		out.bytes([]byte{byte(len(name))})
		out.bytes(name)
	}
	out.section(sectionThings, thingSize, int(n))
	for id := range n {
		t := s.things.view(id)
		out.uint64(t.hash)
		out.uint64(uint64(t.report))
		out.uint64(uint64(t.last))
		out.uint32(t.class)
		out.uint32(t.plan)
		out.uint32(uint32(t.flags))
	}
	out.section(sectionStates, stateSize, states)
	s.writeStates(out)
}

func (s *Snapshot) writeStates(out *snapshotWriter) {
	keeps, last := s.keeps(), make(map[uint32][]bool) // by plan
	for id := range s.things.slab.count {
		t := s.things.view(id)
		p := s.config.plans[t.plan]
		if p.slots == 0 {
			continue
		}
		if last[t.plan] == nil {
			last[t.plan] = s.lastSlots(p, keeps)
		}
		for i, st := range s.pools[p.slots].view(t.block) {
			if st.flags&(listed|queued) != 0 {
				st.sum = 0
			}
			if last[t.plan][i] {
				st.covered = 0
			}
			out.uint64(uint64(st.sum))
			out.uint32(st.covered)
			out.bytes([]byte{st.count, st.flags, 0, 0})
		}
	}
}

func (s *Snapshot) writeViolations(out *snapshotWriter) {
	list := alarms{episodes: s.episodes}
	var order []uint32
	for i := s.oldest; i != 0; i = list.peek(i).newer {
		order = append(order, i)
	}
	out.section(sectionViolations, violationSize, len(order))
	withheld := []snapshotWithheld{}
	for place, i := range order {
		ep := list.peek(i)
		out.bytes(ep.id[:])
		out.uint32(ep.thing)
		out.uint32(ep.rule)
		out.uint64(uint64(ep.heard))
		out.uint64(uint64(ep.written))
		if u, ok := s.withheld[i]; ok {
			withheld = append(withheld, snapshotWithheld{place, u.Time, u.Value})
		}
	}
	out.json(sectionWithheld, withheld)
}
