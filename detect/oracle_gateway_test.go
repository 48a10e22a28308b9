package detect_test

import (
	"net/netip"
	"slices"

	"vedette/record"
)

var (
	oracleCounters = []string{"aws:num-messages-sent", "aws:num-messages-received", "aws:num-authorization-failures", "aws:num-connection-attempts", "aws:num-disconnects"}
	oracleFew      = []string{"0", "1", "2", "3", "5", "number:1.5"}
	oracleMinutes  = []string{"0", "1", "3", "5", "7", "60", "number:2.5", "9223372036854775807"}
	oracleBytes    = []string{"0", "1", "10", "100", "200"}
	oraclePeers    = addrs("10.1.2.3", "192.0.2.7", "2001:db8::1")
)

// cloudLine draws a behavior on a cloud-side metric.
func (w *writer) cloudLine(l *line, numeric, not string, duration int) {
	dimension := pick(w, []string{"", "", "", " dimension=d", " dimension=!d"})
	switch n := w.IntN(10); {
	case n < 4:
		l.metric, l.criterion, l.duration = pick(w, oracleCounters[:3]), numeric+pick(w, oracleFew)+dimension, duration
	case n < 5:
		l.metric, l.criterion, l.duration = pick(w, oracleCounters[3:]), numeric+pick(w, oracleFew), duration
	case n < 6:
		l.metric, l.criterion, l.duration = "aws:message-byte-size", numeric+pick(w, oracleBytes)+dimension, pick(w, []int{0, 600})
	case n < 8:
		l.metric, l.criterion = "aws:source-ip-address", not+"in-cidr-set "+pick(w, oracleCIDRs)+dimension
	default:
		l.metric, l.criterion = "aws:disconnect-duration", pick(w, []string{"less-than ", "less-than-equals "})+pick(w, oracleMinutes)
	}
}

// gateway draws a usage, a presence or a gateway record.
func (w *writer) gateway() {
	thing := pick(w, w.senders)
	if w.chance(25) {
		g := &record.Gateway{Process: uint32(w.IntN(2)), State: pick(w, []record.GatewayState{record.GatewayAlive, record.GatewayAlive, record.GatewayAlive, record.GatewayAlive, record.GatewayGone, record.GatewayAlone})}
		w.entries = append(w.entries, entry{at: w.at, gateway: g})
		return
	}
	if w.chance(45) {
		p := &record.Presence{Thing: []byte(thing), Connected: w.chance(60), Session: w.sessions[thing]}
		if p.Connected {
			p.Session = pick(w, []uint64{0, 1, 0x100})<<32 | uint64(uint32(p.Session)+1) // the last is a broker elsewhere
			w.sessions[thing] = p.Session
			if w.chance(90) {
				p.Addr = pick(w, oraclePeers)
			}
		} else if w.chance(10) && uint32(p.Session) > 1 {
			p.Session-- // of a connection that was taken over
		}
		w.entries = append(w.entries, entry{at: w.at, presence: p})
		return
	}
	w.numbers++
	u := &record.Usage{Thing: []byte(thing), Number: w.numbers, Window: w.at - w.at%record.UsageWindow, Tally: w.tally()}
	if w.chance(10) {
		u.Window -= record.UsageWindow
	}
	u.Attempts, u.Disconnects = w.Int64N(2), w.Int64N(2)
	if w.chance(70) {
		u.Addrs = []netip.Addr{pick(w, oraclePeers)}
	}
	for _, not := range []bool{false, true} {
		if t := w.tally(); w.chance(60) && t != (record.Tally{}) {
			u.Dimensions = append(u.Dimensions, record.DimensionTally{Name: []byte("d"), NotIn: not, Tally: t})
		}
	}
	w.entries = append(w.entries, entry{at: w.at, usage: u})
}

func (w *writer) tally() record.Tally {
	t := record.Tally{Sent: w.Int64N(4), Received: w.Int64N(3), Failures: max(0, w.Int64N(6)-3)}
	if t.Sent == 0 {
		return t
	}
	sizes := []int64{pick(w, []int64{0, 1, 10, 99}), pick(w, []int64{5, 100, 200})}
	t.Min, t.Max = slices.Min(sizes), slices.Max(sizes)
	if t.Sent == 1 {
		t.Min = t.Max
	}
	t.Bytes = t.Max + (t.Sent-1)*t.Min
	return t
}
