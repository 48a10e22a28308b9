package restjson

import (
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"vedette/api"
)

const benchBody = `{"securityProfileDescription":"lamps, first floor","behaviors":[{"name":"quiet","metric":"aws:num-messages-sent",` +
	`"criteria":{"comparisonOperator":"less-than-equals","value":{"count":60},"durationSeconds":300,"consecutiveDatapointsToAlarm":2,"consecutiveDatapointsToClear":1},` +
	`"suppressAlerts":false,"exportMetric":true}],"alertTargets":{"SNS":{"alertTargetArn":"arn:aws:sns:eu-west-1:111122223333:ops","roleArn":"arn:aws:iam::111122223333:role/DefenderSns"}},` +
	`"tags":[{"Key":"room","Value":"kitchen"}]}`

func BenchmarkDecodeRequest(b *testing.B) {
	r := httptest.NewRequest("POST", "/security-profiles/LampRules", nil)
	segments := []string{"security-profiles", "LampRules"}
	b.SetBytes(int64(len(benchBody)))
	b.ReportAllocs()
	for b.Loop() {
		if err := decodeRequest(api.CreateSecurityProfile, segments, r, []byte(benchBody), &api.CreateSecurityProfileRequest{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeResponse(b *testing.B) {
	out := &api.ListActiveViolationsResponse{NextToken: new("token")}
	for range 25 {
		out.ActiveViolations = append(out.ActiveViolations, api.ActiveViolation{
			ViolationId: new("0123456789abcdef0123456789abcdef"), ThingName: new("lamp-1"), SecurityProfileName: new("LampRules"),
			Behavior:           &api.Behavior{Name: new("quiet"), Metric: new("aws:num-messages-sent")},
			LastViolationValue: &api.MetricValue{Count: new(int64(61))}, LastViolationTime: new(time.UnixMilli(1767225600123)),
		})
	}
	b.ReportAllocs()
	for b.Loop() {
		body, err := encodeResponse(api.ListActiveViolations, out)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(body)))
	}
}

func BenchmarkRoute(b *testing.B) {
	r := newRouter(api.Operations())
	b.ReportAllocs()
	for b.Loop() {
		if op, _, _ := r.find("POST", "/security-profiles/LampRules"); op != api.CreateSecurityProfile {
			b.Fatal(op)
		}
	}
}

// TestDecodeBenchBody keeps the benchmark honest.
func TestDecodeBenchBody(t *testing.T) {
	in, err := profile(benchBody)
	if err != nil || len(in.Behaviors) != 1 || !reflect.DeepEqual(in.Behaviors[0].Criteria.Value.Count, new(int64(60))) {
		t.Errorf("got %+v, %v", in, err)
	}
}
