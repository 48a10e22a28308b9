package stream

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSeenForgetsOldest(t *testing.T) {
	s := seen{}
	for i := range maxWriters + 10 {
		s.note(batchID{writerID{byte(i), byte(i >> 8)}, 1}, uint64(i+1))
	}
	if len(s) != maxWriters {
		t.Errorf("%d writers are kept", len(s))
	}
	if s.repeated(batchID{writerID{9, 0}, 1}) {
		t.Error("the tenth writer is still known")
	}
	if !s.repeated(batchID{writerID{10, 0}, 1}) {
		t.Error("the eleventh writer is forgotten")
	}
}

// TestTracker compares the tracker's answers with tables that were kept for
// every place.
func TestTracker(t *testing.T) {
	writers := []batchID{{writer: writerID{1}}, {writer: writerID{2}}, {writer: writerID{3}}}
	track, want := newTracker(seen{}, 0), map[uint64]seen{0: {}}
	now := seen{}
	for seq := uint64(1); seq <= 3*maxRuns; seq++ {
		switch w := &writers[(seq/3)%3]; {
		case seq%17 == 0: // a repeated batch
			track.skip(seq)
		default:
			w.counter++
			now.note(*w, seq)
			track.note(*w, seq)
		}
		if seq%1000 == 0 {
			want[seq] = maps.Clone(now)
		}
	}
	if len(track.runs) > maxRuns {
		t.Errorf("%d runs", len(track.runs))
	}
	known := 0
	for seq, s := range want {
		got, ok := track.at(seq)
		if !ok {
			continue
		}
		known++
		if diff := cmp.Diff(s, got, cmp.AllowUnexported(mark{})); diff != "" {
			t.Errorf("at %d: %s", seq, diff)
		}
	}
	if known < maxRuns/2/1000 {
		t.Errorf("only %d of %d places are known", known, len(want))
	}
	if _, ok := track.at(3*maxRuns + 1); ok {
		t.Error("knows a place that was not read yet")
	}
}

func TestTrackerSingleWriter(t *testing.T) {
	track := newTracker(seen{}, 0)
	for seq := uint64(1); seq <= 10*maxRuns; seq++ {
		track.note(batchID{counter: seq}, seq)
	}
	if len(track.runs) != 1 {
		t.Errorf("one writer makes %d runs", len(track.runs))
	}
	if s, ok := track.at(100); !ok || s[writerID{}].counter != 100 {
		t.Errorf("at 100: %v, %v", s, ok)
	}
}
