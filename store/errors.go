package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors that callers tell apart; test with errors.Is.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrConflict: a row with this key exists.
	ErrConflict = errors.New("exists already")
	// ErrReferenced: a row that others refer to cannot go, or one refers to nothing.
	ErrReferenced = errors.New("referenced row")
	// ErrFenced: another owner has taken over the shard.
	ErrFenced = errors.New("shard has a newer owner")
	// ErrUnavailable: the database cannot do its work now: disk full, I/O error,
	// connection lost. Nothing was written, except that after a lost connection
	// the last commit may have got through.
	ErrUnavailable = errors.New("database unavailable")
)

// translate gives an error of a driver one of the meanings above, and leaves all
// others as they are.
func translate(err error) error {
	var (
		lite *sqlite.Error
		pg   *pgconn.PgError
		conn *pgconn.ConnectError
		op   *net.OpError
	)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &lite):
		return meaning(sqliteMeaning(lite.Code()), err)
	case errors.As(err, &pg):
		return meaning(postgresMeaning(pg.Code), err)
	case errors.As(err, &conn), errors.As(err, &op), errors.Is(err, driver.ErrBadConn):
		return meaning(ErrUnavailable, err)
	}
	return err
}

// meaning marks err as kind; nil marks nothing.
func meaning(kind, err error) error {
	if kind == nil {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

// sqliteMeaning reads an extended result code (sqlite.org/rescode.html).
func sqliteMeaning(code int) error {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return ErrConflict
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrReferenced
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
		sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM:
		return ErrUnavailable
	}
	return nil
}

// postgresMeaning reads an SQLSTATE (PostgreSQL, appendix A).
func postgresMeaning(code string) error {
	switch code {
	case "23505":
		return ErrConflict
	case "23503":
		return ErrReferenced
	}
	switch code[:min(2, len(code))] {
	case "08", "53", "57", "58", "XX": // connection, resources, operator, system, internal
		return ErrUnavailable
	}
	return nil
}
