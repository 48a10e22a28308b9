package notify_test

import (
	"testing"

	"vedette/notify"
)

func TestMessage(t *testing.T) {
	const behavior = `{"name":"quiet","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth","operator":"IN"},` +
		`"criteria":{"comparisonOperator":"less-than-equals","value":{"count":60},"durationSeconds":300,` +
		`"consecutiveDatapointsToAlarm":2,"consecutiveDatapointsToClear":1},"suppressAlerts":false,"exportMetric":true}`
	base := notify.Delivery{
		ID: 1, Attempts: 3, ViolationID: "0f3c", Thing: "lamp-7", Profile: "LampRules", Definition: behavior,
		Type: "in-alarm", Time: 1767225600000, Value: `{"count":84}`, VerificationState: "UNKNOWN",
		TargetType: "SNS", Target: "arn", RoleARN: "role",
	}
	const head = `{"violationEventTime":1767225600000,"thingName":"lamp-7","behavior":` + behavior + `,`
	const tail = `"violationId":"0f3c","securityProfileName":"LampRules"}`
	tests := []struct {
		name string
		edit func(*notify.Delivery)
		want string // empty: an error
	}{
		{"ok/in-alarm", func(*notify.Delivery) {},
			head + `"violationEventType":"in-alarm","metricValue":{"count":84},"verificationState":"UNKNOWN",` + tail},
		{"ok/cleared", func(d *notify.Delivery) { d.Type, d.Value = "alarm-cleared", `{"ports":[]}` },
			head + `"violationEventType":"alarm-cleared","metricValue":{"ports":[]},"verificationState":"UNKNOWN",` + tail},
		{"ok/invalidated has no value", func(d *notify.Delivery) { d.Type = "alarm-invalidated" },
			head + `"violationEventType":"alarm-invalidated","verificationState":"UNKNOWN",` + tail},
		{"ok/no state means UNKNOWN", func(d *notify.Delivery) { d.VerificationState = "" },
			head + `"violationEventType":"in-alarm","metricValue":{"count":84},"verificationState":"UNKNOWN",` + tail},
		{"ok/verified", func(d *notify.Delivery) {
			d.VerificationState, d.VerificationDescription = "TRUE_POSITIVE", "seen <twice> & more"
		}, head + `"violationEventType":"in-alarm","metricValue":{"count":84},"verificationState":"TRUE_POSITIVE",` +
			`"verificationStateDescription":"seen <twice> & more",` + tail},
		{"ok/machine learning", func(d *notify.Delivery) { d.Confidence = "HIGH" },
			head + `"violationEventType":"in-alarm","metricValue":{"count":84},"violationEventAdditionalInfo":{"confidenceLevel":"HIGH"},` +
				`"verificationState":"UNKNOWN",` + tail},
		{"ok/double stays as it is", func(d *notify.Delivery) { d.Value = `{"number":1e-7}` },
			head + `"violationEventType":"in-alarm","metricValue":{"number":1e-7},"verificationState":"UNKNOWN",` + tail},
		{"fail/no behavior", func(d *notify.Delivery) { d.Definition = "" }, ""},
		{"fail/value is not JSON", func(d *notify.Delivery) { d.Value = "{" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := base
			tt.edit(&d)
			got, err := notify.Message(&d)
			if (err != nil) != (tt.want == "") {
				t.Fatalf("Message: error %v", err)
			}
			if string(got) != tt.want {
				t.Errorf("Message:\ngot  %s\nwant %s", got, tt.want)
			}
			d.ID, d.Attempts = d.ID+1, d.Attempts+1
			if again, _ := notify.Message(&d); string(again) != string(got) {
				t.Errorf("the message changes between attempts:\n%s\n%s", got, again)
			}
		})
	}
}

func BenchmarkMessage(b *testing.B) {
	d := alert()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := notify.Message(&d); err != nil {
			b.Fatal(err)
		}
	}
}
