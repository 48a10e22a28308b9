// Package pgtest gives tests a PostgreSQL of their own: one server for the test
// process, started when it is first asked for, with a fresh schema per test (a
// database would take a hundred times as long to make and drop).
//
// The server listens on a Unix socket only, keeps nothing (fsync is off) and goes
// away with the test process however that ends, also by kill -9.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// RequireEnv is the environment variable that turns a missing PostgreSQL from a
// skipped test into a failed one, when it is 1.
const RequireEnv = "VEDETTE_REQUIRE_ALL"

// shared is the server of this process; it never changes after its start.
var shared = sync.OnceValues(start)

var schemas atomic.Int64

// URL returns a connection URL under which a fresh, empty database seems to be. It
// is dropped at the end of the test. Without PostgreSQL on the machine the test is skipped.
func URL(t testing.TB) string {
	t.Helper()
	bin, err := binaries()
	if err != nil {
		if os.Getenv(RequireEnv) == "1" {
			t.Fatalf("%v, and %s=1 allows no skipping", err, RequireEnv)
		}
		t.Skipf("NOT TESTED ON POSTGRESQL: %v (set %s=1 to make this a failure)", err, RequireEnv)
	}
	srv, err := shared()
	if err != nil {
		t.Fatalf("start PostgreSQL from %s: %v", bin, err)
	}
	name := fmt.Sprintf("test%d", schemas.Add(1))
	if err := srv.exec("CREATE SCHEMA " + name); err != nil {
		t.Fatalf("create schema: %v", err)
	}
	t.Cleanup(func() {
		if err := srv.exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Errorf("drop schema: %v", err)
		}
	})
	return srv.url(name)
}

// url names a schema of the database that every server has.
func (s *server) url(schema string) string {
	u := url.URL{Scheme: "postgres", Path: "/postgres",
		RawQuery: url.Values{"host": {s.dir}, "user": {superuser}, "search_path": {schema}}.Encode()}
	return u.String()
}

// exec runs one statement.
func (s *server) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("public"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}
