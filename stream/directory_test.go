package stream

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	l := open(t, Options{Dir: dir, Shards: 2})
	wantRefusal := func(o Options, want string) {
		t.Helper()
		if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	wantRefusal(Options{Dir: dir, Shards: 2}, "in use by another process")
	closeLog(t, l)
	wantRefusal(Options{Dir: dir, Shards: 3}, "has 2 shards and not 3")

	format := filepath.Join(dir, "format.json")
	for content, want := range map[string]string{
		`{"format":2,"shards":2}`: "written by a newer version of vedette (log format 2, this one knows 1): start that version",
		`{`:                       "format.json",
	} {
		if err := os.WriteFile(format, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		wantRefusal(Options{Dir: dir, Shards: 2}, want)
	}

	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantRefusal(Options{Dir: file}, "not a directory")
}

// TestStreamOfOthers: the streams on an external server must be ours, and keep
// everything.
func TestStreamOfOthers(t *testing.T) {
	o := Options{URL: startServer(t), Shards: 2}
	l := open(t, o)
	c, _ := l.current()
	stream, err := c.js.Stream(t.Context(), "VEDETTE-LOG-0")
	if err != nil {
		t.Fatal(err)
	}
	good := stream.CachedInfo().Config
	for _, change := range []struct {
		want  string
		apply func()
	}{
		{"limits were changed", func() { cfg := good; cfg.MaxMsgs = 100; mustUpdate(t, c, cfg) }},
		{"not made by vedette", func() { cfg := good; cfg.Metadata = nil; mustUpdate(t, c, cfg) }},
		{"newer version", func() {
			cfg := good
			cfg.Metadata = map[string]string{"vedette.format": "2", "vedette.shards": "2"}
			mustUpdate(t, c, cfg)
		}},
	} {
		change.apply()
		if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), change.want) {
			t.Errorf("got %v, want %q", err, change.want)
		}
	}
	mustUpdate(t, c, good)
	o.Shards = 1
	if _, err := Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "has 2 shards") {
		t.Errorf("with another number of shards: %v", err)
	}
}
