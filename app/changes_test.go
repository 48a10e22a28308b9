package app_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
)

// What is left of a violation that a change ends: its events, the newest first,
// and its alerts.
const invalidated = "alarm-invalidated in-alarm"

var (
	silent = []string{"in-alarm"}                      // the end is not alerted
	told   = []string{"in-alarm", "alarm-invalidated"} // the end is alerted
)

// TestChangesUnderViolation makes every change of the control plane that meets a
// standing violation, by the API, and looks at what the API lists and SNS got.
// Before it, cam violates the behavior tcp of the profile p.
func TestChangesUnderViolation(t *testing.T) {
	cams := aws.String("cams")
	behaviors := func(list ...types.Behavior) func(*deployment) error {
		return func(d *deployment) error {
			_, err := d.client.UpdateSecurityProfile(d.t.Context(), &iot.UpdateSecurityProfileInput{SecurityProfileName: aws.String("p"), Behaviors: list})
			return err
		}
	}
	udp := onlyPorts("tcp", 443)
	udp.Metric = aws.String("aws:listening-udp-ports")
	for name, c := range map[string]struct {
		target  string
		change  func(*deployment) error
		events  string
		alerts  []string
		remains bool // the violation is active afterwards
	}{
		"behavior removed":           {allThings, behaviors(onlyPorts("other", 443, 23)), invalidated, silent, false},
		"behavior's metric changed":  {allThings, behaviors(udp), invalidated, silent, false},
		"behavior's ports changed":   {allThings, behaviors(onlyPorts("tcp", 444)), "in-alarm", silent, true},
		"all behaviors deleted":      {allThings, deleteBehaviors, invalidated, silent, false},
		"profile deleted":            {allThings, deleteProfile, invalidated, silent, false},
		"profile detached":           {allThings, detachProfile, invalidated, told, false},
		"thing leaves the group":     {arns + "thinggroup/cams", leaveGroup, invalidated, told, false},
		"thing deleted from a group": {arns + "thinggroup/cams", deleteThing, invalidated, told, false},
		"group deleted":              {arns + "thinggroup/cams", deleteGroup, invalidated, told, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sns := startSNS(t)
			o := options(t)
			o.SNSEndpoint = sns.URL()
			d := start(t, o)
			_, err := d.client.CreateThing(t.Context(), &iot.CreateThingInput{ThingName: aws.String("cam")})
			check(t, err)
			_, err = d.client.CreateThingGroup(t.Context(), &iot.CreateThingGroupInput{ThingGroupName: cams})
			check(t, err)
			_, err = d.client.AddThingToThingGroup(t.Context(), &iot.AddThingToThingGroupInput{ThingName: aws.String("cam"), ThingGroupName: cams})
			check(t, err)
			d.profile("p", c.target, onlyPorts("tcp", 443))
			device := d.device()
			device.ports("cam", 23)
			if got, want := d.active("cam"), []string{"p/tcp"}; !slices.Equal(got, want) {
				t.Fatalf("active violations before the change: got %v, want %v", got, want)
			}

			check(t, c.change(d))

			if got := d.kinds("cam"); got != c.events {
				t.Errorf("events: got %s, want %s", got, c.events)
			}
			if got := d.active("cam"); (len(got) == 1) != c.remains {
				t.Errorf("active violations: got %v, want the violation to remain: %t", got, c.remains)
			}
			if got := alertsUntilNow(d, device, sns); !slices.Equal(got["cam p/tcp"], c.alerts) {
				t.Errorf("alerts: got %v, want %v", got, c.alerts)
			}
		})
	}
}

func deleteBehaviors(d *deployment) error {
	_, err := d.client.UpdateSecurityProfile(d.t.Context(), &iot.UpdateSecurityProfileInput{SecurityProfileName: aws.String("p"), DeleteBehaviors: true})
	return err
}

func deleteProfile(d *deployment) error {
	_, err := d.client.DeleteSecurityProfile(d.t.Context(), &iot.DeleteSecurityProfileInput{SecurityProfileName: aws.String("p")})
	return err
}

func detachProfile(d *deployment) error {
	_, err := d.client.DetachSecurityProfile(d.t.Context(), &iot.DetachSecurityProfileInput{SecurityProfileName: aws.String("p"), SecurityProfileTargetArn: aws.String(allThings)})
	return err
}

func leaveGroup(d *deployment) error {
	_, err := d.client.RemoveThingFromThingGroup(d.t.Context(), &iot.RemoveThingFromThingGroupInput{ThingName: aws.String("cam"), ThingGroupName: aws.String("cams")})
	return err
}

func deleteThing(d *deployment) error {
	_, err := d.client.DeleteThing(d.t.Context(), &iot.DeleteThingInput{ThingName: aws.String("cam")})
	return err
}

func deleteGroup(d *deployment) error {
	_, err := d.client.DeleteThingGroup(d.t.Context(), &iot.DeleteThingGroupInput{ThingGroupName: aws.String("cams")})
	return err
}
