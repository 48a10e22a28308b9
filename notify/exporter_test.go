package notify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/notify"
)

// exportRows is an outbox of one sink.
type exportRows struct {
	mu     sync.Mutex
	rows   []notify.Export
	done   int64
	marks  int
	broken bool // it cannot be marked
}

func (o *exportRows) put(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for range n {
		id := int64(len(o.rows) + 1)
		o.rows = append(o.rows, notify.Export{ID: id, Profile: "p", Topic: "t", Payload: fmt.Append(nil, id)})
	}
}

func (o *exportRows) Exports(_ context.Context, after int64, limit int) ([]notify.Export, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	from := min(int(after), len(o.rows))
	return slices.Clone(o.rows[from:min(from+limit, len(o.rows))]), nil
}

func (o *exportRows) MarkExported(_ context.Context, id int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken {
		return errors.New("disk full")
	}
	o.done = id
	o.marks++
	return nil
}

func (o *exportRows) breakMarks(broken bool) { o.mu.Lock(); o.broken = broken; o.mu.Unlock() }

func (o *exportRows) marked() int64 { o.mu.Lock(); defer o.mu.Unlock(); return o.done }

// recordingSink notes what it takes; it takes at most room messages at once, and fails
// with every second call if that is asked.
type recordingSink struct {
	mu    sync.Mutex
	got   []int64
	room  int
	down  bool
	calls []time.Time
}

func (s *recordingSink) Send(_ context.Context, list []notify.Export) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, time.Now())
	if s.down {
		return 0, errors.New("connection refused")
	}
	n := min(len(list), s.room)
	for _, e := range list[:n] {
		s.got = append(s.got, e.ID)
	}
	if n < len(list) {
		return n, errors.New("no more room")
	}
	return n, nil
}

func (s *recordingSink) set(room int, down bool) {
	s.mu.Lock()
	s.room, s.down = room, down
	s.mu.Unlock()
}

func (s *recordingSink) ids() []int64 { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.got) }

// exporting runs an exporter in a bubble of synctest until the test ends.
func exporting(t *testing.T, o notify.ExporterOptions, test func(x *notify.Exporter)) {
	t.Helper()
	x := notify.NewExporter(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { x.Run(ctx); close(done) }()
	test(x)
	cancel()
	<-done
}

func upTo(n int64) (ids []int64) {
	for i := range n {
		ids = append(ids, i+1)
	}
	return ids
}

func TestExporter(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"ok/in order, and woken": testExportsInOrder,
		"ok/a sink that is down": testSinkDown,
		"ok/part of a page":      testPartOfPage,
		"ok/marks are repeated":  testMarksRepeated,
		"ok/after a restart":     testExportRestart,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
}

func testExportsInOrder(t *testing.T) {
	rows, sink := &exportRows{}, &recordingSink{room: 100}
	rows.put(40)
	exporting(t, notify.ExporterOptions{Outbox: rows, Sink: sink}, func(x *notify.Exporter) {
		synctest.Wait()
		if diff := cmp.Diff(upTo(40), sink.ids()); diff != "" || rows.marked() != 40 {
			t.Errorf("marked %d, taken (-want +got):\n%s", rows.marked(), diff)
		}
		rows.put(1)
		synctest.Wait()
		if n := len(sink.ids()); n != 40 {
			t.Errorf("%d messages before it was woken", n)
		}
		x.Wake()
		synctest.Wait()
		rows.put(1) // nobody says so
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff(upTo(42), sink.ids()); diff != "" || rows.marked() != 42 {
			t.Errorf("marked %d, taken (-want +got):\n%s", rows.marked(), diff)
		}
		if diff := cmp.Diff(notify.ExporterStats{Sent: 42}, x.Stats()); diff != "" {
			t.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}

func testSinkDown(t *testing.T) {
	rows, sink := &exportRows{}, &recordingSink{room: 100, down: true}
	rows.put(3)
	logger, lines := captured()
	exporting(t, notify.ExporterOptions{Outbox: rows, Sink: sink, Logger: logger}, func(x *notify.Exporter) {
		time.Sleep(time.Hour)
		synctest.Wait()
		last := time.Duration(0)
		for i := range len(sink.calls) - 1 {
			pause := sink.calls[i+1].Sub(sink.calls[i])
			if pause < last/2 || pause > time.Minute || pause < 750*time.Millisecond {
				t.Errorf("pause %d is %v, after %v", i, pause, last)
			}
			last = pause
		}
		if n := len(sink.calls); n < 50 || n > 100 || x.Stats().Failures != uint64(n) || !x.Stats().Failing {
			t.Errorf("%d attempts in an hour, %+v", n, x.Stats())
		}
		sink.set(100, false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if diff := cmp.Diff(upTo(3), sink.ids()); diff != "" || rows.marked() != 3 || x.Stats().Failing {
			t.Errorf("marked %d, %+v, taken (-want +got):\n%s", rows.marked(), x.Stats(), diff)
		}
	})
	if n := strings.Count(lines(), "connection refused"); n != 1 {
		t.Errorf("%d lines about the failure, want 1:\n%s", n, lines())
	}
	if !strings.Contains(lines(), "exported again") {
		t.Errorf("no line that it works again:\n%s", lines())
	}
}

func testPartOfPage(t *testing.T) {
	rows, sink := &exportRows{}, &recordingSink{room: 2}
	rows.put(5)
	exporting(t, notify.ExporterOptions{Outbox: rows, Sink: sink, PageSize: 5}, func(x *notify.Exporter) {
		synctest.Wait()
		if rows.marked() != 2 {
			t.Errorf("marked %d, want the two that were taken", rows.marked())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if diff := cmp.Diff(upTo(5), sink.ids()); diff != "" || rows.marked() != 5 {
			t.Errorf("marked %d, taken (-want +got):\n%s", rows.marked(), diff)
		}
	})
}

func testMarksRepeated(t *testing.T) {
	rows, sink := &exportRows{}, &recordingSink{room: 9}
	rows.put(3)
	rows.breakMarks(true)
	exporting(t, notify.ExporterOptions{Outbox: rows, Sink: sink}, func(x *notify.Exporter) {
		time.Sleep(10 * time.Second)
		synctest.Wait()
		rows.breakMarks(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if diff := cmp.Diff(upTo(3), sink.ids()); diff != "" || rows.marked() != 3 {
			t.Errorf("marked %d, taken (-want +got):\n%s", rows.marked(), diff)
		}
	})
}

func testExportRestart(t *testing.T) {
	rows, sink := &exportRows{}, &recordingSink{room: 9}
	rows.put(3)
	exporting(t, notify.ExporterOptions{Outbox: rows, Sink: sink, After: 2}, func(*notify.Exporter) { synctest.Wait() })
	if diff := cmp.Diff([]int64{3}, sink.ids()); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
}

// captured returns a logger and what it has logged.
func captured() (*slog.Logger, func() string) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), b.String
}
