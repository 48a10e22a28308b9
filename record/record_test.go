package record

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
)

// TestPartition holds the partitions still: a deployment's things must not move.
func TestPartition(t *testing.T) {
	for name, want := range map[string]uint8{"": 25, "lamp-7": 13, "cam-1": 54, "gw/7": 1} {
		if got := Partition([]byte(name)); got != want {
			t.Errorf("Partition(%q) = %d, want %d", name, got, want)
		}
	}
}

func TestPos(t *testing.T) {
	last := uint64(0)
	for _, p := range []uint64{Pos(1, 0), Pos(1, 1), Pos(1, 65535), Pos(2, 0)} {
		if p <= last {
			t.Errorf("place %d comes after %d", p, last)
		}
		last = p
	}
	if got := Seq(Pos(7, 65535)); got != 7 {
		t.Errorf("got sequence number %d, want 7", got)
	}
}

func TestChange(t *testing.T) {
	want := &Change{
		Revision:   7,
		Profile:    &Profile{Name: "p", Behaviors: []api.Behavior{{Name: new("b"), Metric: new("aws:all-bytes-in")}}},
		Membership: &Membership{Thing: "t", Group: "g", Member: true},
	}
	body, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeChange(body)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("change (-want +got):\n%s", d)
	}
	if _, err := DecodeChange([]byte(`{`)); err == nil {
		t.Error("decoded a damaged change")
	}
}
