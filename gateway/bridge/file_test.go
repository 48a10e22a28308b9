package bridge

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/gateway/bridge/brokertest"
)

// write writes a file of a bridge and returns its path.
func write(t *testing.T, dir, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

const smallest = `
brokers:
  - name: plant
    url: mqtts://broker.example
    client-id: vedette
    reports:
      - topic: fleet/{thing}/defender
`

func TestLoadDefaults(t *testing.T) {
	f, err := Load(write(t, t.TempDir(), "b.yaml", smallest, 0o644))
	if err != nil {
		t.Fatal(err)
	}
	want := Broker{
		Name: "plant", URL: "mqtts://broker.example", Version: "5", ClientID: "vedette",
		KeepAlive: 30 * time.Second, SessionExpiry: 168 * time.Hour, ReceiveMaximum: 1000, Reconnect: Reconnect{Least: time.Second, Most: time.Minute},
		Reports: []Reports{{Topic: "fleet/{thing}/defender", Format: "json", Accepted: new("{topic}/accepted"), Rejected: new("{topic}/rejected")}},
	}
	if diff := cmp.Diff([]Broker{want}, f.Brokers); diff != "" {
		t.Error(diff)
	}
	if address, host, secure := f.Brokers[0].address(); address != "broker.example:8883" || host != "broker.example" || !secure {
		t.Errorf("got %s, %s, %v", address, host, secure)
	}
}

// TestFaults has what is wrong with files, and what is said of it.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	password := write(t, dir, "open.password", "hunter2\n", 0o644)
	empty := write(t, dir, "empty.password", "\n", 0o600)
	b := brokertest.Certificates(t)
	openKey := filepath.Join(dir, "open.key")
	text, err := os.ReadFile(filepath.Join(b, "client.key"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "open.key", string(text), 0o640)
	t.Setenv("BRIDGE_TEST_PASSWORD", "hunter2")
	with := func(lines string) string {
		return "brokers:\n- {name: p, client-id: v, url: 'mqtts://h', reports: [{topic: 'f/{thing}'}], " + lines + "}\n"
	}
	for name, tc := range map[string]struct{ text, want string }{
		"empty":              {"", "brokers: is missing: want a list"},
		"unknown key":        {"brokers:\n- name: p\n  colour: red\n", `line 3: unknown key "colour": want one of name, url, version, client-id`},
		"unknown key inside": {"brokers:\n- tls: {caa: x}\n", `line 2: unknown key "caa": want one of ca, cert, key, server-name, alpn, insecure-skip-verify`},
		"password":           {"brokers:\n- name: p\n  password: hunter2\n", "line 3: a password does not stand in this file: give password-file or password-env"},
		"wrong type":         {"brokers:\n- {name: p, receive-maximum: many}\n", "line 2: cannot unmarshal"},
		"two documents":      {smallest + "---\n" + smallest, "more than one YAML document"},
		"no YAML":            {"brokers: [", "yaml: line 1"},
		"no name":            {"brokers:\n- {url: 'mqtt://h', client-id: v}\n", `brokers[0] "": name: want 1 to 64 letters`},
		"same name":          {smallest + strings.TrimPrefix(smallest, "\nbrokers:\n"), `brokers[1] "plant": name: another broker has it`},
		"no client id":       {"brokers:\n- {name: p, url: 'mqtt://h'}\n", `brokers[0] "p": client-id: want the client id`},
		"no url":             {"brokers:\n- {name: p, client-id: v}\n", "url: \"\": want mqtt://HOST:PORT"},
		"other scheme":       {"brokers:\n- {name: p, client-id: v, url: 'http://h'}\n", `url: "http://h": want mqtt://HOST:PORT`},
		"path":               {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h/x'}\n", "nothing may follow the port"},
		"user in url":        {"brokers:\n- {name: p, client-id: v, url: 'mqtt://u:hunter2@h'}\n", "url: carries a user"},
		"bad url":            {"brokers:\n- {name: p, client-id: v, url: 'mqtt://u:hunter2@h:x'}\n", "url: cannot be read"},
		"version":            {with("version: '4'"), `version: "4": want 5 or 3.1.1`},
		"keep-alive":         {with("keep-alive: 1s"), "keep-alive: 1s: want whole seconds, 5s to"},
		"expiry":             {with("session-expiry: 1s"), "session-expiry: 1s: want whole seconds, 1m or more"},
		"receive maximum":    {with("receive-maximum: 70000"), "receive-maximum: 70000: want 1 to 65535"},
		"reconnect":          {with("reconnect: {least: 1m, most: 1s}"), "reconnect: least 1m0s, most 1s"},
		"presence":           {with("presence: hivemq"), `presence: "hivemq": want aws, emqx, or nothing`},
		"nothing to do":      {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h'}\n", "reports: there is nothing to do"},
		"tls of plain":       {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', tls: {ca: x}, counts: [{topic: 'a/{thing}'}]}\n", "tls: the url is not mqtts://"},
		"no ca":              {with("tls: {ca: " + dir + "/none}"), "tls: ca: open " + dir + "/none"},
		"empty ca":           {with("tls: {ca: " + empty + "}"), "want certificates in PEM, found none"},
		"cert without key":   {with("tls: {cert: " + b + "/client.pem}"), "want both or none"},
		"no cert":            {with("tls: {cert: " + dir + "/none, key: x}"), "tls: cert: open"},
		"other key":          {with("tls: {cert: " + b + "/client.pem, key: " + b + "/server.key}"), "want a certificate and its key in PEM"},
		"open key":           {with("tls: {cert: " + b + "/client.pem, key: " + openKey + "}"), "mode 0640 lets others read it: chmod 600 it"},
		"ca of no use":       {with("tls: {ca: x, insecure-skip-verify: true}"), "leave one of them out"},
		"open password":      {with("username: u, password-file: " + password), "mode 0644 lets others read it: chmod 600 it"},
		"empty password":     {with("username: u, password-file: " + empty), "its first line is empty"},
		"no password file":   {with("username: u, password-file: " + dir + "/none"), "no such file"},
		"no variable":        {with("username: u, password-env: BRIDGE_TEST_NONE"), "environment variable BRIDGE_TEST_NONE is not set"},
		"no username":        {with("password-env: BRIDGE_TEST_PASSWORD"), "username: is missing"},
		"two passwords":      {with("username: u, password-env: X, password-file: y"), "want one of the two"},
		"topic":              {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: fleet/x}]}\n", `reports[0].topic: "fleet/x" has 0 levels {thing}`},
		"count topic":        {with("counts: [{topic: 'a'}]"), `counts[0].topic: "a" has 0 levels {thing}`},
		"name":               {"brokers:\n- {name: 50%, client-id: v, url: 'mqtt://h', counts: [{topic: 'a/{thing}'}]}\n", `brokers[0] "50%": name: want 1 to 64 letters`},
		"format":             {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: 'f/{thing}', format: xml}]}\n", `reports[0].format: "xml": want json or cbor`},
		"qos":                {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: 'f/{thing}', qos: 2}]}\n", "reports[0].qos: 2: want 0 or 1"},
		"reply":              {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: 'f/{thing}', accepted: 'a/+'}]}\n", `reports[0].accepted: "a/+": want a topic without wildcards`},
		"loop":               {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: 'f/{thing}', accepted: 'f/{thing}'}]}\n", "replies on f/+ would be taken for reports on f/+"},
		"same topics":        {"brokers:\n- {name: p, client-id: v, url: 'mqtt://h', reports: [{topic: 'f/{thing}/+'}, {topic: 'f/{thing}/cbor', format: cbor}]}\n", "reports[1].topic: f/+/cbor may be the same topic as f/+/+ of reports[0]"},
		"partial overlap":    {with("counts: [{topic: 'a/{thing}/+/x'}, {topic: 'a/{thing}/y/+'}]"), "match some topics both"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(write(t, t.TempDir(), "b.yaml", tc.text, 0o644))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v\nwant %s", err, tc.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("a password is shown: %v", err)
			}
		})
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); err == nil || !strings.Contains(err.Error(), "read bridge file") {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestPassword(t *testing.T) {
	t.Setenv("BRIDGE_TEST_PASSWORD", "from the environment")
	for _, tc := range []struct {
		broker Broker
		want   string
	}{
		{Broker{PasswordEnv: "BRIDGE_TEST_PASSWORD"}, "from the environment"},
		{Broker{PasswordFile: write(t, t.TempDir(), "p", "from a file\r\nsecond line\n", 0o600)}, "from a file"},
		{Broker{}, ""},
	} {
		if got, err := tc.broker.password(); got != tc.want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, tc.want)
		}
	}
}

// TestSubscriptions: a message must come once, whatever the patterns.
func TestSubscriptions(t *testing.T) {
	f, err := parse([]byte(`
brokers:
- reports: [{topic: "fleet/{thing}/defender"}, {topic: "alt/{thing}/d"}]
  counts: [{topic: "fleet/{thing}/#"}, {topic: "fleet/{thing}/state"}, {topic: "x/{thing}"}]
  presence: aws
`))
	if err != nil {
		t.Fatal(err)
	}
	e := &faults{}
	p := newPlan(&f.Brokers[0], e)
	if p == nil {
		t.Fatal(e.list)
	}
	var got []string
	for _, s := range p.filters {
		got = append(got, fmt.Sprintf("%s %d", s.filter, s.qos))
	}
	want := []string{
		"alt/+/d 1", "fleet/+/# 1", "x/+ 0",
		"$aws/events/presence/connected/+ 1", "$aws/events/presence/disconnected/+ 1", "$aws/events/presence/connect_failed/+ 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !p.own("fleet/cam/defender/accepted") || p.own("fleet/cam/defender") {
		t.Error("the bridge's replies are not told from other messages")
	}
}

func TestBackoff(t *testing.T) {
	b := backoff{Reconnect: Reconnect{Least: time.Second, Most: 10 * time.Second}}
	for range 2 {
		for _, most := range []time.Duration{1, 2, 4, 8, 10, 10} {
			if got := b.wait(); got > most*time.Second || got < most*time.Second/2 {
				t.Errorf("got %v, want %v to %v", got, most*time.Second/2, most*time.Second)
			}
		}
		b.reset()
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(smallest))
	f.Add([]byte("brokers:\n- {name: p, client-id: v, url: 'mqtt://h', presence: emqx, counts: [{topic: 'a/{thing}/#'}], reconnect: {least: 1ms}}\n"))
	f.Add([]byte("brokers: [{reports: [{topic: \"{thing}\", accepted: \"\"}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := parse(text)
		if err != nil {
			return
		}
		for i := range file.Brokers { // nothing of the machine is read
			b := &file.Brokers[i]
			b.PasswordFile, b.PasswordEnv, b.TLS = "", "", TLS{}
		}
		if file.check() != nil {
			return
		}
		for i := range file.Brokers {
			if p := newPlan(&file.Brokers[i], &faults{}); p == nil || len(p.filters) == 0 {
				t.Errorf("a file that is good has no plan: %s", text)
			}
		}
	})
}
