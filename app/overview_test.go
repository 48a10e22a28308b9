package app_test

import (
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iot"

	"vedette/app"
)

// overview is what GetOverview answers, as far as tests look at it.
type overview struct {
	Things struct{ Seen, Registered, Connected, Reporting, Silent int }
	Ingest struct {
		ReportsPerSecond, MessagesPerSecond float64
		Connections                         int
	}
	ActiveAlarms   struct{ Total int }
	NoisiestThings []struct {
		ThingName string
		Alarms    int
	}
	Health []struct {
		Name    string
		Healthy bool
	}
}

func (d *deployment) overview() (o overview) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.Endpoints().HTTP+"/vedette/v1/overview", nil)
	check(d.t, err)
	d.sign(req, sha256.Sum256(nil))
	resp, err := d.web.Do(req)
	check(d.t, err)
	defer resp.Body.Close()
	check(d.t, json.NewDecoder(resp.Body).Decode(&o))
	return o
}

func TestOverview(t *testing.T) {
	var ahead atomic.Int64
	o := options(t)
	o.Now, o.Auth = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, app.AuthNone // signatures have the other clock
	d := start(t, o)
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	for _, name := range []string{"cam", "lamp", "never"} {
		_, err := d.client.CreateThing(t.Context(), &iot.CreateThingInput{ThingName: &name})
		check(t, err)
	}
	device := d.device() // a thing too
	device.ports("cam", 23)
	device.ports("lamp", 443)
	device.ports("stray", 23)
	eventually(t, "the overview of three things that report", func() bool {
		got := d.overview() // at most 2 s old
		return got.Things == struct{ Seen, Registered, Connected, Reporting, Silent int }{4, 3, 1, 3, 1} && got.ActiveAlarms.Total == 2 &&
			got.Ingest.Connections == 1 && got.Ingest.ReportsPerSecond > 0 && got.Ingest.MessagesPerSecond > 0
	})
	ahead.Add(int64(20 * time.Minute))
	device.ports("lamp", 443)
	device.disconnect()
	eventually(t, "the overview of one thing that reports", func() bool {
		got := d.overview()
		if !slices.IsSortedFunc(got.NoisiestThings, func(a, b struct {
			ThingName string
			Alarms    int
		}) int {
			return b.Alarms - a.Alarms
		}) || len(got.NoisiestThings) != 2 || len(got.Health) != 3 || !got.Health[0].Healthy {
			t.Fatalf("got %+v", got)
		}
		return got.Things == struct{ Seen, Registered, Connected, Reporting, Silent int }{4, 3, 0, 1, 3}
	})
}
