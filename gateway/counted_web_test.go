package gateway

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"vedette/record"
)

// TestCountedByHTTP: what a certificate publishes by HTTPS counts for the one thing
// that it is attached to (U10), dimensions and refusals included, and for nobody else.
func TestCountedByHTTP(t *testing.T) {
	s := serveWeb(t)
	s.SetDimensions([]Dimension{{Name: "own", Filters: []string{"lamps/${iot:ClientId}"}}, {Name: "own", NotIn: true, Filters: []string{"lamps/${iot:ClientId}"}}})
	s.known.set("a", lines{"iot:Publish lamps/lamp-7", "iot:Publish lamps/8", "iot:Publish $aws/rules/r", "iot:Publish $aws/x"})
	s.known.set("shared", all())
	s.known.set("AKIALL", all())
	s.known.attach("a", Attachment{Thing: "lamp-7"})
	s.known.attach("revoked", Attachment{Thing: "lamp-9"})
	post := func(name, path, body string, want int) {
		t.Helper()
		config := &tls.Config{RootCAs: s.pool, Certificates: []tls.Certificate{s.issuer.device(name)}}
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
		r, err := http.NewRequest("POST", s.device+"/topics/"+path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		if status, text := s.do(t, client, r); status != want {
			t.Errorf("%s to %s: %d %s, want %d", name, path, status, text, want)
		}
	}
	post("a", "lamps/lamp-7?qos=1", "12345", 200)
	post("a", "lamps/8", "1", 200)
	post("a", "lamps/8?retain=true", "no RetainPublish", 403)
	post("a", "$aws/rules/r", "1234567890", 200)
	post("a", "$aws/x", "reserved", 403)
	post("a", "lamps/+", "no topic", 400)
	post("shared", "lamps/lamp-7", "nobody's", 200)
	post("revoked", "lamps/9", "", 403)
	if status, text := s.post(t, "POST", "/topics/lamps/lamp-7", "AKIALL", "iotdata", []byte("nobody's, too")); status != 200 {
		t.Errorf("signed: %d %s", status, text)
	}

	s.meter.write()
	got, presences := s.log.counted()
	byThing := map[string]record.Usage{}
	for _, u := range got {
		byThing[string(u.Thing)] = u
	}
	loopback := []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	for _, want := range []record.Usage{{
		Thing: []byte("lamp-7"), Window: testWindow, Addrs: loopback,
		Tally: record.Tally{Sent: 3, Failures: 2, Bytes: 16, Min: 1, Max: 10},
		Dimensions: []record.DimensionTally{
			{Name: []byte("own"), Tally: record.Tally{Sent: 1, Bytes: 5, Min: 5, Max: 5}},
			{Name: []byte("own"), NotIn: true, Tally: record.Tally{Sent: 2, Failures: 2, Bytes: 11, Min: 1, Max: 10}},
		},
	}, {
		Thing: []byte("lamp-9"), Window: testWindow, Addrs: loopback, Tally: record.Tally{Failures: 1},
		Dimensions: []record.DimensionTally{{Name: []byte("own"), NotIn: true, Tally: record.Tally{Failures: 1}}},
	}} {
		s.log.usages = []record.Usage{byThing[string(want.Thing)]}
		compareUsages(t, s.harness, want)
	}
	if len(got) != 2 || len(presences) != 0 {
		t.Errorf("usage records %+v and presence records %+v", got, presences)
	}
	for i := range s.meter.shards {
		if n := len(s.meter.shards[i].strays); n != 0 {
			t.Errorf("%d are remembered that were written", n)
		}
	}

	// A message in another window has a record of its own.
	s.clock.advance(5 * time.Minute)
	s.meter.turn()
	post("a", "lamps/8", "x", 200)
	s.meter.write()
	if got, _ := s.log.counted(); len(got) != 1 || got[0].Window != testWindow+record.UsageWindow || got[0].Sent != 1 {
		t.Errorf("usage records %+v", got)
	}
}

// TestStrays: what is counted without a connection is told apart by address, and
// bounded.
func TestStrays(t *testing.T) {
	h := newHarness(Options{})
	one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for _, addr := range []netip.Addr{one, two, one} {
		h.meter.stray(stray{"lamp", addr}, func(u *usage) { u.sent([]byte("a"), 1) })
	}
	h.meter.stray(stray{"no device's name\x00", one}, func(*usage) { t.Error("counted") })
	h.meter.write()
	got, _ := h.log.counted()
	sent := map[netip.Addr]int64{}
	for _, u := range got {
		sent[u.Addrs[0]] += u.Sent
	}
	if len(got) != 2 || sent[one] != 2 || sent[two] != 1 {
		t.Errorf("usage records %+v", got)
	}
	addr := one
	for range maxStrays {
		addr = addr.Next()
		h.meter.stray(stray{"lamp", addr}, func(u *usage) { u.sent([]byte("a"), 1) })
	}
	if n := h.Stats().Uncounted; n == 0 {
		t.Error("addresses without bound are remembered")
	}
}
