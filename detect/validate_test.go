package detect_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
	"vedette/detect"
)

// testCatalog has a custom metric of each type, named after it, and the
// dimension "topics".
type testCatalog struct{}

func (testCatalog) CustomMetric(name string) (api.CustomMetricType, bool) {
	switch t := api.CustomMetricType(name); t {
	case api.CustomMetricTypeNumber, api.CustomMetricTypeNumberList, api.CustomMetricTypeStringList, api.CustomMetricTypeIpAddressList:
		return t, true
	}
	return "", false
}

func (testCatalog) Dimension(name string) bool { return name == "topics" }

func behaviors(t testing.TB, list string) []api.Behavior {
	t.Helper()
	var out []api.Behavior
	if err := json.Unmarshal([]byte("["+list+"]"), &out); err != nil {
		t.Fatalf("behaviors %s: %v", list, err)
	}
	return out
}

// behavior returns the JSON of a behavior called b on a metric with criteria.
func behavior(metric, criteria string) string {
	return fmt.Sprintf(`{"name":"b","metric":%q,"criteria":{%s}}`, metric, criteria)
}

// checkValidate validates a list of behaviors, all called b, and compares the
// faults' details.
func checkValidate(t *testing.T, name, list string, want ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		var got []string
		for _, f := range detect.Validate(behaviors(t, list), testCatalog{}) {
			got = append(got, strings.TrimPrefix(f.Error(), "Behavior b is malformed. "))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list, diff)
		}
	})
}

const (
	less = `"comparisonOperator":"less-than","value":{"count":5}`
	out  = "aws:all-bytes-out"
	sent = "aws:num-messages-sent"
	size = "aws:message-byte-size"
	away = "aws:disconnect-duration"
)

func TestValidateAccepts(t *testing.T) {
	check := func(name, list string) { t.Helper(); checkValidate(t, "ok/"+name, list) }
	check("none", "")
	for _, metric := range []string{out, sent, "aws:num-listening-tcp-ports", "aws:num-established-tcp-connections"} {
		check(metric, behavior(metric, less))
		check(metric+" duration", behavior(metric, less+`,"durationSeconds":900`))
		check(metric+" statistical", behavior(metric, `"comparisonOperator":"greater-than","statisticalThreshold":{"statistic":"p99.99"}`))
		check(metric+" ml", behavior(metric, `"mlDetectionConfig":{"confidenceLevel":"HIGH"}`))
	}
	check("guide's example", `{"name":"Authorization","metric":"aws:num-authorization-failures","criteria":{"comparisonOperator":"less-than","value":{"count":10},"durationSeconds":300,"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}}`)
	check("size stores a duration", behavior(size, less+`,"durationSeconds":7`))
	check("disconnect stores a duration", behavior(away, less+`,"durationSeconds":7`))
	check("statistical custom number any duration", behavior("number", `"comparisonOperator":"less-than","statisticalThreshold":{"statistic":"p99.99"},"durationSeconds":7`))
	check("custom number any duration", behavior("number", `"comparisonOperator":"less-than","value":{"number":-5.5},"durationSeconds":7`))
	check("custom number count", behavior("number", less))
	check("count with number", behavior(out, `"comparisonOperator":"less-than","value":{"number":5.5}`))
	check("export", `{"name":"b","metric":"aws:all-bytes-out","exportMetric":true,"suppressAlerts":true,"criteria":{`+less+`}}`)
	check("cidrs", behavior("aws:destination-ip-addresses", `"comparisonOperator":"in-cidr-set","value":{"cidrs":["10.0.0.1","10.1.2.3/8","2001:db8::/32","::1","0.0.0.0/0"]}`))
	check("ports", behavior("aws:listening-udp-ports", `"comparisonOperator":"not-in-port-set","value":{"ports":[0,65535]}`))
	check("strings", behavior("string-list", `"comparisonOperator":"in-set","value":{"strings":["a"]}`))
	check("numbers", behavior("number-list", `"comparisonOperator":"not-in-set","value":{"numbers":[1.5]}`))
	check("addresses", behavior("ip-address-list", `"comparisonOperator":"not-in-cidr-set","value":{"cidrs":["fe80::/10"]}`))
	for _, metric := range []string{sent, "aws:num-messages-received", size, "aws:num-authorization-failures"} {
		check("dimension "+metric, `{"name":"b","metric":"`+metric+`","metricDimension":{"dimensionName":"topics","operator":"NOT_IN"},"criteria":{`+less+`}}`)
	}
	check("dimension of source address", `{"name":"b","metric":"aws:source-ip-address","metricDimension":{"dimensionName":"topics"},"criteria":{"comparisonOperator":"in-cidr-set","value":{"cidrs":["10.0.0.0/8"]}}}`)
}

func TestValidateRefuses(t *testing.T) {
	check := func(name, list string, want ...string) { t.Helper(); checkValidate(t, "fail/"+name, list, want...) }
	check("V1", behavior(out, less+`,"consecutiveDatapointsToAlarm":100000,"consecutiveDatapointsToClear":0`),
		"consecutiveDatapointsToAlarm 100000 should be in range[1,10]", "consecutiveDatapointsToClear 0 should be in range[1,10]")
	check("V2", behavior("aws:all-bytes", less), "metric aws:all-bytes is not supported")
	check("no metric", `{"name":"b","criteria":{`+less+`}}`, "metric is required")
	check("no criteria", `{"name":"b","metric":"aws:all-bytes-out"}`, "criteria is required")
	check("V3 set on count", behavior(out, `"comparisonOperator":"in-set","value":{"count":1}`), "comparisonOperator in-set is not supported for metric aws:all-bytes-out")
	check("V3 disconnect", behavior(away, `"comparisonOperator":"greater-than","value":{"count":1}`), "comparisonOperator greater-than is not supported for metric aws:disconnect-duration")
	check("V3 cidr on ports", behavior("aws:listening-tcp-ports", `"comparisonOperator":"in-cidr-set","value":{"ports":[1]}`), "comparisonOperator in-cidr-set is not supported for metric aws:listening-tcp-ports")
	check("V3 in-set on addresses", behavior("ip-address-list", `"comparisonOperator":"in-set","value":{"cidrs":["::1"]}`), "comparisonOperator in-set is not supported for metric ip-address-list")
	check("V3 no such operator", behavior(out, `"comparisonOperator":"equals","value":{"count":1}`), "comparisonOperator equals is not supported")
	check("V4 count for addresses", behavior("aws:destination-ip-addresses", `"comparisonOperator":"in-cidr-set","value":{"count":1}`), "value must contain only cidrs")
	check("V4 strings for numbers", behavior("number-list", `"comparisonOperator":"in-set","value":{"strings":["1"]}`), "value must contain only numbers")
	check("V4 ports for number", behavior("number", `"comparisonOperator":"less-than","value":{"ports":[1]}`), "value must contain only number")
	check("V5 two", behavior(out, `"comparisonOperator":"less-than","value":{"count":1,"number":1}`), "value must contain only count")
	check("V5 none", behavior(out, `"comparisonOperator":"less-than","value":{}`), "value must contain exactly one member")
	check("V6", behavior(out, `"comparisonOperator":"less-than","value":{"count":-1}`), "count -1 should not be negative")
	check("V7 value and statistic", behavior(out, less+`,"statisticalThreshold":{"statistic":"p50"}`), "value and statisticalThreshold cannot be used together")
	check("V7 ml and all", behavior(out, less+`,"statisticalThreshold":{"statistic":"p50"},"mlDetectionConfig":{"confidenceLevel":"LOW"}`),
		"mlDetectionConfig and value cannot be used together", "mlDetectionConfig and statisticalThreshold cannot be used together", "mlDetectionConfig and comparisonOperator cannot be used together")
	check("V8", behavior(out, `"comparisonOperator":"less-than"`), "criteria must contain value, statisticalThreshold or mlDetectionConfig")
	check("V9", behavior(out, `"value":{"count":1}`), "comparisonOperator is required")
	check("V9 statistical", behavior(out, `"statisticalThreshold":{"statistic":"p50"}`), "comparisonOperator is required")
	check("V10 Average", behavior(out, `"comparisonOperator":"less-than","statisticalThreshold":{"statistic":"Average"}`), "statistic Average is not supported")
	check("V10 none", behavior(out, `"comparisonOperator":"less-than","statisticalThreshold":{}`), "statisticalThreshold.statistic is required")
	check("V10 disconnect", behavior(away, `"comparisonOperator":"less-than","statisticalThreshold":{"statistic":"p50"}`), "statisticalThreshold is not supported for metric aws:disconnect-duration")
	check("V10 list", behavior("number-list", `"comparisonOperator":"in-set","statisticalThreshold":{"statistic":"p50"}`), "statisticalThreshold is not supported for metric number-list")
	for _, metric := range []string{"aws:source-ip-address", away, "aws:destination-ip-addresses", "aws:listening-tcp-ports", "aws:listening-udp-ports", "string-list", "number-list", "ip-address-list"} {
		check("V11 "+metric, behavior(metric, `"mlDetectionConfig":{"confidenceLevel":"LOW"}`), "mlDetectionConfig is not supported for metric "+metric)
	}
	check("V12", behavior(out, `"mlDetectionConfig":{"confidenceLevel":"ULTRA"}`), "confidenceLevel ULTRA should be one of LOW, MEDIUM, HIGH")
	check("V12 none", behavior(out, `"mlDetectionConfig":{}`), "mlDetectionConfig.confidenceLevel is required")
	check("V13 size statistical", behavior(size, `"comparisonOperator":"less-than","durationSeconds":60,"statisticalThreshold":{"statistic":"p50"}`), "durationSeconds 60 should be one of 300, 600, 900, 1800, 3600")
	for _, metric := range []string{out, sent, "aws:num-established-tcp-connections"} {
		check("V13 "+metric, behavior(metric, less+`,"durationSeconds":301`), "durationSeconds 301 should be one of 300, 600, 900, 1800, 3600")
	}
	check("V14", behavior("string-list", `"comparisonOperator":"in-set","value":{"strings":["a"]},"durationSeconds":300`), "durationSeconds is not supported for metric string-list")
	check("V14 source", behavior("aws:source-ip-address", `"comparisonOperator":"in-cidr-set","value":{"cidrs":["::1"]},"durationSeconds":300`), "durationSeconds is not supported for metric aws:source-ip-address")
	check("V15 metric", `{"name":"b","metric":"aws:num-disconnects","metricDimension":{"dimensionName":"topics"},"criteria":{`+less+`}}`, "metricDimension is not supported for metric aws:num-disconnects")
	check("V15 custom", `{"name":"b","metric":"number","metricDimension":{"dimensionName":"topics"},"criteria":{`+less+`}}`, "metricDimension is not supported for metric number")
	check("V15 unknown", `{"name":"b","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"x"},"criteria":{`+less+`}}`, "dimension x does not exist")
	check("V15 nameless", `{"name":"b","metric":"aws:num-messages-sent","metricDimension":{"operator":"BETWEEN"},"criteria":{`+less+`}}`, "metricDimension.dimensionName is required", "metricDimension.operator BETWEEN should be one of IN, NOT_IN")
	check("V16", `{"name":"b","metric":"aws:source-ip-address","metricDimension":{"dimensionName":"topics"},"criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}`, "mlDetectionConfig is not supported for metric aws:source-ip-address")
	check("V17 cidr", behavior("aws:destination-ip-addresses", `"comparisonOperator":"in-cidr-set","value":{"cidrs":["10.0.0.0/33","x","fe80::1%eth0"]}`),
		"cidr 10.0.0.0/33 is not valid", "cidr x is not valid", "cidr fe80::1%eth0 is not valid")
	check("V17 port", behavior("aws:listening-tcp-ports", `"comparisonOperator":"in-port-set","value":{"ports":[65536,-1]}`),
		"port 65536 should be in range[0,65535]", "port -1 should be in range[0,65535]")
	check("V17 no cidrs", behavior("aws:destination-ip-addresses", `"comparisonOperator":"in-cidr-set","value":{"cidrs":[]}`), "cidrs should not be empty")
	check("V17 no ports", behavior("aws:listening-tcp-ports", `"comparisonOperator":"in-port-set","value":{"ports":[]}`), "ports should not be empty")
	check("V17 no strings", behavior("string-list", `"comparisonOperator":"in-set","value":{"strings":[]}`), "strings should not be empty")
	check("V18 duplicate", behavior(out, less)+","+behavior(sent, less), "name is used by another behavior of the profile")
	check("V18 pattern", `{"name":"a b","metric":"aws:all-bytes-out","criteria":{`+less+`}}`, "Behavior a b is malformed. name should be 1 to 128 characters of [a-zA-Z0-9:_-]")
	check("V18 length", `{"name":"`+strings.Repeat("a", 129)+`","metric":"aws:all-bytes-out","criteria":{`+less+`}}`,
		"Behavior "+strings.Repeat("a", 129)+" is malformed. name should be 1 to 128 characters of [a-zA-Z0-9:_-]")
	check("V18 nameless", behavior(out, less)+`,{"metric":"aws:all-bytes-out","criteria":{`+less+`}},{"name":"","metric":"aws:all-bytes-out","criteria":{`+less+`}}`,
		"Behavior #2 is malformed. name is required", "Behavior #3 is malformed. name should be 1 to 128 characters of [a-zA-Z0-9:_-]")
	check("everything at once", `{}`, "Behavior #1 is malformed. name is required", "Behavior #1 is malformed. metric is required", "Behavior #1 is malformed. criteria is required")
}

func TestValidateLimits(t *testing.T) {
	many := func(n, elements int) string {
		ports := strings.TrimSuffix(strings.Repeat("1,", elements), ",")
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"name":"b%d","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[%s]}}}`, i, ports))
		}
		return strings.Join(list, ",")
	}
	tests := []struct {
		name     string
		n, ports int
		want     []detect.Fault
	}{
		{"ok/100 behaviors", 100, 10, nil},
		{"fail/101 behaviors", 101, 1, []detect.Fault{{Detail: "A security profile has at most 100 behaviors, not 101."}}},
		{"fail/1001 elements", 77, 13, []detect.Fault{{Detail: "The behaviors of a security profile have at most 1000 value elements, not 1001."}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, detect.Validate(behaviors(t, many(tt.n, tt.ports)), testCatalog{})); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

// TestValidateBounded: a request of a megabyte is not answered by gigabytes of
// faults.
func TestValidateBounded(t *testing.T) {
	long := strings.Repeat("n", 1000)
	worst := api.Behavior{Name: &long, Metric: new("aws:source-ip-address"), Criteria: &api.BehaviorCriteria{
		ComparisonOperator: new(api.ComparisonOperatorInCidrSet), Value: &api.MetricValue{Cidrs: slices.Repeat([]string{long}, 1000)},
	}}
	size := 0
	for _, f := range detect.Validate([]api.Behavior{worst}, testCatalog{}) {
		size += len(f.Error())
	}
	if size == 0 || size > 100*600 {
		t.Errorf("got faults of %d bytes, want some, of less than 60000", size)
	}
	faults := detect.Validate(make([]api.Behavior, 1000), testCatalog{})
	const want = 3*100 + 1 // name, metric and criteria of the first hundred, and that they are too many
	if len(faults) != want || faults[want-1].Behavior != "" {
		t.Errorf("got %d faults, the last %v; want %d and that there are too many behaviors", len(faults), faults[len(faults)-1], want)
	}
}

func TestFaultText(t *testing.T) {
	faults := detect.Validate(behaviors(t, `{"name":"Authorization","metric":"aws:num-authorization-failures","criteria":{"comparisonOperator":"less-than","value":{"count":10},"consecutiveDatapointsToAlarm":100000}}`), testCatalog{})
	const want = "Behavior Authorization is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]" // as AWS IoT answers
	if len(faults) != 1 || faults[0].Error() != want {
		t.Errorf("got %v, want %q", faults, want)
	}
}

func TestJudged(t *testing.T) {
	tests := []struct {
		name, metric, criteria string
		want                   bool
	}{
		{"ok/delta", "aws:all-bytes-in", `"value":{"count":1}`, true},
		{"ok/custom", "battery", `"value":{"number":1}`, true},
		{"ok/cloud-side", "aws:num-messages-sent", `"value":{"count":1}`, true},
		{"ok/source address", "aws:source-ip-address", `"value":{"cidrs":["::1"]}`, true},
		{"ok/statistical cloud-side", "aws:num-messages-sent", `"statisticalThreshold":{"statistic":"p90"}`, true},
		{"ok/statistical", "aws:all-bytes-in", `"statisticalThreshold":{"statistic":"p90"}`, true},
		{"fail/ml", "battery", `"mlDetectionConfig":{"confidenceLevel":"LOW"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ok, why := detect.Judged(&behaviors(t, behavior(tt.metric, tt.criteria))[0])
			if ok != tt.want || ok != (why == "") {
				t.Errorf("got %v, %q; want %v", ok, why, tt.want)
			}
		})
	}
}
