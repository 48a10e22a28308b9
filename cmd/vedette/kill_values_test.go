package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
)

// checkValues compares what was accepted with the metric values that the API lists:
// each report's ports once, in order.
func checkValues(t *testing.T, d *deployment, f *fleet) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, dev := range f.devices {
		values := metricValues(t, ctx, d, dev.thing)
		// The report after the last accepted one may have been accepted unseen.
		if n := len(values); n != dev.accepted && n != dev.accepted+1 {
			t.Errorf("%s: %d accepted reports gave %d values", dev.thing, dev.accepted, n)
		}
		for i, v := range values {
			want := []int32{}
			if (i+1)/reportsPerState%2 == 1 {
				want = append(want, 23)
			}
			if !slices.Equal(v.Value.Ports, want) || i > 0 && v.Timestamp.Before(*values[i-1].Timestamp) {
				t.Errorf("%s: value %d is %v of %v", dev.thing, i+1, v.Value.Ports, v.Timestamp)
				break
			}
		}
	}
}

// metricValues returns the values of the open ports of a thing, oldest first.
func metricValues(t *testing.T, ctx context.Context, d *deployment, thing string) (list []types.MetricDatum) {
	t.Helper()
	pages := iot.NewListMetricValuesPaginator(d.client(), &iot.ListMetricValuesInput{
		ThingName: &thing, MetricName: aws.String("aws:listening-tcp-ports"), MaxResults: aws.Int32(100),
		StartTime: aws.Time(time.Now().Add(-24 * time.Hour)), EndTime: aws.Time(time.Now().Add(time.Hour)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, page.MetricDatumList...)
	}
	slices.Reverse(list)
	return list
}
