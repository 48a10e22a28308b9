package sim

import "vedette/api"

// BatteryMetric is the custom metric that the fleet's sensors report: percent.
const BatteryMetric = "battery"

// Where the alerts of DemoProfile go; no such topic need exist at AWS.
const (
	DemoTopic = "arn:aws:sns:us-east-1:000000000000:vedette-demo"
	DemoRole  = "arn:aws:iam::000000000000:role/vedette-demo"
)

// DemoProfile returns the security profile that says what is normal for the
// fleet: each of the attacks violates it, nothing else does. It needs
// DemoMetric to exist and alerts DemoTopic.
func DemoProfile() *api.CreateSecurityProfileRequest {
	return &api.CreateSecurityProfileRequest{
		SecurityProfileName:        new("demo-fleet"),
		SecurityProfileDescription: new("What is normal for the simulated fleet."),
		Behaviors: []api.Behavior{
			behavior("known-tcp-ports", "aws:listening-tcp-ports", api.ComparisonOperatorInPortSet,
				&api.MetricValue{Ports: []int32{443, 554, 1883, 8883}}),
			behavior("known-destinations", "aws:destination-ip-addresses", api.ComparisonOperatorInCidrSet,
				&api.MetricValue{Cidrs: []string{"198.51.100.0/24", "10.0.0.0/8"}}),
			behavior("few-connections", "aws:num-established-tcp-connections", api.ComparisonOperatorLessThanEquals,
				&api.MetricValue{Count: new(int64(40))}),
			withDuration(300, behavior("bytes-out", "aws:all-bytes-out", api.ComparisonOperatorLessThanEquals,
				&api.MetricValue{Count: new(int64(60_000_000))})),
			behavior("battery-charged", BatteryMetric, api.ComparisonOperatorGreaterThanEquals,
				&api.MetricValue{Number: new(20.0)}),
		},
		AlertTargets: map[api.AlertTargetType]api.AlertTarget{
			api.AlertTargetTypeSns: {AlertTargetArn: new(DemoTopic), RoleArn: new(DemoRole)},
		},
	}
}

// DemoMetric returns the custom metric of DemoProfile.
func DemoMetric() *api.CreateCustomMetricRequest {
	return &api.CreateCustomMetricRequest{
		MetricName:         new(BatteryMetric),
		DisplayName:        new("Battery charge in percent"),
		MetricType:         new(api.CustomMetricTypeNumber),
		ClientRequestToken: new("vedette-demo"),
	}
}

// LoadProfile returns a security profile with five behaviors for the reports of
// Load. Those that are to violate violate the first.
func LoadProfile() *api.CreateSecurityProfileRequest {
	return &api.CreateSecurityProfileRequest{
		SecurityProfileName: new("load"),
		Behaviors: []api.Behavior{
			behavior("tcp-ports", "aws:listening-tcp-ports", api.ComparisonOperatorInPortSet,
				&api.MetricValue{Ports: []int32{22, 443, 8883}}),
			behavior("udp-ports", "aws:listening-udp-ports", api.ComparisonOperatorNotInPortSet,
				&api.MetricValue{Ports: []int32{69, 161}}),
			behavior("destinations", "aws:destination-ip-addresses", api.ComparisonOperatorInCidrSet,
				&api.MetricValue{Cidrs: []string{"198.51.100.0/24", "192.0.2.0/24"}}),
			behavior("connections", "aws:num-established-tcp-connections", api.ComparisonOperatorLessThan,
				&api.MetricValue{Count: new(int64(50))}),
			withDuration(300, behavior("bytes-out", "aws:all-bytes-out", api.ComparisonOperatorLessThan,
				&api.MetricValue{Count: new(int64(1) << 40)})),
		},
	}
}

func behavior(name, metric string, op api.ComparisonOperator, value *api.MetricValue) api.Behavior {
	return api.Behavior{Name: new(name), Metric: new(metric), Criteria: &api.BehaviorCriteria{
		ComparisonOperator: new(op), Value: value, ConsecutiveDatapointsToAlarm: new(int32(1)), ConsecutiveDatapointsToClear: new(int32(1)),
	}}
}

func withDuration(seconds int32, b api.Behavior) api.Behavior {
	b.Criteria.DurationSeconds = new(seconds)
	return b
}
