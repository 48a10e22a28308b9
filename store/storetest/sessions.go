package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/store"
)

// TestSessions tests the table of the MQTT server.
func TestSessions(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/put, replace and delete": testEntries,
		"ok/many at once":            testManyEntries,
		"fail/reader stops":          testLoadStops,
	})
}

// TestHousekeeping tests retention.
func TestHousekeeping(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/expire": testExpire,
	})
}

// load returns the entries as KIND OWNER SEQ=VALUE, sorted.
func load(t *testing.T, db *store.DB) []string {
	t.Helper()
	got := []string{}
	err := db.LoadSessions(t.Context(), func(e store.SessionEntry) error {
		if e.Value == nil {
			t.Errorf("entry %d of %.20q is nil", e.Seq, e.Owner)
		}
		got = append(got, fmt.Sprintf("%d %.8s %d=%s", e.Kind, e.Owner, e.Seq, e.Value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	return got
}

func save(t *testing.T, db *store.DB, entries ...store.SessionEntry) {
	t.Helper()
	if err := db.SaveSessions(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

func testEntries(t *testing.T, db *store.DB) {
	long := "long/" + strings.Repeat("topic/", 10_000)
	save(t, db)
	save(t, db,
		store.SessionEntry{Kind: 1, Owner: "dev", Seq: 0, Value: []byte("a")},
		store.SessionEntry{Kind: 2, Owner: "dev", Seq: 1<<64 - 1, Value: []byte("last")},
		store.SessionEntry{Kind: 255, Owner: long, Value: []byte{}},
		store.SessionEntry{Kind: 255, Owner: long + "x", Value: []byte("x")},
		store.SessionEntry{Kind: 2, Owner: "ünïcode", Seq: 1, Value: []byte("gone at once")},
		store.SessionEntry{Kind: 2, Owner: "ünïcode", Seq: 1},
	)
	want := []string{"1 dev 0=a", "2 dev 18446744073709551615=last", "255 long/top 0=", "255 long/top 0=x"}
	if diff := cmp.Diff(want, load(t, db)); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
	save(t, db,
		store.SessionEntry{Kind: 2, Owner: "dev", Seq: 1<<64 - 1},
		store.SessionEntry{Kind: 1, Owner: "dev", Seq: 0},
		store.SessionEntry{Kind: 1, Owner: "dev", Seq: 0, Value: []byte("b")},
		store.SessionEntry{Kind: 1, Owner: "never seen"},
		store.SessionEntry{Kind: 255, Owner: long + "x"},
	)
	if diff := cmp.Diff([]string{"1 dev 0=b", "255 long/top 0="}, load(t, db)); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

func testManyEntries(t *testing.T, db *store.DB) {
	var entries []store.SessionEntry
	for i := range 1000 {
		entries = append(entries, store.SessionEntry{Kind: 2, Owner: "dev", Seq: uint64(i), Value: []byte("m")})
	}
	save(t, db, entries...)
	next := uint64(0)
	err := db.LoadSessions(t.Context(), func(e store.SessionEntry) error {
		if e.Seq != next {
			return fmt.Errorf("got entry %d, want %d", e.Seq, next)
		}
		next++
		return nil
	})
	if err != nil || next != 1000 {
		t.Fatalf("%d entries, %v", next, err)
	}
	for i := range entries {
		entries[i].Value = nil
	}
	save(t, db, entries[:999]...)
	if diff := cmp.Diff([]string{"2 dev 999=m"}, load(t, db)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func testLoadStops(t *testing.T, db *store.DB) {
	save(t, db, store.SessionEntry{Value: []byte("1")}, store.SessionEntry{Seq: 1, Value: []byte("2")})
	enough := errors.New("enough")
	if err := db.LoadSessions(t.Context(), func(store.SessionEntry) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
	save(t, db, store.SessionEntry{Seq: 1})
}

func testExpire(t *testing.T, db *store.DB) {
	own := Own(t, db, 0)
	const n = 1300 // more than two slices
	fx := own.Effects()
	for i := range n {
		fx.Events = append(fx.Events, InAlarm(i, 1000))
		if i%100 != 0 { // every hundredth is active for ever
			fx.Events = append(fx.Events, Cleared(i, int64(2000+i)))
		}
	}
	own.Record(t, fx)
	expire := func(before, want int64, events int) {
		t.Helper()
		got, err := db.Expire(t.Context(), before)
		if err != nil || got != want {
			t.Errorf("expired %d, %v, want %d", got, err, want)
		}
		if left := len(allEvents(t, db)); left != events {
			t.Errorf("%d events left, want %d", left, events)
		}
	}
	expire(2001, 0, 2*n-13)
	expire(2002, 1, 2*n-13-2)
	expire(1<<50, n-13-1, 13)
	expire(1<<50, 0, 13)
	if ids := activeIDs(t, db, store.ViolationFilter{}); len(ids) != 13 {
		t.Errorf("%d active violations left, want 13", len(ids))
	}
	own.Record(t, own.Effects(Cleared(0, 3000)))
}
