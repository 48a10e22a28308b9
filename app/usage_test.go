package app_test

import (
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/app"
)

// counted is the behavior of a thing whose metric stays below n.
func counted(name, metric string, n int64) types.Behavior {
	return types.Behavior{Name: &name, Metric: &metric, Criteria: &types.BehaviorCriteria{
		ComparisonOperator: types.ComparisonOperatorLessThan, Value: &types.MetricValue{Count: aws.Int64(n)},
	}}
}

func within(b types.Behavior, dimension string) types.Behavior {
	b.MetricDimension = &types.MetricDimension{DimensionName: &dimension, Operator: types.DimensionValueOperatorIn}
	return b
}

// connect connects a device that does nothing yet.
func (d *deployment) connect(id string) *device {
	d.t.Helper()
	v := &device{t: d.t}
	v.client = paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + d.Endpoints().MQTT).SetClientID(id).SetAutoReconnect(false).SetKeepAlive(0))
	v.await(v.client.Connect())
	d.t.Cleanup(v.disconnect)
	return v
}

func (v *device) publish(topic string, times int) {
	v.t.Helper()
	for range times {
		v.await(v.client.Publish(topic, 1, false, "x"))
	}
}

func (d *deployment) waitFor(thing, violation string) {
	d.t.Helper()
	eventually(d.t, violation+" of "+thing, func() bool { return slices.Contains(d.active(thing), violation) })
}

// TestCounted: what a client does at the gateway is judged within seconds.
func TestCounted(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.UsageInterval = time.Second
	d := start(t, o)
	_, err := d.client.CreateDimension(t.Context(), &iot.CreateDimensionInput{
		Name: aws.String("own"), Type: types.DimensionTypeTopicFilter, StringValues: []string{"dev/${iot:ClientId}/#"},
	})
	check(t, err)
	address := types.Behavior{Name: aws.String("from"), Metric: aws.String("aws:source-ip-address"), Criteria: &types.BehaviorCriteria{
		ComparisonOperator: types.ComparisonOperatorInCidrSet, Value: &types.MetricValue{Cidrs: []string{"10.0.0.0/8"}},
	}}
	d.profile("p", allThings,
		counted("flood", "aws:num-messages-sent", 50), within(counted("own", "aws:num-messages-sent", 5), "own"),
		counted("denied", "aws:num-authorization-failures", 5), counted("size", "aws:message-byte-size", 100), address)

	loud := d.connect("loud")
	d.waitFor("loud", "p/from") // at once, whatever else it does
	loud.publish("a", 50)
	d.waitFor("loud", "p/flood")

	own := d.connect("own")
	own.publish("dev/loud/x", 9)
	own.publish("dev/own/x", 5)
	d.waitFor("own", "p/own")

	burst := d.connect("burst")
	for range 5 {
		burst.client.Subscribe("$SYS/#", 0, nil).WaitTimeout(patience) // refused
	}
	d.waitFor("burst", "p/denied")

	large := d.connect("large")
	large.await(large.client.Publish("a", 0, false, make([]byte, 100)))
	d.waitFor("large", "p/size")
	for thing, want := range map[string][]string{"own": {"p/from", "p/own"}, "burst": {"p/denied", "p/from"}, "large": {"p/from", "p/size"}} {
		if got := slices.Sorted(slices.Values(d.active(thing))); !slices.Equal(got, want) {
			t.Errorf("violations of %s: got %v, want %v", thing, got, want)
		}
	}
	if got := d.metric("vedette_things_online"); got != 4 {
		t.Errorf("%v things online, want 4", got)
	}
}

// TestAwayOverRestart: how long a thing is disconnected is known over a restart,
// and the violation ends when it comes back.
func TestAwayOverRestart(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	o := options(t)
	o.Now, o.Auth = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, app.AuthNone // signatures have the other clock
	d := start(t, o)
	d.profile("p", allThings, counted("away", "aws:disconnect-duration", 7))
	d.connect("lamp").disconnect()
	d.connect("other")
	d.restart() // other is disconnected by that
	ahead.Store(int64(6 * time.Minute))
	d.connect("other")
	ahead.Store(int64(8 * time.Minute))
	d.waitFor("lamp", "p/away")
	if got := d.active("other"); len(got) > 0 {
		t.Errorf("violations of a thing that is connected: %v", got)
	}
	d.connect("lamp")
	eventually(t, "the end of the violation", func() bool { return len(d.active("lamp")) == 0 })
	if got := d.kinds("lamp"); got != "in-alarm alarm-cleared" && got != "alarm-cleared in-alarm" {
		t.Errorf("events of lamp: %s", strconv.Quote(got))
	}
}
