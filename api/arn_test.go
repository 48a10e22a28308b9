package api_test

import (
	"errors"
	"testing"

	"vedette/api"
)

func TestParseARN(t *testing.T) {
	const head = "arn:aws:iot:us-east-1:000000000000:"
	for _, c := range []struct {
		name, text string
		kind       api.ARNKind
		resource   string // its name
	}{
		{"ok/security profile", head + "securityprofile/LampRules", api.ARNSecurityProfile, "LampRules"},
		{"ok/all things", head + "all/things", api.ARNAll, "things"},
		{"ok/topic with slashes", head + "topic/a/b", api.ARNTopic, "a/b"},
		{"ok/name with colons", head + "thing/a:b", api.ARNThing, "a:b"},
		{"ok/no kind", "arn:aws:sns:eu-west-1:111122223333:ops", "", "ops"},
		{"ok/no region", "arn:aws:iam::111122223333:role/DefenderSns", "role", "DefenderSns"},
		{"ok/no account", "arn:aws:s3:::bucket", "", "bucket"},
		{"ok/other partition", "arn:aws-cn:iot:cn-north-1:111122223333:thing/x", api.ARNThing, "x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := api.ParseARN(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.Kind() != c.kind || got.Name() != c.resource {
				t.Errorf("got %q %q, want %q %q", got.Kind(), got.Name(), c.kind, c.resource)
			}
			if got.String() != c.text {
				t.Errorf("got %s, want %s", got, c.text)
			}
		})
	}
	for name, text := range map[string]string{
		"fail/empty":           "",
		"fail/no ARN":          "LampRules",
		"fail/five parts":      "arn:aws:iot:us-east-1:000000000000",
		"fail/no partition":    "arn::iot:us-east-1:000000000000:thing/x",
		"fail/no service":      "arn:aws::us-east-1:000000000000:thing/x",
		"fail/short account":   "arn:aws:iot:us-east-1:1234:thing/x",
		"fail/account of else": "arn:aws:iot:us-east-1:00000000000x:thing/x",
		"fail/no resource":     head,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := api.ParseARN(text)
			if e, ok := errors.AsType[*api.ARNError](err); !ok || e.ARN != text {
				t.Errorf("got %v, %v, want an *ARNError for %q", got, err, text)
			}
		})
	}
}

func TestARNs(t *testing.T) {
	arns := api.ARNs{Account: "111122223333", Region: "eu-west-1"}
	for want, got := range map[string]string{
		"securityprofile/a":       arns.SecurityProfile("a"),
		"dimension/a":             arns.Dimension("a"),
		"custommetric/a":          arns.CustomMetric("a"),
		"mitigationaction/a":      arns.MitigationAction("a"),
		"scheduledaudit/a":        arns.ScheduledAudit("a"),
		"thing/a":                 arns.Thing("a"),
		"thinggroup/a":            arns.ThingGroup("a"),
		"thingtype/a":             arns.ThingType("a"),
		"cert/a":                  arns.Certificate("a"),
		"cacert/a":                arns.CACertificate("a"),
		"policy/a":                arns.Policy("a"),
		"client/a":                arns.Client("a"),
		"topic/a":                 arns.Topic("a"),
		"topicfilter/a":           arns.TopicFilter("a"),
		"all/things":              arns.AllThings(),
		"all/registered-things":   arns.AllRegisteredThings(),
		"all/unregistered-things": arns.AllUnregisteredThings(),
	} {
		if want = "arn:aws:iot:eu-west-1:111122223333:" + want; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		parsed, err := api.ParseARN(got)
		if err != nil || !arns.Own(parsed) {
			t.Errorf("%s: own %v, %v", got, arns.Own(parsed), err)
		}
	}
	for _, other := range []string{
		"arn:aws:iot:us-east-1:111122223333:thing/a",
		"arn:aws:iot:eu-west-1:000000000000:thing/a",
		"arn:aws:sns:eu-west-1:111122223333:a",
		"arn:aws-cn:iot:eu-west-1:111122223333:thing/a",
	} {
		if parsed, err := api.ParseARN(other); err != nil || arns.Own(parsed) {
			t.Errorf("%s: own %v, %v", other, arns.Own(parsed), err)
		}
	}
}

func FuzzParseARN(f *testing.F) {
	f.Add("arn:aws:iot:us-east-1:000000000000:thing/x")
	f.Add("arn:aws:iam:::")
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := api.ParseARN(text); err == nil && a.String() != text {
			t.Fatalf("got %s, want %s", a, text)
		}
	})
}
