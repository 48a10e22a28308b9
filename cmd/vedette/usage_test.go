package main

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"
)

// watchMessages makes a profile that limits the messages an hour.
func watchMessages(t *testing.T, client *iot.Client, limit int64) {
	t.Helper()
	_, err := client.CreateSecurityProfile(t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("p"),
		Behaviors: []types.Behavior{{Name: aws.String("sent"), Metric: aws.String("aws:num-messages-sent"), Criteria: &types.BehaviorCriteria{
			ComparisonOperator: types.ComparisonOperatorLessThan, Value: &types.MetricValue{Count: &limit}, DurationSeconds: aws.Int32(3600),
		}}},
	})
	if err == nil {
		_, err = client.AttachSecurityProfile(t.Context(), &iot.AttachSecurityProfileInput{
			SecurityProfileName: aws.String("p"), SecurityProfileTargetArn: aws.String("arn:aws:iot:us-east-1:000000000000:all/things"),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// publishAs connects and publishes.
func publishAs(t *testing.T, d *deployment, id string, messages int) paho.Client {
	t.Helper()
	client := paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + d.at().MQTT).SetClientID(id).SetAutoReconnect(false))
	tokens := []paho.Token{client.Connect()}
	if !tokens[0].WaitTimeout(patience) {
		t.Fatal("no CONNACK")
	}
	for range messages {
		tokens = append(tokens, client.Publish("a", 1, false, "x"))
	}
	for _, token := range tokens {
		if !token.WaitTimeout(patience) || token.Error() != nil {
			t.Fatalf("connect or publish: %v", token.Error())
		}
	}
	t.Cleanup(func() { client.Disconnect(0) })
	return client
}

// TestKillBetweenUsageRecords: what was written before a kill counts once, and a
// session that the kill left open has ended.
func TestKillBetweenUsageRecords(t *testing.T) {
	if left := time.Hour - time.Duration(time.Now().UnixNano())%time.Hour; left < time.Minute {
		// What is counted before and after the kill has to be in one window.
		t.Logf("waiting %v for the next window", left)
		<-time.After(left)
	}
	d := newDeployment(t, "", "--usage-interval", "1s")
	if !d.start() {
		t.Fatal("the server did not start")
	}
	client := d.client()
	watchMessages(t, client, 11)
	publishAs(t, d, "cam", 10).Disconnect(0) // which has all of it written
	last := publishAs(t, d, "mark", 11)      // and judged
	waitForViolation(t, client, "mark")
	last.Disconnect(0)
	for range 2 { // the second time from another snapshot
		d.kill()
		if !d.start() {
			t.Fatal("the server did not start again")
		}
	}
	client = d.client()
	if got := violationsOf(t, client, "cam"); len(got) != 0 {
		t.Fatalf("violations after 10 messages and two kills: %v, want none", got)
	}
	publishAs(t, d, "cam", 1)
	waitForViolation(t, client, "cam")
}

// violationsOf returns the values of a thing's active violations.
func violationsOf(t *testing.T, client *iot.Client, thing string) (values []int64) {
	t.Helper()
	out, err := client.ListActiveViolations(t.Context(), &iot.ListActiveViolationsInput{ThingName: &thing})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range out.ActiveViolations {
		values = append(values, *v.LastViolationValue.Count)
	}
	return values
}

// waitForViolation waits until the thing has its violation of 11 messages.
func waitForViolation(t *testing.T, client *iot.Client, thing string) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		switch got := violationsOf(t, client, thing); {
		case len(got) == 1 && got[0] == 11:
			return
		case len(got) > 0 || time.Now().After(end):
			t.Fatalf("violations of %s: %v, want one of 11 messages", thing, got)
		}
	}
}
