// Package violation holds the plain types that detect makes, store keeps and
// notify sends: violations, their events, alerts, and the effects of a batch.
package violation

import (
	"vedette/api"
	"vedette/metric"
)

// Violation is one thing out of one behavior: an episode that begins with an
// in-alarm event and is active until it is cleared or invalidated.
type Violation struct {
	ID           string // 32 lower-case hex digits, the same after every replay
	Thing        string
	Profile      string
	Behavior     string                   // name of the behavior
	Definition   string                   // the behavior as it was, JSON of api.Behavior
	CriteriaType api.BehaviorCriteriaType // STATIC, STATISTICAL or MACHINE_LEARNING
	Suppressed   bool                     // suppressAlerts of the behavior
	Confidence   api.ConfidenceLevel      // MACHINE_LEARNING only
}

// Event is a transition of a violation. A violation has one in-alarm event and
// at most one event that ends it.
type Event struct {
	Violation
	Type  api.ViolationEventType
	Time  int64  // epoch milliseconds
	Value string // JSON of api.MetricValue; empty for alarm-invalidated
	Pos   uint64 // place of the deciding record in the shard's log; never 0
}

// Update is what a violating datapoint changes in an active violation.
type Update struct {
	ID    string
	Time  int64  // lastViolationTime, epoch milliseconds
	Value string // lastViolationValue, JSON of api.MetricValue
}

// Alert is one event on its way to one alert target.
type Alert struct {
	Event   int                 // index into Effects.Events
	Type    api.AlertTargetType // SNS
	Target  string              // alertTargetArn
	RoleARN string
}

// MaxChunkSpan bounds Chunk.Last - Chunk.First, in milliseconds: a day.
const MaxChunkSpan = 24 * 60 * 60 * 1000

// Chunk is consecutive values of one series of a thing, in the order of their
// times (docs/format/chunk.md). The next chunk of the series begins where it ends, and
// First tells them apart: it grows from chunk to chunk. While a chunk is open, values
// are added at its end, and First stays.
type Chunk struct {
	Thing       string
	Series      metric.Series
	First, Last int64 // times of the first and the last value, epoch milliseconds; at most MaxChunkSpan apart
	Count       int   // of the values; at least 1
	Data        []byte
}

// Drop says that a custom metric was deleted: its values are no longer to be
// found. A metric of its name that is made later begins anew.
type Drop struct {
	Metric string
	Chunks int // how many of Effects.Chunks come before it
}

// MaxExport is what the payload of an Export may have at most, bytes: as much as an MQTT
// message at AWS.
const MaxExport = 128 << 10

// Export is one message of exported metric values (docs/format/export.md).
type Export struct {
	Profile string // security profile that exports them
	Topic   string // mqttTopic of its metricsExportConfig
	Payload []byte // JSON, below MaxExport
}

// Effects is what applying records of one shard brought about, in order. Store
// keeps all of it in one transaction, together with the position.
type Effects struct {
	Shard      int
	Epoch      int64  // of the shard's owner; store refuses effects of an older one
	Position   uint64 // place of the last record covered
	Events     []Event
	Updates    []Update
	Alerts     []Alert
	Chunks     []Chunk
	Drops      []Drop
	Thresholds []Threshold
	Exports    []Export
}

// Threshold is the percentile of a behavior with a statistical threshold over one
// window. The shards agree on it; each of them says it.
type Threshold struct {
	Profile  string
	Behavior string // name of the behavior
	End      int64  // of the window, epoch milliseconds; it judges the window that begins then
	Value    string // JSON of api.MetricValue; empty: there is none
	N        int64  // things that had a value in the window
	Why      string // there is no value: TooFewThings or NegativeValues; else empty
}

// Why a window has no threshold.
const (
	TooFewThings   = "TOO_FEW_THINGS"  // fewer than two had a value
	NegativeValues = "NEGATIVE_VALUES" // the value of some was negative
)

// Empty tells whether there is nothing to store.
func (e *Effects) Empty() bool { return e.Mark() == Mark{} }

// Len returns how much there is to store, each effect counted once, without drops.
func (e *Effects) Len() int {
	return len(e.Events) + len(e.Updates) + len(e.Chunks) + len(e.Thresholds) + len(e.Exports)
}

// Reset empties e and keeps its memory.
func (e *Effects) Reset() { e.Cut(Mark{}) }

// Mark is how much there was of Effects at some moment.
type Mark struct{ events, updates, alerts, chunks, drops, thresholds, exports int }

// Mark notes how much there is.
func (e *Effects) Mark() Mark {
	return Mark{len(e.Events), len(e.Updates), len(e.Alerts), len(e.Chunks), len(e.Drops), len(e.Thresholds), len(e.Exports)}
}

// Cut takes back everything that came after m, and keeps its memory.
func (e *Effects) Cut(m Mark) {
	clear(e.Events[m.events:])
	clear(e.Chunks[m.chunks:])
	clear(e.Exports[m.exports:])
	e.Events, e.Updates, e.Alerts = e.Events[:m.events], e.Updates[:m.updates], e.Alerts[:m.alerts]
	e.Chunks, e.Drops = e.Chunks[:m.chunks], e.Drops[:m.drops]
	e.Thresholds, e.Exports = e.Thresholds[:m.thresholds], e.Exports[:m.exports]
}
