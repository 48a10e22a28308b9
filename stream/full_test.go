package stream

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a file system with room for size, which needs root.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" && os.Geteuid() == 0 {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("SKIPPED: a really full disk was not tested, mounting one needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// diskFiller takes away room on a disk, and gives it back.
type diskFiller struct{ name string }

// fill leaves about n bytes, in steps of 4 KiB.
func (d diskFiller) fill(t *testing.T, n int) {
	t.Helper()
	f, err := os.Create(d.name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size, page := int64(0), make([]byte, 4096)
	for err == nil {
		_, err = f.Write(page)
		size += int64(len(page))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Truncate(max(0, size-int64(n))); err != nil {
		t.Fatal(err)
	}
}

func (d diskFiller) free(t *testing.T) {
	t.Helper()
	if err := os.Remove(d.name); err != nil {
		t.Fatal(err)
	}
}

// appendUntilRefused returns how many records were committed before one was refused.
func appendUntilRefused(t *testing.T, l *Log, body []byte) int {
	t.Helper()
	for n := 0; ; n++ {
		if err := appendOne(t, l, body); errors.Is(err, ErrUnavailable) {
			return n
		} else if err != nil {
			t.Fatalf("on a full disk the waiter got %v", err)
		}
	}
}

func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, "32m")
	dir := filepath.Join(disk, "log")
	filler := diskFiller{filepath.Join(disk, "filler")}
	l := open(t, Options{Dir: dir})
	r, late := openReader(t, l, 0, 0), openReader(t, l, 0, 0)
	body := bytes.Repeat([]byte("x"), 200<<10)
	mustAppend(t, l, string(body))
	mustSave(t, l, 1, payload{1, 1000})

	filler.fill(t, 5<<20)
	committed := 1 + appendUntilRefused(t, l, body)
	if err := l.Healthy(); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("on a full disk Healthy says %v", err)
	}
	if err := appendOne(t, l, []byte("small")); !errors.Is(err, ErrUnavailable) {
		t.Errorf("the next append got %v", err)
	}
	if err := l.SaveSnapshot(t.Context(), 0, 2, payload{2, 10 << 20}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a snapshot on a full disk: %v", err)
	}
	wantCopies(t, r, committed, body) // reading goes on

	filler.free(t)
	eventually(t, "the log is healthy again", func() bool { return l.Healthy() == nil })
	mustAppend(t, l, "after")
	wantCopies(t, late, committed, body)
	for b := next(t, late); bodies(b)[0] != "after"; b = next(t, late) {
		// What was refused may be there, or not.
	}
	wantSnapshot(t, l, 1, payload{1, 1000})
	closeLog(t, l)

	// Stopped and started while the disk is full.
	l = open(t, Options{Dir: dir})
	wantCopies(t, openReader(t, l, 0, 0), committed, body)
	filler.fill(t, 0)
	appendUntilRefused(t, l, body)
	closeLog(t, l)
	if l, err := Open(t.Context(), Options{Dir: dir}); err == nil {
		t.Log("a log on a full disk opens")
		appendUntilRefused(t, l, body)
		wantCopies(t, openReader(t, l, 0, 0), committed, body)
		closeLog(t, l)
	} else {
		t.Logf("a log on a full disk does not open: %v", err)
	}
	filler.free(t)
	l = open(t, Options{Dir: dir})
	mustAppend(t, l, "at last")
	wantCopies(t, openReader(t, l, 0, 0), committed, body)
}

func wantCopies(t *testing.T, r *Reader, n int, body []byte) {
	t.Helper()
	for range n {
		if got := next(t, r).Records; len(got) != 1 || !bytes.Equal(got[0].Body, body) {
			t.Fatalf("a record that was committed came back as %d records", len(got))
		}
	}
}

// TestSnapshotOnFullDisk: what is lacking for a snapshot takes nothing from the log.
func TestSnapshotOnFullDisk(t *testing.T) {
	disk := smallDisk(t, "32m")
	filler := diskFiller{filepath.Join(disk, "filler")}
	l := open(t, Options{Dir: filepath.Join(disk, "log")})
	mustAppend(t, l, "one")
	mustSave(t, l, 1, payload{1, 1000})
	filler.fill(t, 2<<20)
	if err := l.SaveSnapshot(t.Context(), 0, 1, payload{2, 10 << 20}); !errors.Is(err, ErrUnavailable) {
		t.Errorf("a snapshot on a full disk: %v", err)
	}
	filler.free(t)
	eventually(t, "the log is healthy again", func() bool { return l.Healthy() == nil })
	mustAppend(t, l, "two")
	wantSnapshot(t, l, 1, payload{1, 1000})
	mustSave(t, l, 2, payload{3, 3 << 20})
	wantSnapshot(t, l, 2, payload{3, 3 << 20})
	wantBodies(t, openReader(t, l, 0, 0), []string{"one", "two"})
}
