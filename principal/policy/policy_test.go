package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// doc wraps the members of one statement.
func doc(members string) string {
	return `{"Version":"2012-10-17","Statement":[{` + members + `}]}`
}

const (
	allow   = `"Effect":"Allow","Action":"iot:Publish","Resource":"*"`
	arn     = "arn:aws:iot:us-east-1:123456789012:"
	anyVote = `"Effect":"Allow","Action":"*","Resource":"*"`
)

func TestParse(t *testing.T) {
	condition := func(c string) string { return doc(allow + `,"Condition":` + c) }
	resource := func(r string) string { return doc(`"Effect":"Allow","Action":"iot:Publish","Resource":` + r) }
	action := func(a string) string { return doc(`"Effect":"Allow","Action":` + a + `,"Resource":"*"`) }
	for _, tt := range []struct {
		name, document string
		profile        Profile
		err            string // part of the error; empty: none
	}{
		{name: "ok/one statement", document: `{"Version":"2012-10-17","Statement":{` + allow + `}}`},
		{name: "ok/list", document: doc(allow)},
		{name: "ok/no statement", document: `{"Version":"2012-10-17","Statement":[]}`},
		{name: "ok/no version", document: `{"Statement":[{` + allow + `}]}`},
		{name: "ok/old version", document: `{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"a b",` + allow + `}]}`},
		{name: "ok/white space does not count", document: strings.Repeat(" \n", 3000) + doc(allow)},
		{name: "ok/actions", document: action(`["*","iot:*","iot:Connect","IOT:publish","iot:Get*Shadow","iot:CreateThing","iot:?ublish","greengrass:Discover"]`)},
		{name: "ok/actions of other services", profile: AccessKey, document: action(`["sns:Publish","iam:PassRole","vedette:*","vedette:Get*","vedette:ListReportRejections"]`)},
		{name: "ok/every device", profile: AccessKey, document: resource(`["arn:aws:iot:*:*:all/things","arn:aws:iot:*:*:all/registered-things"]`)},
		{name: "ok/everything of IAM", profile: AccessKey, document: doc(`"Effect":"Deny","NotAction":"iot:List*","NotResource":["arn:aws:iot:*:*:thing/*","arn:aws:iam::123456789012:role/x"]`)},
		{name: "ok/resources", document: resource(`["*","` + arn + `topic/a/b","` + arn + `topicfilter/a/#","` + arn + `*","` + arn + `top*","arn:aws:iot:*","arn:aws:iot:us-east-1:*",
			"arn:aws:iot:*:*:client/${iot:ClientId}","arn:aws-cn:iot:cn-north-1:123456789012:topic/a","arn:*:iot:us-*-1:1234*:topic/?","` + arn + `${iot:ClientId}/x","` + arn + `topic/a:b",
			"arn:aws:greengrass:us-east-1:123456789012:components:x"]`)},
		{name: "ok/conditions", document: condition(`{}`)},
		{name: "ok/condition values", document: condition(`{"Bool":{"iot:Connection.Thing.IsAttached":[true,"false"]},"NumericLessThan":{"aws:EpochTime":1.5e9},"StringLike":{"IOT:clientid":"a*"},
			"ForAllValues:StringEqualsIfExists":{"aws:TagKeys":["a","b"]},"Null":{"iot:Certificate.Subject.CommonName.3":"true"},"DateLessThan":{"aws:CurrentTime":"2027-01-01"},
			"IpAddress":{"aws:SourceIp":["192.0.2.1","2001:db8::/32"]},"ArnLike":{"aws:SourceArn":["*","arn:aws:iot:*:*:*","arn:aws:iot:*"]},"BinaryEquals":{"s3:x":"YQ=="}}`)},
		{name: "ok/2012 limit", document: doc(`"Sid":"` + strings.Repeat("é", 2048-len([]rune(doc(`"Sid":"",`+allow)))) + `",` + allow)},
		{name: "ok/unknown variable", document: resource(`"` + arn + `topic/${iot:Nonsense}"`)},
		{name: "ok/${ in version 2008", document: strings.Replace(resource(`"`+arn+`topic/${x"`), "2012", "2008", 1)},

		{name: "fail/empty", document: "", err: "policy document: is not JSON: it ends too early"},
		{name: "fail/not JSON", document: `{"Version":"2012-10-17","Statement":[}`, err: "policy document: is not JSON: "},
		{name: "fail/cut", document: `{"Version":"2012-10-17","Statement":[`, err: "ends too early"},
		{name: "fail/goes on", document: doc(allow) + "{}", err: "policy document: goes on after its end, at byte"},
		{name: "fail/no object", document: `[]`, err: "policy document: is a list, want an object"},
		{name: "fail/not UTF-8", document: doc(`"Sid":"` + "\xff" + `",` + allow), err: "is not valid UTF-8"},
		{name: "fail/too long", document: doc(`"Sid":"` + strings.Repeat("x", 2048) + `",` + allow), err: "characters that are not white space, want at most 2048"},
		{name: "fail/too much white space", document: doc(allow) + strings.Repeat(" ", maxBytes), err: "bytes, want at most 404600"},
		{name: "fail/too deep", document: condition(strings.Repeat(`{"a":`, 10) + "1" + strings.Repeat("}", 10)), err: "is nested deeper than any policy"},
		{name: "fail/deep lists", document: strings.Repeat("[", 1000), err: "is nested deeper than any policy"},
		{name: "fail/twice", document: `{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}`, err: "Version: is given twice"},
		{name: "fail/twice inside", document: condition(`{"StringEquals":{"iot:ClientId":"a","iot:ClientId":"b"}}`), err: "Statement[0].Condition.StringEquals.iot:ClientId: is given twice"},
		{name: "fail/version", document: `{"Version":"2012-10-18","Statement":[]}`, err: `Version: is "2012-10-18", want 2012-10-17 or 2008-10-17`},
		{name: "fail/version type", document: `{"Version":2012,"Statement":[]}`, err: "Version: is a number, want a string"},
		{name: "fail/unknown element", document: `{"Version":"2012-10-17","Statements":[]}`, err: "Statements: unknown element; want one of Version, Id, Statement"},
		{name: "fail/statement missing", document: `{"Version":"2012-10-17"}`, err: "Statement: is missing"},
		{name: "fail/statement null", document: `{"Statement":null}`, err: "Statement: is null, want an object or a list of objects"},
		{name: "fail/statement type", document: `{"Statement":[1]}`, err: "Statement[0]: is a number, want an object"},
		{name: "fail/unknown in statement", document: doc(allow + `,"Effects":"Allow"`), err: "Statement[0].Effects: unknown element"},
		{name: "fail/principal", document: doc(allow + `,"Principal":"*"`), err: "Statement[0].Principal: is not part of these policies"},
		{name: "fail/second statement", document: `{"Statement":[{` + allow + `},{"Effect":"Allow"}]}`, err: "Statement[1].Action: is missing"},
		{name: "fail/one statement", document: `{"Statement":{"Effect":"Allow","Action":"*"}}`, err: "Statement.Resource: is missing"},
		{name: "fail/effect missing", document: doc(`"Action":"*","Resource":"*"`), err: "Statement[0].Effect: is missing; want Allow or Deny"},
		{name: "fail/effect", document: doc(`"Effect":"allow","Action":"*","Resource":"*"`), err: `Statement[0].Effect: is "allow", want Allow or Deny`},
		{name: "fail/sid", document: doc(`"Sid":1,` + allow), err: "Statement[0].Sid: is a number, want a string"},

		{name: "fail/action unknown", document: action(`"iot:Publsh"`), err: `Statement[0].Action: unknown action "iot:Publsh"; want iot:Connect, `},
		{name: "fail/own action unknown", profile: AccessKey, document: action(`"vedette:ListReports"`), err: `Statement[0].Action: unknown action "vedette:ListReports"`},
		{name: "fail/every device", document: resource(`"arn:aws:iot:*:*:all/things"`), err: `has the type "all"`},
		{name: "fail/action in list", document: action(`["iot:Publish","iot:Zz*"]`), err: `Statement[0].Action[1]: unknown action "iot:Zz*"`},
		{name: "fail/action no service", document: action(`"Publish"`), err: `"Publish" is no action; want * or SERVICE:NAME`},
		{name: "fail/action characters", document: action(`"iot:${iot:ClientId}"`), err: "is no action"},
		{name: "fail/action two colons", document: action(`"iot:a:b"`), err: "is no action"},
		{name: "fail/action of another service", document: action(`"sns:Publish"`), err: `"sns:Publish" is not an action of devices`},
		{name: "fail/action type", document: action(`{"a":"b"}`), err: "Statement[0].Action: is an object, want a string"},
		{name: "fail/action empty list", document: action(`[]`), err: "Statement[0].Action: is an empty list"},
		{name: "fail/action list in list", document: action(`[["*"]]`), err: "Statement[0].Action[0]: is a list, want a string"},
		{name: "fail/NotAction of devices", document: doc(`"Effect":"Allow","NotAction":"*","Resource":"*"`), err: "Statement[0].NotAction: is not part of policies of devices; want Action"},
		{name: "fail/both actions", profile: AccessKey, document: doc(allow + `,"NotAction":"*"`), err: "Statement[0]: has both Action and NotAction"},

		{name: "fail/resource", document: resource(`"topic/a"`), err: `Statement[0].Resource: "topic/a" is no ARN; want * or arn:aws:iot:REGION:ACCOUNT:TYPE/NAME`},
		{name: "fail/resource null", document: resource(`null`), err: "Statement[0].Resource: is null, want a string"},
		{name: "fail/resource empty", document: resource(`""`), err: "is no ARN"},
		{name: "fail/resource short", document: resource(`"arn:aws:iot:*:topic/a"`), err: "has fewer than six parts"},
		{name: "fail/resource spans too much", document: resource(`"arn:aws:*"`), err: "is no ARN"},
		{name: "fail/resource service", document: resource(`"arn:aws:s3:::bucket/x"`), err: `is of the service "s3"`},
		{name: "fail/resource service wildcard", profile: AccessKey, document: resource(`"arn:aws:*:us-east-1:123456789012:topic/x"`), err: `is of the service "*"`},
		{name: "fail/resource partition", document: resource(`"arn:amazon:iot:us-east-1:123456789012:topic/x"`), err: `has the partition "amazon"`},
		{name: "fail/resource region", document: resource(`"arn:aws:iot::123456789012:topic/x"`), err: `has the Region ""`},
		{name: "fail/resource account", document: resource(`"arn:aws:iot:us-east-1:12345:topic/x"`), err: `has the account "12345", want twelve digits`},
		{name: "fail/resource placeholder", document: resource(`"arn:aws:iot:us-east-1:ACCOUNT:topic/x"`), err: `has the account "ACCOUNT"`},
		{name: "fail/resource type", document: resource(`"` + arn + `topics/x"`), err: `has the type "topics", want client, topic, topicfilter`},
		{name: "fail/resource no name", document: resource(`"` + arn + `topic/"`), err: "has no name behind its type topic/"},
		{name: "fail/resource nothing", document: resource(`"` + arn + `"`), err: `has the type ""`},
		{name: "fail/resource early variable", document: resource(`"arn:aws:iot:${aws:RequestedRegion}:123456789012:topic/x"`), err: "has a variable before its fifth colon"},
		{name: "fail/variable not closed", document: resource(`"` + arn + `topic/${iot:ClientId"`), err: "${ is not closed by }"},

		{name: "fail/condition type", document: condition(`[]`), err: "Statement[0].Condition: is a list, want an object"},
		{name: "fail/operator", document: condition(`{"StringEqual":{"iot:ClientId":"a"}}`), err: "Statement[0].Condition.StringEqual: unknown operator; want one of StringEquals, "},
		{name: "fail/NullIfExists", document: condition(`{"NullIfExists":{"iot:ClientId":"true"}}`), err: "unknown operator"},
		{name: "fail/two set operators", document: condition(`{"ForAllValues:ForAnyValue:StringEquals":{"iot:ClientId":"a"}}`), err: "unknown operator"},
		{name: "fail/keys type", document: condition(`{"StringEquals":"a"}`), err: "Statement[0].Condition.StringEquals: is a string, want an object"},
		{name: "fail/no keys", document: condition(`{"StringEquals":{}}`), err: "Statement[0].Condition.StringEquals: is an empty object, want a key"},
		{name: "fail/key", document: condition(`{"StringEquals":{"iot:ClientID2":"a"}}`), err: "Statement[0].Condition.StringEquals.iot:ClientID2: unknown key; want"},
		{name: "fail/global key", document: condition(`{"StringEquals":{"aws:SourceIpp":"a"}}`), err: "unknown key"},
		{name: "fail/certificate key", document: condition(`{"StringEquals":{"iot:Certificate.Subject.CommonName.x":"a"}}`), err: "unknown key"},
		{name: "fail/no values", document: condition(`{"StringEquals":{"iot:ClientId":[]}}`), err: "StringEquals.iot:ClientId: is an empty list"},
		{name: "fail/value type", document: condition(`{"StringEquals":{"iot:ClientId":["a",null]}}`), err: "StringEquals.iot:ClientId[1]: is null, want a string, a number or a boolean"},
		{name: "fail/number", document: condition(`{"NumericEquals":{"aws:EpochTime":"many"}}`), err: `"many" is not a decimal number`},
		{name: "fail/number variable", document: condition(`{"NumericEquals":{"aws:EpochTime":"${aws:EpochTime}"}}`), err: "is not a decimal number"},
		{name: "fail/date", document: condition(`{"DateEquals":{"aws:CurrentTime":"tomorrow"}}`), err: `"tomorrow" is not a time such as`},
		{name: "fail/address", document: condition(`{"IpAddress":{"aws:SourceIp":"192.0.2.0/33"}}`), err: "is not an IP address or a CIDR prefix"},
		{name: "fail/bool", document: condition(`{"Bool":{"iot:Connection.Thing.IsAttached":"yes"}}`), err: `"yes" is not true or false`},
		{name: "fail/null", document: condition(`{"Null":{"iot:ClientId":1}}`), err: `"1" is not true or false`},
		{name: "fail/base64", document: condition(`{"BinaryEquals":{"s3:x":"?"}}`), err: "is not base64"},
		{name: "fail/arn", document: condition(`{"ArnLike":{"aws:SourceArn":"thing/a"}}`), err: "is not a pattern for ARNs"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse(tt.document, Options{Profile: tt.profile, Own: own})
			if (p == nil) != (err != nil) {
				t.Errorf("got policy %v and error %v, want one of them", p, err)
			}
			if tt.err == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			var fault *Error
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want an *Error with %q", err, tt.err)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	document := doc(`"Sid":"` + strings.Repeat("x", 3000) + `",` + allow)
	for _, tt := range []struct {
		name    string
		options Options
		ok      bool
	}{
		{"fail/device", Options{}, false},
		{"ok/access key", Options{Profile: AccessKey}, true},
		{"ok/raised", Options{MaxCharacters: 4000}, true},
		{"fail/lowered", Options{Profile: AccessKey, MaxCharacters: 3000}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(document, tt.options); (err == nil) != tt.ok {
				t.Errorf("got %v, want success %v", err, tt.ok)
			}
		})
	}
}

func TestParseKey(t *testing.T) {
	for _, tt := range []struct {
		text, name string
		key        Key
		index      int
		all        bool
	}{
		{text: "iot:clientid", name: "iot:ClientId", key: Key{ID: KeyClientID}},
		{text: "AWS:SourceIP", name: "aws:SourceIp", key: Key{ID: KeySourceIP}},
		{text: "iot:Connection.Thing.Attributes[Ab]", name: "iot:Connection.Thing.Attributes[Ab]", key: Key{KeyThingAttribute, "Ab"}},
		{text: "iot:certificate.subject.commonname", name: "iot:Certificate.Subject.CommonName", key: Key{KeyCertificateSubject, "CommonName"}},
		{text: "iot:Certificate.Issuer.Country.2", name: "iot:Certificate.Issuer.Country.2", key: Key{KeyCertificateIssuer, "Country"}, index: 2},
		{text: "iot:Certificate.Issuer.Country.list", name: "iot:Certificate.Issuer.Country.List", key: Key{KeyCertificateIssuer, "Country"}, all: true},
		{text: "iot:Certificate.Subject.AlternativeName.DNSName", name: "iot:Certificate.Subject.AlternativeName.DNSName", key: Key{KeySubjectAlternativeName, "DNSName"}},
		{text: "iot:Certificate.SubjectAlternativeName.IPAddress.1", name: "iot:Certificate.SubjectAlternativeName.IPAddress.1", key: Key{KeySubjectAlternativeName, "IPAddress"}, index: 1},
		{text: "iot:Certificate.Issuer.AlternativeName.RFC822Name", name: "iot:Certificate.Issuer.AlternativeName.RFC822Name", key: Key{KeyIssuerAlternativeName, "RFC822Name"}},
		{text: "aws:requesttag/Team", name: "aws:RequestTag/Team", key: Key{KeyRequestTag, "Team"}},
		{text: "aws:ResourceTag/a.b", name: "aws:ResourceTag/a.b", key: Key{KeyResourceTag, "a.b"}},
		{text: "aws:tagkeys", name: "aws:TagKeys", key: Key{ID: KeyTagKeys}, all: true},
		{text: "aws:PrincipalTag/x", name: "aws:PrincipalTag/x", key: Key{KeyOther, "aws:PrincipalTag/x"}},
		{text: "aws:useragent", name: "aws:UserAgent", key: Key{KeyOther, "aws:UserAgent"}},
		{text: "s3:prefix", name: "s3:prefix", key: Key{KeyOther, "s3:prefix"}},
		{text: "aws:EpochTime", name: "aws:EpochTime", key: Key{ID: keyClock}},
	} {
		r, ok := parseKey(tt.text)
		if !ok || r.Key != tt.key || r.name != tt.name || r.index != tt.index || r.all != tt.all {
			t.Errorf("%s: got %+v %v, want %+v", tt.text, r, ok, tt)
		}
	}
	for _, text := range []string{"", "iot:", "iot", "aws:RequestTag/", "iot:Connection.Thing.Attributes[]", "iot:Connection.Thing.Attributes[a",
		"iot:Certificate.Subject.Locality", "iot:Certificate.Subject.CommonName.256", "iot:Certificate.Subject.CommonName.-1", "iot:Certificate.Subject.CommonName.", ":x", "s3:"} {
		if r, ok := parseKey(text); ok {
			t.Errorf("%q: got %+v, want no key", text, r)
		}
	}
}

// TestActionsAreKnown holds the slots of the gateway's actions to their list.
func TestActionsAreKnown(t *testing.T) {
	for i, a := range gatewayActions {
		if a.slot() != i {
			t.Errorf("%s: slot %d, want %d", a, a.slot(), i)
		}
	}
	for _, tt := range []struct {
		pattern, want string
	}{
		{"iot:*", "[0 1 2 3 4]"}, {"*", "[0 1 2 3 4]"}, {"iot:*publish", "[1 2]"}, {"iot:receive", "[4]"}, {"iot:creatething", "[]"}, {"iot:?ubscribe", "[3]"},
	} {
		s := statement{actions: []string{tt.pattern}}
		got := []int{}
		for i := range gatewayActions {
			if s.deviceActions()&(1<<i) != 0 {
				got = append(got, i)
			}
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("%s: got %v, want %s", tt.pattern, got, tt.want)
		}
	}
}
