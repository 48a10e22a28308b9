package bridge

import (
	"crypto/tls"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"vedette/gateway/bridge/brokertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var versions = []string{"5", "3.1.1"}

// file returns the beginning of a bridge file for a broker.
func file(b *brokertest.Broker, version, lines string) string {
	return fmt.Sprintf("brokers:\n- name: plant\n  url: %s\n  version: %q\n  client-id: vedette\n  reconnect: {least: 10ms, most: 100ms}\n%s", b.URL(), version, lines)
}

const fleetReports = `
  reports:
  - topic: fleet/{thing}/defender
    qos: 1
  - topic: fleet/{thing}/cbor
    format: cbor
    accepted: answers/{thing}
    rejected: ""
`

// TestReports takes reports over each kind of connection, and answers them.
func TestReports(t *testing.T) {
	for _, version := range versions {
		t.Run("plain "+version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{})
			testReports(t, b, nil, file(b, version, fleetReports))
		})
		t.Run("certificates "+version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{TLS: true})
			lines := fmt.Sprintf("  tls: {ca: %s, cert: %s, key: %s}\n", b.File("ca.pem"), b.File("client.pem"), b.File("client.key"))
			testReports(t, b, b.ClientTLS(), file(b, version, lines+fleetReports))
		})
		t.Run("password "+version, func(t *testing.T) {
			b := passwords(t)
			lines := "  username: vedette\n  password-file: " + write(t, t.TempDir(), "password", "hunter2\n", 0o600) + "\n"
			testReports(t, b, nil, file(b, version, lines+fleetReports))
		})
	}
}

// passwords starts a broker that asks for a password.
func passwords(t *testing.T) *brokertest.Broker {
	t.Helper()
	path := t.TempDir() + "/passwords"
	for i, user := range []string{"vedette", "device"} {
		args := []string{"-b", path, user, map[string]string{"vedette": "hunter2", "device": "secret"}[user]}
		if i == 0 {
			args = append([]string{"-c"}, args...)
		}
		if out, err := exec.Command("mosquitto_passwd", args...).CombinedOutput(); err != nil {
			t.Fatalf("mosquitto_passwd: %v: %s", err, out)
		}
	}
	return brokertest.Start(t, brokertest.Options{Config: "allow_anonymous false\npassword_file " + path})
}

func testReports(t *testing.T, b *brokertest.Broker, config *tls.Config, text string) {
	r := newRig(t, newMemLog(t), text)
	r.up(t, 1)
	d := connect(t, b, config, "fleet/+/defender/+", "answers/+", "fleet/+/cbor/+")
	stamp := regexp.MustCompile(`"timestamp":[0-9]{13}`)
	next := func() string { return stamp.ReplaceAllString(d.next(t), `"timestamp":0`) }

	d.publish(t, "fleet/cam-1/defender", report(1))
	if got, want := next(), `1 fleet/cam-1/defender/accepted {"thingName":"cam-1","reportId":1,"status":"ACCEPTED","timestamp":0}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	d.publish(t, "fleet/cam-1/defender", report(1))
	if got := next(); !strings.Contains(got, "ACCEPTED") {
		t.Errorf("repeat: got %s", got)
	}
	d.publish(t, "fleet/cam-1/defender", "[]")
	if got := next(); !strings.HasPrefix(got, `1 fleet/cam-1/defender/rejected {"thingName":"cam-1","status":"REJECTED","statusDetails":{"ErrorCode":"InvalidPayload"`) {
		t.Errorf("malformed: got %s", got)
	}
	d.publish(t, "fleet/"+strings.Repeat("x", 129)+"/defender", report(2))
	if got := next(); !strings.Contains(got, "REJECTED") {
		t.Errorf("a name that no thing can have: got %s", got)
	}
	d.publish(t, "fleet/cam-2/cbor", "\x00") // its rejection goes nowhere
	d.publish(t, "fleet/cam-2/cbor", "\xa2chdr\x00")
	d.wait(t, d.Publish("fleet/cam-3/defender", 0, false, report(3)))
	if got := next(); !strings.Contains(got, `"thingName":"cam-3"`) {
		t.Errorf("QoS 0: got %s", got)
	}
	d.publish(t, "fleet/cam-2/cbor", "\xa2fheader\xa2ireport_id\x07gversioncF.0gmetrics\xa0")
	d.publish(t, "fleet/cam-2/cbor", "\xa2fheader\xa2ireport_id\x07gversionc1.0gmetrics\xa0")
	if got := next(); !strings.HasPrefix(got, "0 answers/cam-2 \xa4ithingNameecam-2hreportId\x07fstatushACCEPTED") {
		t.Errorf("CBOR: got %q", got)
	}
	if different, all := r.log.stored(); different != 3 || all != 3 {
		t.Errorf("%d different reports were stored, %d in all, want 3", different, all)
	}
	stats := r.Stats()[0]
	if stats.Messages["report"] != 9 || stats.Replies != 6 || stats.Undelivered != 0 {
		t.Errorf("got %+v", stats)
	}
	if log := r.logged.String(); strings.Contains(log, "hunter2") {
		t.Errorf("the password is in the log: %s", log)
	}
}

// TestRetainedIsOld: what a broker retained before is no report, and is not counted.
func TestRetainedIsOld(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{})
			d := connect(t, b, nil, "fleet/+/defender/+")
			d.wait(t, d.Publish("fleet/cam-1/defender", 1, true, report(1)))
			r := newRig(t, newMemLog(t), file(b, version, fleetReports))
			r.up(t, 1)
			d.wait(t, d.Publish("fleet/cam-2/defender", 1, true, report(1)))
			if got := d.next(t); !strings.Contains(got, "cam-2") {
				t.Errorf("got %s, want the answer to what is new", got)
			}
			if different, _ := r.log.stored(); different != 1 {
				t.Errorf("%d reports were stored, want 1", different)
			}
		})
	}
}

// TestNotStored: while the log takes nothing, reports stay with the broker, and nobody
// is told that they were rejected.
func TestNotStored(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{})
			r := newRig(t, newMemLog(t), file(b, version, fleetReports))
			r.up(t, 1)
			d := connect(t, b, nil, "fleet/+/defender/+")
			r.log.set(false, errDiskFull)
			d.publish(t, "fleet/cam-1/defender", report(1))
			d.publish(t, "fleet/cam-2/defender", report(1))
			eventually(t, "the bridge has tried twice", func() bool { return r.Stats()[0].Connects > 2 })
			r.log.set(false, nil)
			for range 2 {
				if got := d.next(t); !strings.Contains(got, "ACCEPTED") {
					t.Errorf("got %s", got)
				}
			}
			if different, all := r.log.stored(); different != 2 || all != 2 {
				t.Errorf("%d different reports were stored, %d in all, want 2", different, all)
			}
			if log := r.logged.String(); !strings.Contains(log, errNotStored.Error()) || strings.Count(log, "broker is not connected") > 3 {
				t.Errorf("want one complaint at each change, got:\n%s", log)
			}
		})
	}
}

// TestManyUnderWay: reports do not wait for each other's commit, and a slow log holds
// up no more than the receive maximum.
func TestManyUnderWay(t *testing.T) {
	b := brokertest.Start(t, brokertest.Options{Config: "max_inflight_messages 0\nmax_queued_messages 0"})
	r := newRig(t, newMemLog(t), file(b, "5", "  receive-maximum: 50\n"+fleetReports))
	r.up(t, 1)
	d := connect(t, b, nil, "fleet/+/defender/+")
	r.log.set(true, nil)
	for i := range 200 {
		d.publish(t, fmt.Sprintf("fleet/cam-%d/defender", i), report(1))
	}
	eventually(t, "50 reports are under way", func() bool { return r.log.underWay() == 50 })
	if got := r.gateway.Stats().Pending; got != 50 {
		t.Errorf("%d reports are pending, want the receive maximum", got)
	}
	r.log.set(false, nil)
	for range 200 {
		if got := d.next(t); !strings.Contains(got, "ACCEPTED") {
			t.Errorf("got %s", got)
		}
	}
	if different, all := r.log.stored(); different != 200 || all != 200 {
		t.Errorf("%d different reports were stored, %d in all, want 200", different, all)
	}
}

// TestBrokerKilled kills the broker with reports under way. Mosquitto may lose what
// it had not written down; a device sends its last report again until it is accepted.
// Every report counts once, whether the broker delivers it again, or the device sends it
// again.
func TestBrokerKilled(t *testing.T) {
	const things, each = 40, 5
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{Config: "max_inflight_messages 10"})
			log := newMemLog(t)
			r := newRig(t, log, file(b, version, "  receive-maximum: 10\n"+fleetReports))
			r.up(t, 1)
			log.slow()
			kills := 0
			for log.missing(things, each) > 0 {
				d := connect(t, b, nil)
				var next [things]int
				for thing := range things {
					if id := log.last(thing) + 1; id <= each {
						next[thing] = id
						d.Publish(fmt.Sprintf("fleet/cam-%d/defender", thing), 1, false, report(id)) // it need not arrive
					}
				}
				before, _ := log.stored()
				if kills == 3 {
					for thing, id := range next {
						eventually(t, "the reports are stored", func() bool { return log.last(thing) >= id })
					}
					continue
				}
				eventually(t, "something was stored", func() bool { n, _ := log.stored(); return n > before })
				kills++
				b.Kill()
				b.Start()
				r.up(t, uint64(kills+1))
			}
			r.stop()
			if different, all := log.stored(); different != things*each || all != different {
				t.Errorf("%d different reports count, %d in all, want %d", different, all, things*each)
			}
			if n := r.Stats()[0].Forgotten; n != 0 {
				t.Errorf("the broker has forgotten the session %d times", n)
			}
		})
	}
}

// TestCounts counts the messages of things, not those of the bridge.
func TestCounts(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{})
			r := newRig(t, newMemLog(t), file(b, version, fleetReports+"  counts: [{topic: 'fleet/{thing}/#'}, {topic: 'site/+/{thing}'}]\n"))
			r.up(t, 1)
			d := connect(t, b, nil, "fleet/+/defender/+")
			d.publish(t, "fleet/cam/defender", report(1))
			d.next(t) // the reply, on a topic that names the thing
			d.publish(t, "fleet/cam/state", "12345")
			d.publish(t, "fleet/cam", "1")
			d.publish(t, "site/north/lamp", "123")
			d.publish(t, "site/north/"+strings.Repeat("x", 129), "no thing")
			eventually(t, "the messages are counted", func() bool { return r.log.tally("lamp").Sent == 1 && r.log.tally("cam").Sent == 3 })
			if got, want := r.log.tally("cam").Bytes, int64(len(report(1))+6); got != want {
				t.Errorf("got %d bytes, want %d", got, want)
			}
			eventually(t, "the last message is dealt with", func() bool { return r.Stats()[0].Messages["ignored"] > 0 })
			if got := r.log.tally("cam").Sent; got != 3 {
				t.Errorf("%d messages are counted, want 3", got)
			}
		})
	}
}

// TestPresence follows AWS's events, also when the broker was away for a while.
func TestPresence(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			b := brokertest.Start(t, brokertest.Options{})
			r := newRig(t, newMemLog(t), file(b, version, "  presence: aws\n"))
			r.up(t, 1)
			d := connect(t, b, nil)
			const topic = "$aws/events/presence/"
			d.publish(t, topic+"connected/lamp-7", awsConnected)
			d.publish(t, topic+"connected/lamp-7", awsConnected)
			d.publish(t, topic+"connect_failed/lamp-7", awsFailed)
			d.publish(t, topic+"connected/x", "hello")
			want := []string{"lamp-7 + 192.0.2.10"}
			eventually(t, "all events are dealt with", func() bool { m := r.Stats()[0].Messages; return m["presence"] == 3 && m["ignored"] == 1 })
			eventually(t, "it is stored", func() bool { return len(r.log.connections()) == 1 && r.log.tally("lamp-7").Failures == 1 })

			// Nothing is made up while the broker is away.
			b.Kill()
			eventually(t, "the link is down", func() bool { return !r.Stats()[0].Connected })
			b.Start()
			r.up(t, 2)
			if diff := cmp.Diff(want, r.log.connections()); diff != "" {
				t.Error(diff)
			}
			d = connect(t, b, nil)
			d.publish(t, topic+"disconnected/lamp-7", awsDisconnected)
			eventually(t, "the end is stored", func() bool { return len(r.log.connections()) == 2 })
			if diff := cmp.Diff(append(want, "lamp-7 - CONNECTION_LOST"), r.log.connections()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPresenceNotStored: an event stays with the broker until it is on disk.
func TestPresenceNotStored(t *testing.T) {
	b := brokertest.Start(t, brokertest.Options{})
	r := newRig(t, newMemLog(t), file(b, "5", "  presence: aws\n"))
	r.up(t, 1)
	r.log.set(false, errDiskFull)
	d := connect(t, b, nil)
	d.publish(t, "$aws/events/presence/connected/lamp-7", awsConnected)
	eventually(t, "the bridge has tried twice", func() bool { return r.Stats()[0].Connects > 2 })
	r.log.set(false, nil)
	eventually(t, "it is stored", func() bool { return len(r.log.connections()) == 1 })
}

// TestPresenceOfEMQX replays EMQX's events. Mosquitto lets no client publish below
// $SYS, but another Mosquitto.
func TestPresenceOfEMQX(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			source := brokertest.Start(t, brokertest.Options{})
			b := brokertest.Start(t, brokertest.Options{Config: "connection source\naddress " + source.Addr + "\ntopic # in 1 $SYS/ sys/\n"})
			r := newRig(t, newMemLog(t), file(b, version, "  presence: emqx\n"))
			r.up(t, 1)
			d := connect(t, source, nil)
			const topic = "sys/brokers/emqx@127.0.0.1/clients/emqtt-8348fe27a87976ad4db3/"
			eventually(t, "the event arrives", func() bool { // the brokers may not have found each other yet
				d.publish(t, topic+"connected", emqxConnected)
				return len(r.log.connections()) > 0
			})
			d.publish(t, topic+"disconnected", emqxDisconnected)
			want := []string{"emqtt-8348fe27a87976ad4db3 + 127.0.0.1", "emqtt-8348fe27a87976ad4db3 - CONNECTION_LOST"}
			eventually(t, "the end is stored", func() bool { return len(r.log.connections()) == 2 })
			if diff := cmp.Diff(want, r.log.connections()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestForgottenSession: a broker that lost the bridge's session is complained of.
func TestForgottenSession(t *testing.T) {
	b := brokertest.Start(t, brokertest.Options{Config: "persistent_client_expiration 1h"})
	r := newRig(t, newMemLog(t), file(b, "5", fleetReports))
	r.up(t, 1)
	b.Forget()
	r.up(t, 2)
	if r.Stats()[0].Forgotten != 1 || !strings.Contains(r.logged.String(), "the broker has forgotten the session") {
		t.Errorf("nothing was said of it: %+v", r.Stats()[0])
	}
	d := connect(t, b, nil, "fleet/+/defender/+")
	d.publish(t, "fleet/cam/defender", report(1))
	if got := d.next(t); !strings.Contains(got, "ACCEPTED") {
		t.Errorf("got %s", got)
	}
}

// TestRefused says what is wrong when a broker refuses something.
func TestRefused(t *testing.T) {
	for _, version := range versions {
		for name, tc := range map[string]struct {
			broker func() *brokertest.Broker
			lines  string
			want   string
		}{
			"no password":    {func() *brokertest.Broker { return passwords(t) }, "", "(?i)not authorized|0x87"},
			"no certificate": {func() *brokertest.Broker { return brokertest.Start(t, brokertest.Options{TLS: true}) }, "  tls: {ca: CA}\n", "tls: certificate required|tls: handshake failure|EOF|reset"},
			"unknown CA":     {func() *brokertest.Broker { return brokertest.Start(t, brokertest.Options{TLS: true}) }, "", "certificate signed by unknown authority"},
			"other name":     {func() *brokertest.Broker { return brokertest.Start(t, brokertest.Options{TLS: true}) }, "  tls: {ca: CA, server-name: broker.example}\n", "valid for localhost, not broker.example"},
		} {
			t.Run(name+" "+version, func(t *testing.T) {
				b := tc.broker()
				r := newRig(t, newMemLog(t), file(b, version, strings.Replace(tc.lines, "CA", b.File("ca.pem"), 1)+fleetReports))
				eventually(t, "it failed twice", func() bool { return r.Stats()[0].Failures >= 2 })
				if log := r.logged.String(); !regexp.MustCompile(tc.want).MatchString(log) || r.Stats()[0].Connected {
					t.Errorf("got %s\nwant %s", log, tc.want)
				}
			})
		}
	}
}

// TestInsecure: a certificate that nobody vouches for is taken only if that is asked for.
func TestInsecure(t *testing.T) {
	b := brokertest.Start(t, brokertest.Options{TLS: true})
	lines := fmt.Sprintf("  tls: {insecure-skip-verify: true, cert: %s, key: %s}\n", b.File("client.pem"), b.File("client.key"))
	r := newRig(t, newMemLog(t), file(b, "5", lines+fleetReports))
	r.up(t, 1)
	if !strings.Contains(r.logged.String(), "is not verified") {
		t.Error("nothing was said of it")
	}
}
