package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/record"
	"vedette/store"
)

// TestTransactions tests transactions and the meaning of errors.
func TestTransactions(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/question mark in a literal":      testLiteral,
		"ok/reads see one state":             testSnapshot,
		"ok/text sorts by its bytes":         testTextOrder,
		"fail/conflict":                      testConflict,
		"fail/reference to nothing":          testReference,
		"fail/error rolls back":              testRollback,
		"fail/panic rolls back":              testPanic,
		"fail/canceled":                      testCanceled,
		"fail/read transaction cannot write": testReadOnly,
	})
	t.Run("fail/connection lost", func(t *testing.T) { testConnectionLost(t, Open(t, Postgres(t))) })
	t.Run("ok/values of every kind", func(t *testing.T) { RunOptions(t, testValues) })
}

// counterRow inserts a row into the only table that is free for tests.
func counterRow(name string, value int64) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Exec("INSERT INTO counter (name, value) VALUES (?, ?)", name, value)
		return err
	}
}

// hasCounter tells whether counterRow's row exists.
func hasCounter(t *testing.T, db *store.DB, name string) bool {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT value FROM counter WHERE name = ?", name).Scan(new(int64))
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func testValues(t *testing.T, o store.Options) {
	type values struct {
		True, False bool
		Big         int64
		Text        string
		None        *string
		Bytes       []byte
	}
	in := values{True: true, Big: -1 << 63, Text: "naïve 'quotes' \\ ?", Bytes: []byte{0, 255}}
	var out values
	blob := "BLOB"
	if o.URL != "" {
		blob = "BYTEA"
	}
	Write(t, Open(t, o), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT CAST(? AS SMALLINT), CAST(? AS SMALLINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS "+blob+")",
			in.True, in.False, in.Big, in.Text, in.None, in.Bytes).
			Scan(&out.True, &out.False, &out.Big, &out.Text, &out.None, &out.Bytes)
	})
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("values come back changed (-want +got):\n%s", diff)
	}
}

func testLiteral(t *testing.T, db *store.DB) {
	Write(t, db, counterRow("it's a ?", 7))
	var got int64
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT value /* ? */ FROM counter WHERE name = 'it''s a ?' AND value = ? -- ?", 7).Scan(&got)
	})
	if err != nil || got != 7 {
		t.Errorf("got %d, %v, want 7", got, err)
	}
}

func testSnapshot(t *testing.T, db *store.DB) {
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		count := func() (n int) {
			if err := tx.QueryRow("SELECT COUNT(*) FROM counter").Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		before := count()
		Write(t, db, counterRow("meanwhile", 1))
		if after := count(); after != before {
			t.Errorf("the transaction sees %d rows, then %d", before, after)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if !hasCounter(t, db, "meanwhile") {
		t.Error("the row is not there afterwards")
	}
}

func testTextOrder(t *testing.T, db *store.DB) {
	for _, name := range []string{"~b", "~a", "~B", "~_", "~ä"} {
		Write(t, db, counterRow(name, 0))
	}
	var got []string
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query("SELECT name FROM counter WHERE name > '~' ORDER BY name")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			got = append(got, name)
		}
		return rows.Err()
	})
	want := []string{"~B", "~_", "~a", "~b", "~ä"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, order (-want +got):\n%s", err, diff)
	}
}

func testConflict(t *testing.T, db *store.DB) {
	Write(t, db, counterRow("twice", 1))
	if err := db.Write(t.Context(), counterRow("twice", 2)); !errors.Is(err, store.ErrConflict) {
		t.Errorf("second insert: got %v, want ErrConflict", err)
	}
}

func testReference(t *testing.T, db *store.DB) {
	owner := Own(t, db, 0)
	owner.Record(t, owner.Effects(InAlarm(1, 1000)))
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM violation")
		return err
	})
	if !errors.Is(err, store.ErrReferenced) {
		t.Errorf("delete of a violation that has events: got %v, want ErrReferenced", err)
	}
}

func testRollback(t *testing.T, db *store.DB) {
	sorry := errors.New("sorry")
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		return errors.Join(counterRow("undone", 1)(tx), sorry)
	})
	if !errors.Is(err, sorry) {
		t.Errorf("got %v, want the function's error", err)
	}
	if hasCounter(t, db, "undone") {
		t.Error("the row of a failed transaction is there")
	}
}

func testPanic(t *testing.T, db *store.DB) {
	func() {
		defer func() { _ = recover() }()
		_ = db.Write(t.Context(), func(tx *store.Tx) error {
			_ = counterRow("undone", 1)(tx)
			panic("oh")
		})
	}()
	Write(t, db, counterRow("next", 1)) // and nobody waits for the one that panicked
	if hasCounter(t, db, "undone") {
		t.Error("the row of a transaction that panicked is there")
	}
}

func testCanceled(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Write(ctx, func(tx *store.Tx) error {
		cancel()
		return counterRow("undone", 1)(tx)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	Write(t, db, counterRow("next", 1))
	if hasCounter(t, db, "undone") {
		t.Error("the row of a canceled transaction is there")
	}
	if err := db.Healthy(t.Context()); err != nil {
		t.Errorf("a canceled call makes the database unhealthy: %v", err)
	}
}

// testConnectionLost has the server end the connection in the middle of a
// transaction, as it does when it is restarted.
func testConnectionLost(t *testing.T, db *store.DB) {
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		if err := counterRow("undone", 1)(tx); err != nil {
			return err
		}
		return tx.QueryRow("SELECT pg_terminate_backend(pg_backend_pid())").Scan(new(bool))
	})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	if got := db.Stats().Failures; got != 1 {
		t.Errorf("%d failures counted, want 1", got)
	}
	if err := db.Healthy(t.Context()); err != nil {
		t.Errorf("health once there is a connection again: %v", err)
	}
	if hasCounter(t, db, "undone") {
		t.Error("the row is there")
	}
}

func testReadOnly(t *testing.T, db *store.DB) {
	if err := db.Read(t.Context(), counterRow("undone", 1)); err == nil {
		t.Error("a read transaction wrote")
	}
	if hasCounter(t, db, "undone") {
		t.Error("the row is there")
	}
}

// TestObservers tests what is told about transactions.
func TestObservers(t *testing.T) {
	RunOptions(t, func(t *testing.T, o store.Options) {
		now := time.UnixMilli(1_700_000_000_000)
		o.Now = func() time.Time { return now }
		var seen []string
		o.ObserveTx = func(kind string, d time.Duration, err error) {
			seen = append(seen, fmt.Sprintf("%s %v", kind, err == nil))
		}
		db := Open(t, o)
		before := db.Stats()
		Write(t, db, func(tx *store.Tx) error {
			if tx.Now != now.UnixMilli() {
				t.Errorf("Now is %d, want %d", tx.Now, now.UnixMilli())
			}
			return nil
		})
		_ = db.Read(t.Context(), func(*store.Tx) error { return store.ErrNotFound })
		own := Own(t, db, 3)
		own.Record(t, toSNS(own.Effects(InAlarm(1, 1000), InAlarm(2, 1000))))
		want := []string{"migrate true", "write true", "read false", "shard true", "record true"}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("observed (-want +got):\n%s", diff)
		}
		after := db.Stats()
		if after.Writes-before.Writes != 3 || after.Events != 2 || after.Alerts != 2 || after.Failures != 0 || after.Connections == 0 {
			t.Errorf("stats: %+v", after)
		}
	})
}

// TestChanges tests the change table.
func TestChanges(t *testing.T) { Run(t, testChanges) }

func testChanges(t *testing.T, db *store.DB) {
	ctx := t.Context()
	add := func(tx *store.Tx, names ...string) error {
		for _, name := range names {
			if err := tx.AddChange(&record.Change{Thing: &record.Thing{Name: name}}); err != nil {
				return err
			}
		}
		return nil
	}
	Write(t, db, func(tx *store.Tx) error { return add(tx, "a", "b") })
	_ = db.Write(ctx, func(tx *store.Tx) error { return errors.Join(add(tx, "lost"), store.ErrConflict) })
	large := db.Write(ctx, func(tx *store.Tx) error { return add(tx, "lost", strings.Repeat("l", record.MaxBody)) })
	if refused, ok := errors.AsType[*api.Error](large); !ok || refused.Code != api.InvalidRequestException {
		t.Errorf("a change larger than a record of the log: got %v, want it refused", large)
	}
	Write(t, db, func(tx *store.Tx) error { return add(tx, "c") })
	expect := func(after int64, limit int, want ...string) {
		t.Helper()
		list, err := db.Changes(ctx, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		last := after
		for _, c := range list {
			if c.Revision <= last {
				t.Errorf("revision %d after %d", c.Revision, last)
			}
			last = c.Revision
			got = append(got, c.Thing.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("changes after %d (-want +got):\n%s", after, diff)
		}
	}
	expect(0, 10, "a", "b", "c")
	expect(0, 2, "a", "b")
	expect(1, 10, "b", "c")
	if err := db.DropChanges(ctx, 2); err != nil {
		t.Fatal(err)
	}
	expect(0, 10, "c")
	last, err := db.LastRevision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.DropChanges(ctx, last); err != nil {
		t.Fatal(err)
	}
	expect(0, 10)
	Write(t, db, func(tx *store.Tx) error { return add(tx, "d") })
	expect(last, 10, "d")
}

// runAll runs tests on both databases.
func runAll(t *testing.T, tests map[string]func(*testing.T, *store.DB)) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { Run(t, test) })
	}
}
