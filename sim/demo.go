package sim

import (
	"strconv"

	"vedette/api"
)

// The custom metrics that the fleet reports: sensors the charge of their battery,
// percent; all others the versions of their firmware.
const (
	BatteryMetric  = "battery"
	FirmwareMetric = "firmware"
)

// Where the alerts of DemoProfile go; no such topic need exist at AWS.
const (
	DemoTopic = "arn:aws:sns:us-east-1:000000000000:vedette-demo"
	DemoRole  = "arn:aws:iam::000000000000:role/vedette-demo"
)

// DemoProfile returns the security profile that says what is normal for the
// fleet: each of the attacks that show in reports violates it, nothing else does. It needs
// the battery metric of DemoMetrics to exist and alerts DemoTopic.
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

// DemoMetrics returns the custom metrics of the demo.
func DemoMetrics() []*api.CreateCustomMetricRequest {
	return []*api.CreateCustomMetricRequest{
		{MetricName: new(BatteryMetric), DisplayName: new("Battery charge in percent"), MetricType: new(api.CustomMetricTypeNumber), ClientRequestToken: new("vedette-demo")},
		{MetricName: new(FirmwareMetric), DisplayName: new("Versions of the firmware"), MetricType: new(api.CustomMetricTypeStringList), ClientRequestToken: new("vedette-demo")},
	}
}

// DemoDimensions returns the dimensions of the demo: the topics that are a device's own,
// and those of telemetry.
func DemoDimensions() []*api.CreateDimensionRequest {
	dimension := func(name string, filters ...string) *api.CreateDimensionRequest {
		return &api.CreateDimensionRequest{
			Name: new(name), Type: new(api.DimensionTypeTopicFilter), StringValues: filters, ClientRequestToken: new("vedette-demo"),
		}
	}
	return []*api.CreateDimensionRequest{
		dimension("own-topics", "fleet/+/${iot:ClientId}/#", "$aws/things/${iot:ClientId}/#"),
		dimension("telemetry", "fleet/+/+/telemetry"),
	}
}

// DemoTarget is a security profile and where it is attached.
type DemoTarget struct {
	Profile *api.CreateSecurityProfileRequest
	Group   string // a thing group; empty: see All
	All     string // "things", "registered-things" or "unregistered-things"
}

// DemoTargets returns the security profiles of the demo. They need DemoMetrics,
// DemoDimensions and the groups of DemoGroups.
func DemoTargets() []DemoTarget {
	return []DemoTarget{
		{Profile: DemoProfile(), All: "things"},
		{Profile: cameraProfile(), Group: "cameras"},
		{Profile: cloudProfile(), All: "registered-things"},
		{Profile: batteryProfile(), Group: "sensors"},
		{Profile: gatewayProfile(), Group: "gateways"},
		{Profile: strangerProfile(), All: "unregistered-things"},
	}
}

func profile(name, description string, behaviors ...api.Behavior) *api.CreateSecurityProfileRequest {
	return &api.CreateSecurityProfileRequest{SecurityProfileName: new(name), SecurityProfileDescription: new(description), Behaviors: behaviors}
}

// alsoKeep adds metrics that are kept though no behavior is about them.
func alsoKeep(p *api.CreateSecurityProfileRequest, metrics ...string) *api.CreateSecurityProfileRequest {
	for _, m := range metrics {
		p.AdditionalMetricsToRetainV2 = append(p.AdditionalMetricsToRetainV2, api.MetricToRetain{Metric: new(m)})
	}
	return p
}

func atMost(name, metric string, count int64) api.Behavior {
	return behavior(name, metric, api.ComparisonOperatorLessThanEquals, &api.MetricValue{Count: &count})
}

// cameraProfile compares the cameras with each other.
func cameraProfile() *api.CreateSecurityProfileRequest {
	loudest := withDuration(300, behavior("not-louder-than-the-others", "aws:all-bytes-out", api.ComparisonOperatorLessThanEquals, nil))
	loudest.Criteria.StatisticalThreshold = &api.StatisticalThreshold{Statistic: new("p99")}
	loudest.Criteria.ConsecutiveDatapointsToAlarm, loudest.Criteria.ConsecutiveDatapointsToClear = new(int32(3)), new(int32(2))
	return alsoKeep(profile("camera-traffic", "Each camera sends about as much as the others.", loudest),
		"aws:all-bytes-in", "aws:all-packets-in", "aws:all-packets-out", "aws:num-listening-tcp-ports", "aws:listening-udp-ports")
}

// cloudProfile judges what the server itself sees of a device.
func cloudProfile() *api.CreateSecurityProfileRequest {
	foreign := withDuration(300, atMost("own-topics-only", "aws:num-messages-sent", 0))
	foreign.MetricDimension = &api.MetricDimension{DimensionName: new("own-topics"), Operator: new(api.DimensionValueOperatorNotIn)}
	p := alsoKeep(profile("cloud-usage", "Devices keep to their own topics and do not try others.",
		withDuration(300, atMost("few-refusals", "aws:num-authorization-failures", 5)),
		withDuration(300, atMost("few-connects", "aws:num-connection-attempts", 5)),
		foreign,
	), "aws:num-messages-sent", "aws:num-messages-received", "aws:num-disconnects", "aws:source-ip-address")
	p.AdditionalMetricsToRetainV2 = append(p.AdditionalMetricsToRetainV2, api.MetricToRetain{
		Metric:          new("aws:num-messages-sent"),
		MetricDimension: &api.MetricDimension{DimensionName: new("telemetry"), Operator: new(api.DimensionValueOperatorIn)},
	})
	return p
}

// batteryProfile is about what is to be known and no reason to wake anybody.
func batteryProfile() *api.CreateSecurityProfileRequest {
	half := behavior("battery-half-full", BatteryMetric, api.ComparisonOperatorGreaterThanEquals, &api.MetricValue{Number: new(50.0)})
	half.SuppressAlerts = new(true)
	half.Criteria.ConsecutiveDatapointsToAlarm = new(int32(3))
	return profile("battery-care", "Which batteries are to be changed soon; nobody is alerted.", half)
}

func gatewayProfile() *api.CreateSecurityProfileRequest {
	return alsoKeep(profile("gateway-presence", "Gateways are there, and run firmware that we released.",
		behavior("not-away-for-long", "aws:disconnect-duration", api.ComparisonOperatorLessThanEquals, &api.MetricValue{Count: new(int64(60))}),
		behavior("released-firmware", FirmwareMetric, api.ComparisonOperatorInSet, &api.MetricValue{Strings: firmware})),
		"aws:num-established-tcp-connections", "aws:all-bytes-in", "aws:all-bytes-out")
}

func strangerProfile() *api.CreateSecurityProfileRequest {
	return profile("strangers", "Devices that nobody has registered stay modest.", withDuration(300, atMost("few-messages", "aws:num-messages-sent", 1000)))
}

// DemoType is the thing type of the registered devices.
const DemoType = "field-device"

// DemoGroups returns the thing groups of the demo, parents first: a site, and in it one
// for each model.
func DemoGroups() []*api.CreateThingGroupRequest {
	const site = "headquarters"
	groups := []*api.CreateThingGroupRequest{{ThingGroupName: new(site), ThingGroupProperties: &api.ThingGroupProperties{ThingGroupDescription: new("Everything in the main building.")}}}
	for _, m := range []*model{&camera, &sensor, &gateway} {
		groups = append(groups, &api.CreateThingGroupRequest{ThingGroupName: new(m.group()), ParentGroupName: new(site)})
	}
	return groups
}

func (m *model) group() string { return m.name + "s" }

// Registration is a device as the registry has it, and the group that it is in.
type Registration struct {
	Group string
	Thing *api.CreateThingRequest
}

// Registrations returns the devices to be registered: all but a few, which are of
// whoever brought them along.
func (f *Fleet) Registrations() []Registration {
	const strangers = 3
	var list []Registration
	for i, d := range f.devices[:max(1, len(f.devices)-strangers)] {
		attributes := map[string]string{"model": d.name, "floor": strconv.Itoa(1 + i%4)}
		list = append(list, Registration{d.group(), &api.CreateThingRequest{
			ThingName: new(d.thing), ThingTypeName: new(DemoType), AttributePayload: &api.AttributePayload{Attributes: attributes},
		}})
	}
	return list
}
