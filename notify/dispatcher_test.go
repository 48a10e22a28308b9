package notify_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vedette/notify"
)

func TestDeliversWhenWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{}, nil)
		synctest.Wait()
		r.put(row("a"), row("b"), row("a"))
		if got := r.outbox.left(); got != 0 {
			t.Errorf("%d rows are left right after Wake", got)
		}
		if got, want := r.Stats(), (notify.Stats{Sent: 3}); got != want {
			t.Errorf("stats %+v, want %+v", got, want)
		}
	})
}

func TestFindsRowsWithoutWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{}, nil)
		synctest.Wait()
		r.outbox.put(row("a"))
		pass(5 * time.Second)
		if got := r.outbox.left(); got != 0 {
			t.Errorf("%d rows are left after the poll interval", got)
		}
	})
}

func TestFindsRowsThatAppearLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{}, nil)
		late := row("b")
		late.ID = 5
		r.outbox.next = 9
		r.put(row("a"))
		r.put(late)
		pass(2 * time.Minute)
		if diff := gocmp.Diff([]int64{10, 5}, r.target.ids()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

// TestFindsRowsThatASweepMissed: a row that is new just before a sweep may become
// visible just after it.
func TestFindsRowsThatASweepMissed(t *testing.T) {
	for _, late := range []time.Duration{0, time.Second, 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, &memoryTarget{}, nil)
			pass(29 * time.Second)
			r.outbox.next = 9
			r.put(row("a"))
			pass(10*time.Second + late)
			missed := row("b")
			missed.ID = 5
			r.outbox.put(missed)
			pass(2 * time.Minute)
			if diff := gocmp.Diff([]int64{10, 5}, r.target.ids()); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want []string // pauses between the attempts
	}{
		{"ok/doubles up to five minutes", errDown,
			[]string{"1s", "2s", "4s", "8s", "16s", "32s", "1m4s", "2m8s", "4m16s", "5m0s", "5m0s"}},
		{"ok/any error", errors.New("odd"), []string{"1s", "2s", "4s"}},
		{"ok/fault of the message", &notify.SendError{Reason: "odd", Alone: true}, []string{"1s", "2s", "4s"}},
		{"ok/permanent", &notify.SendError{Reason: "no such topic", Permanent: true}, []string{"5m0s", "5m0s", "5m0s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, &memoryTarget{fail: func(*notify.Delivery) error { return tt.err }}, nil)
				r.put(row("a"))
				pass(time.Hour)
				tried := r.target.tried()
				var got []string
				for i := range tt.want {
					got = append(got, tried[i+1].Sub(tried[i]).String())
				}
				if diff := gocmp.Diff(tt.want, got); diff != "" {
					t.Errorf("pauses (-want +got):\n%s", diff)
				}
				if n := strings.Count(r.log.String(), "alert not delivered"); n != 1 {
					t.Errorf("the failure is logged %d times, want once:\n%s", n, r.log)
				}
			})
		})
	}
}

func TestJitterShortensPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{fail: func(*notify.Delivery) error { return errDown }},
			func(o *notify.Options) { o.Rand = func() float64 { return 0.5 } })
		r.put(row("a"))
		pass(time.Minute)
		tried := r.target.tried()
		if got, want := tried[2].Sub(tried[1]), 1750*time.Millisecond; got != want {
			t.Errorf("second pause %v, want %v", got, want)
		}
	})
}

func TestFailuresAreNoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{fail: func(*notify.Delivery) error {
			return &notify.SendError{Reason: "no such topic", Hint: "create it", Permanent: true}
		}}, nil)
		start := time.Now()
		r.put(row("a"))
		want := []string{fmt.Sprintf("1 %d no such topic (create it)", start.Add(5*time.Minute).UnixMilli())}
		if diff := gocmp.Diff(want, r.outbox.noted); diff != "" {
			t.Errorf("noted (-want +got):\n%s", diff)
		}
		for _, want := range []string{"target=topic", `hint="create it"`, "violation=a"} {
			if !strings.Contains(r.log.String(), want) {
				t.Errorf("log has no %s: %s", want, r.log)
			}
		}
	})
}

func TestUnknownTargetTypeIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{}, nil)
		odd := row("a")
		odd.TargetType = "PIGEON"
		r.put(odd, row("b"))
		if got := r.outbox.left(); got != 1 {
			t.Errorf("%d rows left, want the one of the unknown type", got)
		}
	})
}

// An endpoint that is down for a day: it is hardly asked meanwhile, the
// table is not read again and again, and all arrives in order when it is back.
func TestLongOutage(t *testing.T) {
	const violations, events = 2_000, 4
	synctest.Test(t, func(t *testing.T) {
		var down outage
		target := &memoryTarget{fail: down.fail}
		down.Store(true)
		r := newRig(t, target, nil)
		rows := make([]notify.Delivery, violations*events)
		for i := range rows {
			rows[i] = row(fmt.Sprint(i % violations))
		}
		r.put(rows...)
		pass(24 * time.Hour)
		if got := len(target.tried()); got > 350 {
			t.Errorf("%d attempts during a day of outage", got)
		}
		if got := r.outbox.rowsRead(); got > 2*len(rows)+512 {
			t.Errorf("%d rows read during the outage, of %d", got, len(rows))
		}
		if got := r.Stats(); got.Failing != 1 || got.Held > 1024 {
			t.Errorf("stats %+v, want one failing target and at most 1024 rows in memory", got)
		}
		down.Store(false)
		pass(10 * time.Minute)
		checkAllInOrder(t, rows, r)
		if got := r.outbox.rowsRead(); got > 4*len(rows) {
			t.Errorf("%d rows read in all, of %d", got, len(rows))
		}
		if got := r.Stats(); got.Failing != 0 || got.Held != 0 {
			t.Errorf("stats %+v at the end, want nothing failing or held", got)
		}
	})
}

func checkAllInOrder(t *testing.T, rows []notify.Delivery, r *rig) {
	t.Helper()
	if left := r.outbox.left(); left != 0 {
		t.Fatalf("%d of %d rows are left", left, len(rows))
	}
	last := map[string]int64{}
	for _, d := range r.target.got {
		if lane := d.Target + " " + d.ViolationID; d.ID <= last[lane] {
			t.Fatalf("alert %d of %s after %d", d.ID, lane, last[lane])
		} else {
			last[lane] = d.ID
		}
	}
	if len(r.target.got) != len(rows) {
		t.Fatalf("%d alerts were sent, want %d", len(r.target.got), len(rows))
	}
}

func TestOneTargetDownOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &memoryTarget{fail: func(d *notify.Delivery) error {
			if d.Target == "dead" {
				return errDown
			}
			return nil
		}}
		r := newRig(t, target, func(o *notify.Options) { o.QueueLimit, o.TargetLimit, o.PageSize = 64, 64, 16 })
		var rows []notify.Delivery
		for i := range 2_000 {
			rows = append(rows, rowTo("dead", fmt.Sprint(i)), rowTo("live", fmt.Sprint(i)))
		}
		r.put(rows...)
		if got := len(target.ids()); got != 2_000 {
			t.Errorf("%d alerts reached the living target, want 2000", got)
		}
		if got := r.Stats().Held; got > 64 {
			t.Errorf("%d rows held, want at most 64", got)
		}
	})
}

func TestHangingTargetLeavesWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &memoryTarget{}
		target.fail = func(d *notify.Delivery) error {
			if d.Target == "hangs" {
				time.Sleep(10 * time.Second)
				return errDown
			}
			return nil
		}
		r := newRig(t, target, nil)
		for i := range 100 {
			r.outbox.put(rowTo("hangs", fmt.Sprint(i)))
		}
		r.put(rowTo("live", "a"), rowTo("live", "b"))
		if got := len(target.ids()); got != 2 {
			t.Errorf("%d alerts reached the living target at once, want 2", got)
		}
	})
}

// One alert that a target always refuses, even in words that blame the target,
// neither stops nor slows the others for long.
func TestRefusedAlertStopsOnlyItsViolation(t *testing.T) {
	for _, alone := range []bool{true, false} {
		t.Run(fmt.Sprintf("ok/alone=%v", alone), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := &memoryTarget{fail: func(d *notify.Delivery) error {
					if d.ViolationID == "bad" {
						return &notify.SendError{Reason: "no", Alone: alone}
					}
					return nil
				}}
				r := newRig(t, target, nil)
				r.put(row("bad"), row("bad"))
				pass(time.Hour)
				for i := range 50 {
					r.put(row(fmt.Sprint(i)))
				}
				pass(2 * time.Second)
				synctest.Wait()
				if got := len(target.ids()); got != 50 {
					t.Errorf("%d alerts were sent, want 50", got)
				}
				if got := r.outbox.left(); got != 2 {
					t.Errorf("%d rows left, want both of the refused violation", got)
				}
			})
		})
	}
}

func TestRecoveryIsImmediateForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down outage
		target := &memoryTarget{fail: down.fail}
		down.Store(true)
		r := newRig(t, target, nil)
		r.put(row("a"), row("b"), row("c"))
		pass(3 * time.Hour)
		down.Store(false)
		for len(target.ids()) == 0 {
			pass(time.Second)
		}
		synctest.Wait()
		if got := len(target.ids()); got != 3 {
			t.Errorf("%d alerts right after the first success, want 3", got)
		}
		if !strings.Contains(r.log.String(), "takes alerts again") {
			t.Errorf("the recovery is not logged: %s", r.log)
		}
	})
}

func TestLogOnlyWhenTheErrorChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r := newRig(t, &memoryTarget{fail: func(*notify.Delivery) error {
			return &notify.SendError{Reason: fmt.Sprintf("reason %d", int(time.Since(start).Hours()))}
		}}, nil)
		r.put(row("a"), row("b"))
		pass(2*time.Hour + 30*time.Minute)
		if got := strings.Count(r.log.String(), "\n"); got != 3 {
			t.Errorf("%d lines for three reasons:\n%s", got, r.log)
		}
	})
}

func TestOutboxDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := &memoryTarget{}
		r := newRig(t, target, nil)
		target.fail = func(d *notify.Delivery) error {
			if d.ID == 1 {
				r.outbox.setDown(true) // before the mark
			}
			return nil
		}
		r.put(row("a"), row("a"))
		pass(10 * time.Minute)
		if diff := gocmp.Diff([]int64{1}, target.ids()); diff != "" {
			t.Errorf("sent while the mark is not stored (-want +got):\n%s", diff)
		}
		for _, doing := range []string{"cannot mark", "cannot read"} {
			if got := strings.Count(r.log.String(), doing); got != 1 {
				t.Errorf("%q is logged %d times, want once:\n%s", doing, got, r.log)
			}
		}
		r.outbox.setDown(false)
		pass(10 * time.Second)
		if diff := gocmp.Diff([]int64{1, 2}, target.ids()); diff != "" {
			t.Errorf("sent (-want +got):\n%s", diff)
		}
	})
}

func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{take: 3 * time.Second}, nil)
		r.put(row("a"), row("a"), row("b"))
		start := time.Now()
		r.stop()
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("stopping took %v, want 3s", got)
		}
		if got := r.outbox.left(); got != 1 {
			t.Errorf("%d rows left, want the second of violation a", got)
		}
	})
}

func TestStopDoesNotWaitForTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, &memoryTarget{take: time.Hour}, nil)
		r.put(row("a"))
		start := time.Now()
		r.stop()
		if got := time.Since(start); got != 10*time.Second {
			t.Errorf("stopping took %v, want the send timeout of 10s", got)
		}
	})
}

// A process that dies between sending and marking sends the same bytes again.
func TestRepeatsTheSameBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := alert()
		var texts []string
		for range 2 {
			r := newRig(t, &memoryTarget{}, nil)
			r.target.fail = func(d *notify.Delivery) error {
				r.outbox.setDown(true) // the mark never arrives
				return nil
			}
			r.put(d)
			r.stop()
			if r.outbox.left() != 1 {
				t.Fatal("the alert was marked")
			}
			text, err := notify.Message(&r.target.got[0])
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
			d = r.outbox.rows[0]
		}
		if texts[0] != texts[1] {
			t.Errorf("the repetition differs:\n%s\n%s", texts[0], texts[1])
		}
	})
}

// Whatever fails and whenever, each violation's alerts arrive in order, all of
// them, as soon as the failures end.
func TestOrderUnderFailures(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		targets := rapid.IntRange(1, 4).Draw(rt, "targets")
		violations := rapid.IntRange(1, 6).Draw(rt, "violations")
		count := rapid.IntRange(1, 120).Draw(rt, "rows")
		limit := rapid.IntRange(1, 40).Draw(rt, "queue limit")
		faults := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 60).Draw(rt, "faults")
		gaps := rapid.SliceOfN(rapid.IntRange(0, 3000), 1, 20).Draw(rt, "gaps in ms")
		synctest.Test(t, func(t *testing.T) {
			attempt := 0
			var mu sync.Mutex
			target := &memoryTarget{fail: func(d *notify.Delivery) error {
				mu.Lock()
				defer mu.Unlock()
				attempt++
				if attempt > 80 {
					return nil
				}
				switch faults[attempt%len(faults)] {
				case 0:
					return errDown
				case 1:
					return &notify.SendError{Reason: "odd", Alone: true}
				case 2:
					return &notify.SendError{Reason: "gone", Permanent: true}
				default:
					return nil
				}
			}}
			r := newRig(t, target, func(o *notify.Options) {
				o.QueueLimit, o.TargetLimit, o.PageSize = limit, max(1, limit/2), 1+limit/3
			})
			var rows []notify.Delivery
			for i := range count {
				d := rowTo(fmt.Sprint("t", i*7%targets), fmt.Sprint("v", i*i%violations))
				rows = append(rows, d)
				r.put(d)
				pass(time.Duration(gaps[i%len(gaps)]) * time.Millisecond)
			}
			pass(8 * time.Hour)
			synctest.Wait()
			checkAllInOrder(t, rows, r)
		})
	})
}
