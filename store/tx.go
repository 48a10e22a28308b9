package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Tx is a transaction. It is valid until the function that got it returns, and
// belongs to one goroutine.
type Tx struct {
	// Now is the time of the transaction, in epoch milliseconds: the same for all
	// that it writes.
	Now int64

	ctx context.Context
	tx  *sql.Tx
	db  *DB
}

// mode is what a transaction may do and whom it waits for.
type mode int

const (
	modeRead    mode = iota // sees one state of the database, writes nothing
	modeData                // writes; waits for others only where they touch the same rows
	modeControl             // writes; one at a time, so that revisions are committed in order
)

// Read runs fn in a transaction that sees one unchanging state of the database
// and cannot write.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	return db.run(ctx, modeRead, "read", fn)
}

// Write runs fn in a transaction, and commits when fn returns nil; nil from Write
// means that everything is on disk. Transactions of Write run one after the
// other, over all nodes of a deployment; fn must not call Read or Write. When fn
// fails, or panics, nothing is written.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.run(ctx, modeControl, "write", fn)
}

// controlLock is the key of the advisory lock that control-plane transactions
// take in PostgreSQL, migrateLock that of a schema change, partitionLock that of
// making a partition.
const (
	controlLock   = 0x76656465_01
	migrateLock   = 0x76656465_02
	partitionLock = 0x76656465_03
)

// run runs fn in a transaction of the given mode and reports it as kind.
func (db *DB) run(ctx context.Context, m mode, kind string, fn func(*Tx) error) (err error) {
	start := db.opts.Now()
	defer func() { db.observe(m, kind, db.opts.Now().Sub(start), err) }()
	pool, opts := db.writer, &sql.TxOptions{}
	if m == modeRead {
		pool, opts = db.reader, db.dialect.readOptions
	}
	sqlTx, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", translate(err))
	}
	// After a commit this does nothing; after an error or a panic in fn it undoes all.
	defer func() { _ = sqlTx.Rollback() }()
	tx := &Tx{ctx: ctx, tx: sqlTx, db: db}
	if m == modeControl && db.dialect.advisoryLocks {
		if err := tx.lock(controlLock); err != nil {
			return err
		}
	}
	tx.Now = db.opts.Now().UnixMilli() // after the wait for others: it grows with the commits
	if err := fn(tx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", translate(err))
	}
	return nil
}

// observe counts a finished transaction and remembers whether the database can
// work.
func (db *DB) observe(m mode, kind string, d time.Duration, err error) {
	db.stats.count(m, err)
	switch {
	case errors.Is(err, ErrUnavailable):
		db.broken.Store(&err)
	case err == nil && m != modeRead:
		db.broken.Store(nil)
	}
	if db.opts.ObserveTx != nil {
		db.opts.ObserveTx(kind, d, err)
	}
}

// Exec runs a statement. A broken unique constraint is ErrConflict.
func (tx *Tx) Exec(query string, args ...any) (sql.Result, error) {
	res, err := tx.tx.ExecContext(tx.ctx, tx.db.dialect.rebind(query), plain(args)...)
	return res, translate(err)
}

// Query runs a query; the caller closes the rows and asks their Err.
func (tx *Tx) Query(query string, args ...any) (*Rows, error) {
	rows, err := tx.tx.QueryContext(tx.ctx, tx.db.dialect.rebind(query), plain(args)...)
	if err != nil {
		return nil, translate(err)
	}
	return &Rows{rows}, nil
}

// Rows is the answer of Query.
type Rows struct{ *sql.Rows }

// Err returns what ended the rows early, if anything did.
func (r *Rows) Err() error { return translate(r.Rows.Err()) }

// QueryRow runs a query of one row.
func (tx *Tx) QueryRow(query string, args ...any) *Row {
	return &Row{tx.tx.QueryRowContext(tx.ctx, tx.db.dialect.rebind(query), plain(args)...)}
}

// Row is the answer of QueryRow.
type Row struct{ row *sql.Row }

// Scan copies the columns of the row into dest. No row is ErrNotFound.
func (r *Row) Scan(dest ...any) error { return translate(r.row.Scan(dest...)) }

// Next returns the next number of the counter called name: 1, then 2 and so on,
// in the order of the commits. Two transactions that use one counter wait for each
// other. A counter is made by a migration: INSERT INTO counter VALUES (name, 0).
func (tx *Tx) Next(name string) (int64, error) {
	var n int64
	err := tx.QueryRow("UPDATE counter SET value = value + 1 WHERE name = ? RETURNING value", name).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("next number of counter %q: %w", name, err)
	}
	return n, nil
}

// lock waits for one of PostgreSQL's advisory locks and keeps it until the end
// of the transaction.
func (tx *Tx) lock(key int64) error {
	_, err := tx.Exec("SELECT pg_advisory_xact_lock(?)", key)
	return err
}

// plain replaces the arguments that only one of the drivers would take: bool by
// 0 or 1, uint64 by the int64 of the same bits.
func plain(args []any) []any {
	for i, a := range args {
		switch v := a.(type) {
		case bool:
			args[i] = int64(0)
			if v {
				args[i] = int64(1)
			}
		case uint64:
			args[i] = int64(v)
		}
	}
	return args
}
