package app_test

import (
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"

	"vedette/app"
)

// TestKilledWhileConnected: what a process leaves on disk when it is killed, started
// again hours later. The time in between is no silence of its clients, and they are away
// since it died.
func TestKilledWhileConnected(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	o := options(t)
	o.UsageInterval = time.Second
	o.Now, o.Auth = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, app.AuthNone // signatures have the other clock
	first := start(t, o)
	name, metric := "busy", "aws:num-messages-sent"
	first.profile("p", allThings, counted("away", "aws:disconnect-duration", 60), types.Behavior{Name: &name, Metric: &metric, Criteria: &types.BehaviorCriteria{
		ComparisonOperator: types.ComparisonOperatorGreaterThanEquals, Value: &types.MetricValue{Count: aws.Int64(1)},
	}}, counted("talks", metric, 3))
	lamp := first.connect("lamp")
	lamp.publish("dev/lamp", 3)
	first.waitFor("lamp", "p/talks") // so the log has it that lamp is connected

	o.DataDir = t.TempDir()
	if err := os.CopyFS(o.DataDir, os.DirFS(first.options.DataDir)); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(3 * time.Hour))
	second := start(t, o)
	second.waitFor("lamp", "p/talks")
	ahead.Store(int64(3*time.Hour + 6*time.Minute)) // the end of the session has been known for five minutes
	second.waitFor("lamp", "p/away")
	ahead.Store(int64(3*time.Hour + 16*time.Minute))
	second.connect("other").publish("dev/other", 3)
	second.waitFor("other", "p/talks") // so the windows until now have closed
	if got := second.active("lamp"); slices.Contains(got, "p/busy") {
		t.Errorf("violations of a thing whose server was killed: %v", got)
	}
}
