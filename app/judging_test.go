package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"

	"vedette/app"
	"vedette/store/pgtest"
)

// TestAtOnce: whoever asks right after a report was accepted sees what it did.
func TestAtOnce(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	for i := range 100 {
		device.ports("cam", 23)
		if got := len(d.active("cam")); got != 1 {
			t.Fatalf("round %d: %d active violations after a report that leaves the normal, want 1", i, got)
		}
		device.ports("cam", 443)
		if got := len(d.active("cam")); got != 0 {
			t.Fatalf("round %d: %d active violations after a normal report, want 0", i, got)
		}
	}
}

// TestChangeAtOnce: a report that is accepted after a change is judged by it.
func TestChangeAtOnce(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	for i := range 25 {
		for _, ports := range []int32{443, 23} {
			_, err := d.client.UpdateSecurityProfile(t.Context(), &iot.UpdateSecurityProfileInput{
				SecurityProfileName: aws.String("p"), Behaviors: []types.Behavior{onlyPorts("tcp", ports)},
			})
			check(t, err)
			device.ports("cam", 23)
			if got, want := len(d.active("cam")) == 1, ports != 23; got != want {
				t.Fatalf("round %d, normal is port %d: violation is %t, want %t", i, ports, got, want)
			}
		}
	}
}

// TestNewLog: a database that comes without its log, as one that moved in from
// elsewhere, is judged by from the first report.
func TestNewLog(t *testing.T) {
	t.Parallel()
	d := start(t, options(t))
	_, err := d.client.CreateThing(t.Context(), &iot.CreateThingInput{ThingName: aws.String("cam")})
	check(t, err)
	d.profile("p", registered, onlyPorts("tcp", 443))
	device := d.device()
	device.ports("cam", 23)
	device.ports("cam", 443)
	for range 2 { // the second time over a log that was new once
		d.stop()
		check(t, os.RemoveAll(filepath.Join(d.options.DataDir, "log")))
		d.start()
		before := len(d.events("cam"))
		device := d.device()
		device.ports("stranger", 23)
		device.ports("cam", 23)
		device.ports("cam", 443)
		if got, want := len(d.events("cam")), before+2; got != want {
			t.Errorf("events of cam: got %d, want %d", got, want)
		}
		if got := d.kinds("stranger"); got != "" {
			t.Errorf("events of a thing that is not registered: got %s, want none", got)
		}
	}
}

// startNATS runs a NATS server of the operator's.
func startNATS(t *testing.T) (url string) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
	})
	check(t, err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(patience) {
		t.Fatal("NATS does not start")
	}
	return s.ClientURL()
}

// TestOutside is the whole path on an operator's PostgreSQL and NATS.
func TestOutside(t *testing.T) {
	t.Parallel()
	sns := startSNS(t)
	o := options(t)
	o.DatabaseURL, o.NATSURL, o.SNSEndpoint = pgtest.URL(t), startNATS(t), sns.URL()
	d := start(t, o)
	for _, inside := range []string{"vedette.db", "log"} {
		if exists(t, o.DataDir, inside) {
			t.Errorf("%s is in the data directory, want nothing kept there", inside)
		}
	}
	d.profile("p", allThings, onlyPorts("tcp", 443))
	device := d.device()
	device.ports("cam", 23)
	if got, want := d.active("cam"), []string{"p/tcp"}; !slices.Equal(got, want) {
		t.Fatalf("active violations: got %v, want %v", got, want)
	}
	before := d.events("cam")

	d.restart()
	if diff := cmp.Diff(before, d.events("cam")); diff != "" {
		t.Errorf("events after a restart (-before +after):\n%s", diff)
	}
	device = d.device()
	device.ports("cam", 443)
	if got, want := d.kinds("cam"), "alarm-cleared in-alarm"; got != want {
		t.Errorf("events: got %s, want %s", got, want)
	}

	// Another data directory, as after a move to another machine.
	d.stop()
	d.options.DataDir = t.TempDir()
	d.start()
	device = d.device()
	device.ports("cam", 23)
	if got, want := d.kinds("cam"), "in-alarm alarm-cleared in-alarm"; got != want {
		t.Errorf("events after a move: got %s, want %s", got, want)
	}
	want := []string{"alarm-cleared", "in-alarm", "in-alarm"} // sorted: those of two violations may overtake each other
	if got := slices.Sorted(slices.Values(alertsUntilNow(d, device, sns)["cam p/tcp"])); !slices.Equal(got, want) {
		t.Errorf("alerts: got %v, want %v", got, want)
	}
}

// clock is a clock that a test moves on.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// TestTimePasses: a violation whose thing falls silent is invalidated after two
// days, and forgotten 30 days after it ended.
func TestTimePasses(t *testing.T) {
	t.Parallel()
	c := &clock{}
	o := options(t)
	o.Now, o.Auth = c.now, app.AuthNone // the clients' clocks stay behind
	d := start(t, o)
	d.profile("p", allThings, onlyPorts("tcp", 443))
	d.device().ports("cam", 23)
	c.advance(47 * time.Hour)
	d.device().ports("talker", 23)
	if got := d.kinds("cam"); got != "in-alarm" {
		t.Errorf("events after 47 hours of silence: got %s, want in-alarm", got)
	}
	c.advance(time.Hour + time.Minute)
	eventually(t, "the violation is invalidated", func() bool { return d.kinds("cam") == invalidated })
	if got := d.kinds("talker"); got != "in-alarm" {
		t.Errorf("events of a thing that was silent for an hour: got %s, want in-alarm", got)
	}

	c.advance(29 * 24 * time.Hour) // talker falls silent meanwhile
	eventually(t, "the other is invalidated", func() bool { return d.kinds("talker") == invalidated })
	d.restart()
	if got := d.kinds("cam"); got != invalidated {
		t.Errorf("events 29 days after the end: got %s, want %s", got, invalidated)
	}
	c.advance(25 * time.Hour)
	d.restart() // what is due is also deleted each hour, by the machine's clock
	eventually(t, "the violation is forgotten", func() bool { return d.kinds("cam") == "" })
	if got := d.kinds("talker"); got != invalidated {
		t.Errorf("events of what ended two days ago: got %s, want %s", got, invalidated)
	}
}
