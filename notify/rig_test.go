package notify_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vedette/notify"
)

// memoryOutbox is an outbox as store has it. Rows may be made visible in any
// order of their IDs.
type memoryOutbox struct {
	mu     sync.Mutex
	rows   []notify.Delivery // by ID
	next   int64
	marked map[int64]int
	noted  []string // "ID next reason" of MarkFailed
	down   bool     // every call fails
	read   int      // rows returned by Pending
}

var errOutbox = errors.New("database is locked")

func (o *memoryOutbox) put(rows ...notify.Delivery) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, d := range rows {
		if d.ID == 0 {
			o.next++
			d.ID = o.next
		}
		o.rows = append(o.rows, d)
	}
	slices.SortFunc(o.rows, func(a, b notify.Delivery) int { return cmp.Compare(a.ID, b.ID) })
}

func (o *memoryOutbox) Pending(ctx context.Context, after int64, limit int) ([]notify.Delivery, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return nil, errOutbox
	}
	i, _ := slices.BinarySearchFunc(o.rows, after+1, func(d notify.Delivery, id int64) int { return cmp.Compare(d.ID, id) })
	page := slices.Clone(o.rows[i:min(i+limit, len(o.rows))])
	o.read += len(page)
	return page, nil
}

func (o *memoryOutbox) MarkSent(ctx context.Context, ids []int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return errOutbox
	}
	for _, id := range ids {
		o.marked[id]++
	}
	o.rows = slices.DeleteFunc(o.rows, func(d notify.Delivery) bool { return o.marked[d.ID] > 0 })
	return nil
}

func (o *memoryOutbox) MarkFailed(ctx context.Context, id, next int64, reason string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return errOutbox
	}
	for i := range o.rows {
		if o.rows[i].ID == id {
			o.rows[i].Attempts++
		}
	}
	o.noted = append(o.noted, fmt.Sprintf("%d %d %s", id, next, reason))
	return nil
}

func (o *memoryOutbox) setDown(down bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = down
}

func (o *memoryOutbox) rowsRead() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.read
}

func (o *memoryOutbox) left() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.rows)
}

// memoryTarget keeps what it is sent and fails as told.
type memoryTarget struct {
	fail func(d *notify.Delivery) error // nil: never
	take time.Duration                  // how long an attempt takes

	mu       sync.Mutex
	got      []notify.Delivery
	attempts []time.Time
}

func (m *memoryTarget) Send(ctx context.Context, d *notify.Delivery) error {
	m.mu.Lock()
	m.attempts = append(m.attempts, time.Now())
	m.mu.Unlock()
	if m.take > 0 {
		select {
		case <-time.After(m.take):
		case <-ctx.Done():
			return &notify.SendError{Reason: "no answer in time", Err: ctx.Err()}
		}
	}
	if m.fail != nil {
		if err := m.fail(d); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.got = append(m.got, *d)
	return nil
}

func (m *memoryTarget) ids() []int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	ids := make([]int64, len(m.got))
	for i, d := range m.got {
		ids[i] = d.ID
	}
	return ids
}

func (m *memoryTarget) tried() []time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.attempts)
}

// rig is a dispatcher on an outbox and a target in memory, in a bubble of synctest.
type rig struct {
	*notify.Dispatcher
	outbox *memoryOutbox
	target *memoryTarget
	log    *bytes.Buffer // to be read while the dispatcher is idle
	stop   func()        // ends Run and waits for it
}

// newRig starts a dispatcher without chance in its pauses.
func newRig(t *testing.T, target *memoryTarget, edit func(*notify.Options)) *rig {
	t.Helper()
	r := &rig{outbox: &memoryOutbox{marked: map[int64]int{}}, target: target, log: &bytes.Buffer{}}
	o := notify.Options{
		Outbox:  r.outbox,
		Targets: map[string]notify.Target{"SNS": target},
		Logger:  slog.New(slog.NewTextHandler(r.log, nil)),
		Rand:    func() float64 { return 0 },
	}
	if edit != nil {
		edit(&o)
	}
	r.Dispatcher = notify.NewDispatcher(o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(done)
	}()
	r.stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(r.stop)
	return r
}

func (r *rig) put(rows ...notify.Delivery) {
	r.outbox.put(rows...)
	r.Wake()
	synctest.Wait()
}

func row(violation string) notify.Delivery {
	return notify.Delivery{ViolationID: violation, TargetType: "SNS", Target: "topic"}
}

func rowTo(target, violation string) notify.Delivery {
	d := row(violation)
	d.Target = target
	return d
}

// pass lets the bubble's time go on, until everything in it waits.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// outage makes a target fail while it is set.
type outage struct{ atomic.Bool }

func (o *outage) fail(*notify.Delivery) error {
	if o.Load() {
		return errDown
	}
	return nil
}

var errDown = &notify.SendError{Reason: "connection refused"}
