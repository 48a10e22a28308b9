// Package store keeps what must survive: the control plane's entities, the
// violations and their events, alerts on their way out, values of metrics, and the
// state of MQTT sessions. It is one type over two databases: SQLite in a file, or PostgreSQL.
//
// # Conventions
//
// Every file here has one concern, every entity one file. All SQL is written
// once, for both databases:
//
//   - A placeholder is ?, also for PostgreSQL.
//   - Times are epoch milliseconds in BIGINT columns whose names end in _ms.
//   - A boolean is a SMALLINT, 0 or 1. A Go bool may be passed as an argument and
//     scanned into.
//   - JSON is kept as TEXT. A TEXT argument is a string, never a []byte (SQLite
//     would store a blob that equals no string). Text sorts by its bytes.
//   - Bytes are BLOB (BYTEA in PostgreSQL). NULL means absent.
//   - An id is made by the program, never by the database: the name, where AWS
//     names the entity; [api.NewUUID], where AWS shows an id; Tx.Next, where numbers must
//     grow in the order of the commits. No AUTOINCREMENT, SERIAL or rowid.
//   - A write that must hold together is one [DB.Write]; a method that takes a
//     *Tx is a part of its caller's transaction.
//   - A listing pages by key: WHERE key > ? ORDER BY key LIMIT ?, never OFFSET.
//
// The schema is in migrations/; how it changes is told at migrate.go.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Options says which database to open, and how. Either Path or URL is set.
type Options struct {
	// Path is the SQLite file; it is made, with mode 0600, when it does not exist.
	Path string
	// URL is a PostgreSQL connection URL: postgres://user:password@host/database.
	URL string
	// AsIs leaves the schema alone: a database that does not exist, or whose schema
	// is not the one of this build, is refused. For those who open the database of
	// a server that may be running.
	AsIs bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Logger is told about migrations; nil means slog.Default().
	Logger *slog.Logger
	// ObserveTx is told how long each transaction took; nil is allowed. The kind is
	// "read", "write" (control plane), or the name of a data-plane method in lower
	// case: "record", "shard", "outbox", "changes", "sessions", "verify", "keyuse", "expire",
	// "purge", "days";
	// "migrate" and "probe" are the database's own. It is
	// called from many goroutines.
	ObserveTx func(kind string, d time.Duration, err error)
}

// DB is an open database. All methods may be called from many goroutines.
type DB struct {
	opts    Options
	log     *slog.Logger
	dialect *dialect
	writer  *sql.DB
	reader  *sql.DB // the same as writer for PostgreSQL
	stats   counters
	days    days
	broken  atomic.Pointer[error] // the ErrUnavailable of the last write, nil after a good one
}

// Open connects to the database that o names and brings its schema up to date.
// A database whose schema this build does not know is left alone: the error says
// which versions met and what to do.
func Open(ctx context.Context, o Options) (*DB, error) {
	if (o.Path == "") == (o.URL == "") {
		return nil, errors.New("open database: give either a path (SQLite) or a URL (PostgreSQL)")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Path != "" && o.AsIs {
		if _, err := os.Stat(o.Path); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	db := &DB{opts: o, log: o.Logger.With("component", "store")}
	var err error
	if o.Path != "" {
		err = db.openSQLite(o.Path)
	} else {
		err = db.openPostgres(o.URL)
	}
	if err == nil && o.AsIs {
		err = db.checkSchema(ctx)
	} else if err == nil {
		err = db.migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// Close waits for running transactions and closes the connections. It may be
// called again.
func (db *DB) Close() error {
	var errs []error
	// Readers first: SQLite folds its write-ahead log into the file when the last
	// connection closes, and only a writer can.
	if db.reader != nil && db.reader != db.writer {
		errs = append(errs, db.reader.Close())
	}
	if db.writer != nil {
		errs = append(errs, db.writer.Close())
	}
	return errors.Join(errs...)
}

// probeBytes is how much Healthy writes to find out whether a disk that was full
// has room again: more than one batch of effects needs.
const probeBytes = 1 << 20

// Healthy returns nil when the database can be read and the last write got
// through. After a write that failed because the database could not work (disk
// full, connection lost) it tries one itself, so that health returns without a
// restart and without others writing.
func (db *DB) Healthy(ctx context.Context) error {
	if db.broken.Load() == nil {
		return db.Read(ctx, func(tx *Tx) error { return tx.QueryRow("SELECT COUNT(*) FROM probe").Scan(new(int)) })
	}
	value := make([]byte, probeBytes)
	_, _ = rand.Read(value) // never fails; random, because PostgreSQL compresses
	err := db.run(ctx, modeData, "probe", func(tx *Tx) error {
		_, err := tx.Exec("UPDATE probe SET value = ?", value)
		return err
	})
	if err != nil {
		return fmt.Errorf("write to the database: %w", err)
	}
	return nil
}
