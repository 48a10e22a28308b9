package record

import (
	"bytes"
	"fmt"
	"math"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sameUsage = cmp.Options{
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

// fullUsage has something of everything.
func fullUsage() Usage {
	return Usage{
		Thing: []byte("gw/7"), Number: math.MaxUint64, Window: 5_900_000 * UsageWindow, Attempts: 3, Disconnects: 2,
		Tally: Tally{Sent: 5, Received: math.MaxInt64, Failures: 1, Bytes: 70, Min: 0, Max: 30},
		Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")},
		Dimensions: []DimensionTally{
			{Name: []byte("cmd"), Tally: Tally{Sent: 1, Bytes: 9, Min: 9, Max: 9}},
			{Name: []byte("cmd"), NotIn: true, Tally: Tally{Received: 7}},
		},
	}
}

func fullPresence() Presence {
	return Presence{Thing: []byte("lamp-7"), Session: math.MaxUint64, Reason: KeepAliveTimeout, Addr: netip.MustParseAddr("2001:db8::1")}
}

func TestUsage(t *testing.T) {
	for name, want := range map[string]Usage{
		"ok/empty": {Thing: []byte("x")},
		"ok/full":  fullUsage(),
	} {
		t.Run(name, func(t *testing.T) {
			body := AppendUsage([]byte("before"), &want)
			got := fullUsage()
			if err := got.Decode(body[len("before"):]); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, sameUsage); d != "" {
				t.Errorf("usage (-want +got):\n%s", d)
			}
		})
	}
}

func TestPresence(t *testing.T) {
	for name, want := range map[string]Presence{
		"ok/no address":   {Thing: []byte("x"), Connected: true},
		"ok/disconnected": fullPresence(),
		"ok/connected":    {Thing: []byte("x"), Connected: true, Session: 1, Addr: netip.MustParseAddr("192.0.2.1")},
	} {
		t.Run(name, func(t *testing.T) {
			got := fullPresence()
			if err := got.Decode(AppendPresence(nil, &want)); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, sameUsage); d != "" {
				t.Errorf("presence (-want +got):\n%s", d)
			}
		})
	}
}

// TestUsageFormat holds the encodings still: logs of earlier releases are read.
func TestUsageFormat(t *testing.T) {
	u := Usage{
		Thing: []byte("t"), Number: 300, Window: 2 * UsageWindow, Attempts: 1, Disconnects: 3, Tally: Tally{Sent: 2, Received: 4, Failures: 5, Bytes: 9, Min: 1, Max: 8},
		Addrs: []netip.Addr{netip.MustParseAddr("1.2.3.4")}, Dimensions: []DimensionTally{{Name: []byte("d"), NotIn: true, Tally: Tally{Failures: 1}}},
	}
	want := []byte{1, 1, 't', 0xac, 0x02, 2, 1, 3, 2, 4, 5, 9, 1, 8, 1, 4, 1, 2, 3, 4, 1, 1, 'd', 1, 0, 0, 1}
	if got := AppendUsage(nil, &u); !bytes.Equal(got, want) {
		t.Errorf("usage: got % x, want % x", got, want)
	}
	p := Presence{Thing: []byte("t"), Session: 7, Connected: true, Addr: netip.MustParseAddr("1.2.3.4")}
	want = []byte{1, 1, 't', 7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 1, 2, 3, 4}
	if got := AppendPresence(nil, &p); !bytes.Equal(got, want) {
		t.Errorf("presence: got % x, want % x", got, want)
	}
}

func TestUsageDamaged(t *testing.T) {
	full, here := fullUsage(), fullPresence()
	usage, presence := AppendUsage(nil, &full), AppendPresence(nil, &here)
	tests := map[string][]byte{
		"fail/nothing":  {},
		"fail/version":  append([]byte{2}, usage[1:]...),
		"fail/more":     append(bytes.Clone(usage), 0),
		"fail/no thing": {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		"fail/negative": {1, 1, 't', 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0, 0, 0, 0, 0, 0},
	}
	for n := range usage {
		tests[fmt.Sprintf("fail/cut at %d", n)] = usage[:n]
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			var u Usage
			if err := u.Decode(in); err == nil {
				t.Errorf("decoded % x as %+v", in, u)
			}
		})
	}
	for n := range presence {
		var p Presence
		if err := p.Decode(presence[:n]); err == nil {
			t.Errorf("decoded presence cut at %d", n)
		}
	}
	var p Presence
	for _, in := range [][]byte{append(bytes.Clone(presence), 0), append([]byte{9}, presence[1:]...)} {
		if err := p.Decode(in); err == nil {
			t.Errorf("decoded % x as %+v", in, p)
		}
	}
}

func TestUsageAllocates(t *testing.T) {
	full, here := fullUsage(), fullPresence()
	var body []byte
	var u Usage
	var p Presence
	if n := testing.AllocsPerRun(100, func() {
		body = AppendUsage(body[:0], &full)
		if err := u.Decode(body); err != nil {
			t.Fatal(err)
		}
		body = AppendPresence(body[:0], &here)
		if err := p.Decode(body); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func TestReason(t *testing.T) {
	for r, want := range map[Reason]string{
		0: "UNKNOWN", ClientInitiatedDisconnect: "CLIENT_INITIATED_DISCONNECT", Throttled: "THROTTLED", WebSocketTimeOver: "WEBSOCKET_TTL_EXPIRATION", 200: "UNKNOWN",
	} {
		if got := r.String(); got != want {
			t.Errorf("reason %d: got %s, want %s", r, got, want)
		}
	}
}

// FuzzUsage decodes anything without a panic; what can be decoded is the same
// after another round.
func FuzzUsage(f *testing.F) {
	full := fullUsage()
	f.Add(AppendUsage(nil, &full))
	f.Add([]byte{1})
	var once, again Usage
	f.Fuzz(func(t *testing.T, body []byte) {
		if once.Decode(body) != nil {
			return
		}
		if err := again.Decode(AppendUsage(nil, &once)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(once, again, sameUsage); d != "" {
			t.Errorf("usage (-once +again):\n%s", d)
		}
	})
}

// FuzzPresence does the same with presence records.
func FuzzPresence(f *testing.F) {
	here := fullPresence()
	f.Add(AppendPresence(nil, &here))
	f.Add([]byte{1})
	var once, again Presence
	f.Fuzz(func(t *testing.T, body []byte) {
		if once.Decode(body) != nil {
			return
		}
		if err := again.Decode(AppendPresence(nil, &once)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(once, again, sameUsage); d != "" {
			t.Errorf("presence (-once +again):\n%s", d)
		}
	})
}
