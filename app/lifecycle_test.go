package app_test

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"vedette/app"
	"vedette/principal"
)

// leakFree fails the test when goroutines are left at its end that were not there before.
func leakFree(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}

// TestTwoInOneProcess: two deployments share nothing, and leave nothing.
func TestTwoInOneProcess(t *testing.T) {
	leakFree(t)
	one, two := start(t, options(t)), start(t, options(t))
	for _, d := range []*deployment{one, two} {
		d.profile("ports", allThings, onlyPorts("tcp", 443))
	}
	device := one.device()
	device.ports("cam", 23)
	if got, want := one.active("cam"), []string{"ports/tcp"}; !slices.Equal(got, want) {
		t.Errorf("active violations of the first: got %v, want %v", got, want)
	}
	if got := two.active("cam"); len(got) != 0 {
		t.Errorf("active violations of the second: got %v, want none", got)
	}
	if a, _ := one.RootKey(); a == first(two.RootKey()) {
		t.Error("both have the same access key")
	}
	device.disconnect()
	one.stop()
	two.device().ports("cam", 23)
	if got, want := two.active("cam"), []string{"ports/tcp"}; !slices.Equal(got, want) {
		t.Errorf("active violations of the second after the first stopped: got %v, want %v", got, want)
	}
}

func first(a, _ string) string { return a }

func TestStopAgain(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.stop()
	d.stop()

	never, err := app.New(t.Context(), options(t))
	check(t, err)
	check(t, never.Stop(t.Context()))
	check(t, never.Stop(t.Context()))
}

// TestFiles follows the files that scripts rely on through starts and stops.
func TestFiles(t *testing.T) {
	leakFree(t)
	o := options(t)
	o.DataDir = filepath.Join(o.DataDir, "made", "if", "missing")
	d := start(t, o)

	text, err := os.ReadFile(filepath.Join(o.DataDir, "endpoints.json"))
	check(t, err)
	var written map[string]string
	check(t, json.Unmarshal(text, &written))
	if diff := cmp.Diff(map[string]string{"http": d.Endpoints().HTTP, "mqtt": d.Endpoints().MQTT}, written); diff != "" {
		t.Errorf("endpoints.json (-want +got):\n%s", diff)
	}
	info, err := os.Stat(filepath.Join(o.DataDir, "credentials"))
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode of credentials: got %v, want 0600", info.Mode().Perm())
	}
	id, secret := d.RootKey()
	if text, err := os.ReadFile(filepath.Join(o.DataDir, "credentials")); err != nil || !strings.Contains(string(text), "aws_secret_access_key = "+secret+"\n") {
		t.Errorf("credentials do not hold the key: %v", err)
	}
	info, err = os.Stat(filepath.Join(o.DataDir, "ca.pem"))
	check(t, err)
	if info.Mode().Perm() != 0o644 {
		t.Errorf("mode of ca.pem: got %v, want 0644", info.Mode().Perm())
	}
	root, err := os.ReadFile(filepath.Join(o.DataDir, "ca.pem"))
	check(t, err)
	if _, err := principal.ParseCertificate(string(root)); err != nil || strings.Contains(string(root), "KEY") {
		t.Errorf("ca.pem is no certificate alone: %v\n%s", err, root)
	}

	d.stop()
	if exists(t, o.DataDir, "endpoints.json") {
		t.Error("endpoints.json is there after Stop")
	}
	d.start()
	if again, secretAgain := d.RootKey(); again != id || secretAgain != secret {
		t.Errorf("access key after a restart: got %s, want %s", again, id)
	}
	if again, err := os.ReadFile(filepath.Join(o.DataDir, "ca.pem")); err != nil || string(again) != string(root) {
		t.Errorf("another certificate authority after a restart, or %v", err)
	}
}

// TestNothingLeftOfFailure: what cannot start says why and leaves nothing open, so
// that it starts once the cause is gone.
func TestNothingLeftOfFailure(t *testing.T) {
	occupied, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer occupied.Close()
	for name, c := range map[string]struct {
		spoil   func(*app.Options)
		message string
	}{
		"fail/http port in use":   {func(o *app.Options) { o.HTTPAddr = occupied.Addr().String() }, "give another --http-addr"},
		"fail/mqtt port in use":   {func(o *app.Options) { o.MQTTAddr = occupied.Addr().String() }, "give another --mqtt-addr"},
		"fail/data dir is a file": {func(o *app.Options) { o.DataDir = os.Args[0] }, "make data directory"},
		"fail/no such database":   {func(o *app.Options) { o.DatabaseURL = "postgres://127.0.0.1:1/none?connect_timeout=1" }, "open store"},
		"fail/no such NATS":       {func(o *app.Options) { o.NATSURL = "nats://127.0.0.1:1" }, "open log"},
		"fail/bad Region":         {func(o *app.Options) { o.Region = "Atlantis" }, `region "Atlantis"`},
	} {
		t.Run(name, func(t *testing.T) {
			leakFree(t)
			good := options(t)
			bad := good
			c.spoil(&bad)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			a, err := app.New(ctx, bad)
			if err == nil {
				err = a.Start(ctx)
			}
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Fatalf("got %v, want an error with %q", err, c.message)
			}
			if exists(t, good.DataDir, "endpoints.json") {
				t.Error("endpoints.json is there")
			}
			start(t, good)
		})
	}
}

// TestDataDirInUse: the second is refused, and the first does not notice.
func TestDataDirInUse(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	if _, err := app.New(t.Context(), d.options); err == nil || !strings.Contains(err.Error(), "in use by another vedette") {
		t.Fatalf("a second deployment on the same folder: got %v, want it refused", err)
	}
	d.device().ports("cam", 23)
}

// TestStopDrains: what was accepted is judged and stored by a clean stop that
// follows at once.
func TestStopDrains(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	device := d.device()
	const reports = 500
	for i := range reports {
		device.send("cam", listening(23+i%2*(443-23)))
	}
	accepted := 50
	for range accepted {
		device.reply()
	}
	d.stop() // while reports are under way
	<-device.lost
	accepted += len(device.answers)

	d.start()
	events := d.events("cam")
	if len(events) < accepted {
		t.Errorf("%d reports were accepted before the stop, got %d events", accepted, len(events))
	}
	slices.Reverse(events)
	for i, e := range events {
		if want := []string{"in-alarm", "alarm-cleared"}[i%2]; e.Kind != want {
			t.Fatalf("event %d: got %s, want %s", i, e.Kind, want)
		}
	}
}
