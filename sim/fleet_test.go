package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

// runFleet starts a fleet; stop ends it and waits.
func runFleet(t *testing.T, o FleetOptions) (f *Fleet, stop func()) {
	t.Helper()
	f = NewFleet(o)
	return f, runOn(t, f)
}

// runOn starts a fleet that may have a past.
func runOn(t *testing.T, f *Fleet) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		f.Run(ctx)
		close(done)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

// quick are options of a fleet that lives a hundred times as fast.
func quick(addr string) FleetOptions {
	return FleetOptions{Addr: addr, Devices: 20, Seed: 5, Interval: 20 * time.Millisecond, AttackAfter: time.Millisecond, AttackFor: time.Hour}
}

func TestFleetReportsAndIsAttacked(t *testing.T) {
	b := startBroker(t, &broker{})
	var mu sync.Mutex
	begun := map[string][]string{}
	connected := 0
	o := quick(b.addr)
	o.OnEvent = func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		switch e.Kind {
		case FleetConnected:
			connected += len(e.Things)
		case AttackBegins:
			begun[e.Story] = e.Things
		}
	}
	f, stop := runFleet(t, o)
	b.waitFor(t, "report of a telnet port", func(messages []brokerMessage) bool {
		return len(messages) > 60 && bytes.Contains(messages[len(messages)-1].payload, []byte(`"port":23}`))
	})
	stop()
	mu.Lock()
	defer mu.Unlock()
	if connected != 20 || len(begun[scripts[telnet].story]) != 3 {
		t.Errorf("connected %d, attacks %v", connected, begun)
	}
	stats := f.Stats()
	if stats.Connected != 0 || stats.Reports == 0 || stats.Accepted < stats.Reports || stats.Rejected != 0 || stats.Reconnects != 0 {
		t.Errorf("stats %+v", stats)
	}
	things := map[string]bool{}
	for _, m := range b.received() {
		things[strings.Split(m.topic, "/")[2]] = true
		if !json.Valid(m.payload) {
			t.Fatalf("report %s", m.payload)
		}
	}
	for _, thing := range f.Things() {
		if !things[thing] || b.clients[thing] != 1 {
			t.Errorf("%s: reported %v, connected %d times", thing, things[thing], b.clients[thing])
		}
	}
}

func TestFleetComesBack(t *testing.T) {
	b := startBroker(t, &broker{})
	f, stop := runFleet(t, quick(b.addr))
	b.waitFor(t, "first reports", func(m []brokerMessage) bool { return len(m) > 40 })
	b.hangUp()
	before := len(b.received())
	b.waitFor(t, "reports after the break", func(m []brokerMessage) bool { return len(m) > before+200 })
	stop()
	if stats := f.Stats(); stats.Reconnects == 0 {
		t.Errorf("stats %+v", stats)
	}
}

func TestFleetCountsRejections(t *testing.T) {
	b := startBroker(t, &broker{answer: func(int, string, []byte) brokerAnswer { return rejectReport }})
	f, stop := runFleet(t, quick(b.addr))
	b.waitFor(t, "reports", func(m []brokerMessage) bool { return len(m) > 60 })
	stop()
	if stats := f.Stats(); stats.Rejected == 0 || stats.Accepted != 0 {
		t.Errorf("stats %+v", stats)
	}
}

func TestFleetWithoutServer(t *testing.T) {
	b := startBroker(t, &broker{refuse: 5})
	var log syncBuffer
	o := quick(b.addr)
	o.Logger = slog.New(slog.NewTextHandler(&log, nil))
	_, stop := runFleet(t, o)
	for deadline := time.Now().Add(30 * time.Second); !strings.Contains(log.String(), "cannot report"); {
		if time.Now().After(deadline) {
			t.Fatal("nothing is logged")
		}
		<-time.After(time.Millisecond)
	}
	stop()
	if got := strings.Count(log.String(), "cannot report"); got != 1 {
		t.Errorf("logged %d times, want once:\n%s", got, log.String())
	}
}

func TestFleetAgainstMosquitto(t *testing.T) {
	f, stop := runFleet(t, quick(startMosquitto(t)))
	for deadline := time.Now().Add(30 * time.Second); f.Stats().Reports < 100; {
		if time.Now().After(deadline) {
			t.Fatalf("stats %+v", f.Stats())
		}
		<-time.After(time.Millisecond)
	}
	stop()
	if stats := f.Stats(); stats.Reconnects != 0 {
		t.Errorf("stats %+v", stats)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
