package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRebind(t *testing.T) {
	d := &dialect{numbered: true}
	for in, want := range map[string]string{
		"":                                   "",
		"SELECT 1":                           "SELECT 1",
		"?":                                  "$1",
		"a = ? AND b IN (?, ?)":              "a = $1 AND b IN ($2, $3)",
		"a = 'it''s ?' AND b = ?":            "a = 'it''s ?' AND b = $1",
		`"a?" = ? -- why?` + "\n AND b = ?":  `"a?" = $1 -- why?` + "\n AND b = $2",
		"a /* ? ' */ = ?":                    "a /* ? ' */ = $1",
		"a = ? AND b = 'never ends ?":        "a = $1 AND b = 'never ends ?",
		"a - ? / ?":                          "a - $1 / $2",
		"?" + strings.Repeat(", ?", 11) + "": "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12",
	} {
		if got := d.rebind(in); got != want {
			t.Errorf("rebind(%q) = %q, want %q", in, got, want)
		}
		if got := (&dialect{}).rebind(in); got != in {
			t.Errorf("without numbers: rebind(%q) = %q", in, got)
		}
	}
}

func TestStatements(t *testing.T) {
	for in, want := range map[string][]string{
		"":                      nil,
		" ;; \n;":               nil,
		"a":                     {"a"},
		"a; b;":                 {"a", "b"},
		"a ';' b; c":            {"a ';' b", "c"},
		"-- one; two\na;\n":     {"-- one; two\na"},
		"a /* ; */; \"b;\"":     {"a /* ; */", `"b;"`},
		"INSERT VALUES ('x'';'": {"INSERT VALUES ('x'';'"},
	} {
		if diff := cmp.Diff(want, statements(in)); diff != "" {
			t.Errorf("statements(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestCompareMigrations(t *testing.T) {
	steps := func(versions ...int64) (list []migration) {
		for _, v := range versions {
			list = append(list, migration{version: v, name: "name", checksum: "sum"})
		}
		return list
	}
	for name, test := range map[string]struct {
		known, applied []migration
		due            int
		fail           bool
	}{
		"ok/new database":        {steps(1, 2), nil, 2, false},
		"ok/one more":            {steps(1, 2), steps(1), 1, false},
		"ok/nothing to do":       {steps(1, 2), steps(1, 2), 0, false},
		"fail/newer":             {steps(1, 2), steps(1, 2, 3), 0, true},
		"fail/hole":              {steps(1, 3), steps(1, 2), 0, true},
		"fail/inserted":          {steps(1, 2, 3), steps(1, 3), 0, true},
		"fail/same number twice": {steps(1, 1), steps(1), 0, true},
		"fail/edited":            {steps(1), []migration{{version: 1, checksum: "other"}}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			due, err := compareMigrations(test.known, test.applied)
			if (err != nil) != test.fail || len(due) != test.due {
				t.Errorf("got %d due, %v", len(due), err)
			}
		})
	}
}

// TestMigrationFiles checks that every file has its number and its counterpart.
func TestMigrationFiles(t *testing.T) {
	versions := func(name string) (list []int64) {
		db := &DB{dialect: &dialect{name: name}}
		known, err := db.migrations()
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range known {
			if m.version != int64(i+1) {
				t.Errorf("%s: migration %d is %s", name, i+1, m.name)
			}
			list = append(list, m.version)
		}
		return list
	}
	if diff := cmp.Diff(versions("sqlite"), versions("postgres")); diff != "" {
		t.Errorf("versions of SQLite and PostgreSQL (-sqlite +postgres):\n%s", diff)
	}
}

// TestOutboxIDs checks that the ids of a shard grow whatever the clock does, and
// that shards do not share any.
func TestOutboxIDs(t *testing.T) {
	const now = 1_800_000_000_000
	seen := map[int64]bool{}
	for _, shard := range []int{0, 1, maxShard} {
		var ids []int64
		last := int64(0)
		for range 10_000 { // more than fit in a millisecond
			last = nextOutboxID(last, now+rand.Int64N(3)-1, shard)
			ids = append(ids, last)
			if seen[last] {
				t.Fatalf("id %d comes twice", last)
			}
			seen[last] = true
		}
		if !slices.IsSorted(ids) || ids[0] < 0 {
			t.Errorf("ids of shard %d do not grow", shard)
		}
	}
	if id := nextOutboxID(0, 4_000_000_000_000, maxShard); id <= 0 {
		t.Errorf("in the year 2096 the id is %d", id)
	}
}
