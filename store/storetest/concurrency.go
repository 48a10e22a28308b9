package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"vedette/record"
	"vedette/store"
	"vedette/violation"
)

// TestConcurrency tests what shards, the control plane and readers do to each
// other.
func TestConcurrency(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/everything at once":           testEverythingAtOnce,
		"ok/one owner wins":               testOwnersRace,
		"ok/revisions appear in order":    testRevisionOrder,
		"ok/writers get their turn alone": testWritersAlone,
	})
	t.Run("ok/shards do not wait on PostgreSQL", testShardsDoNotWait)
}

// testEverythingAtOnce has four shards record while the control plane writes,
// alerts are sent, violations are marked and lists are read.
func testEverythingAtOnce(t *testing.T, db *store.DB) {
	const shards, rounds, perRound = 4, 25, 8
	var recorders, others sync.WaitGroup
	done := make(chan struct{})
	for shard := range shards {
		own := Own(t, db, shard)
		recorders.Go(func() {
			for round := range rounds {
				var events []violation.Event
				for i := range perRound {
					n := (shard*rounds+round)*perRound + i
					events = append(events, InAlarm(n, int64(n)), Cleared(n, int64(n)+1))
				}
				if err := db.Record(t.Context(), toSNS(own.Effects(events...))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	background := func(fn func(i int) error) {
		others.Go(func() {
			for i := 0; ; i++ {
				if err := fn(i); err != nil {
					t.Error(err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	background(func(i int) error {
		return db.Write(t.Context(), func(tx *store.Tx) error {
			return tx.AddChange(&record.Change{Thing: &record.Thing{Name: fmt.Sprint(i)}})
		})
	})
	background(func(i int) error {
		err := db.PutVerificationState(t.Context(), InAlarm(i%500, 0).ID, "TRUE_POSITIVE", nil)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	background(func(int) error {
		list, _, err := db.ViolationEvents(t.Context(), store.EventFilter{To: 1 << 40}, nil, 10_000)
		if len(list)%(2*perRound) != 0 {
			return fmt.Errorf("saw %d events: a part of a transaction", len(list))
		}
		return err
	})
	sent := 0
	background(func(int) error {
		n, err := sendAll(t.Context(), db)
		sent += n
		return err
	})
	recorders.Wait()
	close(done)
	others.Wait()
	if n := len(allEvents(t, db)); n != 2*shards*rounds*perRound {
		t.Errorf("%d events, want %d", n, 2*shards*rounds*perRound)
	}
	n, err := sendAll(t.Context(), db)
	if sent += n; err != nil || sent != 2*shards*rounds*perRound {
		t.Errorf("%d alerts, %v, want %d", sent, err, 2*shards*rounds*perRound)
	}
}

// sendAll marks everything in the outbox as sent.
func sendAll(ctx context.Context, db *store.DB) (int, error) {
	list, err := db.Pending(ctx, 0, 1000)
	if err != nil {
		return 0, err
	}
	var ids []int64
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	return len(ids), db.MarkSent(ctx, ids)
}

// testOwnersRace has many try to own one shard and record one event each, the same
// one: exactly one effect is stored, by an owner of its time.
func testOwnersRace(t *testing.T, db *store.DB) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			epoch, position, err := db.AcquireShard(t.Context(), 0)
			if err != nil {
				t.Error(err)
				return
			}
			own := Owner{DB: db, Epoch: epoch, Seq: record.Seq(position)}
			if position > 0 {
				return // the replay drops it
			}
			if err := db.Record(t.Context(), own.Effects(InAlarm(1, 1000))); err != nil && !errors.Is(err, store.ErrFenced) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	own := Own(t, db, 0)
	if own.Epoch != 9 {
		t.Errorf("epoch %d after nine owners", own.Epoch)
	}
	if n := len(allEvents(t, db)); n > 1 || (n == 1) != (own.Seq == 1) {
		t.Errorf("%d events, position of message %d", n, own.Seq)
	}
}

// testRevisionOrder follows the change table while several write: a reader that
// asks for what is after the last revision seen misses none.
func testRevisionOrder(t *testing.T, db *store.DB) {
	const writers, each = 4, 25
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := db.Write(t.Context(), func(tx *store.Tx) error {
					return tx.AddChange(&record.Change{Thing: &record.Thing{Name: "thing"}})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for last := int64(0); last < writers*each && !t.Failed(); {
		list, err := db.Changes(t.Context(), last, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if c.Revision != last+1 {
				t.Fatalf("revision %d appears after %d", c.Revision, last)
			}
			last = c.Revision
		}
	}
	wg.Wait()
}

// testWritersAlone counts in Go what only one transaction at a time may do.
func testWritersAlone(t *testing.T, db *store.DB) {
	Write(t, db, counterRow("alone", 0))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			err := db.Write(t.Context(), func(tx *store.Tx) error {
				var n int64
				if err := tx.QueryRow("SELECT value FROM counter WHERE name = 'alone'").Scan(&n); err != nil {
					return err
				}
				_, err := tx.Exec("UPDATE counter SET value = ? WHERE name = 'alone'", n+1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var n int64
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT value FROM counter WHERE name = 'alone'").Scan(&n)
	})
	if err != nil || n != 8 {
		t.Errorf("counted %d, %v, want 8", n, err)
	}
}

// testShardsDoNotWait records on one shard while the control plane and another
// shard are in the middle of their transactions; waiting would never end.
func testShardsDoNotWait(t *testing.T) {
	db := Open(t, Postgres(t))
	one, two := Own(t, db, 1), Own(t, db, 2)
	Write(t, db, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE shard SET epoch = epoch WHERE id = ?", one.Shard); err != nil {
			return err
		}
		two.Record(t, toSNS(two.Effects(InAlarm(1, 1000))))
		return nil
	})
	one.Record(t, one.Effects(InAlarm(2, 1000)))
}
