package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/go-cmp/cmp"

	"vedette/app"
)

// fleetExport exports what things send, to the topic of a rule.
func (d *deployment) fleetExport(topic string) {
	d.t.Helper()
	_, err := d.client.CreateSecurityProfile(d.t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("look"),
		AdditionalMetricsToRetainV2: []types.MetricToRetain{
			{Metric: aws.String("aws:all-bytes-out"), ExportMetric: aws.Bool(true)}, {Metric: aws.String("aws:all-bytes-in")},
		},
		MetricsExportConfig: &types.MetricsExportConfig{MqttTopic: &topic, RoleArn: aws.String("arn:aws:iam::000000000000:role/export")},
	})
	check(d.t, err)
	_, err = d.client.AttachSecurityProfile(d.t.Context(), &iot.AttachSecurityProfileInput{SecurityProfileName: aws.String("look"), SecurityProfileTargetArn: aws.String(allThings)})
	check(d.t, err)
}

// exported returns the values of messages, "THING NAME COUNT" each.
func exported(t *testing.T, messages ...string) (list []string) {
	t.Helper()
	for _, message := range messages {
		var m struct {
			Version string
			Metrics []struct {
				Name, Thing string
				Value       struct{ Count int }
				Version     int
				Timestamp   int64
			}
		}
		if err := json.Unmarshal([]byte(message), &m); err != nil || m.Version != "1.0" {
			t.Fatalf("message %q: version %q, %v", message, m.Version, err)
		}
		for _, v := range m.Metrics {
			list = append(list, fmt.Sprintf("%s %s %d", v.Thing, v.Name, v.Value.Count))
		}
	}
	return list
}

// TestExport takes values to a subscriber, to one that is offline, to a file and to a
// receiver that is down at first, over a restart.
func TestExport(t *testing.T) {
	t.Parallel()
	sub, err := exec.LookPath("mosquitto_sub")
	if err != nil {
		t.Skip("SKIPPED: needs mosquitto_sub: apt-get install mosquitto-clients")
	}
	var up, writes atomic.Int64
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if up.Load() == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		writes.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(receiver.Close)
	began := time.Now() // connections have deadlines of the real clock
	var passed atomic.Int64
	o := options(t)
	o.Auth, o.Now = app.AuthNone, func() time.Time { return began.Add(time.Duration(passed.Load())) }
	file := filepath.Join(t.TempDir(), "metrics.ndjson")
	o.Exports = []app.ExportSink{{Name: "files", File: &app.FileSink{Path: file}}, {Name: "prometheus", RemoteWrite: &app.RemoteWriteSink{URL: receiver.URL}}}
	d := start(t, o)
	d.fleetExport("$aws/rules/fleet")

	offline := d.subscriber("archive", nil)
	offline.Disconnect(0)
	host, port, _ := strings.Cut(d.Endpoints().MQTT, ":")
	// With a session that stays: when the clock jumps, the connection may be taken for silent.
	watcher := exec.Command(sub, "-h", host, "-p", port, "-i", "watcher", "-c", "-q", "1", "-t", "$aws/rules/#", "-C", "1")
	out, err := watcher.StdoutPipe()
	check(t, err)
	check(t, watcher.Start())
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	eventually(t, "both are subscribed", func() bool { return d.metric("vedette_mqtt_subscriptions") == 2 })

	device := d.device()
	var want []string
	for i := range 3 {
		thing := fmt.Sprintf("cam-%d", i)
		if a := device.report(thing, fmt.Sprintf(`{"header":{"report_id":1,"version":"1.0"},"metrics":{"network_stats":{"bytes_out":%d,"bytes_in":1}}}`, i)); a.Status != "ACCEPTED" {
			t.Fatalf("%+v", a)
		}
		want = append(want, fmt.Sprintf("%s aws:all-bytes-out %d", thing, i))
	}
	device.disconnect()
	passed.Add(int64(6 * time.Minute)) // a tick of the clock is enough
	if !lines.Scan() {
		t.Fatalf("mosquitto_sub got nothing: %v", lines.Err())
	}
	check(t, watcher.Wait())
	if diff := cmp.Diff(want, exported(t, lines.Text())); diff != "" {
		t.Errorf("mosquitto_sub got (-want +got):\n%s", diff)
	}
	eventually(t, "the file has the values", func() bool {
		text, err := os.ReadFile(file)
		check(t, err)
		return strings.Count(string(text), "\n") == len(want)
	})
	eventually(t, "the receiver is asked in vain", func() bool { return d.metric(`vedette_export_sink_failing{sink="prometheus"}`) == 1 })

	d.restart()
	messages := make(chan string, 100)
	d.subscriber("archive", messages)
	select {
	case m := <-messages:
		if diff := cmp.Diff(want, exported(t, m)); diff != "" {
			t.Errorf("who was offline got (-want +got):\n%s", diff)
		}
	case <-time.After(patience):
		t.Fatal("who was offline got nothing")
	}
	up.Store(1)
	eventually(t, "the receiver has the values", func() bool { return writes.Load() == 1 })
	eventually(t, "nothing is left to be exported", func() bool {
		return d.metric(`vedette_export_messages_total{result="taken",sink="prometheus"}`) == 1 && d.metric(`vedette_export_sink_failing{sink="prometheus"}`) == 0
	})
	if n := d.metric(`vedette_export_messages_total{result="taken",sink="mqtt"}`) + d.metric(`vedette_export_messages_total{result="taken",sink="files"}`); n != 0 || len(messages) != 0 {
		t.Errorf("%v messages were exported again after the restart", n)
	}
}

// subscriber connects a client with a session that stays, and subscribes it.
func (d *deployment) subscriber(id string, messages chan<- string) paho.Client {
	d.t.Helper()
	o := paho.NewClientOptions().AddBroker("tcp://" + d.Endpoints().MQTT).SetClientID(id).SetCleanSession(false).SetAutoReconnect(false)
	o.SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { messages <- string(m.Payload()) })
	v := &device{t: d.t, client: paho.NewClient(o)}
	v.await(v.client.Connect())
	if messages == nil { // what it has subscribed to stays
		v.await(v.client.Subscribe("$aws/rules/fleet", 1, nil))
	}
	d.t.Cleanup(v.disconnect)
	return v.client
}

// TestExportEnds: a profile that exports no more, or has gone, sends what has gathered.
func TestExportEnds(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Auth = app.AuthNone
	file := filepath.Join(t.TempDir(), "metrics.ndjson")
	o.Exports = []app.ExportSink{{Name: "files", File: &app.FileSink{Path: file}}}
	d := start(t, o)
	d.fleetExport("fleet")
	device := d.device()
	send := func(n int) {
		device.report("cam", fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"network_stats":{"bytes_out":%d}}}`, n, n))
	}
	send(1)
	d.restart() // what has gathered is part of the snapshot
	device = d.device()
	send(2)
	_, err := d.client.UpdateSecurityProfile(t.Context(), &iot.UpdateSecurityProfileInput{SecurityProfileName: aws.String("look"), DeleteMetricsExportConfig: true})
	check(t, err)
	send(3)
	_, err = d.client.UpdateSecurityProfile(t.Context(), &iot.UpdateSecurityProfileInput{
		SecurityProfileName: aws.String("look"),
		MetricsExportConfig: &types.MetricsExportConfig{MqttTopic: aws.String("other"), RoleArn: aws.String("arn:aws:iam::000000000000:role/export")},
	})
	check(t, err)
	send(4)
	_, err = d.client.DeleteSecurityProfile(t.Context(), &iot.DeleteSecurityProfileInput{SecurityProfileName: aws.String("look")})
	check(t, err)
	var counts []int
	eventually(t, "three values are in the file", func() bool {
		text, err := os.ReadFile(file)
		check(t, err)
		counts = counts[:0]
		for line := range strings.Lines(string(text)) {
			var v struct{ Value struct{ Count int } }
			check(t, json.Unmarshal([]byte(line), &v))
			counts = append(counts, v.Value.Count)
		}
		return len(counts) >= 3
	})
	if !slices.Equal(counts, []int{1, 2, 4}) {
		t.Errorf("exported %v, want 1, 2 and 4", counts)
	}
}

func TestExportOptions(t *testing.T) {
	remote := &app.RemoteWriteSink{URL: "http://127.0.0.1:9090/api/v1/write"}
	for name, c := range map[string]struct {
		edit func(*app.Options)
		want string // empty: all is well
	}{
		"ok/both": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: remote}, {Name: "b", File: &app.FileSink{Path: "f"}}}
		}, ""},
		"ok/an hour":          {func(o *app.Options) { o.ExportInterval = time.Hour }, ""},
		"fail/interval":       {func(o *app.Options) { o.ExportInterval = 7 * time.Minute }, "export-interval 7m0s: want a multiple of 5m"},
		"fail/less than none": {func(o *app.Options) { o.ExportInterval = -5 * time.Minute }, "export-interval"},
		"fail/retention":      {func(o *app.Options) { o.ExportRetention = time.Minute }, "export-retention 1m0s: want at least 1h"},
		"fail/no name":        {func(o *app.Options) { o.Exports = []app.ExportSink{{RemoteWrite: remote}} }, `sink 1: name ""`},
		"fail/name of topics": {func(o *app.Options) { o.Exports = []app.ExportSink{{Name: "mqtt", RemoteWrite: remote}} }, "sink 1: the name mqtt"},
		"fail/twice": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: remote}, {Name: "a", RemoteWrite: remote}}
		}, `name "a" is used twice`},
		"fail/neither": {func(o *app.Options) { o.Exports = []app.ExportSink{{Name: "a"}} }, "sink a: want either remote-write or file"},
		"fail/no path": {func(o *app.Options) { o.Exports = []app.ExportSink{{Name: "a", File: &app.FileSink{}}} }, "sink a: file: want a path"},
		"fail/no URL":  {func(o *app.Options) { o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: &app.RemoteWriteSink{}}} }, "sink a: remote-write: url"},
		"fail/keep": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", File: &app.FileSink{Path: "f", Keep: -1}}}
		}, "sink a: file"},
		"fail/one file": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", File: &app.FileSink{Path: "d/f"}}, {Name: "b", File: &app.FileSink{Path: "d/./f"}}}
		}, `sink b: file: path "d/./f" is that of sink a`},
		"fail/header": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: &app.RemoteWriteSink{URL: remote.URL, Headers: map[string]string{"the tenant": "x"}}}}
		}, `sink a: remote-write: headers: "the tenant": want`},
		"fail/header of two lines": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: &app.RemoteWriteSink{URL: remote.URL, Headers: map[string]string{"X-Tenant": "x\ny"}}}}
		}, `sink a: remote-write: headers: "X-Tenant": want`},
		"fail/two in one": {func(o *app.Options) {
			o.Exports = []app.ExportSink{{Name: "a", RemoteWrite: remote, File: &app.FileSink{Path: "f"}}}
		}, "want either"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(t)
			c.edit(&o)
			if err := o.Check(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	o := options(t)
	o.Exports = []app.ExportSink{{Name: "files", File: &app.FileSink{Path: filepath.Join(t.TempDir(), "none", "f")}}}
	if _, err := app.New(t.Context(), o); err == nil || !strings.Contains(err.Error(), "export: sink files: open") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
