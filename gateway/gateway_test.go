package gateway

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/metric"
	"vedette/mqtt"
)

const (
	lampTopic = "$aws/things/lamp-7/defender/metrics/json"
	internal  = `{"thingName":"lamp-7","reportId":1,"status":"REJECTED","statusDetails":{"ErrorCode":"InternalError","ErrorMessage":"The report could not be stored; send it again later"},"timestamp":1767225601047}`
)

func acceptedReply(id int) message {
	return message{Topic: lampTopic + "/accepted", Payload: fmt.Sprintf(`{"thingName":"lamp-7","reportId":%d,"status":"ACCEPTED","timestamp":%d}`, id, commitTime)}
}

// eachVersion runs a test with a gateway and a device of each version of MQTT.
func eachVersion(t *testing.T, test func(t *testing.T, h *harness, addr string, connect func(t *testing.T, addr, id string) device)) {
	for name, connect := range versions {
		t.Run(name, func(t *testing.T) {
			h := newHarness(Options{})
			test(t, h, serve(t, h), connect)
		})
	}
}

func TestReportOverMQTT(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		lamp, hub, other := connect(t, addr, "lamp-7"), connect(t, addr, "hub"), connect(t, addr, "other")
		if code := lamp.subscribe(t, lampTopic+"/+"); code != 1 {
			t.Fatalf("subscribe: code %#x", code)
		}
		if code := other.subscribe(t, "#"); code != 1 {
			t.Fatalf("subscribe: code %#x", code)
		}
		for qos := range byte(2) {
			// Anyone may report for the lamp; it gets the reply all the same.
			for i, from := range []device{lamp, hub} {
				id := int(qos)*2 + i
				if err := from.publish(lampTopic, qos, true, []byte(reportWithID(id))); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(acceptedReply(id), next(t, lamp)); d != "" {
					t.Errorf("reply (-want +got):\n%s", d)
				}
			}
		}
		if err := hub.publish(lampTopic, 1, false, []byte(`{}`)); err != nil {
			t.Errorf("a rejected report gets its PUBACK: %v", err)
		}
		if got := next(t, lamp); got.Topic != lampTopic+"/rejected" {
			t.Errorf("got %+v", got)
		}
		if err := lamp.publish("lamps/7", 1, false, []byte("on")); err != nil {
			t.Fatal(err)
		}
		if got := next(t, other); got.Topic != "lamps/7" {
			t.Errorf("# got %+v, want no report and no reply", got)
		}
		late := connect(t, addr, "late")
		late.subscribe(t, "$aws/#")
		if err := lamp.publish(lampTopic, 1, false, []byte(reportWithID(9))); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(acceptedReply(9), next(t, late)); d != "" {
			t.Errorf("something was retained or routed (-want +got):\n%s", d)
		}
	})
}

func TestReportInFlight(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		h.log.set(true, nil)
		lamp := connect(t, addr, "lamp-7")
		acked := make(chan error, 1)
		go func() { acked <- lamp.publish(lampTopic, 1, false, []byte(reportWithID(1))) }()
		<-h.log.arrived
		select {
		case err := <-acked:
			t.Fatalf("PUBACK before the commit: %v", err)
		default:
		}
		h.log.release(nil)
		if err := <-acked; err != nil {
			t.Error(err)
		}
	})
}

func TestNotStoredOverMQTT(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		h.log.set(false, errDiskFull)
		lamp, watcher := connect(t, addr, "lamp-7"), connect(t, addr, "watcher")
		lamp.subscribe(t, lampTopic+"/rejected")
		watcher.subscribe(t, lampTopic+"/rejected")
		want := message{Topic: lampTopic + "/rejected", Payload: internal}
		if err := lamp.publish(lampTopic, 0, false, []byte(reportWithID(1))); err != nil {
			t.Fatal(err)
		}
		for _, d := range []device{lamp, watcher} {
			if d := cmp.Diff(want, next(t, d)); d != "" {
				t.Errorf("QoS 0: reply (-want +got):\n%s", d)
			}
		}
		acked := make(chan error, 1)
		go func() { acked <- lamp.publish(lampTopic, 1, false, []byte(reportWithID(1))) }()
		for _, d := range []device{lamp, watcher} {
			if d := cmp.Diff(want, next(t, d)); d != "" {
				t.Errorf("QoS 1: reply (-want +got):\n%s", d)
			}
		}
		select {
		case <-lamp.lost(): // version 3.1.1: it sends the report again when it is back
		case err := <-acked:
			if err == nil {
				t.Error("a report that is not stored was acknowledged")
			}
		case <-time.After(deadline):
			t.Error("neither told nor cut off")
		}
	})
}

func TestNamesOverMQTT(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		d := connect(t, addr, "d")
		for name, want := range map[string]string{
			strings.Repeat("n", 128): "/accepted",
			"Ümlaut und Leerzeichen": "/accepted",
			strings.Repeat("n", 129): "/rejected",
			strings.Repeat("ü", 65):  "/rejected",
			"tab\tbed":               "/rejected",
			"":                       "/rejected",
		} {
			topic := "$aws/things/" + name + "/defender/metrics/json"
			if code := d.subscribe(t, topic+"/+"); code >= 0x80 {
				t.Fatalf("%q: code %#x", name, code)
			}
			if err := d.publish(topic, 1, false, []byte(reportWithID(1))); err != nil {
				t.Fatalf("%q: %v", name, err)
			}
			if got := next(t, d); got.Topic != topic+want {
				t.Errorf("%q: got %+v", name, got)
			}
		}
	})
}

func TestCBOROverMQTT(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		d := connect(t, addr, "d")
		d.subscribe(t, "$aws/things/+/defender/metrics/cbor/+")
		if err := d.publish("$aws/things/d/defender/metrics/cbor", 1, false, toCBOR(t, reportWithID(3))); err != nil {
			t.Fatal(err)
		}
		got := next(t, d)
		if got.Topic != "$aws/things/d/defender/metrics/cbor/accepted" || h.Stats().Accepted[metric.CBOR] != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestSubscribe(t *testing.T) {
	eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
		refused := byte(0x80)
		d := connect(t, addr, "d")
		if _, ok := d.(*device5); ok {
			refused = 0x87
		}
		for filter, want := range map[string]byte{
			lampTopic:                             refused,
			"$aws/things/+/defender/metrics/cbor": refused,
			"$aws/rules/r/#":                      1,
			"$aws/rules/r":                        1,
			"$aws/rules/#":                        1,
			"$aws/rules":                          refused,
			"$share/g/$aws/rules/r/#":             1,
			"$share/g/" + lampTopic:               refused,
			"$share/g/$SYS/#":                     refused,
			"$share/g/lamps/#":                    1,
			"$share/g/" + lampTopic + "/+":        1,
			"$SYS/#":                              refused,
			lampTopic + "/accepted":               1,
			lampTopic + "/rejected":               1,
			lampTopic + "/#":                      1,
			"$aws/events/#":                       1,
			"$aws/things/a/shadow/+":              refused,
			"$aws/events/presence/+/a/b":          1,
			"$aws/events/thing/a/created":         refused,
			"lamps/#":                             1,
			"#":                                   1,
		} {
			if got := d.subscribe(t, filter); got != want {
				t.Errorf("%s: got %#x, want %#x", filter, got, want)
			}
		}
		if err := d.publish("lamps/1", 1, false, nil); err != nil {
			t.Errorf("the connection is not kept: %v", err)
		}
	})
}

func TestPublishReserved(t *testing.T) {
	for topic, ok := range map[string]bool{
		"$aws/rules/none":                         true,
		"$aws/rules/none/a/b":                     true,
		"$aws/rules/":                             false,
		lampTopic + "/accepted":                   false,
		"$aws/things/a/b/defender/metrics/json":   false,
		"$aws/things/a/defender/metrics/protobuf": false,
		"$aws/things/a/defender/metrics":          false,
		"$aws/things/a":                           false,
		"$aws/events/presence/connected/a":        false,
		"$SYS/broker":                             false,
	} {
		eachVersion(t, func(t *testing.T, h *harness, addr string, connect func(*testing.T, string, string) device) {
			d, all := connect(t, addr, "d"), connect(t, addr, "all")
			all.subscribe(t, "$aws/#")
			acked := make(chan error, 1)
			go func() { acked <- d.publish(topic, 1, true, []byte("x")) }()
			select {
			case <-d.lost():
				if ok {
					t.Errorf("%s: cut off", topic)
				}
			case err := <-acked:
				if ok != (err == nil) {
					t.Errorf("%s: got %v, want allowed %v", topic, err, ok)
				}
			case <-time.After(deadline):
				t.Errorf("%s: no answer", topic)
			}
			if err := all.publish(lampTopic, 1, false, []byte(reportWithID(1))); err != nil {
				t.Fatal(err)
			}
			if got := next(t, all); got.Topic != lampTopic+"/accepted" {
				t.Errorf("%s: somebody got %+v", topic, got)
			}
		})
	}
}

// TestMosquitto reports with the command line clients of Mosquitto.
func TestMosquitto(t *testing.T) {
	pub, err := exec.LookPath("mosquitto_pub")
	if err != nil {
		t.Skip("mosquitto_pub is not installed")
	}
	h := newHarness(Options{})
	addr := serve(t, h)
	host, port, _ := strings.Cut(addr, ":")
	lamp := connect3(t, addr, "watcher")
	lamp.subscribe(t, lampTopic+"/+")
	for i, version := range []string{"mqttv311", "mqttv5"} {
		out, err := exec.Command(pub, "-h", host, "-p", port, "-V", version, "-i", "lamp-7", "-q", "1", "-t", lampTopic, "-m", reportWithID(i)).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if d := cmp.Diff(acceptedReply(i), next(t, lamp)); d != "" {
			t.Errorf("%s: reply (-want +got):\n%s", version, d)
		}
	}
}

// TestExportTopics: what is exported to the topic of a rule arrives at those who may
// read it, and what a client publishes there at nobody.
func TestExportTopics(t *testing.T) {
	for name, connect := range versions {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			broker := serveListener(t, newHarness(Options{}), l)
			d := connect(t, l.Addr().String(), "d")
			d.subscribe(t, "$aws/rules/export")
			if err := d.publish("$aws/rules/export", 1, false, []byte("made up")); err != nil {
				t.Fatal(err)
			}
			broker.PublishThen(mqtt.Message{Topic: []byte("$aws/rules/export"), Payload: []byte("exported"), QoS: 1}, func(mqtt.Code) {})
			if got := <-d.received(); got.Topic != "$aws/rules/export" || got.Payload != "exported" {
				t.Errorf("got %s %q", got.Topic, got.Payload)
			}
		})
	}
}

func TestExportable(t *testing.T) {
	for topic, want := range map[string]bool{
		"a": true, "a/b": true, "$aws/rules/export": true, "$aws/rules/export/a/b": true, "$aws/rules/": false, "$aws/rules": false,
		"$aws/things/a/defender/metrics/json": false, "$SYS/a": false, "": false, "a/#": false, "+/a": false, "$aws/rules/+": false, "a\x00": false,
	} {
		if got := Exportable(topic); got != want {
			t.Errorf("%q: got %v", topic, got)
		}
	}
}
