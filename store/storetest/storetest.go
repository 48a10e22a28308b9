// Package storetest is the conformance suite of store: what it promises, tested
// on both databases. It also opens databases for the tests of other packages.
package storetest

import (
	"log/slog"
	"path/filepath"
	"testing"

	"vedette/store"
	"vedette/store/pgtest"
)

// New opens a fresh SQLite database for a test that is not about databases.
func New(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, SQLite(t))
}

// Run runs a test on a fresh database of each kind, as the subtests sqlite and
// postgres.
func Run(t *testing.T, test func(t *testing.T, db *store.DB)) {
	t.Helper()
	RunOptions(t, func(t *testing.T, o store.Options) { test(t, Open(t, o)) })
}

// RunOptions is like Run for tests that open the database themselves: to set its
// clock, or to open it again.
func RunOptions(t *testing.T, test func(t *testing.T, o store.Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite returns the options of a SQLite database that does not exist yet.
func SQLite(t testing.TB) store.Options {
	return store.Options{Path: filepath.Join(t.TempDir(), "vedette.db"), Logger: slog.New(slog.DiscardHandler)}
}

// Postgres returns the options of an empty PostgreSQL database; without
// PostgreSQL on the machine it skips the test.
func Postgres(t testing.TB) store.Options {
	t.Helper()
	return store.Options{URL: pgtest.URL(t), Logger: slog.New(slog.DiscardHandler)}
}

// Open opens a database and closes it at the end of the test.
func Open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
	})
	return db
}

// Write runs fn in a transaction that must succeed.
func Write(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
