package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"vedette/metric"
	"vedette/record"
	"vedette/store"
	"vedette/store/storetest"
	"vedette/violation"
)

// The environment of a test process that is started to be killed, or to live with
// little disk: which one it is, and its database.
const (
	childEnv = "VEDETTE_TEST_STORE_CHILD"
	pathEnv  = "VEDETTE_TEST_STORE_PATH"
	urlEnv   = "VEDETTE_TEST_STORE_URL"
)

func TestMain(m *testing.M) {
	child := map[string]func(context.Context, *store.DB) error{"crash": writeForEver, "full": fillDisk}[os.Getenv(childEnv)]
	if child == nil {
		os.Exit(m.Run())
	}
	o := store.Options{Path: os.Getenv(pathEnv), URL: os.Getenv(urlEnv), Logger: slog.New(slog.DiscardHandler)}
	db, err := store.Open(context.Background(), o)
	if err == nil {
		err = errors.Join(child(context.Background(), db), db.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startChild starts this test binary in a role and returns what it prints.
func startChild(t *testing.T, role string, o store.Options) (*exec.Cmd, *bufio.Scanner, *strings.Builder) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+role, pathEnv+"="+o.Path, urlEnv+"="+o.URL)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out), &stderr
}

const (
	eventsPerRound  = 20
	entriesPerRound = 10
	chunksPerRound  = 5
)

// The series of the chunks; that of a custom metric is deleted and made again in
// every round.
var (
	kept    = metric.Series{Metric: "aws:all-bytes-out"}
	dropped = metric.Series{Metric: "heat"}
)

// round makes the next effects: violations that never end, with their alerts, and
// chunks of as many things, a day later in each round.
func round(own *storetest.Owner) *violation.Effects {
	var events []violation.Event
	for i := range eventsPerRound {
		events = append(events, storetest.InAlarm(int(own.Seq)*eventsPerRound+i, int64(own.Seq)))
	}
	fx := own.Effects(events...)
	for i := range fx.Events {
		fx.Alerts = append(fx.Alerts, violation.Alert{Event: i, Type: "SNS", Target: "arn"})
	}
	fx.Exports = []violation.Export{{Profile: "p", Topic: "t", Payload: []byte("{}")}}
	fx.Drops = []violation.Drop{{Metric: dropped.Metric}}
	for i := range chunksPerRound {
		for _, series := range []metric.Series{kept, dropped} {
			at := int64(own.Seq) * storetest.Day
			fx.Chunks = append(fx.Chunks, violation.Chunk{Thing: fmt.Sprint("thing-", i), Series: series, First: at, Last: at, Count: 1, Data: []byte{1}})
		}
	}
	return fx
}

// writeForEver writes as all parts of a server do, and prints the message whose
// effects are stored after each transaction that was acknowledged.
func writeForEver(ctx context.Context, db *store.DB) error {
	epoch, position, err := db.AcquireShard(ctx, 0)
	own := &storetest.Owner{DB: db, Epoch: epoch, Seq: record.Seq(position)}
	for err == nil {
		if err = db.Record(ctx, round(own)); err != nil {
			break
		}
		fmt.Println(own.Seq)
		var entries []store.SessionEntry
		for i := range entriesPerRound {
			entries = append(entries, store.SessionEntry{Kind: 1, Owner: "dev", Seq: uint64(i), Value: fmt.Append(nil, own.Seq)})
		}
		err = errors.Join(db.SaveSessions(ctx, entries), db.Write(ctx, func(tx *store.Tx) error {
			return errors.Join(tx.AddChange(&record.Change{}), tx.AddChange(&record.Change{}))
		}))
	}
	return err
}

// TestCrash kills a process with SIGKILL while it writes, again and again on one
// database: what was acknowledged is there, and only whole transactions are.
func TestCrash(t *testing.T) {
	storetest.RunOptions(t, func(t *testing.T, o store.Options) {
		for kill := range 6 {
			cmd, lines, stderr := startChild(t, "crash", o)
			acknowledged := uint64(0)
			for range 1 + 7*kill {
				if !lines.Scan() {
					_ = cmd.Wait()
					t.Fatalf("the process ended by itself: %s", stderr)
				}
				acknowledged, _ = strconv.ParseUint(lines.Text(), 10, 64)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() { // what it printed before it died
				acknowledged, _ = strconv.ParseUint(lines.Text(), 10, 64)
			}
			_ = cmd.Wait()
			checkWhole(t, o, acknowledged)
		}
	})
}

// checkWhole opens a database after a crash and compares all that belongs
// together.
func checkWhole(t *testing.T, o store.Options, acknowledged uint64) {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stored := int(storetest.Own(t, db, 0).Seq)
	if stored != int(acknowledged) && stored != int(acknowledged)+1 {
		t.Errorf("message %d is stored, %d was acknowledged", stored, acknowledged)
	}
	want := stored * eventsPerRound
	events, _, err := db.ViolationEvents(t.Context(), store.EventFilter{To: 1 << 60}, nil, want+1)
	if err != nil || len(events) != want {
		t.Errorf("%d events, %v, want %d", len(events), err, want)
	}
	alerts, err := db.Pending(t.Context(), 0, want+1)
	if err != nil || len(alerts) != want {
		t.Errorf("%d alerts, %v, want %d", len(alerts), err, want)
	}
	exports, err := db.Exports(t.Context(), 0, 0, stored+1)
	if err != nil || len(exports) != stored {
		t.Errorf("%d exports, %v, want %d", len(exports), err, stored)
	}
	checkChunks(t, db, stored)
	values := map[string]int{}
	err = db.LoadSessions(t.Context(), func(e store.SessionEntry) error {
		values[string(e.Value)]++
		return nil
	})
	if err != nil || len(values) > 1 || len(values) == 1 && values[fmt.Sprint(stored)]+values[fmt.Sprint(stored-1)] != entriesPerRound {
		t.Errorf("session entries by round: %v, %v, round %d", values, err, stored)
	}
	changes, err := db.Changes(t.Context(), 0, 1_000_000)
	if last, lastErr := db.LastRevision(t.Context()); err != nil || lastErr != nil || len(changes)%2 != 0 || int64(len(changes)) != last {
		t.Errorf("%d changes, %v, last revision %d, %v", len(changes), err, last, lastErr)
	}
}

// checkChunks compares the chunks of all things with the rounds that are stored.
func checkChunks(t *testing.T, db *store.DB, stored int) {
	t.Helper()
	for i := range chunksPerRound {
		for series, want := range map[metric.Series]int{kept: stored, dropped: min(stored, 1)} {
			day, n := int64(stored), 0
			err := db.Chunks(t.Context(), store.ChunkFilter{Thing: fmt.Sprint("thing-", i), Series: series, To: 1 << 50}, func(c violation.Chunk) (bool, error) {
				if c.First != day*storetest.Day {
					t.Errorf("thing %d: got a chunk of day %d, want day %d", i, c.First/storetest.Day, day)
				}
				day--
				n++
				return true, nil
			})
			if err != nil || n != want {
				t.Errorf("thing %d has %d chunks of %s, %v, want %d", i, n, series.Metric, err, want)
			}
		}
	}
}

// TestDiskFull lets a process run into a limit of the size of its files.
func TestDiskFull(t *testing.T) {
	o := storetest.SQLite(t)
	cmd, lines, stderr := startChild(t, "full", o)
	stored := 0
	for lines.Scan() {
		stored, _ = strconv.Atoi(lines.Text())
	}
	if err := cmd.Wait(); err != nil || stored == 0 {
		t.Fatalf("%v after message %d: %s", err, stored, stderr)
	}
	db := storetest.Open(t, o)
	if got := int(storetest.Own(t, db, 0).Seq); got != stored {
		t.Errorf("message %d is stored, want %d", got, stored)
	}
	events, _, err := db.ViolationEvents(t.Context(), store.EventFilter{To: 1 << 60}, nil, 1_000_000)
	if err != nil || len(events) != stored*eventsPerRound {
		t.Errorf("%d events, %v, want %d", len(events), err, stored*eventsPerRound)
	}
}

// fillDisk records until the disk is full, checks what the database says, makes
// room and goes on with the same effects.
func fillDisk(ctx context.Context, db *store.DB) error {
	epoch, _, err := db.AcquireShard(ctx, 0)
	if err != nil {
		return err
	}
	own := &storetest.Owner{DB: db, Epoch: epoch}
	restore, err := limitFileSize(1 << 20)
	if err != nil {
		return err
	}
	fx := round(own)
	for err = db.Record(ctx, fx); err == nil && own.Seq < 1000; err = db.Record(ctx, fx) {
		fx = round(own)
	}
	if !errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("a full disk gave %v after message %d", err, own.Seq)
	}
	if err := db.Healthy(ctx); !errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("health with a full disk: %v", err)
	}
	if _, _, err := db.ActiveViolations(ctx, store.ViolationFilter{}, nil, 10); err != nil {
		return fmt.Errorf("reading with a full disk: %w", err)
	}
	if err := restore(); err != nil {
		return err
	}
	if err := db.Healthy(ctx); err != nil {
		return fmt.Errorf("health with room again: %w", err)
	}
	if err := db.Record(ctx, fx); err != nil {
		return fmt.Errorf("the same effects with room again: %w", err)
	}
	_, err = io.WriteString(os.Stdout, strconv.FormatUint(own.Seq, 10)+"\n")
	return err
}

// limitFileSize makes writes beyond a size fail in this process.
func limitFileSize(bytes uint64) (restore func() error, err error) {
	signal.Ignore(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		return nil, err
	}
	limit := syscall.Rlimit{Cur: bytes, Max: before.Max}
	return func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before) },
		syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}
