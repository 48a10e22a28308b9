package detect_test

import (
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"

	"vedette/detect"
	"vedette/metric"
	"vedette/metric/chunk"
	"vedette/violation"
)

// valueKey is a series of a thing.
type valueKey struct {
	thing  string
	series metric.Series
}

// point is a kept value.
type point struct {
	at   int64
	text string
}

// valueLog is what a store has that got all effects.
type valueLog map[valueKey][]violation.Chunk

func (l valueLog) add(fx *violation.Effects) error {
	var failed error
	chunks := fx.Chunks
	take := func(n int) {
		for _, c := range chunks[:n] {
			c.Data = append([]byte(nil), c.Data...)
			key := valueKey{c.Thing, c.Series}
			info, _ := metric.Lookup(c.Series.Metric)
			if have := l[key]; len(have) > 0 && info.Device && (have[len(have)-1].First >= c.First || have[len(have)-1].Last > c.First) {
				failed = fmt.Errorf("%v: chunk %d to %d after %d to %d", key, c.First, c.Last, have[len(have)-1].First, have[len(have)-1].Last)
			}
			l[key] = append(l[key], c)
		}
		chunks = chunks[n:]
	}
	done := 0
	for _, d := range fx.Drops {
		take(d.Chunks - done)
		done = d.Chunks
		for key := range l {
			if key.series.Metric == d.Metric {
				delete(l, key)
			}
		}
	}
	take(len(chunks))
	return failed
}

// points returns the values of chunks in order, and checks what the chunks say of themselves.
func points(tb testing.TB, chunks ...violation.Chunk) []point {
	tb.Helper()
	list, err := pointsOf(chunks)
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func pointsOf(chunks []violation.Chunk) (list []point, err error) {
	for _, c := range chunks {
		var r chunk.Reader
		if err := r.Reset(c.Data, 0, math.MaxInt64); err != nil {
			return nil, err
		}
		start := len(list)
		for r.Next() {
			list = append(list, point{r.At(), textOf(&r)})
		}
		if r.Err() != nil || len(list)-start != c.Count || list[start].at != c.First || list[len(list)-1].at != c.Last || c.Last-c.First > violation.MaxChunkSpan {
			return nil, fmt.Errorf("chunk %d to %d of %d values: %v, error %w", c.First, c.Last, c.Count, list[start:], r.Err())
		}
	}
	return list, nil
}

func textOf(r *chunk.Reader) string {
	switch r.Kind() {
	case chunk.Counts:
		return fmt.Sprint(r.Count())
	case chunk.Number:
		return fmt.Sprint(r.Number())
	case chunk.Ports:
		return fmt.Sprint(r.Ports([]uint16{}))
	case chunk.Addresses:
		return fmt.Sprint(r.Addresses([]netip.Addr{}))
	case chunk.Strings:
		return fmt.Sprintf("%s", r.Strings([][]byte{}))
	}
	return fmt.Sprint(r.Numbers([]float64{}))
}

// all returns the values of a series, those in the engine's memory included.
func (l valueLog) all(tb testing.TB, e *detect.Engine, key valueKey) []point {
	tb.Helper()
	list := points(tb, l[key]...)
	open, _, _ := e.OpenChunk(key.thing, key.series)
	if open == nil {
		return list
	}
	if open.Thing != key.thing || open.Series != key.series {
		tb.Fatalf("the open chunk of %v is that of %s %v", key, open.Thing, open.Series)
	}
	return append(list, points(tb, *open)...)
}

// listValues notes the values of "THING METRIC [dimension=…]", a chunk to a line.
func (h *history) listValues(thing string, rest []string) {
	b, err := parseBehavior("values " + strings.Join(rest, " "))
	if err != nil {
		h.tb.Fatal(err)
	}
	key := valueKey{thing, metric.NewSeries(*b.Metric, b.MetricDimension)}
	show := func(what string, c violation.Chunk) {
		line := what
		for _, p := range points(h.tb, c) {
			line += fmt.Sprintf(" %s=%s", h.since(p.at), p.text)
		}
		h.listed = append(h.listed, line)
	}
	for _, c := range h.values[key] {
		show("chunk", c)
	}
	open, _, known := h.engine.OpenChunk(thing, key.series)
	switch {
	case open != nil:
		show("open ", *open)
	case !known:
		h.listed = append(h.listed, "unknown thing")
	case len(h.values[key]) == 0:
		h.listed = append(h.listed, "none")
	}
}
