package store_test

import (
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vedette/store"
	"vedette/store/storetest"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		o    store.Options
		want string // in the error; empty: it opens
	}{
		"ok/every character in the path": {o: store.Options{Path: filepath.Join(dir, "a b?c#d%20&e='f'.db")}},
		"fail/nothing given":             {want: "either a path"},
		"fail/both given":                {o: store.Options{Path: text, URL: "postgres://"}, want: "either a path"},
		"fail/no such folder":            {o: store.Options{Path: filepath.Join(dir, "no", "such.db")}, want: "no such file"},
		"fail/a folder":                  {o: store.Options{Path: dir}, want: "is a directory"},
		"fail/not a database":            {o: store.Options{Path: text}, want: "not a database"},
		"fail/URL":                       {o: store.Options{URL: "postgres://u:hunter2@[::1/x"}, want: "database URL"},
		"fail/nobody listens":            {o: store.Options{URL: "postgres://u:hunter2@127.0.0.1:1/x"}, want: "database unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			test.o.Logger = slog.New(slog.DiscardHandler)
			db, err := store.Open(t.Context(), test.o)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "hunter2") {
					t.Fatalf("got %v, want %q and no password", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(test.o.Path); err != nil {
				t.Error(err)
			}
			for range 2 {
				if err := db.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			}
		})
	}
}

// TestFileMode checks that nobody else can read the secrets.
func TestFileMode(t *testing.T) {
	o := storetest.SQLite(t)
	db := storetest.Open(t, o)
	storetest.Write(t, db, func(tx *store.Tx) error { return nil })
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(o.Path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", info.Name(), info.Mode())
		}
	}
}

// TestDurability checks that a server which was set up to lose commits in a crash
// is told otherwise.
func TestDurability(t *testing.T) {
	for name, want := range map[string]string{"off": "on", "on": "on", "remote_apply": "remote_apply"} {
		t.Run(name, func(t *testing.T) {
			o := storetest.Postgres(t)
			u, err := url.Parse(o.URL)
			if err != nil {
				t.Fatal(err)
			}
			query := u.Query()
			query.Set("synchronous_commit", name)
			u.RawQuery = query.Encode()
			o.URL = u.String()
			var got string
			storetest.Write(t, storetest.Open(t, o), func(tx *store.Tx) error {
				return tx.QueryRow("SHOW synchronous_commit").Scan(&got)
			})
			if got != want {
				t.Errorf("synchronous_commit is %q, want %q", got, want)
			}
		})
	}
	var mode, synchronous string
	storetest.Write(t, storetest.New(t), func(tx *store.Tx) error {
		if err := tx.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil {
			return err
		}
		return tx.QueryRow("PRAGMA synchronous").Scan(&synchronous)
	})
	if mode != "wal" || synchronous != "2" {
		t.Errorf("SQLite: journal mode %q, synchronous %q, want wal and 2 (FULL)", mode, synchronous)
	}
}
