package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// The schema changes only forward. A migration is a file migrations/NNNN_name.sql,
// run once, in the order of the numbers, all that are due in one transaction. A
// file that was released is never edited: its checksum is kept in the database and
// compared at every start. What cannot be said for both databases at once is two
// files, NNNN_name_sqlite.sql and NNNN_name_postgres.sql. For PostgreSQL, " TEXT"
// becomes ` TEXT COLLATE "C"` and " BLOB" becomes " BYTEA".

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema.
type migration struct {
	version  int64
	name     string // name of the file
	script   string
	checksum string // SHA-256 of the file, hex
}

// migrate brings the schema up to date.
func (db *DB) migrate(ctx context.Context) error {
	known, err := db.migrations()
	if err != nil {
		return err
	}
	return db.run(ctx, modeData, "migrate", func(tx *Tx) error {
		if db.dialect.advisoryLocks { // several nodes may start at once
			if err := tx.lock(migrateLock); err != nil {
				return err
			}
		}
		applied, err := tx.appliedMigrations()
		if err != nil {
			return fmt.Errorf("read schema version: %w", err)
		}
		due, err := compareMigrations(known, applied)
		if err != nil {
			return err
		}
		for _, m := range due {
			if err := tx.apply(m); err != nil {
				return fmt.Errorf("migration %s: %w", m.name, err)
			}
			db.log.Info("schema migrated", "migration", m.name)
		}
		return nil
	})
}

// checkSchema refuses a database whose schema is not the one of this build.
func (db *DB) checkSchema(ctx context.Context) error {
	known, err := db.migrations()
	if err != nil {
		return err
	}
	return db.run(ctx, modeRead, "migrate", func(tx *Tx) error {
		applied, err := tx.readMigrations()
		if err != nil {
			return fmt.Errorf("read schema version: %w: has a server been started on this database?", err)
		}
		due, err := compareMigrations(known, applied)
		if err == nil && len(due) > 0 {
			err = fmt.Errorf("the database's schema is at version %d, this build of vedette knows version %d: start this build's server on it once, "+
				"or use the vedette that the server was started with", latest(applied), latest(known))
		}
		return err
	})
}

// migrations reads the embedded files that are meant for this database.
func (db *DB) migrations() ([]migration, error) {
	entries, err := migrationFiles.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	var list []migration
	for _, e := range entries {
		base := strings.TrimSuffix(e.Name(), ".sql")
		for _, other := range []string{"sqlite", "postgres"} {
			if strings.HasSuffix(base, "_"+other) && other != db.dialect.name {
				base = ""
			}
		}
		if base == "" {
			continue
		}
		number, _, _ := strings.Cut(base, "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s: its name does not begin with a number", e.Name())
		}
		script, err := migrationFiles.ReadFile(path.Join("migrations", e.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(script)
		list = append(list, migration{version, e.Name(), string(script), hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(list, func(a, b migration) int { return cmp.Compare(a.version, b.version) })
	return list, nil
}

// appliedMigrations reads what the database says of its own schema.
func (tx *Tx) appliedMigrations() ([]migration, error) {
	_, err := tx.Exec(tx.db.dialect.columnTypes(`CREATE TABLE IF NOT EXISTS schema_migrations (
		version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_ms BIGINT NOT NULL)`))
	if err != nil {
		return nil, err
	}
	return tx.readMigrations()
}

func (tx *Tx) readMigrations() ([]migration, error) {
	rows, err := tx.Query("SELECT version, name, checksum FROM schema_migrations ORDER BY version")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []migration
	for rows.Next() {
		var m migration
		if err := rows.Scan(&m.version, &m.name, &m.checksum); err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// compareMigrations returns the known migrations that have not been applied, or
// why this build must not touch the database.
func compareMigrations(known, applied []migration) ([]migration, error) {
	newest := int64(0)
	for i, a := range applied {
		newest = a.version
		if i >= len(known) || known[i].version != a.version {
			return nil, fmt.Errorf("the database's schema is at version %d (%s), this build of vedette knows version %d: "+
				"start the newer vedette that was used last, or restore a backup from before the upgrade",
				applied[len(applied)-1].version, applied[len(applied)-1].name, latest(known))
		}
		if known[i].checksum != a.checksum {
			return nil, fmt.Errorf("migration %s was applied with checksum %.12s… and is now %.12s…: "+
				"this build was made from other sources than the one that made the database; start the original one",
				a.name, a.checksum, known[i].checksum)
		}
	}
	due := known[len(applied):]
	if len(due) > 0 && due[0].version <= newest {
		return nil, fmt.Errorf("migrations %s and %s have the same number", due[0].name, applied[len(applied)-1].name)
	}
	return due, nil
}

// latest returns the version of the last of the migrations.
func latest(list []migration) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].version
}

// apply runs one migration and notes it.
func (tx *Tx) apply(m migration) error {
	for _, s := range statements(m.script) {
		if _, err := tx.Exec(tx.db.dialect.columnTypes(s)); err != nil {
			return err
		}
	}
	_, err := tx.Exec("INSERT INTO schema_migrations (version, name, checksum, applied_ms) VALUES (?, ?, ?, ?)",
		m.version, m.name, m.checksum, tx.Now)
	return err
}

// columnTypes writes the column types of a statement as the database wants them.
func (d *dialect) columnTypes(statement string) string {
	if d.types == nil {
		return statement
	}
	return d.types.Replace(statement)
}
