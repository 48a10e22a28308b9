package pgtest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"vedette/store/pgtest"
)

const childEnv = "VEDETTE_TEST_PGTEST_CHILD"

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// TestApart checks that two tests do not see each other's tables.
func TestApart(t *testing.T) {
	one, two := connect(t, pgtest.URL(t)), connect(t, pgtest.URL(t))
	for _, conn := range []*pgx.Conn{one, two} {
		if _, err := conn.Exec(t.Context(), "CREATE TABLE thing (name TEXT)"); err != nil {
			t.Error(err)
		}
	}
}

// TestDropped checks that nothing is left of a test.
func TestDropped(t *testing.T) {
	var schema string
	t.Run("inner", func(t *testing.T) {
		conn := connect(t, pgtest.URL(t))
		if err := conn.QueryRow(t.Context(), "SELECT current_schema()").Scan(&schema); err != nil {
			t.Fatal(err)
		}
	})
	if schema == "" {
		t.Skip("no PostgreSQL")
	}
	var exists bool
	err := connect(t, pgtest.URL(t)).QueryRow(t.Context(), "SELECT to_regnamespace($1) IS NOT NULL", schema).Scan(&exists)
	if err != nil || exists {
		t.Errorf("schema %s exists: %v, %v", schema, exists, err)
	}
}

// TestKilled kills a test process with SIGKILL: its server stops and its files go.
func TestKilled(t *testing.T) {
	if os.Getenv(childEnv) != "" {
		u, err := url.Parse(pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(u.Query().Get("host"))
		select {} // until it is killed
	}
	pgtest.URL(t) // skips where there is no PostgreSQL
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), childEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the process printed nothing")
	}
	dir := lines.Text()
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the server's folder, while it runs: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for { // the keeper removes the folder once the server has ended
		select {
		case <-tick.C:
			if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
				return
			}
		case <-deadline:
			t.Fatalf("%s is still there", dir)
		}
	}
}
