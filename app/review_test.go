package app_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"

	"vedette/app"
)

// TestDamagedLogEndsStart: a log that cannot be judged ends the start with the
// reason, though nobody set it a deadline.
func TestDamagedLogEndsStart(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	for range 5 {
		device.ports("cam", 23)
	}
	log, crashed := filepath.Join(d.options.DataDir, "log"), t.TempDir()
	check(t, os.CopyFS(crashed, os.DirFS(log))) // a clean stop would leave nothing to judge
	d.stop()
	check(t, os.RemoveAll(log))
	check(t, os.CopyFS(log, os.DirFS(crashed)))
	blocks, err := filepath.Glob(filepath.Join(log, "jetstream", "*", "streams", "VEDETTE-LOG-0", "msgs", "*.blk"))
	check(t, err)
	for _, name := range blocks {
		data, err := os.ReadFile(name)
		check(t, err)
		damaged := bytes.Replace(data, []byte("VLB\x01"), []byte("VLB\x00"), 1)
		check(t, os.WriteFile(name, damaged, 0o600))
	}
	a, err := app.New(t.Context(), d.options)
	if err == nil {
		err = a.Start(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("start on a damaged log: got %v, want it refused", err)
	}
}

// TestOlderLog: a log that ends before what the database holds effects of is
// refused, for its next records would pass for judged.
func TestOlderLog(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	d.stop()
	log, backup := filepath.Join(d.options.DataDir, "log"), t.TempDir()
	check(t, os.CopyFS(backup, os.DirFS(log)))
	d.start()
	device := d.device()
	device.ports("cam", 23)
	device.ports("cam", 443)
	device.ports("gate", 23)
	d.stop()
	check(t, os.RemoveAll(log))
	check(t, os.CopyFS(log, os.DirFS(backup)))

	_, err := app.New(t.Context(), d.options)
	if err == nil || !strings.Contains(err.Error(), "the log is older than the database") {
		t.Fatalf("start on an older log: got %v, want it refused", err)
	}
	check(t, os.RemoveAll(log))
	d.start()
	d.device().ports("cam", 23)
	if got, want := d.kinds("cam"), "in-alarm alarm-cleared in-alarm"; got != want {
		t.Errorf("events on an empty log: got %s, want %s", got, want)
	}
	if got := d.kinds("gate"); got != invalidated || d.active("gate") != nil {
		t.Errorf("a violation that the log before knew: got %s, want %s", got, invalidated)
	}
}

// TestOlderDatabase: a database that does not know all changes in the log is
// refused, for the engine would ignore the next ones.
func TestOlderDatabase(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	d.stop()
	name := filepath.Join(d.options.DataDir, "vedette.db")
	backup, err := os.ReadFile(name)
	check(t, err)
	d.start()
	d.profile("q", allThings, onlyPorts("tcp", 443))
	d.stop()
	check(t, os.WriteFile(name, backup, 0o600))

	a, err := app.New(t.Context(), d.options)
	if err == nil {
		err = a.Start(t.Context())
	}
	if err == nil || !strings.Contains(err.Error(), "the database is older than the log") {
		t.Fatalf("start on an older database: got %v, want it refused", err)
	}
	check(t, os.RemoveAll(filepath.Join(d.options.DataDir, "log")))
	d.start()
	d.profile("r", allThings, onlyPorts("tcp", 443))
	d.device().ports("cam", 23)
	if got, want := d.active("cam"), []string{"p/tcp", "r/tcp"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("active violations on an empty log: got %v, want %v", got, want)
	}
}

// TestLargeChange: a profile that is too large for a record of the log is refused,
// and does not hold up the changes behind it.
func TestLargeChange(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	b := onlyPorts("cidrs", 443)
	b.Metric, b.Criteria.ComparisonOperator, b.Criteria.Value.Ports = aws.String("aws:destination-ip-addresses"), "in-cidr-set", nil
	for range 60_000 {
		b.Criteria.Value.Cidrs = append(b.Criteria.Value.Cidrs, "192.0.2.0/24")
	}
	_, err := d.client.CreateSecurityProfile(t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("large"), Behaviors: []types.Behavior{b},
	})
	if err == nil || !strings.Contains(err.Error(), "InvalidRequestException") {
		t.Errorf("a profile larger than the log takes: got %v, want it refused", err)
	}
	d.profile("p", allThings, onlyPorts("tcp", 443))
	d.device().ports("cam", 23)
	if got := d.kinds("cam"); got != "in-alarm" {
		t.Errorf("events after it: got %q, want in-alarm", got)
	}
}

// TestSilenceAfterRestart: a violation falls silent also when nothing at all has
// been reported since the start.
func TestSilenceAfterRestart(t *testing.T) {
	t.Parallel()
	c := &clock{}
	o := options(t)
	o.Now, o.Auth = c.now, app.AuthNone
	d := start(t, o)
	d.profile("p", allThings, onlyPorts("tcp", 443))
	d.device().ports("cam", 23)
	d.stop()
	c.advance(49 * time.Hour)
	d.start()
	eventually(t, "the violation is invalidated", func() bool { return d.kinds("cam") == invalidated })
}

// TestStartGivenUp: a start that is given up while the log is judged ends.
func TestStartGivenUp(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.device().ports("cam", 23)
	d.stop()
	a, err := app.New(t.Context(), d.options)
	check(t, err)
	given, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Start(given); err == nil {
		check(t, a.Stop(t.Context())) // all was judged before anybody looked
	}
}
