// Package detect judges devices: it compiles the behaviors of security profiles
// and turns the records of one shard into violation events (docs/detection.md).
//
// An Engine is a pure function of its records: the same records give the same
// events, however they are batched and however often the engine is restarted
// from a snapshot in between. It never asks for the time; its clock is the
// largest arrival time it has seen.
package detect

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// Options are what an engine can be told. They must stay the same for the life
// of a log, or a replay may give other events than the first run gave.
type Options struct {
	SilenceAfter time.Duration // an active violation without a datapoint for longer is invalidated; 0: 48 h
	Grace        time.Duration // windows of cloud-side metrics take usage records so long after their end; 0: 15 s
	SliceSteps   int           // how much a message of the log does at most of what is due for all things (sweep.go); 0: 8192, some 0.3 ms
}

// DefaultSilenceAfter is the default of Options.SilenceAfter.
const DefaultSilenceAfter = 48 * time.Hour

// DefaultGrace is the default of Options.Grace.
const DefaultGrace = 15 * time.Second

func (o Options) withDefaults() Options {
	if o.SilenceAfter == 0 {
		o.SilenceAfter = DefaultSilenceAfter
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	if o.SliceSteps == 0 {
		o.SliceSteps = defaultSteps
	}
	return o
}

// Engine judges the records of one shard. Its methods may be called from
// several goroutines; records are applied by one at a time, in the log's order.
type Engine struct {
	mu      sync.Mutex
	silence int64 // Options.SilenceAfter in milliseconds
	grace   int64 // Options.Grace in milliseconds
	steps   int   // Options.SliceSteps

	clock    int64  // largest arrival time seen, epoch ms
	revision int64  // of the last change applied
	message  uint64 // of the log that the last record was in
	sweep    sweep

	things *things
	pools  []*slab[state] // by the plan's slots; nil where no plan has that many

	config
	alarms
	cloud
	fleet
	open    openChunks
	exports exports

	current current
	stats   counters
	sending sending

	fromTotals fromTotals
}

// cloud is what is known of connections, and what is due for cloud-side metrics.
type cloud struct {
	presences *slab[presence] // by thing; things without any may be missing at the end
	addresses addresses
	crossings crossings
	online    int              // things that are connected
	tracked   int              // things that have been seen connected
	windows   int              // rules that judge windows of the wall clock
	durations int              // rules on aws:disconnect-duration
	gateways  map[uint32]int64 // when each process that says so was last known to live, epoch ms

	openUntil int64 // no open window ends later, epoch ms; the last one that did may be no more
	closing   int64 // windows that end here are closed next
	boundary  int64 // where disconnect durations are measured next
}

// fleet is what the statistical thresholds need.
type fleet struct {
	statistical []*rule // with a statistical threshold, by profile and behavior
	gathered    uint64  // windows of them that closed
	waits       waits
	scratch     []datapoint
}

// current is the record being applied. The scratch memory lives on.
type current struct {
	at      int64
	pos     uint64
	fx      *violation.Effects
	report  record.Report
	usage   usage
	addrs   []netip.Addr // scratch
	first   bool         // the thing's first report
	cover   int64        // time since the thing's last report, ms
	thing   uint32
	customs []customAt // by custom metric of the rules
	serial  uint64     // of the report, to tell fresh entries of customs
	value   value
	order   []uint32 // scratch for violations that a change ends
	last    *state   // the last slot of the state at hand; of rules on cloud-side metrics
	sizes   *state   // likewise, the slot of sizes: sum is all bytes, covered the smallest payload; nil: it has none
	item    []byte   // scratch

	ports   []uint16 // scratch for lists that are kept
	strings [][]byte
	numbers []float64

	connection record.Presence
	thresholds *record.Thresholds
	origin     uint64 // of the datapoint: the record that completed it, if that is not the current one; else 0
	gateway    record.Gateway
}

// customAt is where the current report has a custom metric.
type customAt struct {
	serial uint64
	index  int
}

// maxTime bounds arrival times, so that sums of times cannot overflow. It is
// far beyond the year 100,000.
const maxTime = 1 << 52

// New returns an engine that has seen nothing.
func New(o Options) *Engine {
	o = o.withDefaults()
	return &Engine{
		silence: o.SilenceAfter.Milliseconds(),
		grace:   o.Grace.Milliseconds(),
		steps:   o.SliceSteps,
		things:  newThings(),
		config:  newConfig(),
		alarms:  newAlarms(),
		open:    newOpenChunks(),
		exports: exports{every: DefaultExportInterval},
		cloud:   cloud{presences: newSlab[presence](1), addresses: addresses{newSlab[addressNode](1)}, gateways: make(map[uint32]int64)},
		fleet:   fleet{waits: waits{newSlab[datapoint](1)}},

		fromTotals: newFromTotals(),
	}
}

// Apply judges one record and appends what it brought about to fx. An error
// says that the record is damaged or of a kind that this release does not know;
// it is to be skipped, and the engine is as it was. Nothing of r is kept.
//
// Deadlines that r's arrival time has passed are dealt with first, so that it
// makes no difference whether a tick came before.
func (e *Engine) Apply(r *record.Record, fx *violation.Effects) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	change, err := e.decode(r)
	if err != nil {
		e.stats.damaged++
		return fmt.Errorf("apply record %d: %w", r.Pos, err)
	}

	e.current.at, e.current.pos, e.current.fx = r.At, r.Pos, fx
	e.inMessage(record.Seq(r.Pos))
	e.advance(r.At)
	e.sealSilent()
	switch r.Kind {
	case record.KindReport:
		e.applyReport()
	case record.KindUsage:
		e.applyUsage()
	case record.KindPresence:
		e.applyPresence()
	case record.KindGateway:
		e.applyGateway(e.current.gateway)
	case record.KindChange:
		e.applyChange(change)
	case record.KindThreshold:
		e.applyThresholds(e.current.thresholds)
	}
	e.current.fx = nil
	return nil
}

// decode reads a record into e.current, or returns the change that it is.
func (e *Engine) decode(r *record.Record) (change *record.Change, err error) {
	if err := checkTime(r.At); err != nil {
		return nil, err
	}
	var thing []byte
	switch cur := &e.current; r.Kind {
	case record.KindReport:
		err, thing = cur.report.Decode(r.Body), cur.report.Thing
	case record.KindUsage:
		err, thing = cur.usage.Decode(r.Body), cur.usage.Thing
	case record.KindPresence:
		err, thing = cur.connection.Decode(r.Body), cur.connection.Thing
	case record.KindChange:
		return decodeChange(r.Body)
	case record.KindThreshold:
		cur.thresholds, err = record.DecodeThresholds(r.Body)
		return nil, err
	case record.KindGateway:
		return nil, cur.gateway.Decode(r.Body)
	case record.KindTick:
		return nil, nil
	default:
		return nil, fmt.Errorf("records of kind %d are not known to this release", r.Kind)
	}
	if err != nil {
		return nil, err
	}
	return nil, metric.CheckThing(thing)
}

func checkTime(at int64) error {
	if at < 0 || at > maxTime {
		return fmt.Errorf("arrival time %d is out of range", at)
	}
	return nil
}

// pool returns the states of plans with n slots.
func (e *Engine) pool(n int) *slab[state] {
	for len(e.pools) <= n {
		e.pools = append(e.pools, nil)
	}
	if e.pools[n] == nil {
		e.pools[n] = newSlab[state](n)
	}
	return e.pools[n]
}
