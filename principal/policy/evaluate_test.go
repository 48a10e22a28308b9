package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustParse(t testing.TB, profile Profile, documents ...string) *Set {
	t.Helper()
	var policies []*Policy
	for _, document := range documents {
		p, err := Parse(document, Options{Profile: profile, Own: own})
		if err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		policies = append(policies, p)
	}
	return NewSet(policies...)
}

// TestResources goes through what a resource covers. Each line is a resource,
// and what it allows and does not allow, for iot:Publish unless it says else.
func TestResources(t *testing.T) {
	f := facts{"iot:clientid": {"dev-1"}, "iot:connection.thing.attributes[room]": {"a+b"}, "iot:connection.thing.attributes[hall]": {"h1"}, "iot:certificate.subject.commonname": {"a#", "b"}}
	long := strings.Repeat("x", 70000)
	for _, tt := range []struct {
		resource   string
		yes, no    []string // TYPE/NAME
		clientID   string   // other than dev-1
		oldVersion bool
	}{
		{resource: "*", yes: []string{"topic/a", "client/x", "topic/"}},
		{resource: arn + "*", yes: []string{"topic/a", "client/x", "topic/"}},
		{resource: "arn:aws:iot:*", yes: []string{"topic/a"}},
		{resource: "arn:aws:iot:us-east-1:*", yes: []string{"topic/a"}},
		{resource: "arn:aws:iot:us-east-1:12345*", yes: []string{"topic/a"}},
		{resource: "arn:aws:iot:us-east-1:99*", no: []string{"topic/a"}},
		{resource: "arn:aws:iot:eu*", no: []string{"topic/a"}},
		{resource: "arn:aws:iot:*:*:topic/*", yes: []string{"topic/a/b", "topic/"}, no: []string{"topicfilter/a", "client/topic/a"}},
		{resource: "arn:aws:iot:eu-west-1:123456789012:topic/a", no: []string{"topic/a"}},
		{resource: "arn:aws:iot:us-east-1:210987654321:topic/a", no: []string{"topic/a"}},
		{resource: "arn:aws-cn:iot:us-east-1:123456789012:topic/a", no: []string{"topic/a"}},
		{resource: arn + "topic/a", yes: []string{"topic/a"}, no: []string{"topic/A", "topic/a/", "topic/ab", "topic/", "topicfilter/a"}},
		{resource: arn + "topic/a/*", yes: []string{"topic/a/", "topic/a/b/c", "topic/a/#"}, no: []string{"topic/a"}},
		{resource: arn + "topic/?", yes: []string{"topic/a", "topic/é", "topic/€", "topic/😀"}, no: []string{"topic/", "topic/ab"}},
		{resource: arn + "topic/*/x/*", yes: []string{"topic/a/x/b", "topic/a/b/x/", "topic/x/x/x"}, no: []string{"topic/x/x", "topic/x"}},
		{resource: arn + "topic/a*b*c", yes: []string{"topic/abc", "topic/aXbYc", "topic/abcbc"}, no: []string{"topic/acb", "topic/ab", "topic/ac"}},
		{resource: arn + "topic/ab*ba", yes: []string{"topic/abba"}, no: []string{"topic/aba"}},
		// + and # are ordinary characters (facts §13.5).
		{resource: arn + "topicfilter/a/*", yes: []string{"topicfilter/a/#", "topicfilter/a/+/b"}},
		{resource: arn + "topicfilter/a/#", yes: []string{"topicfilter/a/#"}, no: []string{"topicfilter/a/b", "topicfilter/a/+"}},
		{resource: arn + "topicfilter/a/+", yes: []string{"topicfilter/a/+"}, no: []string{"topicfilter/a/b"}},
		// Wildcards before the slash behind the type.
		{resource: arn + "top*/a", yes: []string{"topic/a", "topicfilter/a", "topic/b/a"}, no: []string{"client/a"}},
		{resource: arn + "*/a", yes: []string{"topic/a", "client/x/a"}, no: []string{"topic/ab"}},
		{resource: arn + "t???c/a", yes: []string{"topic/a"}, no: []string{"client/a"}},
		{resource: arn + "*x", yes: []string{"topic/" + long}, no: []string{"topic/" + long + "y"}},
		// No name can stand for a part of the account, and be taken for another name.
		{resource: "arn:aws:iot:*:*:topic/devices/me/*", no: []string{"topic/devices/you/x:topic/devices/me/x"}},
		{resource: "arn:aws:iot:*:*:client/me", no: []string{"client/x:client/me"}},
		// Variables.
		{resource: arn + "topic/${iot:ClientId}/x", yes: []string{"topic/dev-1/x"}, no: []string{"topic/dev-2/x", "topic/${iot:ClientId}/x", "topic//x"}},
		{resource: arn + "topic/${IOT:clientid}", yes: []string{"topic/dev-1"}},
		{resource: arn + "topic/*/${iot:ClientId}/*", yes: []string{"topic/a/dev-1/b", "topic/a/dev-/dev-1/b"}, no: []string{"topic/dev-1/b"}},
		{resource: arn + "topic/?${iot:ClientId}", yes: []string{"topic/édev-1"}, no: []string{"topic/dev-1"}},
		{resource: arn + "*${iot:ClientId}", yes: []string{"topic/dev-1", "client/dev-1"}},
		{resource: arn + "topic/${iot:ClientId}/x", clientID: "*", yes: []string{"topic/*/x"}, no: []string{"topic/dev-1/x"}},
		{resource: arn + "topic/${iot:ClientId}/x", clientID: "?", yes: []string{"topic/?/x"}, no: []string{"topic/d/x"}},
		{resource: arn + "topicfilter/${iot:ClientId}/x", clientID: "+", yes: []string{"topicfilter/+/x"}, no: []string{"topicfilter/dev-1/x"}},
		{resource: arn + "topic/${iot:ClientId}/x", clientID: "${iot:DomainName}", yes: []string{"topic/${iot:DomainName}/x"}},
		{resource: arn + "topic/${iot:Connection.Thing.Attributes[hall]}", yes: []string{"topic/h1"}},
		{resource: arn + "topic/${iot:Connection.Thing.Attributes[Hall]}", no: []string{"topic/h1"}},
		{resource: arn + "topicfilter/${iot:Connection.Thing.Attributes[room]}", no: []string{"topicfilter/a+b"}},
		{resource: arn + "topicfilter/${iot:Certificate.Subject.CommonName}", no: []string{"topicfilter/a#", "topicfilter/b"}},
		{resource: arn + "topicfilter/${iot:Certificate.Subject.CommonName.1}", yes: []string{"topicfilter/b"}},
		// What has no value matches nothing, its own text neither.
		{resource: arn + "client/${iot:Connection.Thing.ThingName}", no: []string{"client/", "client/${iot:Connection.Thing.ThingName}", "client/dev-1"}},
		{resource: arn + "client/${iot:Nonsense}", no: []string{"client/", "client/${iot:Nonsense}"}},
		{resource: arn + "client/${aws:TagKeys}*", no: []string{"client/a"}},
		{resource: arn + "topic/a*${iot:DomainName}*", no: []string{"topic/a", "topic/ab"}},
		// Literal characters.
		{resource: arn + "topic/${*}", yes: []string{"topic/*"}, no: []string{"topic/a", "topic/${*}"}},
		{resource: arn + "topic/${?}${$}", yes: []string{"topic/?$"}, no: []string{"topic/a$"}},
		{resource: arn + "topic/${$}{iot:ClientId}", yes: []string{"topic/${iot:ClientId}"}, no: []string{"topic/dev-1"}},
		// Version 2008-10-17 has no variables.
		{resource: arn + "topic/${iot:ClientId}", oldVersion: true, yes: []string{"topic/${iot:ClientId}"}, no: []string{"topic/dev-1"}},
		{resource: arn + "topic/${*}", oldVersion: true, yes: []string{"topic/${}", "topic/${abc}"}},
		// Patterns that make a matcher that backtracks take for ever.
		{resource: arn + "topic/" + strings.Repeat("*a", 200) + "*b", yes: []string{"topic/" + strings.Repeat("a", 20000) + "b"}, no: []string{"topic/" + strings.Repeat("a", 20000)}},
		{resource: arn + "topic/" + strings.Repeat("*?a", 200) + "*b", no: []string{"topic/" + strings.Repeat("a", 20000)}},
	} {
		name := tt.resource
		t.Run("ok/"+name[:min(len(name), 90)], func(t *testing.T) {
			document := doc(`"Effect":"Allow","Action":"iot:Publish","Resource":"` + tt.resource + `"`)
			if tt.oldVersion {
				document = strings.Replace(document, "2012-10-17", "2008-10-17", 1)
			}
			set := mustParse(t, Device, document)
			for i, names := range [][]string{tt.yes, tt.no} {
				for _, name := range names {
					r := Request{Action: Publish, Context: f}
					if tt.clientID != "" {
						r.Context = facts{"iot:clientid": {tt.clientID}}
					}
					typ, rest, _ := strings.Cut(name, "/")
					r.Type, r.Name = typ, []byte(rest)
					if got, want := set.Evaluate(&r), []Decision{Allowed, ImplicitDeny}[i]; got != want {
						t.Errorf("%.60s: got %v, want %v", name, got, want)
					}
				}
			}
		})
	}
}

// TestConditions goes through the operators: what holds for which values of
// iot:ClientId, aws:SourceIp, aws:TagKeys …
func TestConditions(t *testing.T) {
	at := time.Date(2026, 1, 31, 8, 0, 0, 5e8, time.UTC)
	base := facts{
		"iot:clientid": {"Dev-1"}, "aws:sourceip": {"192.0.2.7"}, "aws:tagkeys": {"team", "cost"}, "iot:connection.thing.isattached": {"true"},
		"iot:connectattributes": {"PersistentConnect"}, "iot:connection.thing.attributes[n]": {"7"}, "iot:connection.thing.attributes[day]": {"2026-01-31"},
		"iot:certificate.subject.commonname": {"c1", "c2"}, "aws:principalarn": {"arn:aws:iam::123456789012:user/x:y:z"}, "iot:connection.thing.thingname": {"Dev-1"},
		"s3:bytes": {"a"}, "s3:dash": {"-"}, "s3:folded": {"é-\u212a"}, "s3:account": {"123456789012"}, "iot:connection.thing.attributes[ip6]": {"::ffff:192.0.2.7"},
	}
	for _, tt := range []struct {
		condition string
		want      bool
	}{
		{`{"StringEquals":{"iot:ClientId":"Dev-1"}}`, true},
		{`{"StringEquals":{"iot:ClientId":"dev-1"}}`, false},
		{`{"StringEquals":{"iot:ClientId":"Dev-*"}}`, false},
		{`{"StringEquals":{"iot:ClientId":["x","Dev-1"]}}`, true},
		{`{"StringEquals":{"iot:ClientId":"Dev-1","aws:SourceIp":"x"}}`, false},
		{`{"StringEquals":{"iot:ClientId":"Dev-1"},"StringLike":{"aws:SourceIp":"192.*"}}`, true},
		{`{"StringEquals":{"iot:ClientId":"${iot:Connection.Thing.ThingName}"}}`, true},
		{`{"StringEquals":{"iot:ClientId":"${iot:DomainName}"}}`, false},
		{`{"StringNotEquals":{"iot:ClientId":"${iot:DomainName}"}}`, true},
		{`{"StringNotEquals":{"iot:ClientId":["x","Dev-1"]}}`, false},
		{`{"StringNotEquals":{"iot:ClientId":["x","y"]}}`, true},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"dEV-1"}}`, true},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"D${iot:Connection.Thing.Attributes[n]}"}}`, false},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"${iot:Connection.Thing.ThingName}"}}`, true},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"dEV${s3:dash}1"}}`, true},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"dEV${s3:dash}2"}}`, false},
		{`{"StringEqualsIgnoreCase":{"iot:ClientId":"dEV${s3:dash}"}}`, false},
		{`{"StringEqualsIgnoreCase":{"s3:folded":"É${s3:dash}k"}}`, true},
		{`{"StringNotEqualsIgnoreCase":{"iot:ClientId":"dev-1"}}`, false},
		{`{"StringLike":{"iot:ClientId":"Dev-?"}}`, true},
		{`{"StringLike":{"iot:ClientId":"${iot:ClientId}*"}}`, true},
		{`{"StringNotLike":{"iot:ClientId":"D*"}}`, false},
		// A missing key: false, but for negated operators, IfExists and ForAllValues.
		{`{"StringEquals":{"iot:DomainName":"x"}}`, false},
		{`{"StringNotEquals":{"iot:DomainName":"x"}}`, true},
		{`{"StringEqualsIfExists":{"iot:DomainName":"x"}}`, true},
		{`{"StringEqualsIfExists":{"iot:ClientId":"x"}}`, false},
		{`{"ForAllValues:StringEquals":{"iot:DomainName":"x"}}`, true},
		{`{"ForAnyValue:StringEquals":{"iot:DomainName":"x"}}`, false},
		{`{"ForAnyValue:StringNotEquals":{"iot:DomainName":"x"}}`, false},
		{`{"ForAnyValue:StringEqualsIfExists":{"iot:DomainName":"x"}}`, true},
		{`{"NotIpAddress":{"iot:DomainName":"192.0.2.7"}}`, true},
		{`{"NumericNotEquals":{"iot:DomainName":1}}`, true},
		{`{"NumericLessThan":{"iot:DomainName":1}}`, false},
		{`{"Null":{"iot:DomainName":"true"}}`, true},
		{`{"Null":{"iot:DomainName":false}}`, false},
		{`{"Null":{"iot:ClientId":"false"}}`, true},
		{`{"Null":{"iot:ClientId":["false","true"]}}`, true},
		{`{"Null":{"iot:Certificate.Subject.CommonName.1":"false","iot:Certificate.Subject.CommonName.2":"true"}}`, true},
		// Sets.
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost","x"]}}`, true},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}`, false},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["cost"]}}`, true},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["x"]}}`, false},
		{`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["x"]}}`, true},
		{`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["cost"]}}`, false},
		{`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["cost"]}}`, true},
		{`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["cost","team"]}}`, false},
		{`{"StringEquals":{"aws:TagKeys":"cost"}}`, true},
		{`{"StringNotEquals":{"aws:TagKeys":"cost"}}`, false},
		{`{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect","LastWill"]}}`, true},
		{`{"ForAllValues:StringEquals":{"iot:ConnectAttributes":["LastWill"]}}`, false},
		{`{"ForAnyValue:StringLike":{"iot:Certificate.Subject.CommonName.List":"*2"}}`, true},
		{`{"StringEquals":{"iot:Certificate.Subject.CommonName":"c2"}}`, false},
		{`{"StringEquals":{"iot:Certificate.Subject.CommonName.1":"c2"}}`, true},
		{`{"StringEquals":{"iot:Certificate.Subject.CommonName.2":"c2"}}`, false},
		// Booleans.
		{`{"Bool":{"iot:Connection.Thing.IsAttached":true}}`, true},
		{`{"Bool":{"iot:Connection.Thing.IsAttached":"TRUE"}}`, true},
		{`{"Bool":{"iot:Connection.Thing.IsAttached":["false"]}}`, false},
		{`{"Bool":{"iot:Connection.Thing.IsAttached":"${iot:Connection.Thing.IsAttached}"}}`, true},
		{`{"Bool":{"iot:ClientId":"${iot:ClientId}"}}`, false},
		// Addresses.
		{`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`, true},
		{`{"IpAddress":{"aws:SourceIp":"192.0.2.99/24"}}`, true},
		{`{"IpAddress":{"aws:SourceIp":"192.0.2.8"}}`, false},
		{`{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}`, false},
		{`{"IpAddress":{"aws:SourceIp":"::ffff:192.0.2.0/120"}}`, true},
		{`{"IpAddress":{"aws:SourceIp":"::ffff:192.0.2.7"}}`, true},
		{`{"IpAddress":{"aws:SourceIp":"::/0"}}`, false},
		{`{"IpAddress":{"iot:Connection.Thing.Attributes[ip6]":"192.0.2.7"}}`, true},
		{`{"IpAddress":{"iot:ClientId":"0.0.0.0/0"}}`, false},
		{`{"NotIpAddress":{"iot:ClientId":"0.0.0.0/0"}}`, true},
		// Numbers and times.
		{`{"NumericEquals":{"iot:Connection.Thing.Attributes[n]":"7.0"}}`, true},
		{`{"NumericNotEquals":{"iot:Connection.Thing.Attributes[n]":[6,7]}}`, false},
		{`{"NumericLessThan":{"iot:Connection.Thing.Attributes[n]":7}}`, false},
		{`{"NumericLessThanEquals":{"iot:Connection.Thing.Attributes[n]":7}}`, true},
		{`{"NumericGreaterThan":{"iot:Connection.Thing.Attributes[n]":[9,6.5]}}`, true},
		{`{"NumericGreaterThanEquals":{"iot:Connection.Thing.Attributes[n]":7.01}}`, false},
		{`{"NumericEquals":{"iot:ClientId":7}}`, false},
		{`{"NumericNotEquals":{"iot:ClientId":7}}`, true},
		{`{"NumericEquals":{"aws:EpochTime":1769846400}}`, true},
		{`{"NumericLessThan":{"aws:CurrentTime":1e18}}`, false},
		{`{"DateEquals":{"aws:CurrentTime":"2026-01-31T09:00:00+01:00"}}`, true},
		{`{"DateEquals":{"aws:EpochTime":"1769846400"}}`, true},
		{`{"DateLessThan":{"aws:CurrentTime":"2026-02"}}`, true},
		{`{"DateLessThan":{"aws:CurrentTime":"2026-01-31T08:00Z"}}`, false},
		{`{"DateGreaterThanEquals":{"aws:CurrentTime":"2026-01-31T08:00:00Z"}}`, true},
		{`{"DateGreaterThan":{"aws:CurrentTime":"2026-01-31"}}`, true},
		{`{"DateEquals":{"iot:Connection.Thing.Attributes[day]":"2026-01-31T00:00:00Z"}}`, true},
		{`{"DateNotEquals":{"iot:ClientId":"2026-01-31"}}`, true},
		{`{"StringLike":{"aws:CurrentTime":"2026-01-31T08:*Z"}}`, true},
		{`{"StringEquals":{"aws:EpochTime":1769846400}}`, true},
		{`{"Null":{"aws:CurrentTime":"true"}}`, false},
		// ARNs and bytes.
		{`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/*"}}`, true},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam:*:user/x:y"}}`, false},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/x:y:?"}}`, true},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/*:z"}}`, true},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${s3:account}:user/x:?:z"}}`, true},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${iot:ClientId}:user/x:*"}}`, false},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:*"}}`, true},
		{`{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"}}`, false},
		{`{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/x"}}`, true},
		{`{"ArnLike":{"iot:ClientId":"arn:aws:*"}}`, false},
		{`{"BinaryEquals":{"s3:bytes":"YQ=="}}`, true},
		{`{"BinaryEquals":{"s3:bytes":"YWE="}}`, false},
	} {
		t.Run("ok/"+tt.condition, func(t *testing.T) {
			document := doc(anyVote + `,"Condition":` + tt.condition)
			set := mustParse(t, Device, document)
			r := &Request{Action: Connect, Type: "client", Name: []byte("Dev-1"), At: at, Context: base}
			if got := set.Evaluate(r) == Allowed; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			check(t, []string{document}, set, r)
		})
	}
}

func TestDecisions(t *testing.T) {
	publish := func(effect, resource string) string {
		return doc(`"Effect":"` + effect + `","Action":"iot:Publish","Resource":"` + resource + `"`)
	}
	for _, tt := range []struct {
		name      string
		documents []string
		want      Decision
		policies  string
	}{
		{"ok/no policy", nil, ImplicitDeny, "[]"},
		{"ok/empty policy", []string{`{"Statement":[]}`}, ImplicitDeny, "[IMPLICIT_DENY]"},
		{"ok/allow", []string{publish("Allow", arn+"topic/b"), publish("Allow", "*")}, Allowed, "[IMPLICIT_DENY ALLOWED]"},
		{"ok/deny wins", []string{publish("Allow", "*"), publish("Deny", arn+"topic/a")}, ExplicitDeny, "[ALLOWED EXPLICIT_DENY]"},
		{"ok/deny wins within a policy", []string{`{"Statement":[{` + allow + `},{"Effect":"Deny","Action":"*","Resource":"*"}]}`}, ExplicitDeny, "[EXPLICIT_DENY]"},
		{"ok/deny of something else", []string{publish("Deny", arn+"topic/b"), publish("Allow", "*")}, Allowed, "[IMPLICIT_DENY ALLOWED]"},
		{"ok/another action", []string{doc(`"Effect":"Allow","Action":"iot:Receive","Resource":"*"`)}, ImplicitDeny, "[IMPLICIT_DENY]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := mustParse(t, Device, tt.documents...)
			r := &Request{Action: Publish, Type: "topic", Name: []byte("a")}
			x := set.Explain(r)
			if got := set.Evaluate(r); got != tt.want || x.Decision != tt.want || fmt.Sprint(x.Policies) != tt.policies {
				t.Errorf("got %v, explained %v %v, want %v %s", got, x.Decision, x.Policies, tt.want, tt.policies)
			}
		})
	}
	if got := (*Set)(nil).Evaluate(&Request{Action: Publish}); got != ImplicitDeny {
		t.Errorf("nil: got %v, want %v", got, ImplicitDeny)
	}
	if got := (*Set)(nil).Explain(&Request{Action: Publish}); got.Decision != ImplicitDeny || got.Policies != nil {
		t.Errorf("nil: got %v, want nothing", got)
	}
}

func TestExplainMissing(t *testing.T) {
	set := mustParse(t, Device,
		doc(`"Effect":"Allow","Action":"iot:Publish","Resource":["`+arn+`topic/${iot:clientid}/*${iot:Connection.Thing.ThingName}*${iot:ClientId}","`+arn+`topic/${iot:Nonsense}"],
			"Condition":{"StringEquals":{"aws:SourceIp":["${iot:DomainName}x"]},"ArnLike":{"iot:ClientId":"arn:aws:iot:*:*:${aws:userid}"}}`),
		doc(`"Effect":"Deny","Action":"iot:Connect","Resource":"`+arn+`client/${iot:Connection.Thing.ThingTypeName}"`))
	r := &Request{Action: Publish, Type: "topic", Name: []byte("other"), Context: facts{"iot:connection.thing.thingname": {"t"}}}
	want := []string{"iot:ClientId", "iot:Nonsense", "aws:SourceIp", "iot:DomainName", "aws:userid"}
	if got := set.Explain(r).Missing; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAccessKeys(t *testing.T) {
	set := mustParse(t, AccessKey, doc(`"Effect":"Allow","Action":["iot:Describe*","iot:List*","vedette:Get*"],"Resource":"*"`),
		doc(`"Effect":"Allow","Action":"iot:CreateThing","Resource":"`+arn+`thing/ci-*"`),
		doc(`"Effect":"Allow","NotAction":["iot:Delete*","iot:CreateThing","iot:Publish"],"NotResource":"`+arn+`thing/*","Condition":{"StringEquals":{"aws:ResourceTag/team":"ci"},"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}`))
	tagged := facts{"aws:resourcetag/team": {"ci"}, "aws:tagkeys": {"team"}}
	for _, tt := range []struct {
		name          string
		action        Action
		resource, arg string
		context       Context
		want          Decision
	}{
		{"ok/list", "iot:ListThings", "", "", nil, Allowed},
		{"ok/own operation", "vedette:GetHistory", "", "", nil, Allowed},
		{"ok/thing", "iot:CreateThing", "thing", "ci-1", nil, Allowed},
		{"fail/another thing", "iot:CreateThing", "thing", "x", nil, ImplicitDeny},
		{"fail/no resource", "iot:CreateThing", "", "", nil, ImplicitDeny},
		{"ok/by tag", "iot:UpdateDimension", "dimension", "d", tagged, Allowed},
		{"fail/not tagged", "iot:UpdateDimension", "dimension", "d", facts{}, ImplicitDeny},
		{"fail/another tag key", "iot:TagResource", "dimension", "d", facts{"aws:resourcetag/team": {"ci"}, "aws:tagkeys": {"team", "cost"}}, ImplicitDeny},
		{"fail/left out", "iot:DeleteDimension", "dimension", "d", tagged, ImplicitDeny},
		{"fail/resource left out", "iot:UpdateThing", "thing", "t", tagged, ImplicitDeny},
		{"ok/no resource is not left out", "iot:UpdateIndexingConfiguration", "", "", tagged, Allowed},
		{"fail/gateway action left out", Publish, "topic", "t", tagged, ImplicitDeny},
		{"ok/gateway action", Receive, "topic", "t", tagged, Allowed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := set.Evaluate(&Request{Action: tt.action, Type: tt.resource, Name: []byte(tt.arg), Context: tt.context}); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
