package record

import (
	"encoding/json"
	"fmt"
	"math"
)

// Thresholds is the body of a threshold record: what the percentiles of behaviors with
// a statistical threshold were over windows that end together, over all shards. It is
// stored as JSON, in the log of every shard.
type Thresholds struct {
	End  int64       `json:"end"` // of the windows, epoch ms
	List []Threshold `json:"thresholds"`
}

// Threshold is the percentile of one behavior in one window. With neither Count nor
// Number there is none.
type Threshold struct {
	Profile  string   `json:"profile"`
	Behavior string   `json:"behavior"`           // its name
	Criteria uint64   `json:"criteria,string"`    // which the percentile is of; detect tells by it that they were edited
	N        uint64   `json:"n"`                  // things that had a value
	Negative uint64   `json:"negative,omitempty"` // those of them whose value was negative; with any there is no percentile
	Count    *int64   `json:"count,omitempty"`    // of metrics that are counts
	Number   *float64 `json:"number,omitempty"`   // of custom metrics
}

// Encode returns the body of the threshold record.
func (t *Thresholds) Encode() ([]byte, error) {
	b, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode thresholds of %d: %w", t.End, err)
	}
	return b, nil
}

// DecodeThresholds reads the body of a threshold record.
func DecodeThresholds(body []byte) (*Thresholds, error) {
	t := &Thresholds{}
	if err := json.Unmarshal(body, t); err != nil {
		return nil, fmt.Errorf("decode threshold record: %w", err)
	}
	if t.End <= 0 {
		return nil, fmt.Errorf("decode threshold record: windows end at %d, expected a time in epoch milliseconds", t.End)
	}
	for i := range t.List {
		if err := t.List[i].check(); err != nil {
			return nil, fmt.Errorf("decode threshold record: threshold %d of behavior %.128q: %w", i, t.List[i].Behavior, err)
		}
	}
	return t, nil
}

func (t *Threshold) check() error {
	switch {
	case t.Profile == "" || t.Behavior == "":
		return fmt.Errorf("profile and behavior should have names")
	case t.Count != nil && t.Number != nil:
		return fmt.Errorf("it should have count or number, not both")
	case t.N >= 2 && t.Negative == 0 && t.Count == nil && t.Number == nil:
		return fmt.Errorf("it should have count or number: %d things had a value", t.N)
	case (t.N < 2 || t.Negative > 0) && (t.Count != nil || t.Number != nil):
		return fmt.Errorf("it should have no value: %d things had one, %d of them negative", t.N, t.Negative)
	case t.Count != nil && *t.Count < 0:
		return fmt.Errorf("count %d should not be negative", *t.Count)
	case t.Number != nil && !(*t.Number >= 0 && *t.Number <= math.MaxFloat64):
		return fmt.Errorf("number %g should not be negative", *t.Number)
	}
	return nil
}
