package main

import (
	"context"
	"errors"
	"time"

	"vedette/api"
	"vedette/app"
	"vedette/sigv4"
	"vedette/sim"
	"vedette/store"
)

// demoWorld is what a user of the API would have made of a fleet.
type demoWorld struct {
	client  *apiClient
	dataDir string
	now     func() time.Time
}

func newDemoWorld(a *app.App, dataDir string, now func() time.Time) *demoWorld {
	id, secret := a.RootKey()
	return &demoWorld{dataDir: dataDir, now: now, client: &apiClient{
		endpoint: a.Endpoints().HTTP, now: now,
		signer: sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: demoARNs.Region, Service: "iot"},
	}}
}

// demoARNs are those of a deployment with default options.
var demoARNs = api.ARNs{Account: "000000000000", Region: "us-east-1"}

// build registers the devices and says what is normal for them.
func (w *demoWorld) build(ctx context.Context, fleet *sim.Fleet) error {
	for _, m := range sim.DemoMetrics() {
		if err := w.client.call(ctx, api.CreateCustomMetric, m, &api.CreateCustomMetricResponse{}); err != nil {
			return err
		}
	}
	for _, d := range sim.DemoDimensions() {
		if err := w.client.call(ctx, api.CreateDimension, d, &api.CreateDimensionResponse{}); err != nil {
			return err
		}
	}
	if err := w.register(ctx, fleet.Registrations()); err != nil {
		return err
	}
	for _, t := range sim.DemoTargets() {
		if err := w.client.call(ctx, api.CreateSecurityProfile, t.Profile, &api.CreateSecurityProfileResponse{}); err != nil {
			return err
		}
		if err := w.attach(ctx, &t); err != nil {
			return err
		}
	}
	return nil
}

func (w *demoWorld) register(ctx context.Context, things []sim.Registration) error {
	kind := &api.CreateThingTypeRequest{ThingTypeName: new(sim.DemoType)}
	if err := w.client.call(ctx, api.CreateThingType, kind, &api.CreateThingTypeResponse{}); err != nil {
		return err
	}
	for _, g := range sim.DemoGroups() {
		if err := w.client.call(ctx, api.CreateThingGroup, g, &api.CreateThingGroupResponse{}); err != nil {
			return err
		}
	}
	for _, r := range things {
		if err := w.client.call(ctx, api.CreateThing, r.Thing, &api.CreateThingResponse{}); err != nil {
			return err
		}
		member := &api.AddThingToThingGroupRequest{ThingName: r.Thing.ThingName, ThingGroupName: &r.Group}
		if err := w.client.call(ctx, api.AddThingToThingGroup, member, &api.AddThingToThingGroupResponse{}); err != nil {
			return err
		}
	}
	return nil
}

func (w *demoWorld) attach(ctx context.Context, t *sim.DemoTarget) error {
	target := demoARNs.ThingGroup(t.Group)
	switch t.All {
	case "things":
		target = demoARNs.AllThings()
	case "registered-things":
		target = demoARNs.AllRegisteredThings()
	case "unregistered-things":
		target = demoARNs.AllUnregisteredThings()
	}
	return w.client.call(ctx, api.AttachSecurityProfile, &api.AttachSecurityProfileRequest{
		SecurityProfileName: t.Profile.SecurityProfileName, SecurityProfileTargetArn: &target,
	}, &api.AttachSecurityProfileResponse{})
}

// What was found out about alarms of the past, by behavior.
var demoFindings = map[string]api.PutVerificationStateOnViolationRequest{
	"known-tcp-ports":            {VerificationState: new(api.VerificationStateTruePositive), VerificationStateDescription: new("Malware, cleaned up.")},
	"known-destinations":         {VerificationState: new(api.VerificationStateTruePositive)},
	"battery-charged":            {VerificationState: new(api.VerificationStateBenignPositive), VerificationStateDescription: new("Bad batch of batteries.")},
	"not-louder-than-the-others": {VerificationState: new(api.VerificationStateFalsePositive), VerificationStateDescription: new("Busy street, nothing wrong.")},
}

// investigate marks every other alarm of the past of some behaviors with what was found
// out about it.
func (w *demoWorld) investigate(ctx context.Context) error {
	list := &api.ListViolationEventsRequest{StartTime: new(w.now().AddDate(0, 0, -14)), EndTime: new(w.now()), MaxResults: new(int32(250))}
	seen := map[string]int{}
	for more := true; more; {
		var page api.ListViolationEventsResponse
		if err := w.client.call(ctx, api.ListViolationEvents, list, &page); err != nil {
			return err
		}
		for _, e := range page.ViolationEvents {
			mark, worth := demoFindings[api.Value(e.Behavior.Name)]
			if !worth || api.Value(e.ViolationEventType) != api.ViolationEventTypeInAlarm {
				continue
			}
			if seen[*e.Behavior.Name]++; seen[*e.Behavior.Name]%2 == 1 {
				continue
			}
			mark.ViolationId = e.ViolationId
			if err := w.client.call(ctx, api.PutVerificationStateOnViolation, &mark, &api.PutVerificationStateOnViolationResponse{}); err != nil {
				return err
			}
		}
		list.NextToken = page.NextToken
		more = page.NextToken != nil
	}
	return nil
}

// reader makes an access key for whoever is to look and change nothing.
func (w *demoWorld) reader(ctx context.Context) (key *store.AccessKey, err error) {
	keys, err := app.OpenKeys(ctx, app.KeysOptions{DataDir: w.dataDir, Now: w.now})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	return keys.Create(ctx, "reader", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
		"Action": ["iot:Describe*", "iot:Get*", "iot:List*", "iot:ValidateSecurityProfileBehaviors", "vedette:Describe*", "vedette:Get*", "vedette:List*", "vedette:Watch*"]}]}`)
}
