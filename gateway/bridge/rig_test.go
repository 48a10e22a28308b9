package bridge

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/gateway"
	"vedette/gateway/bridge/brokertest"
	"vedette/record"
)

// patience is how long a test waits for something that must happen.
const patience = time.Minute

var errDiskFull = errors.New("no space left on device")

// memLog is a log in memory that commits what it has gathered, one batch after the
// other, or cannot.
type memLog struct {
	mu        sync.Mutex
	err       error
	hold      bool
	pace      time.Duration // of each commit
	waiting   []func(error)
	pending   int // records not committed yet
	wake      chan struct{}
	reports   map[string]int // how often each thing's each report counts
	lasts     map[string]int // id of each thing's last report
	usage     map[string]record.Tally
	presences []string
}

func newMemLog(t *testing.T) *memLog {
	l := &memLog{wake: make(chan struct{}, 1), reports: map[string]int{}, lasts: map[string]int{}, usage: map[string]record.Tally{}}
	ended := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-l.wake:
				l.commit()
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return l
}

func (l *memLog) commit() {
	l.mu.Lock()
	batch, err, pace := l.waiting, l.err, l.pace
	if l.hold {
		batch = nil
	} else {
		l.waiting = nil
	}
	l.mu.Unlock()
	for _, commit := range batch {
		time.Sleep(pace) // a slow disk
		commit(err)
	}
}

func (l *memLog) Append(_ uint8, kind record.Kind, body []byte, w record.Waiter, token uint64) {
	body = bytes.Clone(body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending++
	l.waiting = append(l.waiting, func(err error) {
		l.mu.Lock()
		l.pending--
		l.mu.Unlock()
		if err == nil {
			l.store(kind, body)
		}
		w.Committed(token, time.Now().UnixMilli(), err)
	})
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *memLog) store(kind record.Kind, body []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch kind {
	case record.KindReport:
		var r record.Report
		if err := r.Decode(body); err != nil {
			panic(err)
		}
		if l.lasts[string(r.Thing)] != int(r.ID) { // the engine judges a thing's last report once
			l.lasts[string(r.Thing)] = int(r.ID)
			l.reports[fmt.Sprintf("%s %d", r.Thing, r.ID)]++
		}
	case record.KindUsage:
		var u record.Usage
		if err := u.Decode(body); err != nil {
			panic(err)
		}
		t := l.usage[string(u.Thing)]
		t.Sent, t.Bytes, t.Failures = t.Sent+u.Sent, t.Bytes+u.Bytes, t.Failures+u.Failures
		l.usage[string(u.Thing)] = t
	case record.KindPresence:
		var p record.Presence
		if err := p.Decode(body); err != nil {
			panic(err)
		}
		what := "+ " + p.Addr.String()
		if !p.Connected {
			what = "- " + p.Reason.String()
		}
		l.presences = append(l.presences, string(p.Thing)+" "+what)
	}
}

// set makes commits wait, fail, or go on.
func (l *memLog) set(hold bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold, l.err = hold, err
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// slow makes every commit take a while.
func (l *memLog) slow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pace = 3 * time.Millisecond
}

// underWay returns how many records wait for their commit.
func (l *memLog) underWay() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pending
}

// stored returns how many different reports were stored, and how many in all.
func (l *memLog) stored() (different, all int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.reports {
		all += n
	}
	return len(l.reports), all
}

// last returns the id of the last report of a thing that counts.
func (l *memLog) last(thing int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lasts[fmt.Sprintf("cam-%d", thing)]
}

// missing returns how many things have not had their last report stored.
func (l *memLog) missing(things, each int) (n int) {
	for thing := range things {
		if l.last(thing) < each {
			n++
		}
	}
	return n
}

func (l *memLog) connections() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.presences...)
}

func (l *memLog) tally(thing string) record.Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.usage[thing]
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

// rig is a bridge that runs.
type rig struct {
	*Bridge
	gateway *gateway.Gateway
	log     *memLog
	logged  *lockedBuffer
	stop    func() // may be called again
}

// newRig runs a bridge of the file's text until the test ends.
func newRig(t *testing.T, log *memLog, text string) *rig {
	t.Helper()
	file, err := Load(write(t, t.TempDir(), "bridge.yaml", text, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{log: log, logged: &lockedBuffer{}}
	logger := slog.New(slog.NewTextHandler(r.logged, nil))
	r.gateway = gateway.New(gateway.Options{Log: log, Logger: logger, UsageInterval: 20 * time.Millisecond})
	if r.Bridge, err = New(file, Options{Gateway: r.gateway, Logger: logger}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	running.Go(func() { r.gateway.WriteUsage(ctx) })
	r.stop = func() { cancel(); running.Wait() }
	t.Cleanup(func() {
		log.set(false, nil)
		r.stop()
		if t.Failed() {
			t.Logf("logged:\n%s", r.logged)
		}
	})
	return r
}

// up waits until all links are up.
func (r *rig) up(t *testing.T, connects uint64) {
	t.Helper()
	eventually(t, "the links are up", func() bool {
		for _, s := range r.Stats() {
			if !s.Connected || s.Connects < connects {
				return false
			}
		}
		return true
	})
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

// device is a client of a broker.
type device struct {
	paho.Client
	got chan string // TOPIC PAYLOAD of what it gets
}

// connect connects a device that gets what the filters match.
func connect(t *testing.T, b *brokertest.Broker, config *tls.Config, filters ...string) *device {
	t.Helper()
	d := &device{got: make(chan string, 10_000)}
	url := "tcp://" + b.Addr
	if config != nil {
		url = "ssl://" + b.Addr
	}
	o := paho.NewClientOptions().AddBroker(url).SetTLSConfig(config).SetClientID("device").SetUsername("device").SetPassword("secret").SetAutoReconnect(false).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) {
			d.got <- fmt.Sprintf("%d %s %s", m.Qos(), m.Topic(), m.Payload())
		})
	d.Client = paho.NewClient(o)
	d.wait(t, d.Connect())
	t.Cleanup(func() { d.Disconnect(100) })
	for _, filter := range filters {
		d.wait(t, d.Subscribe(filter, 1, nil))
	}
	return d
}

func (d *device) wait(t *testing.T, token paho.Token) {
	t.Helper()
	if !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatalf("device: %v", token.Error())
	}
}

func (d *device) publish(t *testing.T, topic, payload string) {
	t.Helper()
	d.wait(t, d.Publish(topic, 1, false, payload))
}

func (d *device) next(t *testing.T) string {
	t.Helper()
	select {
	case m := <-d.got:
		return m
	case <-time.After(patience):
		t.Fatalf("no message in %v", patience)
		return ""
	}
}

// report is a small report.
func report(id int) string {
	return fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"network_stats":{"bytes_in":%d}}}`, id, id)
}
