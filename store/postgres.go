package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxPostgresConns bounds the connections of one node; the server's default
// limit is 100 for all.
const maxPostgresConns = 16

// openPostgres prepares a pool of connections; the first use connects.
func (db *DB) openPostgres(url string) error {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database URL: %w", err) // pgx leaves the password out
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "vedette"
	}
	db.dialect = &dialect{
		name: "postgres", numbered: true, advisoryLocks: true, partitions: true,
		// Like a read transaction of SQLite, it sees one state.
		readOptions: &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead},
		// Text sorts by its bytes, whatever the language of the database: pages then
		// have the same order on both databases.
		types: strings.NewReplacer(" TEXT", ` TEXT COLLATE "C"`, " BLOB", " BYTEA"),
	}
	db.writer = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(commitToDisk))
	db.writer.SetMaxOpenConns(maxPostgresConns)
	db.writer.SetMaxIdleConns(maxPostgresConns)
	db.writer.SetConnMaxIdleTime(5 * time.Minute)
	db.reader = db.writer
	return nil
}

// commitToDisk sees to it that a commit is on disk when it returns, also where the
// server was set up to lose the last ones in a crash. Stricter settings stay.
func commitToDisk(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `SELECT set_config('synchronous_commit', 'on', false)
		WHERE current_setting('synchronous_commit') = 'off'`)
	return err
}
