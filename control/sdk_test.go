package control_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vedette/store/storetest"
)

// exact compares what the SDK decoded, without what it adds to every answer.
var exact = cmp.Options{
	cmpopts.IgnoreFields(iot.CreateSecurityProfileOutput{}, "ResultMetadata"),
	cmpopts.IgnoreFields(iot.DescribeSecurityProfileOutput{}, "ResultMetadata"),
	cmpopts.IgnoreFields(iot.UpdateSecurityProfileOutput{}, "ResultMetadata"),
	cmpopts.IgnoreFields(iot.DescribeThingOutput{}, "ResultMetadata", "ThingId"),
	cmpopts.IgnoreFields(iot.DescribeThingGroupOutput{}, "ResultMetadata", "ThingGroupId"),
	cmpopts.IgnoreUnexported(
		iot.CreateSecurityProfileOutput{}, iot.DescribeSecurityProfileOutput{}, iot.UpdateSecurityProfileOutput{},
		iot.DescribeThingOutput{}, iot.DescribeThingGroupOutput{},
		types.Behavior{}, types.BehaviorCriteria{}, types.MetricValue{}, types.MetricDimension{}, types.AlertTarget{},
		types.MetricToRetain{}, types.MetricsExportConfig{}, types.StatisticalThreshold{}, types.MachineLearningDetectionConfig{},
		types.ThingGroupProperties{}, types.AttributePayload{}, types.ThingGroupMetadata{}, types.GroupNameAndArn{},
		types.ActiveViolation{}, types.ViolationEvent{}, types.ViolationEventAdditionalInfo{}, types.Tag{},
	),
}

// same fails the test unless err is nil and got is want.
func same(t *testing.T, what string, want, got any, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if diff := cmp.Diff(want, got, exact); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// done fails the test if a call failed.
func done[T any](t *testing.T) func(*T, error) *T {
	return func(out *T, err error) *T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// behavior returns a behavior with a static criterion.
func behavior(name, metric string, op types.ComparisonOperator, value types.MetricValue) types.Behavior {
	return types.Behavior{
		Name: &name, Metric: &metric,
		Criteria: &types.BehaviorCriteria{ComparisonOperator: op, Value: &value},
	}
}

// TestReferenceExample is the create-security-profile example of AWS's command
// line reference.
func TestReferenceExample(t *testing.T) {
	e := newEnv(t)
	e.expect(exchange{`POST /security-profiles/PossibleIssue {"securityProfileDescription":"Check to see if authorization fails 10 times in 5 minutes or if cellular bandwidth exceeds 128",` +
		`"behaviors":[{"name":"CellularBandwidth","metric":"aws:message-byte-size","criteria":{"comparisonOperator":"greater-than","value":{"count":128},"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}},` +
		`{"name":"Authorization","metric":"aws:num-authorization-failures","criteria":{"comparisonOperator":"less-than","value":{"count":10},"durationSeconds":300,"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1}}]}`,
		200, `{"securityProfileName":"PossibleIssue","securityProfileArn":"arn:aws:iot:us-west-2:123456789012:securityprofile/PossibleIssue"}`})
}

// TestBatteryExample is the custom metric example of AWS's developer guide.
func TestBatteryExample(t *testing.T) {
	c := newEnv(t).sdk()
	ctx := t.Context()
	metric := done[iot.CreateCustomMetricOutput](t)(c.CreateCustomMetric(ctx, &iot.CreateCustomMetricInput{
		MetricName: new("batteryPercentage"), MetricType: types.CustomMetricTypeNumber,
		DisplayName: new("Remaining battery percentage."), ClientRequestToken: new("02ccb92b-33e8-4dfa-a0c1-35b181ed26b0"),
	}))
	if want := arnBase + "custommetric/batteryPercentage"; *metric.MetricArn != want {
		t.Errorf("metric ARN: got %s, want %s", *metric.MetricArn, want)
	}
	profile := &iot.CreateSecurityProfileInput{
		SecurityProfileName:        new("batteryUsage"),
		SecurityProfileDescription: new("Shows how much battery is left in percentile."),
		Behaviors: []types.Behavior{
			behavior("great-than-75", "batteryPercentage", types.ComparisonOperatorGreaterThan, types.MetricValue{Number: new(75.0)}),
		},
		AdditionalMetricsToRetainV2: []types.MetricToRetain{{Metric: new("batteryPercentage")}},
	}
	profile.Behaviors[0].Criteria.ConsecutiveDatapointsToAlarm = new(int32(5))
	profile.Behaviors[0].Criteria.ConsecutiveDatapointsToClear = new(int32(1))
	done[iot.CreateSecurityProfileOutput](t)(c.CreateSecurityProfile(ctx, profile))
	got, err := c.DescribeSecurityProfile(ctx, &iot.DescribeSecurityProfileInput{SecurityProfileName: new("batteryUsage")})
	at := time.UnixMilli(1767225600_123).UTC()
	same(t, "describe", &iot.DescribeSecurityProfileOutput{
		SecurityProfileName: profile.SecurityProfileName, SecurityProfileArn: new(arnBase + "securityprofile/batteryUsage"),
		SecurityProfileDescription: profile.SecurityProfileDescription, Behaviors: profile.Behaviors,
		//lint:ignore SA1019 clients still read the deprecated form
		AdditionalMetricsToRetain: []string{"batteryPercentage"}, AdditionalMetricsToRetainV2: profile.AdditionalMetricsToRetainV2,
		Version: 1, CreationDate: &at, LastModifiedDate: &at,
	}, got, err)
}

// TestEveryCriterion keeps all ten operators and the two other kinds of
// criteria, and gets back what it gave.
func TestEveryCriterion(t *testing.T) {
	c := newEnv(t).sdk()
	ctx := t.Context()
	for name, kind := range map[string]types.CustomMetricType{"words": types.CustomMetricTypeStringList, "levels": types.CustomMetricTypeNumberList} {
		done[iot.CreateCustomMetricOutput](t)(c.CreateCustomMetric(ctx, &iot.CreateCustomMetricInput{MetricName: &name, MetricType: kind}))
	}
	count := types.MetricValue{Count: new(int64(7))}
	statistical := behavior("statistical", "aws:all-bytes-out", types.ComparisonOperatorLessThanEquals, types.MetricValue{})
	statistical.Criteria.Value = nil
	statistical.Criteria.StatisticalThreshold = &types.StatisticalThreshold{Statistic: new("p99.9")}
	statistical.Criteria.DurationSeconds = new(int32(900))
	behaviors := []types.Behavior{
		behavior("lt", "aws:all-bytes-in", types.ComparisonOperatorLessThan, count),
		behavior("le", "aws:all-bytes-out", types.ComparisonOperatorLessThanEquals, count),
		behavior("gt", "aws:all-packets-in", types.ComparisonOperatorGreaterThan, count),
		behavior("ge", "aws:num-listening-tcp-ports", types.ComparisonOperatorGreaterThanEquals, count),
		behavior("in-cidr", "aws:destination-ip-addresses", types.ComparisonOperatorInCidrSet, types.MetricValue{Cidrs: []string{"10.0.0.0/8", "2001:db8::/32"}}),
		behavior("not-in-cidr", "aws:source-ip-address", types.ComparisonOperatorNotInCidrSet, types.MetricValue{Cidrs: []string{"192.0.2.1"}}),
		behavior("in-port", "aws:listening-tcp-ports", types.ComparisonOperatorInPortSet, types.MetricValue{Ports: []int32{443, 0}}),
		behavior("not-in-port", "aws:listening-udp-ports", types.ComparisonOperatorNotInPortSet, types.MetricValue{Ports: []int32{65535}}),
		behavior("in-set", "words", types.ComparisonOperatorInSet, types.MetricValue{Strings: []string{"on", "off"}}),
		behavior("not-in-set", "levels", types.ComparisonOperatorNotInSet, types.MetricValue{Numbers: []float64{-1, 0.5}}),
		statistical,
		{Name: new("learned"), Metric: new("aws:all-bytes-in"), Criteria: &types.BehaviorCriteria{MlDetectionConfig: &types.MachineLearningDetectionConfig{ConfidenceLevel: types.ConfidenceLevelMedium}}},
	}
	valid := done[iot.ValidateSecurityProfileBehaviorsOutput](t)(c.ValidateSecurityProfileBehaviors(ctx, &iot.ValidateSecurityProfileBehaviorsInput{Behaviors: behaviors}))
	if !valid.Valid || len(valid.ValidationErrors) != 0 {
		t.Errorf("validate: got %v, want valid", valid.ValidationErrors)
	}
	done[iot.CreateSecurityProfileOutput](t)(c.CreateSecurityProfile(ctx, &iot.CreateSecurityProfileInput{SecurityProfileName: new("p"), Behaviors: behaviors}))
	got, err := c.DescribeSecurityProfile(ctx, &iot.DescribeSecurityProfileInput{SecurityProfileName: new("p")})
	same(t, "behaviors", behaviors, got.Behaviors, err)
}

// TestLifeOfAProfile goes from creation to deletion through the SDK.
func TestLifeOfAProfile(t *testing.T) {
	c := newEnv(t).sdk()
	ctx := t.Context()
	name, target := new("p"), new(arnBase+"all/things")
	created := done[iot.CreateSecurityProfileOutput](t)(c.CreateSecurityProfile(ctx, &iot.CreateSecurityProfileInput{
		SecurityProfileName: name,
		AlertTargets:        map[string]types.AlertTarget{"SNS": {AlertTargetArn: new("arn:aws:sns:us-west-2:123456789012:ops"), RoleArn: new("arn:aws:iam::123456789012:role/sns")}},
		Tags:                []types.Tag{{Key: new("k"), Value: new("v")}},
	}))
	described := done[iot.DescribeSecurityProfileOutput](t)(c.DescribeSecurityProfile(ctx, &iot.DescribeSecurityProfileInput{SecurityProfileName: name}))
	updated, err := c.UpdateSecurityProfile(ctx, &iot.UpdateSecurityProfileInput{
		SecurityProfileName: name, ExpectedVersion: &described.Version, DeleteAlertTargets: true,
		MetricsExportConfig: &types.MetricsExportConfig{MqttTopic: new("t"), RoleArn: new("arn:aws:iam::123456789012:role/export")},
	})
	same(t, "update", &iot.UpdateSecurityProfileOutput{
		SecurityProfileName: name, SecurityProfileArn: created.SecurityProfileArn, Version: 2,
		MetricsExportConfig: &types.MetricsExportConfig{MqttTopic: new("t"), RoleArn: new("arn:aws:iam::123456789012:role/export")},
		CreationDate:        described.CreationDate, LastModifiedDate: described.LastModifiedDate,
	}, updated, err)
	_, err = c.UpdateSecurityProfile(ctx, &iot.UpdateSecurityProfileInput{SecurityProfileName: name, ExpectedVersion: &described.Version})
	if conflict, ok := errors.AsType[*types.VersionConflictException](err); !ok {
		t.Errorf("update of an old version: got %v, want %T", err, conflict)
	}
	done[iot.AttachSecurityProfileOutput](t)(c.AttachSecurityProfile(ctx, &iot.AttachSecurityProfileInput{SecurityProfileName: name, SecurityProfileTargetArn: target}))
	targets := done[iot.ListTargetsForSecurityProfileOutput](t)(c.ListTargetsForSecurityProfile(ctx, &iot.ListTargetsForSecurityProfileInput{SecurityProfileName: name}))
	if len(targets.SecurityProfileTargets) != 1 || *targets.SecurityProfileTargets[0].Arn != *target {
		t.Errorf("targets: got %v, want %s", targets.SecurityProfileTargets, *target)
	}
	mappings := done[iot.ListSecurityProfilesForTargetOutput](t)(c.ListSecurityProfilesForTarget(ctx, &iot.ListSecurityProfilesForTargetInput{SecurityProfileTargetArn: target}))
	if len(mappings.SecurityProfileTargetMappings) != 1 || *mappings.SecurityProfileTargetMappings[0].SecurityProfileIdentifier.Name != "p" {
		t.Errorf("profiles of the target: got %v, want p", mappings.SecurityProfileTargetMappings)
	}
	done[iot.DetachSecurityProfileOutput](t)(c.DetachSecurityProfile(ctx, &iot.DetachSecurityProfileInput{SecurityProfileName: name, SecurityProfileTargetArn: target}))
	done[iot.DeleteSecurityProfileOutput](t)(c.DeleteSecurityProfile(ctx, &iot.DeleteSecurityProfileInput{SecurityProfileName: name, ExpectedVersion: new(int64(2))}))
	_, err = c.DescribeSecurityProfile(ctx, &iot.DescribeSecurityProfileInput{SecurityProfileName: name})
	if missing, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("describe after delete: got %v, want %T", err, missing)
	}
}

// TestExistsAlready checks the members that only this error has.
func TestExistsAlready(t *testing.T) {
	e := newEnv(t)
	e.must(`POST /security-profiles/p`)
	_, err := e.sdk().CreateSecurityProfile(t.Context(), &iot.CreateSecurityProfileInput{SecurityProfileName: new("p"), SecurityProfileDescription: new("other")})
	exists, ok := errors.AsType[*types.ResourceAlreadyExistsException](err)
	if !ok || *exists.ResourceId != "p" || *exists.ResourceArn != arnBase+"securityprofile/p" {
		t.Errorf("got %v, want a ResourceAlreadyExistsException that names the profile", err)
	}
}

// TestSDKRegistry calls the operations of things, types and groups.
func TestSDKRegistry(t *testing.T) {
	c := newEnv(t).sdk()
	ctx := t.Context()
	thing, bulb, top, leaf := new("lamp"), new("bulb"), new("top"), new("leaf")
	done[iot.CreateThingTypeOutput](t)(c.CreateThingType(ctx, &iot.CreateThingTypeInput{ThingTypeName: bulb, ThingTypeProperties: &types.ThingTypeProperties{SearchableAttributes: []string{"color"}}}))
	kind := done[iot.DescribeThingTypeOutput](t)(c.DescribeThingType(ctx, &iot.DescribeThingTypeInput{ThingTypeName: bulb}))
	if kind.ThingTypeMetadata.Deprecated || len(kind.ThingTypeProperties.SearchableAttributes) != 1 {
		t.Errorf("thing type: got %+v", kind)
	}
	done[iot.CreateThingOutput](t)(c.CreateThing(ctx, &iot.CreateThingInput{ThingName: thing, ThingTypeName: bulb, AttributePayload: &types.AttributePayload{Attributes: map[string]string{"color": "red"}}}))
	done[iot.UpdateThingOutput](t)(c.UpdateThing(ctx, &iot.UpdateThingInput{ThingName: thing, ExpectedVersion: new(int64(1)), AttributePayload: &types.AttributePayload{Attributes: map[string]string{"size": "1"}, Merge: true}}))
	described, err := c.DescribeThing(ctx, &iot.DescribeThingInput{ThingName: thing})
	same(t, "thing", &iot.DescribeThingOutput{
		ThingName: thing, ThingArn: new(arnBase + "thing/lamp"), DefaultClientId: thing, ThingTypeName: bulb,
		Attributes: map[string]string{"color": "red", "size": "1"}, Version: 2,
	}, described, err)
	done[iot.CreateThingGroupOutput](t)(c.CreateThingGroup(ctx, &iot.CreateThingGroupInput{ThingGroupName: top}))
	done[iot.CreateThingGroupOutput](t)(c.CreateThingGroup(ctx, &iot.CreateThingGroupInput{ThingGroupName: leaf, ParentGroupName: top}))
	updated := done[iot.UpdateThingGroupOutput](t)(c.UpdateThingGroup(ctx, &iot.UpdateThingGroupInput{ThingGroupName: leaf, ThingGroupProperties: &types.ThingGroupProperties{ThingGroupDescription: new("d")}}))
	at := time.UnixMilli(1767225600_123).UTC()
	group, err := c.DescribeThingGroup(ctx, &iot.DescribeThingGroupInput{ThingGroupName: leaf})
	same(t, "group", &iot.DescribeThingGroupOutput{
		ThingGroupName: leaf, ThingGroupArn: new(arnBase + "thinggroup/leaf"), Version: updated.Version,
		ThingGroupProperties: &types.ThingGroupProperties{ThingGroupDescription: new("d")},
		ThingGroupMetadata: &types.ThingGroupMetadata{
			ParentGroupName: top, CreationDate: &at,
			RootToParentThingGroups: []types.GroupNameAndArn{{GroupName: top, GroupArn: new(arnBase + "thinggroup/top")}},
		},
	}, group, err)
	done[iot.AddThingToThingGroupOutput](t)(c.AddThingToThingGroup(ctx, &iot.AddThingToThingGroupInput{ThingName: thing, ThingGroupName: leaf}))
	members := done[iot.ListThingsInThingGroupOutput](t)(c.ListThingsInThingGroup(ctx, &iot.ListThingsInThingGroupInput{ThingGroupName: top, Recursive: true}))
	groups := done[iot.ListThingGroupsForThingOutput](t)(c.ListThingGroupsForThing(ctx, &iot.ListThingGroupsForThingInput{ThingName: thing}))
	if !slices.Equal(members.Things, []string{"lamp"}) || len(groups.ThingGroups) != 1 {
		t.Errorf("members %v, groups %v", members.Things, groups.ThingGroups)
	}
	done[iot.UpdateThingGroupsForThingOutput](t)(c.UpdateThingGroupsForThing(ctx, &iot.UpdateThingGroupsForThingInput{ThingName: thing, ThingGroupsToRemove: []string{"leaf"}, ThingGroupsToAdd: []string{"top"}}))
	done[iot.RemoveThingFromThingGroupOutput](t)(c.RemoveThingFromThingGroup(ctx, &iot.RemoveThingFromThingGroupInput{ThingName: thing, ThingGroupName: top}))
	things := done[iot.ListThingsOutput](t)(c.ListThings(ctx, &iot.ListThingsInput{AttributeName: new("color"), AttributeValue: new("re"), UsePrefixAttributeValue: true}))
	kinds := done[iot.ListThingTypesOutput](t)(c.ListThingTypes(ctx, &iot.ListThingTypesInput{}))
	below := done[iot.ListThingGroupsOutput](t)(c.ListThingGroups(ctx, &iot.ListThingGroupsInput{ParentGroup: top, Recursive: new(true)}))
	if len(things.Things) != 1 || len(kinds.ThingTypes) != 1 || len(below.ThingGroups) != 1 {
		t.Errorf("lists: %v, %v, %v", things.Things, kinds.ThingTypes, below.ThingGroups)
	}
	done[iot.DeprecateThingTypeOutput](t)(c.DeprecateThingType(ctx, &iot.DeprecateThingTypeInput{ThingTypeName: bulb}))
	_, err = c.DeleteThingType(ctx, &iot.DeleteThingTypeInput{ThingTypeName: bulb})
	if early, ok := errors.AsType[*types.InvalidRequestException](err); !ok {
		t.Errorf("delete a type at once: got %v, want %T", err, early)
	}
	done[iot.DeleteThingGroupOutput](t)(c.DeleteThingGroup(ctx, &iot.DeleteThingGroupInput{ThingGroupName: leaf}))
	done[iot.DeleteThingOutput](t)(c.DeleteThing(ctx, &iot.DeleteThingInput{ThingName: thing}))
}

// TestSDKCatalog calls the operations of dimensions, custom metrics and tags.
func TestSDKCatalog(t *testing.T) {
	c := newEnv(t).sdk()
	ctx := t.Context()
	// The SDK fills in the clientRequestToken.
	done[iot.CreateDimensionOutput](t)(c.CreateDimension(ctx, &iot.CreateDimensionInput{Name: new("d"), Type: types.DimensionTypeTopicFilter, StringValues: []string{"a/#"}}))
	_, err := c.CreateDimension(ctx, &iot.CreateDimensionInput{Name: new("d"), Type: types.DimensionTypeTopicFilter, StringValues: []string{"a/#"}})
	if exists, ok := errors.AsType[*types.ResourceAlreadyExistsException](err); !ok {
		t.Errorf("create again with another token: got %v, want %T", err, exists)
	}
	dimension := done[iot.UpdateDimensionOutput](t)(c.UpdateDimension(ctx, &iot.UpdateDimensionInput{Name: new("d"), StringValues: []string{"b"}}))
	described := done[iot.DescribeDimensionOutput](t)(c.DescribeDimension(ctx, &iot.DescribeDimensionInput{Name: new("d")}))
	dimensions := done[iot.ListDimensionsOutput](t)(c.ListDimensions(ctx, &iot.ListDimensionsInput{MaxResults: new(int32(250))}))
	if !slices.Equal(described.StringValues, dimension.StringValues) || !slices.Equal(dimensions.DimensionNames, []string{"d"}) {
		t.Errorf("dimension: got %v and %v", described.StringValues, dimensions.DimensionNames)
	}
	done[iot.CreateCustomMetricOutput](t)(c.CreateCustomMetric(ctx, &iot.CreateCustomMetricInput{MetricName: new("m"), MetricType: types.CustomMetricTypeIpAddressList}))
	metric := done[iot.UpdateCustomMetricOutput](t)(c.UpdateCustomMetric(ctx, &iot.UpdateCustomMetricInput{MetricName: new("m"), DisplayName: new("M")}))
	shown := done[iot.DescribeCustomMetricOutput](t)(c.DescribeCustomMetric(ctx, &iot.DescribeCustomMetricInput{MetricName: new("m")}))
	metrics := done[iot.ListCustomMetricsOutput](t)(c.ListCustomMetrics(ctx, &iot.ListCustomMetricsInput{}))
	if *metric.DisplayName != "M" || shown.MetricType != types.CustomMetricTypeIpAddressList || !slices.Equal(metrics.MetricNames, []string{"m"}) {
		t.Errorf("custom metric: got %+v, %+v, %v", metric, shown, metrics.MetricNames)
	}
	done[iot.TagResourceOutput](t)(c.TagResource(ctx, &iot.TagResourceInput{ResourceArn: described.Arn, Tags: []types.Tag{{Key: new("k"), Value: new("v")}, {Key: new("l")}}}))
	done[iot.UntagResourceOutput](t)(c.UntagResource(ctx, &iot.UntagResourceInput{ResourceArn: described.Arn, TagKeys: []string{"l"}}))
	tags, err := c.ListTagsForResource(ctx, &iot.ListTagsForResourceInput{ResourceArn: described.Arn})
	same(t, "tags", []types.Tag{{Key: new("k"), Value: new("v")}}, tags.Tags, err)
	done[iot.DeleteDimensionOutput](t)(c.DeleteDimension(ctx, &iot.DeleteDimensionInput{Name: new("d")}))
	done[iot.DeleteCustomMetricOutput](t)(c.DeleteCustomMetric(ctx, &iot.DeleteCustomMetricInput{MetricName: new("m")}))
	endpoint := done[iot.DescribeEndpointOutput](t)(c.DescribeEndpoint(ctx, &iot.DescribeEndpointInput{EndpointType: new("iot:Data-ATS")}))
	if *endpoint.EndpointAddress != "iot.example.com" {
		t.Errorf("endpoint: got %s", *endpoint.EndpointAddress)
	}
}

// TestSDKViolations calls the operations of violations and pages with the SDK's
// own paginator.
func TestSDKViolations(t *testing.T) {
	e := newEnv(t)
	c, ctx := e.sdk(), t.Context()
	own := storetest.Own(t, e.db, 0)
	own.Record(t, own.Effects(alarm("a", "t", 1000), alarm("b", "u", 2000), alarm("c", "v", 3000)))
	done[iot.PutVerificationStateOnViolationOutput](t)(c.PutVerificationStateOnViolation(ctx, &iot.PutVerificationStateOnViolationInput{
		ViolationId: new("a"), VerificationState: types.VerificationStateTruePositive, VerificationStateDescription: new("seen"),
	}))
	var active []types.ActiveViolation
	pages := iot.NewListActiveViolationsPaginator(c, &iot.ListActiveViolationsInput{MaxResults: new(int32(1))})
	for pages.HasMorePages() {
		active = append(active, done[iot.ListActiveViolationsOutput](t)(pages.NextPage(ctx)).ActiveViolations...)
	}
	port := behavior("tcp", "aws:listening-tcp-ports", types.ComparisonOperatorInPortSet, types.MetricValue{Ports: []int32{443, 8883}})
	at := time.UnixMilli(january + 1000).UTC()
	value := &types.MetricValue{Ports: []int32{23}}
	same(t, "oldest active violation", types.ActiveViolation{
		ViolationId: new("a"), ThingName: new("t"), SecurityProfileName: new("p"), Behavior: &port, LastViolationValue: value,
		VerificationState: types.VerificationStateTruePositive, VerificationStateDescription: new("seen"),
		LastViolationTime: &at, ViolationStartTime: &at,
	}, active[len(active)-1], nil)
	events := done[iot.ListViolationEventsOutput](t)(c.ListViolationEvents(ctx, &iot.ListViolationEventsInput{
		StartTime: &at, EndTime: new(at.Add(time.Second)), VerificationState: types.VerificationStateTruePositive,
	}))
	same(t, "event", []types.ViolationEvent{{
		ViolationId: new("a"), ThingName: new("t"), SecurityProfileName: new("p"), Behavior: &port, MetricValue: value,
		VerificationState: types.VerificationStateTruePositive, VerificationStateDescription: new("seen"),
		ViolationEventType: types.ViolationEventTypeInAlarm, ViolationEventTime: &at,
	}}, events.ViolationEvents, nil)
}

// TestConcurrentUpdates sends 20 updates of each version at once: one wins.
func TestConcurrentUpdates(t *testing.T) {
	e := newEnv(t)
	e.must(`POST /security-profiles/p`)
	c := e.sdk()
	for version := int64(1); version <= 5; version++ {
		var wg sync.WaitGroup
		results := make(chan error, 20)
		for i := range 20 {
			wg.Go(func() {
				_, err := c.UpdateSecurityProfile(t.Context(), &iot.UpdateSecurityProfileInput{
					SecurityProfileName: new("p"), ExpectedVersion: &version, SecurityProfileDescription: new(fmt.Sprint(i)),
				})
				results <- err
			})
		}
		wg.Wait()
		close(results)
		won := 0
		for err := range results {
			if err == nil {
				won++
			} else if _, ok := errors.AsType[*types.VersionConflictException](err); !ok {
				t.Errorf("version %d: got %v, want a version conflict", version, err)
			}
		}
		if won != 1 {
			t.Errorf("version %d: %d of 20 updates won, want 1", version, won)
		}
	}
}
