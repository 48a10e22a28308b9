package detect_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"vedette/record"
)

// presence applies "presence [t=…] thing=… connected [addr=…] [session=…]", or
// disconnected.
func (h *history) presence(fields []string) {
	p, process := record.Presence{}, uint64(0)
	for _, f := range fields {
		switch key, v, _ := strings.Cut(f, "="); key {
		case "t":
			h.time(v)
		case "thing":
			p.Thing = []byte(v)
		case "connected":
			p.Connected = true
		case "disconnected":
			p.Reason = record.ConnectionLost
		case "addr":
			p.Addr = netip.MustParseAddr(v)
		case "session":
			p.Session = uint64(h.int(v))
		case "process":
			process = uint64(h.int(v))
		default:
			h.tb.Fatalf("presence field %q", f)
		}
	}
	thing := string(p.Thing)
	if p.Session == 0 {
		p.Session = h.sessions[thing]
		if p.Connected {
			p.Session = process<<32 | uint64(uint32(p.Session)+1)
		}
	}
	if p.Connected {
		h.sessions[thing] = p.Session
	}
	h.apply(record.KindPresence, record.AppendPresence(nil, &p))
}

// gateway applies "gateway [t=…] process=… alive", "… gone" or "… alone".
func (h *history) gateway(fields []string) {
	g := record.Gateway{}
	states := map[string]record.GatewayState{"alive": record.GatewayAlive, "gone": record.GatewayGone, "alone": record.GatewayAlone}
	for _, f := range fields {
		switch key, v, _ := strings.Cut(f, "="); key {
		case "t":
			h.time(v)
		case "process":
			g.Process = uint32(h.int(v))
		default:
			if g.State = states[key]; g.State == 0 {
				h.tb.Fatalf("gateway field %q", f)
			}
		}
	}
	h.apply(record.KindGateway, record.AppendGateway(nil, g))
}

// usage applies a usage record of t=…, thing=…, perhaps window=… and number=…,
// and what was counted.
func (h *history) usage(fields []string) {
	h.numbers++
	u := record.Usage{Number: h.numbers, Window: -1}
	for _, f := range fields {
		key, v, _ := strings.Cut(f, "=")
		dimension, counted, ok := strings.Cut(key, ":")
		switch {
		case ok:
			h.tally(tallyOf(&u, dimension), counted, v)
		case key == "t":
			h.time(v)
		case key == "thing":
			u.Thing = []byte(v)
		case key == "number":
			u.Number = uint64(h.int(v))
		case key == "window":
			now := h.now
			h.time(v)
			u.Window, h.now = h.now, now
		case key == "attempts":
			u.Attempts = h.int(v)
		case key == "disconnects":
			u.Disconnects = h.int(v)
		case key == "addrs":
			for _, a := range elements(v) {
				u.Addrs = append(u.Addrs, netip.MustParseAddr(a))
			}
		default:
			h.tally(&u.Tally, key, v)
		}
	}
	if u.Window < 0 {
		u.Window = h.now
	}
	u.Window -= u.Window % record.UsageWindow
	h.apply(record.KindUsage, record.AppendUsage(nil, &u))
}

// tallyOf returns the tally of the messages in a dimension, or of those not in
// it: "!NAME".
func tallyOf(u *record.Usage, dimension string) *record.Tally {
	name, not := strings.CutPrefix(dimension, "!")
	for i := range u.Dimensions {
		if d := &u.Dimensions[i]; string(d.Name) == name && d.NotIn == not {
			return &d.Tally
		}
	}
	u.Dimensions = append(u.Dimensions, record.DimensionTally{Name: []byte(name), NotIn: not})
	return &u.Dimensions[len(u.Dimensions)-1].Tally
}

func (h *history) tally(t *record.Tally, key, v string) {
	switch key {
	case "received":
		t.Received = h.int(v)
	case "failures":
		t.Failures = h.int(v)
	case "sent":
		t.Sent = h.int(v)
	case "sizes":
		var sizes []int64
		for _, s := range elements(v) {
			sizes = append(sizes, h.int(s))
			t.Bytes += h.int(s)
		}
		t.Sent, t.Min, t.Max = int64(len(sizes)), slices.Min(sizes), slices.Max(sizes)
	default:
		h.tb.Fatalf("usage field %q", key)
	}
}

// presenceText and usageText return records as lines of testdata.
func presenceText(p *record.Presence) string {
	s := fmt.Sprintf("thing=%s session=%d", p.Thing, p.Session)
	if !p.Connected {
		return s + " disconnected"
	}
	s += " connected"
	if p.Addr.IsValid() {
		s += " addr=" + p.Addr.String()
	}
	return s
}

func usageText(u *record.Usage) string {
	s := fmt.Sprintf("thing=%s number=%d", u.Thing, u.Number)
	if u.Attempts > 0 {
		s += fmt.Sprintf(" attempts=%d", u.Attempts)
	}
	if u.Disconnects > 0 {
		s += fmt.Sprintf(" disconnects=%d", u.Disconnects)
	}
	if len(u.Addrs) > 0 {
		s += " addrs=" + join(u.Addrs)
	}
	s += tallyText("", &u.Tally)
	for i := range u.Dimensions {
		d := &u.Dimensions[i]
		name := string(d.Name) + ":"
		if d.NotIn {
			name = "!" + name
		}
		s += tallyText(name, &d.Tally)
	}
	return s
}

// tallyText shows as many sizes as were sent; all between the ends are the least.
func tallyText(prefix string, t *record.Tally) string {
	s := ""
	if t.Sent == 1 {
		s += fmt.Sprintf(" %ssizes=%d", prefix, t.Max)
	} else if t.Sent > 1 {
		s += fmt.Sprintf(" %ssizes=%d%s", prefix, t.Max, strings.Repeat(fmt.Sprintf(",%d", t.Min), int(t.Sent-1)))
	}
	if t.Received > 0 {
		s += fmt.Sprintf(" %sreceived=%d", prefix, t.Received)
	}
	if t.Failures > 0 {
		s += fmt.Sprintf(" %sfailures=%d", prefix, t.Failures)
	}
	return s
}
