package gateway

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"vedette/metric"
	"vedette/mqtt"
	"vedette/record"
)

// commitTime is the stamp that fakeLog gives to all records.
const commitTime = 1767225601023

var errDiskFull = errors.New("no space left on device")

// fakeLog is a log whose commits the test decides on.
type fakeLog struct {
	mu      sync.Mutex
	holds   record.Kind // the kind whose commits can be made to wait; 0: reports
	hold    bool        // they wait for release
	err     error       // of the commits
	held    []func(error)
	reports []record.Report
	arrived chan struct{} // gets a value for each held append

	usages    []record.Usage
	presences []record.Presence
}

func (l *fakeLog) Append(partition uint8, kind record.Kind, body []byte, w record.Waiter, token uint64) {
	if kind == record.KindUsage || kind == record.KindPresence {
		l.count(kind, body)
	} else {
		l.report(partition, kind, body)
	}
	commit := func(err error) {
		at := int64(commitTime)
		if err != nil {
			at = 0
		}
		w.Committed(token, at, err)
	}
	l.mu.Lock()
	err, hold := l.err, l.hold && kind == cmp.Or(l.holds, record.KindReport)
	if hold {
		l.held = append(l.held, commit)
		l.arrived <- struct{}{}
	}
	l.mu.Unlock()
	if !hold {
		commit(err)
	}
}

// report keeps a report.
func (l *fakeLog) report(partition uint8, kind record.Kind, body []byte) {
	var r record.Report
	if err := r.Decode(bytes.Clone(body)); err != nil || kind != record.KindReport || partition != record.Partition(r.Thing) {
		panic(fmt.Sprintf("append of kind %d to partition %d: %v", kind, partition, err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports = append(l.reports, r)
}

// count keeps a record of what was counted.
func (l *fakeLog) count(kind record.Kind, body []byte) {
	var u record.Usage
	var p record.Presence
	err := error(nil)
	if kind == record.KindUsage {
		err = u.Decode(bytes.Clone(body))
	} else {
		err = p.Decode(bytes.Clone(body))
	}
	if err != nil {
		panic(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if kind == record.KindUsage {
		l.usages = append(l.usages, u)
	} else {
		l.presences = append(l.presences, p)
	}
}

// counted returns the usage and presence records so far, and forgets them.
func (l *fakeLog) counted() (usages []record.Usage, presences []record.Presence) {
	l.mu.Lock()
	defer l.mu.Unlock()
	usages, presences = l.usages, l.presences
	l.usages, l.presences = nil, nil
	return usages, presences
}

// set makes later commits wait for release, or end with err at once.
func (l *fakeLog) set(hold bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold, l.err = hold, err
}

// release ends the commits that wait.
func (l *fakeLog) release(err error) {
	l.mu.Lock()
	held := l.held
	l.held = nil
	l.mu.Unlock()
	for _, commit := range held {
		commit(err)
	}
}

func (l *fakeLog) appended() []record.Report {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reports
}

// clock is a clock that the test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.UnixMilli(1767225601047)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// finished is one call of Finish.
type finished struct {
	Ticket         uint64
	Code           mqtt.Code
	Topic, Payload string
}

// fakeClient keeps the answers that it is given.
type fakeClient struct{ answers []finished }

func (c *fakeClient) Finish(ticket uint64, code mqtt.Code, topic, payload []byte) {
	c.answers = append(c.answers, finished{ticket, code, string(topic), string(payload)})
}

// harness is a gateway between a fake client and a fake log.
type harness struct {
	*Gateway
	log     *fakeLog
	clock   *clock
	client  *fakeClient
	logged  *lockedBuffer
	tickets uint64

	connectTimeout time.Duration // of MQTT servers; 0: their default
}

func newHarness(o Options) *harness {
	h := &harness{log: &fakeLog{arrived: make(chan struct{}, 100)}, clock: newClock(), client: &fakeClient{}, logged: &lockedBuffer{}}
	o.Log, o.Now = h.log, h.clock.Now
	o.Logger = slog.New(slog.NewTextHandler(h.logged, nil))
	h.Gateway = New(o)
	return h
}

// send reports payload for thing and returns the answers that came at once.
func (h *harness) send(thing string, f metric.Format, payload []byte) []finished {
	h.client.answers = nil
	h.tickets++
	h.report(caller{client: h.client, ticket: h.tickets, thing: []byte(thing), format: f}, payload)
	return h.client.answers
}

// status sends a JSON report and returns what its answer says: "ACCEPTED", the
// ErrorCode of a rejection, or "" when none came.
func (h *harness) status(t *testing.T, thing, payload string) string {
	t.Helper()
	return status(t, h.send(thing, metric.JSON, []byte(payload)))
}

func status(t *testing.T, answers []finished) string {
	t.Helper()
	if len(answers) == 0 {
		return ""
	}
	_, rest, ok := strings.Cut(answers[0].Payload, `"status":"`)
	status, rest, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("answer without status: %+v", answers)
	}
	if status == "REJECTED" {
		_, rest, _ = strings.Cut(rest, `"ErrorCode":"`)
		status, _, _ = strings.Cut(rest, `"`)
	}
	return status
}

// reportWithID is a small report.
func reportWithID(id int) string {
	return fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":%d}}}`, id, id)
}

// eventually waits until something is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(deadline); !is(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("not in %v: %s", deadline, what)
		}
	}
}

// lockedBuffer is a log that a test reads while it is written.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// Reset forgets what was written.
func (b *lockedBuffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
}
