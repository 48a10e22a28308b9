package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/app"
)

// patience is how long a test waits for something that must happen.
const patience = time.Minute

// Targets that profiles are attached to.
const (
	arns        = "arn:aws:iot:us-east-1:000000000000:"
	allThings   = arns + "all/things"
	registered  = arns + "all/registered-things"
	alertsTopic = "arn:aws:sns:us-east-1:000000000000:alerts"
)

// deployment is a running app and what its users hold in their hands.
type deployment struct {
	*app.App
	t       *testing.T
	options app.Options
	client  *iot.Client
	web     *http.Client
	log     *lines
}

// options returns options for a test: free ports, a folder of its own, no
// throttling.
func options(t *testing.T) app.Options {
	return app.Options{
		DataDir: t.TempDir(), HTTPAddr: "127.0.0.1:0", MQTTAddr: "127.0.0.1:0", MinReportInterval: app.NoMinReportInterval,
		SNSEndpoint:    "http://127.0.0.1:1", // nobody is there
		SNSCredentials: credentials.NewStaticCredentialsProvider("AKIAALERTS", "secret", ""),
	}
}

// start runs a deployment until the test ends.
func start(t *testing.T, o app.Options) *deployment {
	t.Helper()
	d := &deployment{t: t, options: o, log: &lines{}}
	d.options.Logger = slog.New(slog.NewTextHandler(d.log, nil))
	d.start()
	t.Cleanup(func() {
		d.stop()
		if t.Failed() {
			t.Logf("the log:\n%s", d.log)
		}
	})
	return d
}

func (d *deployment) start() {
	d.t.Helper()
	a, err := app.New(d.t.Context(), d.options)
	if err == nil {
		err = a.Start(d.t.Context())
	}
	if err != nil {
		d.t.Fatalf("start: %v", err)
	}
	d.App = a
	d.web = &http.Client{Transport: &http.Transport{}}
	id, secret := a.RootKey()
	d.client = iot.New(iot.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(a.Endpoints().HTTP), HTTPClient: d.web,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""), Retryer: aws.NopRetryer{},
	})
}

// stop ends the deployment cleanly; it may be called again.
func (d *deployment) stop() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Stop(ctx); err != nil {
		d.t.Errorf("stop: %v", err)
	}
	d.web.CloseIdleConnections()
}

func (d *deployment) restart() {
	d.t.Helper()
	d.stop()
	d.start()
}

// get returns what a path of the operators answers.
func (d *deployment) get(path string) (status int, body string) {
	d.t.Helper()
	resp, err := d.web.Get(d.Endpoints().HTTP + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// metric returns the value of one line of /metrics, 0 where there is no such line.
func (d *deployment) metric(series string) float64 {
	d.t.Helper()
	_, text := d.get("/metrics")
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				d.t.Fatalf("%s: %v", line, err)
			}
			return n
		}
	}
	return 0
}

// profile makes a security profile that alerts alertsTopic, and attaches it.
func (d *deployment) profile(name, target string, behaviors ...types.Behavior) {
	d.t.Helper()
	_, err := d.client.CreateSecurityProfile(d.t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName: &name, Behaviors: behaviors,
		AlertTargets: map[string]types.AlertTarget{"SNS": {AlertTargetArn: aws.String(alertsTopic), RoleArn: aws.String("arn:aws:iam::000000000000:role/alerts")}},
	})
	check(d.t, err)
	_, err = d.client.AttachSecurityProfile(d.t.Context(), &iot.AttachSecurityProfileInput{SecurityProfileName: &name, SecurityProfileTargetArn: &target})
	check(d.t, err)
}

// onlyPorts is the behavior of a thing that listens on no other TCP ports.
func onlyPorts(name string, ports ...int32) types.Behavior {
	return types.Behavior{Name: &name, Metric: aws.String("aws:listening-tcp-ports"), Criteria: &types.BehaviorCriteria{
		ComparisonOperator: types.ComparisonOperatorInPortSet, Value: &types.MetricValue{Ports: ports},
	}}
}

// active returns the active violations of a thing, "profile/behavior" each.
func (d *deployment) active(thing string) []string {
	d.t.Helper()
	out, err := d.client.ListActiveViolations(d.t.Context(), &iot.ListActiveViolationsInput{ThingName: &thing})
	check(d.t, err)
	var found []string
	for _, v := range out.ActiveViolations {
		found = append(found, *v.SecurityProfileName+"/"+*v.Behavior.Name)
	}
	return found
}

// event is a violation event as the API lists it.
type event struct{ Kind, What, ID string }

// events returns the violation events of a thing, the newest first.
func (d *deployment) events(thing string) []event {
	d.t.Helper()
	pages := iot.NewListViolationEventsPaginator(d.client, &iot.ListViolationEventsInput{
		ThingName: &thing, StartTime: aws.Time(time.Unix(0, 0)), EndTime: aws.Time(time.Now().AddDate(10, 0, 0)), MaxResults: aws.Int32(250),
	})
	var found []event
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.t.Context())
		check(d.t, err)
		for _, e := range page.ViolationEvents {
			found = append(found, event{string(e.ViolationEventType), *e.SecurityProfileName + "/" + *e.Behavior.Name, *e.ViolationId})
		}
	}
	return found
}

// kinds returns the kinds of a thing's violation events, the newest first.
func (d *deployment) kinds(thing string) string {
	d.t.Helper()
	var kinds []string
	for _, e := range d.events(thing) {
		kinds = append(kinds, e.Kind)
	}
	return strings.Join(kinds, " ")
}

// device is a client of MQTT that reports for any thing.
type device struct {
	t       *testing.T
	client  paho.Client
	answers chan answer
	lost    chan struct{}
}

// answer is the reply to a report.
type answer struct {
	ThingName     string
	ReportID      int64
	Status        string
	StatusDetails struct{ ErrorCode, ErrorMessage string }
}

// device connects a device that hears the replies to all reports.
func (d *deployment) device() *device {
	d.t.Helper()
	v := &device{t: d.t, answers: make(chan answer, 1000), lost: make(chan struct{})}
	id := fmt.Sprintf("%s-%d", d.t.Name(), clients.Add(1))
	o := paho.NewClientOptions().AddBroker("tcp://" + d.Endpoints().MQTT).SetClientID(id).SetAutoReconnect(false).SetKeepAlive(0).
		SetConnectionLostHandler(func(paho.Client, error) { close(v.lost) })
	v.client = paho.NewClient(o)
	v.await(v.client.Connect())
	d.t.Cleanup(v.disconnect)
	v.await(v.client.Subscribe("$aws/things/+/defender/metrics/json/+", 1, func(_ paho.Client, m paho.Message) {
		var a answer
		if err := json.Unmarshal(m.Payload(), &a); err != nil {
			a.Status = "reply " + string(m.Payload())
		}
		v.answers <- a
	}))
	return v
}

var clients atomic.Int64

func (v *device) disconnect() { v.client.Disconnect(0) }

func (v *device) await(token paho.Token) {
	v.t.Helper()
	if !token.WaitTimeout(patience) {
		v.t.Fatalf("no answer to a packet in %v", patience)
	}
	check(v.t, token.Error())
}

// send publishes a report with QoS 1 and does not wait for anything.
func (v *device) send(thing, payload string) paho.Token {
	return v.client.Publish("$aws/things/"+thing+"/defender/metrics/json", 1, false, payload)
}

// reply returns the next reply.
func (v *device) reply() answer {
	v.t.Helper()
	select {
	case a := <-v.answers:
		return a
	case <-time.After(patience):
		v.t.Fatalf("no reply to a report in %v", patience)
		return answer{}
	}
}

// report publishes a report and waits for PUBACK and reply.
func (v *device) report(thing, payload string) answer {
	v.t.Helper()
	v.await(v.send(thing, payload))
	return v.reply()
}

// ports reports the TCP ports that a thing listens on; the report must be accepted.
func (v *device) ports(thing string, ports ...int) {
	v.t.Helper()
	if a := v.report(thing, listening(ports...)); a.Status != "ACCEPTED" || a.ThingName != thing {
		v.t.Fatalf("report of %s: got %+v, want it accepted", thing, a)
	}
}

// listening returns a report, with an id of its own, about TCP ports.
func listening(ports ...int) string {
	list := []string{}
	for _, port := range ports {
		list = append(list, fmt.Sprintf(`{"port":%d}`, port))
	}
	return fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":[%s]}}}`, reportIDs.Add(1), strings.Join(list, ","))
}

var reportIDs atomic.Int64

// lines is a log that a test reads while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}
func (l *lines) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.text.String() }

// eventually waits until something is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !is(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exists(t *testing.T, elem ...string) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(elem...))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return err == nil
}
