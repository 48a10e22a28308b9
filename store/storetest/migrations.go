package storetest

import (
	"strings"
	"sync"
	"testing"

	"vedette/store"
)

// TestMigrations tests what happens when a build meets a database.
func TestMigrations(t *testing.T) {
	for name, test := range map[string]struct {
		before string // run in the database before it is opened again
		want   []string
	}{
		"ok/opened again": {before: "SELECT 1"},
		"fail/newer schema": {
			before: "INSERT INTO schema_migrations VALUES (9999, '9999_future.sql', 'abc', 0)",
			want:   []string{"version 9999", "9999_future.sql", "newer vedette"},
		},
		"fail/edited migration": {
			before: "UPDATE schema_migrations SET checksum = 'abcdefghijklmnop' WHERE version = 1",
			want:   []string{"0001_data_plane.sql", "abcdefghijkl…"},
		},
		"fail/migration of another branch": {
			before: "UPDATE schema_migrations SET version = 9998 WHERE version = 1",
			want:   []string{"version 9998"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			RunOptions(t, func(t *testing.T, o store.Options) {
				Write(t, Open(t, o), func(tx *store.Tx) error {
					_, err := tx.Exec(test.before)
					return err
				})
				db, err := store.Open(t.Context(), o)
				if err == nil {
					err = db.Close()
				}
				expectError(t, err, test.want)
			})
		})
	}
	t.Run("ok/nodes start at once", func(t *testing.T) { RunOptions(t, testOpenAtOnce) })
}

// expectError checks that an error says all of want, or is nil without want.
func expectError(t *testing.T, err error, want []string) {
	t.Helper()
	if (err != nil) != (len(want) > 0) {
		t.Fatalf("got error %v, want one with %q", err, want)
	}
	for _, s := range want {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("error %q does not say %q", err, s)
		}
	}
}

func testOpenAtOnce(t *testing.T, o store.Options) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			db, err := store.Open(t.Context(), o)
			if err == nil {
				err = db.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
