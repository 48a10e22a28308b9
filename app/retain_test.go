package app_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/google/go-cmp/cmp"

	"vedette/app"
)

// TestMetricValues keeps an hour of reports, of a profile that judges nothing, over
// a restart, with next to no memory for them and with plenty.
func TestMetricValues(t *testing.T) {
	t.Parallel()
	for _, memory := range []int64{0, 4096} {
		t.Run(fmt.Sprintf("memory %d", memory), func(t *testing.T) {
			t.Parallel()
			began := time.Now() // connections have deadlines of the real clock
			var passed atomic.Int64
			o := options(t)
			o.MetricMemory, o.Auth = memory, app.AuthNone
			o.Now = func() time.Time { return began.Add(time.Duration(passed.Load())) }
			d := start(t, o)
			_, err := d.client.CreateSecurityProfile(t.Context(), &iot.CreateSecurityProfileInput{
				SecurityProfileName: aws.String("look"), AdditionalMetricsToRetainV2: []types.MetricToRetain{
					{Metric: aws.String("aws:all-bytes-out")}, {Metric: aws.String("aws:listening-tcp-ports")},
				},
			})
			check(t, err)
			_, err = d.client.AttachSecurityProfile(t.Context(), &iot.AttachSecurityProfileInput{SecurityProfileName: aws.String("look"), SecurityProfileTargetArn: aws.String(allThings)})
			check(t, err)

			var want []string
			for i := range 12 {
				if i == 6 {
					// Some series may have had their time of day meanwhile.
					if stored := d.metric("vedette_store_metric_chunks_total"); (memory == 0) != (stored < 30) {
						t.Errorf("%v chunks stored with %d bytes of memory", stored, memory)
					}
					d.restart()
				}
				passed.Add(int64(5 * time.Minute))
				device := d.device()
				for c := range 30 { // the others fill the memory
					payload := fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"listening_tcp_ports":{"ports":[{"port":%d}]},"network_stats":{"bytes_out":%d}}}`, i+1, 100+i, 1000*i)
					if a := device.report(fmt.Sprintf("cam-%d", c), payload); a.Status != "ACCEPTED" {
						t.Fatalf("report %d of cam-%d: %+v", i, c, a)
					}
				}
				device.disconnect()
				want = append(want, fmt.Sprintf("%s %d", o.Now().UTC().Format(time.TimeOnly), 1000*i))
			}
			slices.Reverse(want)
			for range 2 {
				for _, thing := range []string{"cam-0", "cam-29"} {
					if diff := cmp.Diff(want, d.bytesOut(thing)); diff != "" {
						t.Errorf("values of %s (-want +got):\n%s", thing, diff)
					}
				}
				d.restart()
			}
		})
	}
}

// bytesOut lists the values of a thing, five to a page.
func (d *deployment) bytesOut(thing string) (list []string) {
	d.t.Helper()
	pages := iot.NewListMetricValuesPaginator(d.client, &iot.ListMetricValuesInput{
		ThingName: &thing, MetricName: aws.String("aws:all-bytes-out"), MaxResults: aws.Int32(5),
		StartTime: aws.Time(time.Now().Add(-time.Hour)), EndTime: aws.Time(time.Now().Add(2 * time.Hour)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.t.Context())
		check(d.t, err)
		if len(page.MetricDatumList) > 5 {
			d.t.Errorf("a page of %d values, want at most 5", len(page.MetricDatumList))
		}
		for _, v := range page.MetricDatumList {
			list = append(list, fmt.Sprintf("%s %d", v.Timestamp.UTC().Format(time.TimeOnly), *v.Value.Count))
		}
	}
	return list
}
