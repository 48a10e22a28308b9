package detect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"vedette/detect/quantile"
	"vedette/metric"
	"vedette/record"
	"vedette/violation"
)

// Partial is what one shard's things had in the last closed window of a behavior with
// a statistical threshold. It is part of the engine's state: a restart has it again.
type Partial struct {
	Profile   string
	Behavior  string
	End       int64             // of the window, epoch ms
	Threshold *record.Threshold // the shard has had it, and it is the same for all; nil: it waits for it

	criteria uint64
	percent  float64
	side     quantile.Side
	sketch   []byte
	negative uint64
}

// Partials returns the shard's parts of the windows that closed last, and how often it
// has made any: the number tells whether there are new ones.
func (e *Engine) Partials() (list []Partial, gathered uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.statistical {
		if p := r.statistic.partial; p != nil {
			list = append(list, *p)
		}
	}
	return list, e.gathered
}

// Gathered returns the second result of Partials alone.
func (e *Engine) Gathered() uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.gathered
}

// maxThresholds is how many thresholds a record has at most, so that it fits.
const maxThresholds = 1000

// part stands for what is merged: the same window of the same behavior.
type part struct {
	end               int64
	profile, behavior string
	criteria          uint64
}

// Merge makes thresholds of the parts of all shards, and returns the records that each
// shard lacks. A window that not every shard has closed waits for the others; one that
// a shard has the threshold of keeps it: a coordinator that died may have told some
// shards, but not all.
func Merge(shards [][]Partial) ([][]record.Thresholds, error) {
	parts := make(map[part][]*Partial)
	for i := range shards {
		for j := range shards[i] {
			p := &shards[i][j]
			key := part{p.End, p.Profile, p.Behavior, p.criteria}
			if parts[key] == nil {
				parts[key] = make([]*Partial, len(shards))
			}
			parts[key][i] = p
		}
	}
	keys := slices.SortedFunc(maps.Keys(parts), func(a, b part) int {
		return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.profile, b.profile), cmp.Compare(a.behavior, b.behavior))
	})
	out := make([][]record.Thresholds, len(shards))
	for _, key := range keys {
		t, err := mergeParts(key, parts[key])
		if err != nil {
			return nil, err
		}
		for i, p := range parts[key] {
			if t != nil && p != nil && p.Threshold == nil {
				out[i] = appendThreshold(out[i], key.end, t)
			}
		}
	}
	return out, nil
}

func appendThreshold(list []record.Thresholds, end int64, t *record.Threshold) []record.Thresholds {
	if n := len(list); n == 0 || list[n-1].End != end || len(list[n-1].List) == maxThresholds {
		list = append(list, record.Thresholds{End: end})
	}
	last := &list[len(list)-1]
	last.List = append(last.List, *t)
	return list
}

// mergeParts returns the threshold of parts, nil while some are missing.
func mergeParts(key part, parts []*Partial) (*record.Threshold, error) {
	for _, p := range parts {
		if p != nil && p.Threshold != nil {
			return p.Threshold, nil
		}
	}
	if slices.Contains(parts, nil) {
		return nil, nil
	}
	t := &record.Threshold{Profile: key.profile, Behavior: key.behavior, Criteria: key.criteria}
	var whole *quantile.Sketch
	for _, p := range parts {
		s, _, err := quantile.Decode(p.sketch)
		if err != nil {
			return nil, fmt.Errorf("percentile of %s/%s: %w", key.profile, key.behavior, err)
		}
		if whole == nil {
			whole = s
		} else {
			whole.Merge(s)
		}
		t.Negative += p.negative
	}
	t.N = whole.Len() + t.Negative
	if whyNot(t) != "" {
		return t, nil
	}
	k, _ := whole.Percentile(parts[0].percent, parts[0].side)
	if whole.Numbers {
		t.Number = new(k.Number())
	} else {
		t.Count = new(k.Count())
	}
	return t, nil
}

// whyNot tells why a window has no threshold; empty if it has one.
func whyNot(t *record.Threshold) string {
	switch {
	case t.Negative > 0:
		return violation.NegativeValues
	case t.N < 2:
		return violation.TooFewThings
	}
	return ""
}

func boundOf(t *record.Threshold) bound {
	if t.Number != nil {
		return bound{double: true, number: *t.Number}
	}
	return bound{count: *t.Count}
}

// boundValue returns a bound in the form of api.MetricValue.
func boundValue(b bound) string {
	v := value{kind: metric.Gauge, count: b.count}
	if b.double {
		v = value{kind: metric.Number, number: b.number}
	}
	return v.json()
}
