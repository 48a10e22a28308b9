package app_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"

	"vedette/app"
)

// TestDeltaFromTotals: a device in a group that sends totals, of which deltas are made, and
// one in no group, that sends deltas. What is alarmed and listed is the same
// whether or not the server is killed between all reports.
func TestDeltaFromTotals(t *testing.T) {
	t.Parallel()
	for name, kills := range map[string]bool{"ok/undisturbed": false, "ok/kill -9": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, kills)
			f.meter("meter-1", "meters") // a group that did not exist when the server was told of it
			for i, total := range []int{1_000_000, 1_000_100, 1_005_100, 1_005_200, 300, 300, 10_300} {
				f.clock(time.Duration(5*i+1) * time.Minute)
				f.sent("meter-1", i+1, total)
				f.sent("sensor-1", i+1, 100+i)
				f.die()
			}
			want := []string{
				"11m0s in-alarm meter-1 5000", "16m0s alarm-cleared meter-1 100",
				"31m0s in-alarm meter-1 10000",
			}
			eventually(t, "the last alarm is raised", func() bool { return len(f.events()) >= len(want) })
			if got := f.events(); !slices.Equal(got, want) {
				t.Errorf("events: got %q, want %q", got, want)
			}
			for thing, want := range map[string]string{"meter-1": "[100 5000 100 300 0 10000]", "sensor-1": "[100 101 102 103 104 105 106]"} {
				if got := f.bytesOut(thing); got != want {
					t.Errorf("values of %s: got %s, want %s", thing, got, want)
				}
			}
		})
	}
}

// meter registers a thing in a group, with a profile for all things.
func (f *fleet) meter(thing, group string) {
	f.t.Helper()
	ctx := f.t.Context()
	_, err := f.client.CreateThingGroup(ctx, &iot.CreateThingGroupInput{ThingGroupName: &group})
	check(f.t, err)
	_, err = f.client.CreateThing(ctx, &iot.CreateThingInput{ThingName: &thing})
	check(f.t, err)
	_, err = f.client.AddThingToThingGroup(ctx, &iot.AddThingToThingGroupInput{ThingGroupName: &group, ThingName: &thing})
	check(f.t, err)
	_, err = f.client.CreateSecurityProfile(ctx, &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("few"), Behaviors: []types.Behavior{{
			Name: aws.String("bytes"), Metric: aws.String("aws:all-bytes-out"), Criteria: &types.BehaviorCriteria{
				ComparisonOperator: types.ComparisonOperatorLessThan, DurationSeconds: aws.Int32(300), Value: &types.MetricValue{Count: aws.Int64(1000)},
			},
		}},
	})
	check(f.t, err)
	_, err = f.client.AttachSecurityProfile(ctx, &iot.AttachSecurityProfileInput{SecurityProfileName: aws.String("few"), SecurityProfileTargetArn: aws.String(allThings)})
	check(f.t, err)
}

// sent lets a thing report how many bytes it has sent.
func (f *fleet) sent(thing string, id, n int) {
	f.t.Helper()
	payload := fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"network_stats":{"bytes_out":%d}}}`, id, n)
	f.await(f.mqtt.Publish(fmt.Sprintf("$aws/things/%s/defender/metrics/json", thing), 1, false, payload))
}

// bytesOut lists what is kept of a thing, oldest first.
func (f *fleet) bytesOut(thing string) string {
	f.t.Helper()
	out, err := f.client.ListMetricValues(f.t.Context(), &iot.ListMetricValuesInput{
		ThingName: &thing, MetricName: aws.String("aws:all-bytes-out"), MaxResults: aws.Int32(100),
		StartTime: aws.Time(fleetBegin), EndTime: aws.Time(fleetBegin.Add(2 * time.Hour)),
	})
	check(f.t, err)
	var list []int64
	for _, v := range out.MetricDatumList {
		list = append(list, *v.Value.Count)
	}
	slices.Reverse(list)
	return fmt.Sprint(list)
}

// lockedLog is a log that many write to.
type lockedLog struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lockedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

// TestDeltaFromTotalsUnknownGroup: it is told at every start.
func TestDeltaFromTotalsUnknownGroup(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		var log lockedLog
		a, err := app.New(t.Context(), app.Options{
			DataDir: dir, HTTPAddr: "127.0.0.1:0", MQTTAddr: "127.0.0.1:0", Auth: app.AuthNone,
			DeltaFromTotals: []string{"nobody", "nobody"}, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		check(t, err)
		check(t, a.Start(t.Context()))
		check(t, a.Stop(t.Context()))
		if got := strings.Count(log.String(), "--delta-from-totals names a thing group that does not exist"); got != 1 || !strings.Contains(log.String(), "group=nobody") {
			t.Errorf("told %d times, want once:\n%s", got, log.String())
		}
	}
}
