package app_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"vedette/notify/snstest"
)

func startSNS(t *testing.T) *snstest.Server {
	t.Helper()
	sns, err := snstest.Start(snstest.Options{Secrets: map[string]string{"AKIAALERTS": "secret"}})
	check(t, err)
	t.Cleanup(sns.Close)
	return sns
}

// alert is what the tests read of an alert.
type alert struct {
	ThingName, SecurityProfileName, ViolationEventType, ViolationID string
	Behavior                                                        struct{ Name string }
}

func byViolation(a *alert) string { return a.ViolationID }

// byBehavior tells the violations of "thing profile/behavior" from others.
func byBehavior(a *alert) string {
	return a.ThingName + " " + a.SecurityProfileName + "/" + a.Behavior.Name
}

// alerts returns the types of the alerts that SNS got, in the order of their
// arrival, for each key.
func alerts(t *testing.T, sns *snstest.Server, key func(*alert) string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, m := range sns.Messages() {
		var alert alert
		if err := json.Unmarshal([]byte(m.Text), &alert); err != nil {
			t.Fatalf("alert %s: %v", m.Text, err)
		}
		if m.Topic != alertsTopic {
			t.Errorf("alert sent to %s, want %s", m.Topic, alertsTopic)
		}
		found[key(&alert)] = append(found[key(&alert)], alert.ViolationEventType)
	}
	return found
}

// alertsUntilNow has one more violation alerted, waits for that alert, and
// returns all: an alert that was on its way before has arrived too.
func alertsUntilNow(d *deployment, v *device, sns *snstest.Server) map[string][]string {
	d.t.Helper()
	d.profile("last", allThings, onlyPorts("one", 1))
	v.ports("sentinel", 2)
	eventually(d.t, "the last alert arrives, and none waits", func() bool {
		return len(alerts(d.t, sns, byBehavior)["sentinel last/one"]) == 1 && d.metric("vedette_alerts_waiting") == 0
	})
	return alerts(d.t, sns, byBehavior)
}

// TestAlertsWhileTargetIsDown: whatever happens while SNS does not answer is sent
// later, in order for each violation, also over a restart.
func TestAlertsWhileTargetIsDown(t *testing.T) {
	t.Parallel()
	sns := startSNS(t)
	o := options(t)
	o.SNSEndpoint = sns.URL()
	d := start(t, o)
	d.profile("p", allThings, onlyPorts("tcp", 443))
	sns.Refuse()

	const things, rounds = 10, 3
	toggle := func() {
		device := d.device()
		for i := range things {
			thing := fmt.Sprint("cam-", i)
			device.ports(thing, 23)
			device.ports(thing, 443)
		}
	}
	for range rounds {
		toggle()
	}
	eventually(t, "an attempt fails", func() bool { return d.metric(`vedette_alerts_total{result="failed"}`) > 0 })
	if got := d.metric("vedette_alert_targets_failing"); got != 1 {
		t.Errorf("vedette_alert_targets_failing: got %v, want 1", got)
	}
	d.restart()
	toggle()
	if got := len(sns.Messages()); got != 0 {
		t.Fatalf("%d alerts arrived while SNS refused connections", got)
	}
	check(t, sns.Listen())

	_, err := sns.Wait(t.Context(), 2*things*(rounds+1))
	check(t, err)
	for id, types := range alerts(t, sns, byViolation) {
		if want := []string{"in-alarm", "alarm-cleared"}; !slices.Equal(types, want) {
			t.Errorf("alerts of violation %s: got %v, want %v", id, types, want)
		}
	}
	eventually(t, "no alert waits", func() bool {
		return d.metric("vedette_alerts_waiting") == 0 && d.metric("vedette_alert_targets_failing") == 0
	})
}

// TestSuppressedAlerts: suppressAlerts stops the alerts of a behavior, not its
// violations.
func TestSuppressedAlerts(t *testing.T) {
	t.Parallel()
	sns := startSNS(t)
	o := options(t)
	o.SNSEndpoint = sns.URL()
	d := start(t, o)
	quiet := onlyPorts("quiet", 443)
	quiet.SuppressAlerts = new(true)
	d.profile("p", allThings, quiet, onlyPorts("loud", 443))
	device := d.device()
	device.ports("cam", 23)
	device.ports("cam", 443)
	device.ports("cam", 23)
	check(t, detachProfile(d))

	got := alertsUntilNow(d, device, sns)
	// Sorted: the alerts of two violations may overtake each other.
	if loud, want := slices.Sorted(slices.Values(got["cam p/loud"])), []string{"alarm-cleared", "alarm-invalidated", "in-alarm", "in-alarm"}; !slices.Equal(loud, want) {
		t.Errorf("alerts of the loud behavior: got %v, want %v", loud, want)
	}
	if got := got["cam p/quiet"]; got != nil {
		t.Errorf("alerts of the suppressed behavior: got %v, want none", got)
	}
	if got := len(d.events("cam")); got != 8 {
		t.Errorf("violation events: got %d, want 8", got)
	}
}
