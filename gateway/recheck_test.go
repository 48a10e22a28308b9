package gateway

import (
	"fmt"
	"testing"

	"vedette/principal"
)

// TestRecheckAffected: of 10,000 connections those are asked about that something has
// changed for, many at a time, and no others.
func TestRecheckAffected(t *testing.T) {
	const devices = 10_000
	known := &registry{}
	known.set("AKIA", lines{"iot:Connect *", "iot:Publish new"})
	h := newHarness(Options{Identities: known})
	open := make([]*connection, devices)
	for i := range open {
		open[i] = &connection{peer: Peer{ClientID: fmt.Sprint(i), AccessKeyID: "AKIA"}}
		open[i].who.Store(principal.New("AKIA", lines{"iot:Connect *"}))
		h.connections.add(open[i])
	}
	renewed := func() (n int) {
		for _, c := range open {
			if c.who.Load().Allows(principal.Publish, []byte("new")) {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		what                  string
		affected              Affected
		calls, asked, renewed int // so far
	}{
		{"nobody", func(string, *principal.Principal) bool { return false }, 0, 0, 0},
		{"one", func(id string, _ *principal.Principal) bool { return id == "7" }, 1, 1, 1},
		{"some", func(id string, _ *principal.Principal) bool { return len(id) == 3 }, 3, 901, 901},
		{"all", nil, 23, 10_901, devices},
	} {
		recheck(t, h.Gateway, step.affected)
		if known.calls != step.calls || len(known.asked) != step.asked || renewed() != step.renewed {
			t.Errorf("%s: %d calls about %d connections, %d renewed, want %d, %d, %d", step.what,
				known.calls, len(known.asked), renewed(), step.calls, step.asked, step.renewed)
		}
	}
}
