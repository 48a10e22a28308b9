package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite" // the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// busyTimeout is how long a connection waits for another one's lock.
const busyTimeout = 10 * time.Second

// openSQLite opens the file with one connection that writes and a pool of
// connections that read. SQLite has one writer at a time anyway: waiting for it in
// Go is fair and is not polling, as its busy handler is.
func (db *DB) openSQLite(path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// The file may hold secrets; SQLite gives its -wal and -shm files the same mode.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	db.dialect = &dialect{name: "sqlite", readOptions: &sql.TxOptions{ReadOnly: true}}
	db.writer, err = sql.Open("sqlite", sqliteURI(path, url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()),
			"journal_mode(WAL)",
			"synchronous(FULL)", // a commit is on disk when it returns
			"foreign_keys(1)",
			"cache_size(-32768)",           // KiB
			"journal_size_limit(67108864)", // the write-ahead log shrinks again after a large transaction
		},
	}))
	if err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(1)
	db.reader, err = sql.Open("sqlite", sqliteURI(path, url.Values{
		"mode":    {"ro"},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "query_only(1)", "cache_size(-8192)"},
	}))
	if err != nil {
		return err
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	if err := makeWAL(db.writer); err != nil {
		return fmt.Errorf("%s: %w", path, translate(err))
	}
	return nil
}

// makeWAL opens the first connection, which makes the file a database in WAL mode;
// without that a reader could not open it. Of several that do so at once SQLite
// turns some away without asking its busy handler.
func makeWAL(writer *sql.DB) error {
	for deadline := time.Now().Add(busyTimeout); ; time.Sleep(10 * time.Millisecond) {
		err := writer.Ping()
		var busy *sqlite.Error
		if !errors.As(err, &busy) || busy.Code()&0xff != sqlite3.SQLITE_BUSY || time.Now().After(deadline) {
			return err
		}
	}
}

// sqliteURI names a file for SQLite; the path may hold any character.
func sqliteURI(path string, params url.Values) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: params.Encode()}
	return u.String()
}
