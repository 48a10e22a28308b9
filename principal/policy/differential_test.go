package policy

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// maker makes random documents and requests from few words, so that they often
// meet.
type maker struct{ *rand.Rand }

func pick[T any](m maker, from ...T) T { return from[m.IntN(len(from))] }

func (m maker) one(in int) bool { return m.IntN(in) == 0 }

// join makes a text of up to n of the words.
func (m maker) join(n int, words ...string) string {
	var b strings.Builder
	for range m.IntN(n + 1) {
		b.WriteString(pick(m, words...))
	}
	return b.String()
}

var nameWords = []string{"a", "b", "/", "a/b", "é", "€", ":", "+", "#", "$", "*", "?", "{", "}"}

func (m maker) pattern() string {
	words := append([]string{
		"*", "*", "?", "${iot:ClientId}", "${iot:ClientId}", "${IOT:CLIENTID}", "${iot:Connection.Thing.ThingName}", "${*}", "${?}", "${$}",
		"${iot:Connection.Thing.Attributes[k]}", "${iot:Certificate.Subject.CommonName}", "${iot:Certificate.Subject.CommonName.1}",
		"${iot:Certificate.Subject.CommonName.List}", "${aws:TagKeys}", "${aws:SourceIp}", "${iot:Nonsense}", "${}", "${aws:EpochTime}", "${iot:ClientId}*",
	}, nameWords[:8]...)
	return m.join(4, words...)
}

func (m maker) resource() string {
	if m.one(8) {
		return "*"
	}
	arn := pick(m, "arn:aws:iot:us-east-1:123456789012:", "arn:aws:iot:us-east-1:123456789012:", "arn:aws:iot:us-east-1:123456789012:",
		"arn:aws:iot:*:*:", "arn:aws*:iot:us-*-?:*9012:", "arn:a*:iot:us-east-1:????????9012:", "arn:aws:iot:eu-west-1:123456789012:", "arn:aws-cn:iot:*:*:",
		"arn:aws:iot:us-east-1:210987654321:")
	switch m.IntN(8) {
	case 0:
		return arn + pick(m, "t*", "*", "top?c*", "*/", "*a", "topic*/a", "*c/a") + m.pattern()
	case 1:
		return pick(m, "arn:aws:iot:*", "arn:aws:iot:us-*", "arn:aws:iot:eu-*", "arn:aws:iot:us-east-1:*", "arn:aws:iot:*:12*", "arn:aws:iot:us-east-1:9*")
	}
	return arn + pick(m, "topic/", "topic/", "topic/", "topicfilter/", "client/", "thing/") + m.pattern()
}

func (m maker) action() string {
	return pick(m, "iot:Publish", "iot:Publish", "iot:Receive", "iot:*", "*", "iot:Pub*", "iot:*Publish", "IOT:subscribe", "iot:Connect",
		"iot:?onnect", "iot:*e*", "iot:CreateThing", "iot:Create*", "greengrass:*", "iot:**h")
}

// some makes one value or a list.
func some[T any](m maker, one func() T) any {
	if m.one(3) {
		return one()
	}
	out := []T{one()}
	for range m.IntN(3) {
		out = append(out, one())
	}
	return out
}

var conditionKeys = []string{
	"iot:ClientId", "iot:ClientId", "aws:SourceIp", "iot:Connection.Thing.IsAttached", "iot:ConnectAttributes", "aws:TagKeys", "AWS:tagkeys",
	"iot:Connection.Thing.Attributes[k]", "iot:Connection.Thing.Attributes[K]", "iot:Certificate.Subject.CommonName", "iot:Certificate.Subject.CommonName.List",
	"iot:Certificate.Subject.CommonName.0", "iot:Certificate.Subject.CommonName.2", "iot:Certificate.SubjectAlternativeName.DNSName",
	"aws:RequestTag/team", "aws:CurrentTime", "aws:EpochTime", "aws:PrincipalArn", "s3:prefix",
}

var sampleTexts = []string{
	"a", "b", "A", "ab", "a/b", "é", "É", "", "*", "?", "a*", "true", "False", "7", "7.0", "1e1", "-3", "2026-01-31", "2026-01-31T08:00:00Z", "2026-01-31T09:00+01:00", "1769846400",
	"192.0.2.7", "2001:db8::7", "::ffff:192.0.2.9", "10.0.0.1", "arn:aws:iot:us-east-1:123456789012:thing/a", "arn:aws:iam::123456789012:user/x:y", "PersistentConnect", "LastWill", "K\u212a", "x+y", "#x", "$x",
}

func (m maker) wanted(op string) any {
	switch {
	case strings.HasPrefix(op, "String"):
		return pick(m, m.pattern(), m.pattern(), pick(m, sampleTexts...))
	case strings.HasPrefix(op, "Arn"):
		return pick(m, "*", "arn:aws:*", "arn:*:iot:*:*:thing/"+m.pattern(), "arn:aws:iam::123456789012:user/*", "arn:aws:ia?::*:*y", "arn:aws:iot:${iot:Connection.Thing.Attributes[r]}:123456789012:*")
	case op == "Bool":
		return pick[any](m, "true", "false", true, false, "TRUE", "${iot:Connection.Thing.IsAttached}", "${iot:ClientId}")
	case op == "Null":
		return pick[any](m, "true", "false", true, false)
	case strings.HasPrefix(op, "Numeric"):
		return pick[any](m, 7, 7.5, "7", "-3", "1e1", "+.5", 1769846400, "1769846401")
	case strings.HasPrefix(op, "Date"):
		return pick[any](m, "2026-01-31T08:00:00Z", "2026-01-31", "2026-01", "2026-01-31T09:00:00+01:00", "2026-01-31T08:00Z", 1769846400, "1769846401", "2026-01-31T08:00:00.5Z")
	case strings.HasSuffix(op, "IpAddress"):
		return pick(m, "192.0.2.0/24", "192.0.2.7", "192.0.2.99/24", "0.0.0.0/0", "2001:db8::/32", "2001:db8::7", "::ffff:192.0.2.0/120", "::/0", "10.0.0.0/8")
	}
	return pick(m, "YQ==", "YWI=", "", "w6k=")
}

func (m maker) condition() map[string]any {
	out := map[string]any{}
	for range 1 + m.IntN(2) {
		op := operators[m.IntN(len(operators))].name
		keys := map[string]any{}
		for range 1 + m.IntN(2) {
			keys[pick(m, conditionKeys...)] = some(m, func() any { return m.wanted(op) })
		}
		if op != "Null" {
			op = pick(m, "", "", "ForAllValues:", "ForAnyValue:") + op + pick(m, "", "", "IfExists")
		}
		out[op] = keys
	}
	return out
}

func (m maker) statement(profile Profile) map[string]any {
	s := map[string]any{"Effect": pick(m, "Allow", "Allow", "Deny")}
	not := func(name string) string {
		if profile == AccessKey && m.one(4) {
			return "Not" + name
		}
		return name
	}
	s[not("Action")] = some(m, m.action)
	s[not("Resource")] = some(m, m.resource)
	if m.one(3) {
		s["Condition"] = m.condition()
	}
	if m.one(4) {
		s["Sid"] = "s1"
	}
	return s
}

func (m maker) document(profile Profile) string {
	doc := map[string]any{"Version": pick(m, "2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17")}
	if m.one(20) {
		delete(doc, "Version")
	}
	if m.one(4) {
		doc["Statement"] = m.statement(profile)
	} else {
		list := []any{}
		for range m.IntN(4) {
			list = append(list, m.statement(profile))
		}
		doc["Statement"] = list
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(text)
}

var factNames = []string{
	"iot:clientid", "iot:connection.thing.thingname", "iot:connection.thing.attributes[k]", "iot:connection.thing.attributes[r]", "aws:requesttag/team", "s3:prefix",
	"aws:principalarn", "iot:certificate.subject.commonname",
}

func (m maker) facts() facts {
	f := facts{}
	for _, name := range factNames {
		if !m.one(3) {
			f[name] = []string{pick(m, pick(m, sampleTexts...), m.join(3, nameWords...))}
		}
	}
	if !m.one(4) {
		f["aws:sourceip"] = []string{pick(m, "192.0.2.7", "2001:db8::7", "::ffff:192.0.2.9", "10.0.0.1", "nonsense")}
	}
	if !m.one(3) {
		f["iot:connection.thing.isattached"] = []string{pick(m, "true", "false")}
	}
	for _, name := range []string{"aws:tagkeys", "iot:connectattributes", "iot:certificate.subject.commonname", "iot:certificate.subject.alternativename.dnsname"} {
		for range m.IntN(4) {
			f[name] = append(f[name], pick(m, sampleTexts...))
		}
	}
	return f
}

func (m maker) request() *Request {
	r := &Request{Action: pick(m, Publish, Publish, Receive, Subscribe, Connect, RetainPublish, "iot:CreateThing", "iot:ListThings", "vedette:Status")}
	r.Type = pick(m, map[Action]string{Publish: "topic", Receive: "topic", RetainPublish: "topic", Subscribe: "topicfilter", Connect: "client", "iot:CreateThing": "thing"}[r.Action], "topic")
	if m.one(30) {
		r.Type = ""
	}
	words := nameWords
	if m.one(2) {
		f := m.facts()
		r.Context = f
		for _, name := range factNames {
			if values := f[name]; values != nil && m.one(2) {
				words = append([]string{values[0], values[0], "a/" + values[0]}, words...)
			}
		}
	}
	r.Name = []byte(m.join(4, words...))
	if m.one(2) {
		r.At = time.Unix(1769846400+int64(m.IntN(3)-1), int64(m.IntN(2))*5e8)
	}
	return r
}

// check compares everything that the package says about a request with the
// oracle.
func check(t testing.TB, documents []string, set *Set, r *Request) Decision {
	t.Helper()
	want, each := ImplicitDeny, make([]Decision, len(documents))
	for i, document := range documents {
		each[i] = oracle(t, document, r)
		want = max(want, each[i])
	}
	got, why := set.Evaluate(r), set.Explain(r)
	if got != want || why.Decision != want || fmt.Sprint(why.Policies) != fmt.Sprint(each) {
		t.Fatalf("Evaluate: got %v, Explain: got %v by %v, want %v by %v\nrequest %+v name %q\npolicies %s",
			got, why.Decision, why.Policies, want, each, r, r.Name, strings.Join(documents, "\n"))
	}
	return got
}

// TestAgainstOracle compares 150,000 decisions of random policies.
func TestAgainstOracle(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(1, 2))}
	seen := map[Decision]int{}
	const sets, requests = 15000, 10
	for range sets {
		var documents []string
		var policies []*Policy
		profile := pick(m, Device, AccessKey)
		for range 1 + m.IntN(3) {
			document := m.document(profile)
			p, err := Parse(document, Options{Profile: profile, Own: own})
			if err != nil {
				if strings.Contains(err.Error(), "no name behind") || strings.Contains(err.Error(), "variable before its fifth colon") ||
					!strings.Contains(document, "2012") && strings.Contains(err.Error(), "is not true or false") {
					continue // topic/ with an empty pattern; variables in version 2008-10-17
				}
				t.Fatalf("%v\n%s", err, document)
			}
			documents, policies = append(documents, document), append(policies, p)
		}
		set := NewSet(policies...)
		for range requests {
			seen[check(t, documents, set, m.request())]++
		}
	}
	for _, d := range []Decision{ImplicitDeny, Allowed, ExplicitDeny} {
		if seen[d] < sets*requests/20 {
			t.Errorf("%v: only %d of %d decisions: the test tries too little of it", d, seen[d], sets*requests)
		}
	}
	t.Logf("%v", seen)
}

// TestPatternsAgainstOracle compares matching alone, with patterns and texts of
// two letters, where wrong turns of a matcher show.
func TestPatternsAgainstOracle(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 4))}
	matched := 0
	const rounds = 300000
	for range rounds {
		text := m.join(10, "*", "*", "?", "a", "a", "b", "é", "${iot:ClientId}", "${iot:DomainName}")
		f := facts{"iot:clientid": {m.join(2, "a", "b", "*", "é")}, "iot:domainname": {m.join(1, "ab", "é")}}
		s := m.join(10, "a", "a", "b", "é", "€", "*")
		p, err := (&parser{variables: true}).compile("", text, true)
		if err != nil {
			t.Fatal(err)
		}
		want := asker{known: f, variables: true}.fits(text, true, s)
		if got := p.match(&Request{Context: f}, s); got != want {
			t.Fatalf("%q on %q with %v: got %v, want %v", text, s, f, got, want)
		}
		if want {
			matched++
		}
	}
	if matched < rounds/20 {
		t.Errorf("only %d of %d matched: the test tries too little", matched, rounds)
	}
}
