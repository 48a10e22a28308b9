package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// server is a running PostgreSQL.
type server struct {
	dir string // holds the data, the socket and the log
}

// keeper is the parent of the server. Its standard input is a pipe from the test
// process, which the kernel closes when that process ends in whatever way: then
// it stops the server and removes the directory. The server's own input is not
// the pipe, and its output a file, lest "go test" waits for it.
const keeper = `
"$1/initdb" -D "$2/data" -U "$3" -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1 || exit 1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c max_connections=200 -c shared_buffers=32MB </dev/null >>"$2/log" 2>&1 &
pid=$!
read -r _
kill -QUIT $pid
wait $pid
cd / && rm -rf "$2"
`

// binaries returns the folder with initdb and postgres.
func binaries() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p), nil // initdb runs the postgres beside it
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New("no initdb in PATH or /usr/lib/postgresql/*/bin")
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// start makes a database cluster and serves it.
func start() (*server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "vedette-pg-") // not t.TempDir: only root may enter that
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", keeper, "keeper", bin, dir, superuser)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	// Its own process group: an interrupt from the terminal is for the test process.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() == 0 { // PostgreSQL refuses to run as root
		if cmd.SysProcAttr.Credential, err = unprivileged(dir); err != nil {
			return nil, err
		}
	}
	if _, err := cmd.StdinPipe(); err != nil { // kept open by cmd until this process ends
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	s := &server{dir: dir}
	if err := s.await(exited); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return s, nil
}

// unprivileged returns the account to run as instead of root, and gives it dir.
func unprivileged(dir string) (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
	}
	return nil, errors.New("running as root, and there is no user postgres or nobody to run PostgreSQL as")
}

// await returns when the server answers, or cannot.
func (s *server) await(exited <-chan error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	var last error
	for {
		select {
		case err := <-exited:
			return fmt.Errorf("server ended: %w", errors.Join(err, last))
		case <-deadline:
			return fmt.Errorf("server does not answer: %w", last)
		case <-tick.C:
			if last = s.ping(); last == nil {
				return nil
			}
			if strings.Contains(last.Error(), "permission denied") {
				return fmt.Errorf("the folder for temporary files must be open to other users: %w", last)
			}
		}
	}
}

// ping connects once.
func (s *server) ping() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url("public"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
