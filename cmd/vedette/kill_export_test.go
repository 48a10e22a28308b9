package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	paho "github.com/eclipse/paho.mqtt.golang"
)

// exportTopic is where the profile that the fleet violates exports to.
const exportTopic = "$aws/rules/fleet"

// exportingTo writes a configuration whose values also go to a file.
func exportingTo(t *testing.T) (config, file string) {
	t.Helper()
	dir := t.TempDir()
	config, file = filepath.Join(dir, "vedette.yaml"), filepath.Join(dir, "metrics.ndjson")
	text := fmt.Sprintf("export:\n  - name: files\n    file: {path: %q, keep: 100}\n", file)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, file
}

// subscribeAndLeave makes a session that stays, and goes.
func subscribeAndLeave(t *testing.T, d *deployment) {
	t.Helper()
	c := archive(t, d, nil)
	if token := c.Subscribe(exportTopic, 1, nil); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	c.Disconnect(0)
}

// archive connects as who keeps what is exported.
func archive(t *testing.T, d *deployment, got chan<- []byte) paho.Client {
	t.Helper()
	o := paho.NewClientOptions().AddBroker("tcp://" + d.at().MQTT).SetClientID("archive").SetCleanSession(false).SetAutoReconnect(false).
		SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { got <- bytes.Clone(m.Payload()) })
	c := paho.NewClient(o)
	if token := c.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		t.Fatal(token.Error())
	}
	return c
}

// exportedPorts is an exported value of the fleet.
type exportedPorts struct {
	Message   int64 // of a line of the file
	Thing     string
	Timestamp int64
	Value     struct{ Ports []int32 }
}

func (p exportedPorts) equal(o exportedPorts) bool {
	return p.Thing == o.Thing && p.Timestamp == o.Timestamp && slices.Equal(p.Value.Ports, o.Value.Ports)
}

// lastCopy returns the last copy of a message of lines that have it once or, after a kill,
// again: as a whole or from its beginning on.
func lastCopy(lines []exportedPorts) []exportedPorts {
	for k := 1; k < len(lines); k++ {
		if n := min(k, len(lines)-k); lines[k].equal(lines[0]) && slices.EqualFunc(lines[:n], lines[k:k+n], exportedPorts.equal) {
			return lines[k:]
		}
	}
	return lines
}

// checkExports ends the export, which sends what has gathered, and compares what was
// accepted with what the file and the session have: each report's ports once, in
// order, if messages that came twice are taken once.
func checkExports(t *testing.T, d *deployment, f *fleet, file string) {
	t.Helper()
	_, err := d.client().UpdateSecurityProfile(t.Context(), &iot.UpdateSecurityProfileInput{SecurityProfileName: aws.String("ports"), DeleteMetricsExportConfig: true})
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, dev := range f.devices {
		want += dev.accepted
	}
	messages := make(chan []byte, 100_000)
	c := archive(t, d, messages)
	defer c.Disconnect(0)
	var session [][]byte
	deadline := time.NewTimer(patience)
	for n := 0; n < want; {
		select {
		case m := <-messages:
			if !slices.ContainsFunc(session, func(s []byte) bool { return bytes.Equal(s, m) }) {
				session = append(session, m)
				n += len(portsIn(t, m))
			}
		case <-deadline.C:
			t.Fatalf("the session has %d values of %d", n, want)
		}
	}
	byThing := make(map[string][][]int32)
	for _, m := range session {
		for _, v := range portsIn(t, m) {
			byThing[v.Thing] = append(byThing[v.Thing], v.Value.Ports)
		}
	}
	checkPorts(t, "session", f, byThing)
	for ; ; time.Sleep(20 * time.Millisecond) {
		byThing, n := onceEach(t, fileLines(t, file))
		if n >= want {
			checkPorts(t, "file", f, byThing)
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("the file has %d values of %d", n, want)
		default:
		}
	}
}

func portsIn(t *testing.T, message []byte) []exportedPorts {
	t.Helper()
	var m struct{ Metrics []exportedPorts }
	if err := json.Unmarshal(message, &m); err != nil {
		t.Fatalf("message %.100q: %v", message, err)
	}
	return m.Metrics
}

// fileLines reads the whole lines of the file.
func fileLines(t *testing.T, file string) (list []exportedPorts) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		if line[len(line)-1] != '\n' {
			break // it is being written
		}
		var v exportedPorts
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

// onceEach returns the ports of each thing, and how many values that are. A message that a kill has had written
// again, as a whole or from its beginning, counts once.
func onceEach(t *testing.T, lines []exportedPorts) (byThing map[string][][]int32, n int) {
	t.Helper()
	byThing = make(map[string][][]int32)
	whole := make(map[int64][]exportedPorts)
	var order []int64
	for from := 0; from < len(lines); {
		to := from
		for to < len(lines) && lines[to].Message == lines[from].Message {
			to++
		}
		id, run := lines[from].Message, lastCopy(lines[from:to])
		if have, again := whole[id]; !again {
			order = append(order, id)
			whole[id] = run
		} else if len(run) > len(have) {
			whole[id] = run
		}
		from = to
	}
	for _, id := range order {
		for _, v := range whole[id] {
			byThing[v.Thing] = append(byThing[v.Thing], v.Value.Ports)
		}
		n += len(whole[id])
	}
	return byThing, n
}

func checkPorts(t *testing.T, where string, f *fleet, byThing map[string][][]int32) {
	t.Helper()
	for _, dev := range f.devices {
		values := byThing[dev.thing]
		// The report after the last accepted one may have been accepted unseen.
		if n := len(values); n != dev.accepted && n != dev.accepted+1 {
			t.Errorf("%s: %s: %d accepted reports gave %d values", where, dev.thing, dev.accepted, n)
		}
		for i, ports := range values {
			want := []int32{}
			if (i+1)/reportsPerState%2 == 1 {
				want = append(want, 23)
			}
			if !slices.Equal(ports, want) {
				t.Errorf("%s: %s: value %d is %v, want %v", where, dev.thing, i+1, ports, want)
				break
			}
		}
	}
}
