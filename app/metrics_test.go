package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
)

// TestMetrics follows what operators watch through an alarm and its end.
func TestMetrics(t *testing.T) {
	t.Parallel()
	sns := startSNS(t)
	o := options(t)
	o.SNSEndpoint, o.MQTTSAddr = sns.URL(), "127.0.0.1:0"
	o.Bridge = filepath.Join(t.TempDir(), "bridge.yaml")
	check(t, os.WriteFile(o.Bridge, []byte(`{brokers: [{name: away, url: "mqtt://127.0.0.1:1", client-id: v, presence: aws}]}`), 0o600))
	d := start(t, o)
	d.get("/topics/refused")
	criteria := func(c types.BehaviorCriteria) *types.BehaviorCriteria { return &c }
	d.profile("p", allThings, onlyPorts("tcp", 443),
		types.Behavior{Name: aws.String("learned"), Metric: aws.String("aws:all-bytes-out"), Criteria: criteria(types.BehaviorCriteria{
			MlDetectionConfig: &types.MachineLearningDetectionConfig{ConfidenceLevel: types.ConfidenceLevelHigh}})},
		types.Behavior{Name: aws.String("statistical"), Metric: aws.String("aws:all-bytes-in"), Criteria: criteria(types.BehaviorCriteria{
			ComparisonOperator: types.ComparisonOperatorLessThanEquals, DurationSeconds: aws.Int32(300), StatisticalThreshold: &types.StatisticalThreshold{Statistic: aws.String("p90")}})},
		types.Behavior{Name: aws.String("cloud-side"), Metric: aws.String("aws:num-messages-sent"), Criteria: criteria(types.BehaviorCriteria{
			ComparisonOperator: types.ComparisonOperatorLessThan, DurationSeconds: aws.Int32(300), Value: &types.MetricValue{Count: aws.Int64(9)}})},
	)
	device := d.device()
	device.ports("cam", 23)
	device.ports("cam", 443)
	device.ports("cam", 23)
	device.report("cam", "{")
	check(t, detachProfile(d))
	alertsUntilNow(d, device, sns)

	for series, want := range map[string]float64{
		`vedette_reports_total{format="json"}`:                                              4,
		`vedette_reports_total{format="cbor"}`:                                              0,
		`vedette_report_rejections_total{format="json",reason="malformed"}`:                 1,
		`vedette_violations_total{behavior="tcp",security_profile="p"}`:                     2,
		`vedette_violations_cleared_total{behavior="tcp",security_profile="p"}`:             1,
		`vedette_violations_invalidated_total{behavior="tcp",security_profile="p"}`:         1,
		`vedette_alerts_total{result="sent"}`:                                               5,
		`vedette_alerts_total{result="failed"}`:                                             0,
		`vedette_active_violations`:                                                         1,
		`vedette_gateway_requests_total{operation="Publish",status="405"}`:                  1,
		`vedette_tls_handshakes_total{listener="mqtts",result="done"}`:                      0,
		`vedette_mqtt_connections`:                                                          1,
		`vedette_things_seen`:                                                               3, // the client, too
		`vedette_violation_event_delay_seconds_count`:                                       5,
		`vedette_api_request_seconds_count{operation="AttachSecurityProfile",status="200"}`: 2,
		`vedette_store_transaction_failures_total{kind="read"}`:                             0,
	} {
		if got := d.metric(series); got != want {
			t.Errorf("%s: got %v, want %v", series, got, want)
		}
	}
	_, text := d.get("/metrics")
	for _, behavior := range []string{"learned"} {
		if !regexp.MustCompile(`(?m)^vedette_behaviors_unjudged\{behavior="` + behavior + `",reason="[^"]+",security_profile="p"\} 1$`).MatchString(text) {
			t.Errorf("vedette_behaviors_unjudged does not name %s", behavior)
		}
		if !strings.Contains(d.log.String(), behavior) {
			t.Errorf("no line of the log warns that %s is not judged", behavior)
		}
	}
	if strings.Contains(text, `vedette_behaviors_unjudged{behavior="tcp"`) || strings.Contains(text, `vedette_behaviors_unjudged{behavior="cloud-side"`) || strings.Contains(text, `vedette_behaviors_unjudged{behavior="statistical"`) {
		t.Error("vedette_behaviors_unjudged names a behavior that is judged")
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, body := d.get(path); status != http.StatusOK {
			t.Errorf("%s: got %d %s, want 200", path, status, body)
		}
	}
	checkDocumented(t, text)
}

// checkDocumented compares the metrics that are shown with those that the
// operator's guide names, both ways.
func checkDocumented(t *testing.T, shown string) {
	t.Helper()
	guide, err := os.ReadFile("../docs/operations.md")
	check(t, err)
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^# TYPE (vedette_\w+)`).FindAllStringSubmatch(shown, -1) {
		names = append(names, found[1])
		if !strings.Contains(string(guide), "`"+found[1]+"`") && !strings.Contains(string(guide), "`"+found[1]+"{") {
			t.Errorf("docs/operations.md does not tell of the metric %s", found[1])
		}
	}
	for _, name := range regexp.MustCompile("vedette_[a-z_]+").FindAllString(string(guide), -1) {
		if name != "vedette_store_transaction_failures_total" && !slices.Contains(names, name) { // shown once one failed
			t.Errorf("docs/operations.md tells of %s, which /metrics does not show", name)
		}
	}
}
