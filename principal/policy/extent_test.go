package policy

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestExtent(t *testing.T) {
	const here = "arn:aws:iot:us-east-1:123456789012:"
	allow := func(action, resource string) string {
		return `{"Effect":"Allow","Action":"` + action + `","Resource":"` + resource + `"}`
	}
	deny := func(action, resource string) string {
		return strings.Replace(allow(action, resource), "Allow", "Deny", 1)
	}
	on := func(statement, condition string) string {
		return strings.TrimSuffix(statement, "}") + `,"Condition":` + condition + "}"
	}
	const tagged = `{"StringEquals":{"aws:ResourceTag/team":"video"}}`
	for name, c := range map[string]struct {
		statements []string
		typ        string
		want       Extent
	}{
		"always/everything":                      {[]string{allow("*", "*")}, "thing", Always},
		"always/by a pattern of actions":         {[]string{allow("IOT:create*", "*")}, "thing", Always},
		"always/every thing":                     {[]string{allow("iot:*", here+"thing/*")}, "thing", Always},
		"always/everything of the deployment":    {[]string{allow("iot:*", "arn:aws:iot:*")}, "thing", Always},
		"always/no resource":                     {[]string{allow("iot:*", "*")}, "", Always},
		"always/another action is denied":        {[]string{allow("*", "*"), deny("iot:DeleteThing", "*")}, "thing", Always},
		"always/another type is denied":          {[]string{allow("*", "*"), deny("*", here+"policy/*")}, "thing", Always},
		"always/all but what is elsewhere":       {[]string{`{"Effect":"Allow","Action":"*","NotResource":"arn:aws:iot:eu-west-1:*:thing/*"}`}, "thing", Always},
		"always/all but another type":            {[]string{`{"Effect":"Allow","Action":"*","NotResource":"` + here + `policy/*"}`}, "thing", Always},
		"always/NotAction of another":            {[]string{`{"Effect":"Allow","NotAction":"iot:DeleteThing","Resource":"*"}`}, "thing", Always},
		"partly/by name":                         {[]string{allow("iot:*", here+"thing/cam-*")}, "thing", Partly},
		"partly/by a variable":                   {[]string{allow("iot:*", here+"thing/${aws:username}")}, "thing", Partly},
		"partly/under a condition":               {[]string{on(allow("iot:*", "*"), tagged)}, "thing", Partly},
		"partly/some are denied":                 {[]string{allow("*", "*"), deny("*", here+"thing/cam-0")}, "thing", Partly},
		"partly/denied under a condition":        {[]string{allow("*", "*"), on(deny("*", "*"), tagged)}, "thing", Partly},
		"partly/all but some":                    {[]string{`{"Effect":"Allow","Action":"*","NotResource":"` + here + `thing/cam-0"}`}, "thing", Partly},
		"partly/a pattern over the type":         {[]string{allow("*", here+"th*")}, "thing", Partly},
		"never/nothing":                          {nil, "thing", Never},
		"never/another action":                   {[]string{allow("iot:DeleteThing", "*")}, "thing", Never},
		"never/another type":                     {[]string{allow("*", here+"policy/*")}, "thing", Never},
		"never/another account":                  {[]string{allow("*", "arn:aws:iot:us-east-1:999999999999:thing/*")}, "thing", Never},
		"never/ARNs for a request about nothing": {[]string{allow("*", here+"*"), allow("*", "arn:aws:iot:*"), allow("*", here+"th*")}, "", Never},
		"never/all is denied":                    {[]string{allow("*", "*"), deny("iot:Create*", "*")}, "thing", Never},
		"never/all of the type is denied":        {[]string{allow("*", "*"), deny("*", here+"thing/*")}, "thing", Never},
		"never/all but another type is denied":   {[]string{allow("*", "*"), `{"Effect":"Deny","Action":"*","NotResource":"` + here + `policy/*"}`}, "thing", Never},
		"never/all but everything":               {[]string{`{"Effect":"Allow","Action":"*","NotResource":"*"}`}, "thing", Never},
		"never/NotAction of this":                {[]string{`{"Effect":"Allow","NotAction":"iot:Create*","Resource":"*"}`}, "thing", Never},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(`{"Version":"2012-10-17","Statement":[`+strings.Join(c.statements, ",")+"]}", Options{Profile: AccessKey, Own: own})
			if err != nil {
				t.Fatal(err)
			}
			if got := NewSet(p).Extent("iot:CreateThing", c.typ); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if got := (*Set)(nil).Extent("iot:CreateThing", "thing"); got != Never {
		t.Errorf("nil: got %v, want %v", got, Never)
	}
}

// TestExtentIsCertain compares extents with 200,000 decisions of random policies: what
// is never allowed is not, what always is, is.
func TestExtentIsCertain(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(5, 6))}
	seen := map[Extent]int{}
	for range 20000 {
		var policies []*Policy
		var documents []string
		for range 1 + m.IntN(2) {
			document := m.document(AccessKey)
			if p, err := Parse(document, Options{Profile: AccessKey, Own: own}); err == nil { // see TestAgainstOracle
				policies, documents = append(policies, p), append(documents, document)
			}
		}
		set := NewSet(policies...)
		for range 10 {
			r := m.request()
			extent, decision := set.Extent(r.Action, r.Type), set.Evaluate(r)
			if extent == Never && decision == Allowed || extent == Always && decision != Allowed {
				t.Fatalf("got %v, but a request is %v\nrequest %+v name %q\npolicies %s", extent, decision, r, r.Name, strings.Join(documents, "\n"))
			}
			seen[extent]++
		}
	}
	for _, e := range []Extent{Never, Partly, Always} {
		if seen[e] < 5000 {
			t.Errorf("%v: only %d extents: the test tries too little of it", e, seen[e])
		}
	}
	t.Logf("%v", seen)
}
