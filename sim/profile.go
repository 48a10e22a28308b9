package sim

import "vedette/api"

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
