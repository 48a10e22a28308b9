package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"vedette/app"
)

// configured returns the options that flags, environment and file give together.
func configured(t *testing.T, file string, args ...string) (app.Options, error) {
	t.Helper()
	var o app.Options
	cmd := &cobra.Command{}
	serveFlags(cmd, &o)
	path := ""
	if file != "" {
		path = filepath.Join(t.TempDir(), "vedette.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	sections, err := configure(cmd.Flags(), path)
	if err == nil {
		o.Exports = sections.exports
		err = o.SetLimits(sections.limits)
	}
	return o, err
}

// TestPrecedence: the command line wins over the environment, the environment
// over the file, the file over the default.
func TestPrecedence(t *testing.T) {
	t.Setenv("VEDETTE_REGION", "eu-central-1")
	t.Setenv("VEDETTE_ACCOUNT_ID", "222222222222")
	t.Setenv("VEDETTE_SNAPSHOT_EVERY", "2m")
	t.Setenv("VEDETTE_HTTPS_DEVICE_ADDR", "0.0.0.0:8443")
	t.Setenv("VEDETTE_TLS_CERT", "server.crt")
	t.Setenv("VEDETTE_AUTH", "") // set, though empty: this is said
	o, err := configured(t, `
region: eu-west-1
account-id: "333333333333"
hostname: file.example
min-report-interval: 3s
max-reports-per-second: 3
max-connections-per-address: 7
allow-anonymous-mqtt: true
mqtts-addr: 0.0.0.0:8883
http-tls: true
auth: none
limits:
  dimensions: 33
  sessions: 77
`, "--region", "us-west-2", "--min-report-interval=1m", "--tls-key", "server.key")
	if err != nil {
		t.Fatal(err)
	}
	type settings struct {
		Region, Account, Hostname, Auth, HTTPAddr string
		Snapshot, Interval, Retention             time.Duration
		Rate, Dimensions, Profiles                int
		Anonymous, TLS                            bool
		MQTTS, Device, Cert, Key                  string
		PerAddress, Sessions                      int
	}
	got := settings{
		o.Region, o.AccountID, o.Hostname, o.Auth, o.HTTPAddr, o.SnapshotEvery, o.MinReportInterval, o.ViolationRetention,
		o.MaxReportsPerSecond, o.Limits.Dimensions, o.Limits.ProfilesPerTarget, o.AllowAnonymousMQTT, o.HTTPTLS,
		o.MQTTSAddr, o.HTTPSDeviceAddr, o.TLSCert, o.TLSKey,
		o.Gate.PerAddress, o.Broker.Sessions,
	}
	want := settings{
		"us-west-2", "222222222222", "file.example", "", "127.0.0.1:8080", 2 * time.Minute, time.Minute, 30 * 24 * time.Hour,
		3, 33, 0, true, true,
		"0.0.0.0:8883", "0.0.0.0:8443", "server.crt", "server.key",
		7, 77,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestBadConfiguration(t *testing.T) {
	for name, c := range map[string]struct{ file, env, message string }{
		"fail/export no list":   {"export: {name: a}", "", "export: want a list of sinks"},
		"fail/export typo":      {"export: [{name: a, file: {pth: x}}]", "", "field pth not found"},
		"fail/export number":    {"export: [{name: a, file: {path: x, keep: many}}]", "", "export: want a list of sinks"},
		"fail/unknown key":      {"regoin: x", "", `unknown key "regoin"`},
		"fail/no duration":      {"min-report-interval: soon", "", "min-report-interval"},
		"fail/a list":           {"region: [a, b]", "", "region: want one value"},
		"fail/no YAML":          {"region: [", "", "read configuration"},
		"fail/not a map":        {"- region", "", "read configuration"},
		"fail/unknown limit":    {"limits: {profiles: 1}", "", `unknown limit "profiles"`},
		"fail/limit of 0":       {"limits: {dimensions: 0}", "", "want at least 1"},
		"fail/limit is text":    {"limits: {dimensions: many}", "", "limits: want a number"},
		"fail/environment":      {"", "many", "environment variable VEDETTE_MAX_REPORTS_PER_SECOND"},
		"fail/two faults":       {"regoin: x\nacount-id: y", "", `unknown key "acount-id"`},
		"ok/nothing":            {"", "", ""},
		"ok/an empty file":      {"# nothing", "", ""},
		"ok/a number as text":   {`max-reports-per-second: "5"`, "", ""},
		"ok/account of numbers": {`account-id: 123456789012`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.env != "" {
				t.Setenv("VEDETTE_MAX_REPORTS_PER_SECOND", c.env)
			}
			_, err := configured(t, c.file)
			switch {
			case c.message == "" && err != nil:
				t.Errorf("got %v, want no error", err)
			case c.message != "" && (err == nil || !strings.Contains(err.Error(), c.message)):
				t.Errorf("got %v, want an error with %q", err, c.message)
			}
		})
	}
}

// run returns what the command prints.
func run(t *testing.T, args ...string) (out string, err error) {
	t.Helper()
	var text bytes.Buffer
	cmd := newCommand()
	cmd.SetArgs(args)
	cmd.SetOut(&text)
	cmd.SetErr(&text)
	err = cmd.ExecuteContext(t.Context())
	return text.String(), err
}

// TestHelp: whoever asks for help reads how to begin, and of every flag.
func TestHelp(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"root":  {[]string{"--help"}, []string{"vedette demo", "vedette serve --data-dir DIR", "Available Commands"}},
		"none":  {nil, []string{"vedette demo", "Available Commands"}},
		"serve": {[]string{"serve", "--help"}, []string{"--data-dir", "VEDETTE_DATA_DIR", "--http-addr", "--check", "--config", "endpoints.json", "SIGTERM"}},
		"demo":  {[]string{"demo", "--help"}, []string{"--for", "--devices", "Ctrl-C"}},
		"sim":   {[]string{"sim", "--help"}, []string{"fleet", "load"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := run(t, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("the help does not say %q:\n%s", want, out)
				}
			}
		})
	}
	if out, err := run(t, "--version"); err != nil || !strings.HasPrefix(out, "vedette/") {
		t.Errorf("--version: got %q, %v", out, err)
	}
	if _, err := run(t, "sreve"); err == nil || !strings.Contains(err.Error(), `unknown command "sreve"`) {
		t.Errorf("a command that is none: got %v", err)
	}
}

// TestCheck: --check says what is wrong, all of it, and touches nothing.
func TestCheck(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	out, err := run(t, "serve", "--check", "--data-dir", dir)
	if err != nil || !strings.Contains(out, "the configuration is good") {
		t.Errorf("got %q, %v", out, err)
	}
	_, err = run(t, "serve", "--check", "--data-dir", dir, "--account-id", "12", "--auth", "magic", "--mqtt-addr", "0.0.0.0:1883", "--http-addr", "8080", "--hostname", "a:1",
		"--mqtts-addr", "8883", "--https-device-addr", "8443", "--tls-cert", "server.crt", "--usage-interval", "11s", "--mqtt-rules", "azure")
	for _, want := range []string{"account-id", `auth "magic"`, "--allow-anonymous-mqtt", `http-addr "8080"`, "hostname", `mqtts-addr "8883"`, `https-device-addr "8443"`, "tls-key", "usage-interval 11s", `mqtt-rules "azure"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the data directory was touched: %v", err)
	}
}

// TestConfigFromEnvironment: the file may be named by VEDETTE_CONFIG too.
func TestConfigFromEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vedette.yaml")
	if err := os.WriteFile(path, []byte("region: nowhere"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VEDETTE_CONFIG", path)
	if _, err := run(t, "serve", "--check"); err == nil || !strings.Contains(err.Error(), `region "nowhere"`) {
		t.Errorf("got %v, want the file's region to be refused", err)
	}
}

// TestExportSection: sinks are read with all that they may say.
func TestExportSection(t *testing.T) {
	o, err := configured(t, `
export-interval: 15m
export:
  - name: prometheus
    remote-write:
      url: http://127.0.0.1:9090/api/v1/write
      bearer-token-file: /etc/vedette/token
      headers: {X-Scope-OrgID: fleet}
  - name: files
    file:
      path: /var/log/vedette/metrics.ndjson
      max-bytes: 1000000
      keep: 3
`)
	want := []app.ExportSink{
		{Name: "prometheus", RemoteWrite: &app.RemoteWriteSink{
			URL: "http://127.0.0.1:9090/api/v1/write", BearerTokenFile: "/etc/vedette/token", Headers: map[string]string{"X-Scope-OrgID": "fleet"},
		}},
		{Name: "files", File: &app.FileSink{Path: "/var/log/vedette/metrics.ndjson", MaxBytes: 1_000_000, Keep: 3}},
	}
	if diff := cmp.Diff(want, o.Exports); err != nil || diff != "" || o.ExportInterval != 15*time.Minute {
		t.Errorf("%v, interval %v, sinks (-want +got):\n%s", err, o.ExportInterval, diff)
	}
}

// TestDeltaFromTotals: thing groups on the command line, in the environment and in the
// file, as one value or as many.
func TestDeltaFromTotals(t *testing.T) {
	want := []string{"meters", "old:north"}
	for name, text := range map[string]string{
		"ok/one value": "delta-from-totals: meters,old:north", "ok/a list": "delta-from-totals: [meters, 'old:north']", "ok/a long list": "delta-from-totals:\n  - meters\n  - old:north\n",
	} {
		t.Run(name, func(t *testing.T) {
			if o, err := configured(t, text); err != nil || !slices.Equal(o.DeltaFromTotals, want) {
				t.Errorf("got %q, %v, want %q", o.DeltaFromTotals, err, want)
			}
		})
	}
	t.Run("fail/a map", func(t *testing.T) {
		if _, err := configured(t, "delta-from-totals: {meters: true}"); err == nil || !strings.Contains(err.Error(), "delta-from-totals: want thing groups, separated by commas or as a list") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ok/environment", func(t *testing.T) {
		t.Setenv("VEDETTE_DELTA_FROM_TOTALS", "meters,old:north")
		if o, err := configured(t, "delta-from-totals: others"); err != nil || !slices.Equal(o.DeltaFromTotals, want) {
			t.Errorf("got %q, %v, want %q", o.DeltaFromTotals, err, want)
		}
	})
	for _, bad := range []string{"me ters", "a,,b", "ä"} {
		if _, err := run(t, "serve", "--check", "--delta-from-totals", bad); err == nil || !strings.Contains(err.Error(), "delta-from-totals") || !strings.Contains(err.Error(), "want names of thing groups") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if out, err := run(t, "serve", "--check", "--delta-from-totals", "meters", "--delta-from-totals", "old:north,others"); err != nil {
		t.Errorf("got %q, %v", out, err)
	}
}
