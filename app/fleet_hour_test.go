package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/google/go-cmp/cmp"
)

const (
	hourReports = 12 // of each device, every five minutes
	hourTopic   = "$aws/rules/fleet"
)

// TestFleetHour: an hour of a hundred devices. One profile judges by a percentile, another
// one only keeps and exports. What is listed, alarmed and exported is what the devices
// sent, whether or not the server is killed again and again.
func TestFleetHour(t *testing.T) {
	t.Parallel()
	sub, err := exec.LookPath("mosquitto_sub")
	if err != nil {
		t.Skip("SKIPPED: needs mosquitto_sub: apt-get install mosquitto-clients")
	}
	for name, kills := range map[string]bool{"ok/undisturbed": false, "ok/kill -9": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, kills)
			f.profile()
			f.lookOnly()
			f.archive(sub, "-E") // subscribes, and is offline from now on
			for i := range hourReports {
				f.hourly(i)
			}
			want := []string{"21m0s in-alarm dev-42 500", "31m0s alarm-cleared dev-42 9"}
			if got := f.events(); !slices.Equal(got, want) {
				t.Errorf("events: got %q, want %q", got, want)
			}
			sent := make(map[string]int, 100*hourReports)
			for i := range 100 {
				f.checkListed(i, sent)
			}
			if diff := cmp.Diff(sent, f.exported(sub, len(sent))); diff != "" {
				t.Errorf("exported (-want +got):\n%s", diff)
			}
		})
	}
}

// loudness is how many connections device 42 has in its report i.
func loudness(i int) int {
	if i == 4 || i == 5 {
		return 500
	}
	return 9
}

// hourly lets five minutes pass, with one report of each device.
func (f *fleet) hourly(i int) {
	f.t.Helper()
	begin := time.Duration(i) * 5 * time.Minute
	f.clock(begin + time.Minute)
	f.report(i+1, loudness(i))
	if i%3 == 1 {
		f.die() // nothing of the window has been ranked or exported
	}
	f.clock(begin + 5*time.Minute + 16*time.Second)
	if i%3 == 2 {
		f.die() // the window closes, or has
	}
	f.waitForThreshold(begin + 5*time.Minute)
	if i%3 == 0 {
		f.die() // what it gave goes out, or has
	}
}

// lookOnly makes a profile that judges nothing, keeps and exports.
func (f *fleet) lookOnly() {
	f.t.Helper()
	_, err := f.client.CreateSecurityProfile(f.t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName:         aws.String("look"),
		AdditionalMetricsToRetainV2: []types.MetricToRetain{{Metric: aws.String("aws:num-established-tcp-connections"), ExportMetric: aws.Bool(true)}},
		MetricsExportConfig:         &types.MetricsExportConfig{MqttTopic: aws.String(hourTopic), RoleArn: aws.String("arn:aws:iam::000000000000:role/export")},
	})
	check(f.t, err)
	_, err = f.client.AttachSecurityProfile(f.t.Context(), &iot.AttachSecurityProfileInput{SecurityProfileName: aws.String("look"), SecurityProfileTargetArn: aws.String(allThings)})
	check(f.t, err)
}

// checkListed pages through the values of device n, and notes them in sent as they are
// exported.
func (f *fleet) checkListed(n int, sent map[string]int) {
	f.t.Helper()
	thing := fmt.Sprintf("dev-%d", n)
	var want, got []string
	for i := hourReports - 1; i >= 0; i-- { // newest first
		at, count := fleetBegin.Add(time.Duration(5*i+1)*time.Minute), min(2+n%10, 10)
		if n == 42 {
			count = loudness(i)
		}
		want = append(want, fmt.Sprint(at, " ", count))
		sent[fmt.Sprint(thing, " ", at.UnixMilli(), " ", count)] = 1
	}
	pages := iot.NewListMetricValuesPaginator(f.client, &iot.ListMetricValuesInput{
		ThingName: &thing, MetricName: aws.String("aws:num-established-tcp-connections"), MaxResults: aws.Int32(5),
		StartTime: aws.Time(fleetBegin), EndTime: aws.Time(fleetBegin.Add(2 * time.Hour)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(f.t.Context())
		check(f.t, err)
		for _, v := range page.MetricDatumList {
			got = append(got, fmt.Sprint(v.Timestamp.UTC(), " ", *v.Value.Count))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("values of %s (-want +got):\n%s", thing, diff)
	}
}

// archive runs mosquitto_sub with a session that stays.
func (f *fleet) archive(sub string, options ...string) *exec.Cmd {
	f.t.Helper()
	host, port, _ := strings.Cut(f.at.MQTT, ":")
	cmd := exec.CommandContext(f.t.Context(), sub, append([]string{"-h", host, "-p", port, "-i", "archive", "-c", "-q", "1", "-t", hourTopic}, options...)...)
	if len(options) > 0 {
		if out, err := cmd.CombinedOutput(); err != nil {
			f.t.Fatalf("mosquitto_sub: %v: %s", err, out)
		}
	}
	return cmd
}

// exported reads what has waited for the archive until n different values have come, and
// returns how often each did. A kill may have had a message published again: then all count
// as one.
func (f *fleet) exported(sub string, n int) map[string]int {
	f.t.Helper()
	cmd := f.archive(sub)
	out, err := cmd.StdoutPipe()
	check(f.t, err)
	check(f.t, cmd.Start())
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	got := make(map[string]int)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for len(got) < n && lines.Scan() {
		for _, v := range f.values(lines.Bytes()) {
			if got[v]++; f.kills {
				got[v] = 1
			}
		}
	}
	_ = cmd.Process.Kill()
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	return got
}

// values returns those of one exported message.
func (f *fleet) values(message []byte) (list []string) {
	f.t.Helper()
	var m struct {
		Metrics []struct {
			Thing     string
			Value     struct{ Count int }
			Timestamp int64
		}
	}
	check(f.t, json.Unmarshal(message, &m))
	for _, v := range m.Metrics {
		list = append(list, fmt.Sprint(v.Thing, " ", v.Timestamp, " ", v.Value.Count))
	}
	return list
}
