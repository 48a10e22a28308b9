package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/notify/snstest"
)

const (
	killClients     = 6
	thingsPerClient = 3
	reportsPerState = 8 // a thing opens or closes telnet with each eighth report
)

// expectedEvents is how many events a thing's first n reports make: one for each
// change between open and closed.
func expectedEvents(n int) int { return n / reportsPerState }

// device reports for one thing, one report after the other: the next only after
// the last was accepted, the same again when the answer did not come.
type device struct {
	thing    string
	accepted int          // reports
	progress atomic.Int64 // the same, for others to read
}

func (d *device) payload(id int) string {
	ports := ""
	if (id/reportsPerState)%2 == 1 {
		ports = `{"port":23}`
	}
	return fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":[%s]}}}`, id, ports)
}

type answer struct {
	ReportID      int    `json:"reportId"`
	Status        string `json:"status"`
	StatusDetails json.RawMessage
}

// session is one connection of a client that reports for its devices in turn. It
// ends, without an error, when the connection does.
func session(ctx context.Context, to *fleetBroker, clientID string, devices []*device) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan answer, 16)
	options := paho.NewClientOptions().AddBroker(to.url()).SetTLSConfig(to.tls).SetClientID(clientID).
		SetAutoReconnect(false).SetConnectRetry(false).SetConnectTimeout(5 * time.Second).
		SetConnectionLostHandler(func(paho.Client, error) { cancel() })
	client := paho.NewClient(options)
	if token := client.Connect(); !token.WaitTimeout(patience) || token.Error() != nil {
		return nil
	}
	defer client.Disconnect(0)
	onReply := func(_ paho.Client, m paho.Message) {
		var a answer
		if json.Unmarshal(m.Payload(), &a) == nil {
			select {
			case answers <- a:
			case <-ctx.Done():
			}
		}
	}
	filters := map[string]byte{}
	for _, d := range devices {
		filters[to.topic(d.thing)+"/+"] = 1
	}
	if token := client.SubscribeMultiple(filters, onReply); !token.WaitTimeout(patience) || token.Error() != nil {
		return nil
	}
	for ctx.Err() == nil {
		for _, d := range devices {
			if accepted, err := report(ctx, client, to.topic(d.thing), d, answers); err != nil || !accepted {
				return err
			}
		}
	}
	return nil
}

// report publishes the device's next report and waits for its answer.
func report(ctx context.Context, client paho.Client, topic string, d *device, answers <-chan answer) (bool, error) {
	id := d.accepted + 1
	client.Publish(topic, 1, false, d.payload(id))
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case a := <-answers:
			if a.Status != "ACCEPTED" {
				return false, fmt.Errorf("report %d of %s: %s %s", id, d.thing, a.Status, a.StatusDetails)
			}
			if a.ReportID == id {
				d.accepted = id
				d.progress.Store(int64(id))
				return true, nil
			}
		}
	}
}

// fleetBroker is where a fleet connects, and on which topics it reports.
type fleetBroker struct {
	url   func() string
	tls   *tls.Config // nil: plain
	topic func(thing string) string
}

// gatewayOf returns the server's own broker, which has another address after each start.
func gatewayOf(d *deployment) *fleetBroker {
	return &fleetBroker{
		url:   func() string { return "tcp://" + d.at().MQTT },
		topic: func(thing string) string { return "$aws/things/" + thing + "/defender/metrics/json" },
	}
}

// fleet is several clients that publish at full speed, whatever happens to the
// server.
type fleet struct {
	devices []*device
	cancel  context.CancelFunc
	done    sync.WaitGroup
	failure error
	once    sync.Once
}

func startFleet(to *fleetBroker) *fleet {
	ctx, cancel := context.WithCancel(context.Background())
	f := &fleet{cancel: cancel}
	for c := range killClients {
		var own []*device
		for i := range thingsPerClient {
			own = append(own, &device{thing: fmt.Sprintf("cam-%d-%d", c, i)})
		}
		f.devices = append(f.devices, own...)
		f.done.Go(func() {
			for ctx.Err() == nil {
				if err := session(ctx, to, fmt.Sprintf("client-%d", c), own); err != nil {
					f.once.Do(func() { f.failure = err })
					return
				}
			}
		})
	}
	return f
}

func (f *fleet) stop(t *testing.T) {
	t.Helper()
	f.cancel()
	f.done.Wait()
	if f.failure != nil {
		t.Error(f.failure)
	}
}

// watchTelnet makes the profile that the fleet violates.
func watchTelnet(t *testing.T, d *deployment) {
	t.Helper()
	ctx, client := t.Context(), d.client()
	_, err := client.CreateSecurityProfile(ctx, &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("ports"),
		AlertTargets: map[string]types.AlertTarget{"SNS": {
			AlertTargetArn: aws.String("arn:aws:sns:us-east-1:000000000000:ops"), RoleArn: aws.String("arn:aws:iam::000000000000:role/alerts"),
		}},
		MetricsExportConfig: &types.MetricsExportConfig{MqttTopic: aws.String(exportTopic), RoleArn: aws.String("arn:aws:iam::000000000000:role/export")},
		Behaviors: []types.Behavior{{Name: aws.String("tcp"), ExportMetric: aws.Bool(true), Metric: aws.String("aws:listening-tcp-ports"), Criteria: &types.BehaviorCriteria{
			ComparisonOperator: types.ComparisonOperatorNotInPortSet, Value: &types.MetricValue{Ports: []int32{23}},
		}}},
	})
	if err == nil {
		_, err = client.AttachSecurityProfile(ctx, &iot.AttachSecurityProfileInput{
			SecurityProfileName: aws.String("ports"), SecurityProfileTargetArn: aws.String("arn:aws:iot:us-east-1:000000000000:all/things"),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// checkNothingLost compares what was accepted with the events that the API lists
// and the alerts that arrived: every effect once, every alert, and an alert that
// came twice the same to the byte.
func checkNothingLost(t *testing.T, d *deployment, f *fleet, sns *snstest.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	kinds := map[string][]string{}
	ids := map[[2]string]bool{}
	for _, e := range d.violationEvents(ctx) {
		kinds[e.thing] = append(kinds[e.thing], e.kind)
		if key := [2]string{e.id, e.kind}; ids[key] {
			t.Errorf("%s: event %s of violation %s is listed twice", e.thing, e.kind, e.id)
		} else {
			ids[key] = true
		}
	}
	total := 0
	for _, dev := range f.devices {
		total += dev.accepted
		// The report after the last accepted one may have been accepted unseen.
		least, most := expectedEvents(dev.accepted), expectedEvents(dev.accepted+1)
		if got := len(kinds[dev.thing]); got < least || got > most {
			t.Errorf("%s: %d accepted reports gave %d events, want %d to %d", dev.thing, dev.accepted, got, least, most)
		}
		for i, kind := range kinds[dev.thing] { // newest first
			if want := []string{"in-alarm", "alarm-cleared"}[(len(kinds[dev.thing])-1-i)%2]; kind != want {
				t.Errorf("%s: event %d is %s, want %s", dev.thing, len(kinds[dev.thing])-1-i, kind, want)
				break
			}
		}
	}
	t.Logf("%d reports accepted, %d violation events", total, len(ids))
	if total < 10*reportsPerState || len(ids) == 0 {
		t.Errorf("only %d reports and %d events: the test proves nothing", total, len(ids))
	}
	checkValues(t, d, f)
	checkAlerts(t, d, ids, sns)
}

func checkAlerts(t *testing.T, d *deployment, ids map[[2]string]bool, sns *snstest.Server) {
	t.Helper()
	texts := map[[2]string]string{}
	for deadline := time.Now().Add(patience); len(texts) < len(ids) && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		clear(texts)
		for _, m := range sns.Messages() {
			var alert struct{ ViolationID, ViolationEventType string }
			if err := json.Unmarshal([]byte(m.Text), &alert); err != nil {
				t.Fatalf("alert %s: %v", m.Text, err)
			}
			key := [2]string{alert.ViolationID, alert.ViolationEventType}
			if before, again := texts[key]; again && before != m.Text {
				t.Errorf("an alert was sent twice and differs:\n%s\n%s", before, m.Text)
			}
			texts[key] = m.Text
		}
	}
	for key := range ids {
		if _, sent := texts[key]; !sent {
			t.Errorf("no alert for event %v", key)
		}
	}
	if len(texts) > len(ids) { // a report that was under way as the fleet stopped may have been judged since
		for _, e := range d.violationEvents(t.Context()) {
			ids[[2]string{e.id, e.kind}] = true
		}
	}
	if len(texts) > len(ids) {
		t.Errorf("%d alerts for %d events", len(texts), len(ids))
	}
}

// startSNS starts a recorder of alerts and gives the server that is tested
// credentials to sign them.
func startSNS(t *testing.T) *snstest.Server {
	t.Helper()
	sns, err := snstest.Start(snstest.Options{Keep: 1_000_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sns.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAALERTS")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return sns
}

func TestKillAtRandomMoments(t *testing.T) {
	sns := startSNS(t)
	config, file := exportingTo(t)
	d := newDeployment(t, "", "--config", config, "--sns-endpoint", sns.URL(), "--min-report-interval", "0", "--snapshot-every", "700ms", "--metric-memory", "4096")
	if !d.start() {
		t.Fatal("the server did not start")
	}
	watchTelnet(t, d)
	subscribeAndLeave(t, d)
	f := startFleet(gatewayOf(d))
	for range 10 {
		wait := time.NewTimer(time.Duration(200+rand.IntN(1200)) * time.Millisecond)
		<-wait.C
		d.kill()
		if !d.start() {
			t.Fatal("the server did not start again")
		}
	}
	f.stop(t)
	checkNothingLost(t, d, f, sns)
	checkExports(t, d, f, file)
	d.stop()
}

func TestKillPoints(t *testing.T) {
	build(t, "killpoints") // here, so that no point's time includes it
	for _, point := range []string{"stream/appended:200", "store/before-effects:20", "store/after-effects:20", "notify/sent:30", "notify/exported:2", "stream/snapshot:2"} {
		t.Run(point, func(t *testing.T) {
			sns := startSNS(t)
			config, file := exportingTo(t)
			d := newDeployment(t, "killpoints", "--config", config, "--sns-endpoint", sns.URL(), "--min-report-interval", "0", "--snapshot-every", "300ms", "--metric-memory", "4096")
			if !d.start("VEDETTE_KILL_AT=" + point) {
				t.Fatal("the server did not start")
			}
			watchTelnet(t, d)
			subscribeAndLeave(t, d)
			f := startFleet(gatewayOf(d))
			select {
			case <-d.exited:
			case <-time.After(patience):
				t.Fatal("the server never reached the point")
			}
			if !d.start() {
				t.Fatal("the server did not start again")
			}
			waitForReports(t, f, d)
			f.stop(t)
			checkNothingLost(t, d, f, sns)
			checkExports(t, d, f, file)
			d.stop()
		})
	}
}

// waitForReports returns when the fleet got reports through after the restart.
func waitForReports(t *testing.T, f *fleet, d *deployment) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if events := len(d.violationEvents(t.Context())); events > 2*len(f.devices) {
			return
		}
	}
	t.Fatal("no reports got through after the restart")
}
