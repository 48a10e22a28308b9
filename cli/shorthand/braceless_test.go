package shorthand_test

import (
	"math/rand/v2"
	"testing"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/shorthand"
)

// valid is a validator for maps of structures: known members, none of the required
// ones missing, right types.
func valid(shape *api.Shape) func(document.Value) bool {
	return func(v document.Value) bool {
		for _, entry := range v.(*document.Map).All() {
			fields, ok := entry.(*document.Map)
			if !ok {
				return false
			}
			for _, member := range shape.Value.Members {
				if member.Required && !fields.Has(member.Name) {
					return false
				}
			}
			for key, value := range fields.All() {
				member := shape.Value.Member(key)
				if member == nil {
					return false
				}
				switch value.(type) {
				case string:
					ok = member.Shape.Type == api.TypeString
				case bool:
					ok = member.Shape.Type == api.TypeBoolean
				case *document.Map:
					ok = member.Shape.Type == api.TypeMap
				default:
					ok = false
				}
				if !ok {
					return false
				}
			}
		}
		return true
	}
}

func TestBraceless(t *testing.T) {
	const same = "" // what Read returns without a validator: as AWS CLI
	for _, c := range []struct {
		name, operation, member, text, want string
	}{
		{"ok/alert target", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=arn:a,roleArn=arn:r",
			`{"SNS": {"alertTargetArn": "arn:a", "roleArn": "arn:r"}}`},
		{"ok/other order", "UpdateSecurityProfile", "alertTargets", "SNS=roleArn=arn:r,alertTargetArn=arn:a",
			`{"SNS": {"roleArn": "arn:r", "alertTargetArn": "arn:a"}}`},
		{"ok/two keys", "CreateSecurityProfile", "alertTargets", "A=alertTargetArn=a,roleArn=b,B=alertTargetArn=c,roleArn=d",
			`{"A": {"alertTargetArn": "a", "roleArn": "b"}, "B": {"alertTargetArn": "c", "roleArn": "d"}}`},
		{"ok/blanks and quotes", "CreateSecurityProfile", "alertTargets", " A = alertTargetArn = 'a,b' , roleArn = \"c\" "[1:],
			`{"A": {"alertTargetArn": "a,b", "roleArn": "c"}}`},
		{"ok/one key in braces", "CreateSecurityProfile", "alertTargets", "A={alertTargetArn=a,roleArn=b},B=alertTargetArn=c,roleArn=d",
			`{"A": {"alertTargetArn": "a", "roleArn": "b"}, "B": {"alertTargetArn": "c", "roleArn": "d"}}`},
		{"ok/booleans", "UpdateAccountAuditConfiguration", "auditNotificationTargetConfigurations", "SNS=targetArn=a,roleArn=b,enabled=TRUE",
			`{"SNS": {"targetArn": "a", "roleArn": "b", "enabled": true}}`},
		{"ok/map inside", "UpdateAccountAuditConfiguration", "auditCheckConfigurations", "A=enabled=true,configuration={X=30},B=configuration={},enabled=false",
			`{"A": {"enabled": true, "configuration": {"X": "30"}}, "B": {"configuration": {}, "enabled": false}}`},
		{"ok/equals sign in a value", "CreateSecurityProfile", "alertTargets", "A=alertTargetArn=a=b,roleArn=c=d",
			`{"A": {"alertTargetArn": "a=b", "roleArn": "c=d"}}`},
		{"ok/key named as a member", "CreateSecurityProfile", "alertTargets", "roleArn=alertTargetArn=a,roleArn=b",
			`{"roleArn": {"alertTargetArn": "a", "roleArn": "b"}}`},
		{"ok/braces", "CreateSecurityProfile", "alertTargets", "SNS={alertTargetArn=a=b}", `{"SNS": {"alertTargetArn": "a=b"}}`},

		{"fail/one member only", "UpdateEventConfigurations", "eventConfigurations", "THING=Enabled=true", same},
		{"fail/one member twice", "UpdateEventConfigurations", "eventConfigurations", "THING=Enabled=true,JOB=Enabled=true", same},
		{"fail/one of several members", "UpdateAccountAuditConfiguration", "auditCheckConfigurations", "A=enabled=true", same},
		{"fail/second entry with one member", "UpdateAccountAuditConfiguration", "auditCheckConfigurations", "A=enabled=true,configuration={},B=enabled=true", same},
		{"fail/required member missing", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,B=roleArn=b", same},
		{"fail/unknown member", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,roleArn=b,colour=red", same},
		{"fail/member twice", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,roleArn=b,roleArn=c", same},
		{"fail/key twice", "CreateSecurityProfile", "alertTargets", "A=alertTargetArn=a,roleArn=b,A=alertTargetArn=a,roleArn=b", same},
		{"fail/wrong type", "UpdateAccountAuditConfiguration", "auditNotificationTargetConfigurations", "SNS=targetArn=a,enabled=maybe", same},
		{"fail/list for a string", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,b,roleArn=c", same},
		{"fail/no key", "CreateSecurityProfile", "alertTargets", "alertTargetArn=a,roleArn=b", same},
		{"fail/unfinished", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,roleArn", same},
		{"fail/comma at the end", "CreateSecurityProfile", "alertTargets", "SNS=alertTargetArn=a,roleArn=b,", same},
		{"fail/text", "CreateSecurityProfile", "alertTargets", "hello", same},
		{"fail/no map of structures", "CreateSecurityProfile", "metricsExportConfig", "x=mqttTopic=a,roleArn=b", same},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape := inputMember(t, c.operation, c.member)
			if c.want == same {
				c.want = result(shorthand.Read(shape, c.text, nil))
			}
			if got := result(shorthand.Read(shape, c.text, valid(shape))); got != c.want {
				t.Errorf("Read(%q)\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

// What AWS CLI takes, it takes in the same way; what neither takes has its error.
func TestBracelessChangesNothingElse(t *testing.T) {
	shape := inputMember(t, "UpdateAccountAuditConfiguration", "auditNotificationTargetConfigurations")
	isValid := valid(shape)
	g := generator{rand.New(rand.NewPCG(3, 4))}
	counts := map[string]int{}
	for range 20000 {
		text := g.repeat(3, func() string {
			fields := g.repeat(3, func() string {
				return g.pick("targetArn", "roleArn", "enabled", "x") + "=" + g.pick("a", "arn:aws:x", "true", "false", "'a,b'", "{a=b}", "a=b")
			})
			if g.IntN(2) == 0 {
				fields = "{" + fields + "}"
			}
			return g.pick("SNS", "A", "B", "enabled") + "=" + fields
		})
		if g.IntN(4) == 0 {
			text = g.mutate(text)
		}
		theirs, theirError := shorthand.Read(shape, text, nil)
		ours, ourError := shorthand.Read(shape, text, isValid)
		switch {
		case theirError == nil && isValid(theirs):
			counts["both"]++
		case ourError == nil && isValid(ours):
			counts["ours"]++
			continue
		default:
			counts["none"]++
		}
		if result(ours, ourError) != result(theirs, theirError) {
			t.Fatalf("Read(%q)\n got %s\nwant %s", text, result(ours, ourError), result(theirs, theirError))
		}
	}
	for _, kind := range []string{"both", "ours", "none"} {
		if counts[kind] < 100 {
			t.Errorf("only %d texts that %s take", counts[kind], kind)
		}
	}
}
