package policy

import (
	"errors"
	"testing"
	"time"
)

var seeds = []string{
	simple, withConditions, doc(allow), doc(anyVote), `{"Statement":[]}`, `{"Version":"2008-10-17","Statement":{` + allow + `}}`,
	doc(`"Effect":"Deny","NotAction":"iot:*","NotResource":["*","arn:aws:iot:*"],"Condition":{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":["a*","${$}"]}}`),
	doc(`"Effect":"Allow","Action":"*","Resource":"` + arn + `*${iot:ClientId}?*${*}"`),
	doc(anyVote + `,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:*"},"NumericLessThan":{"aws:EpochTime":1e10},"DateGreaterThan":{"aws:CurrentTime":"2026-01"}}`),
	doc(anyVote + `,"Condition":{"StringEquals":{"iot:Certificate.Subject.CommonName.List":"${iot:Certificate.Subject.CommonName.1}"},"BinaryEquals":{"s3:prefix":"YQ=="}}`),
	`{"Version":`, `[[[[[[[[[[[[`, `{"Statement":[{"Effect":1}]}`, `{"Statement":{}}`,
}

// FuzzParse: whatever the document, Parse answers soon, with a policy or with an
// *Error, and never panics; a policy can decide.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, document string, key bool) {
		o := Options{Own: own}
		if key {
			o.Profile = AccessKey
		}
		p, err := Parse(document, o)
		if err != nil {
			var fault *Error
			if !errors.As(err, &fault) || fault.Why == "" || p != nil {
				t.Fatalf("got %v, %#v, want an *Error alone", p, err)
			}
			return
		}
		NewSet(p).Explain(&Request{Action: Publish, Type: "topic", Name: []byte("a"), Context: facts{}})
	})
}

// FuzzEvaluate compares the decisions of documents that Parse takes with those
// of the oracle.
func FuzzEvaluate(f *testing.F) {
	actions := []Action{Connect, Publish, RetainPublish, Subscribe, Receive, "iot:CreateThing", "vedette:Status"}
	types := []string{"client", "topic", "topicfilter", "thing", ""}
	for i, s := range seeds {
		f.Add(s, uint8(i), uint8(i), "lamps/lamp-7/data", "lamp-7", "a")
		f.Add(s, uint8(1), uint8(1), "a", "*", "b+")
	}
	f.Fuzz(func(t *testing.T, document string, action, typ uint8, name, clientID, fact string) {
		if len(name) > 300 || len(clientID) > 100 || len(fact) > 100 {
			return // the oracle would take too long
		}
		p, err := Parse(document, Options{Profile: AccessKey, Own: own})
		if err != nil {
			return
		}
		r := &Request{
			Action: actions[int(action)%len(actions)], Type: types[int(typ)%len(types)], Name: []byte(name), At: time.Unix(1769846400, 0),
			Context: facts{
				"iot:clientid": {clientID}, "aws:tagkeys": {fact, clientID}, "iot:certificate.subject.commonname": {fact, "b"}, "aws:sourceip": {"192.0.2.7"},
				"iot:connection.thing.attributes[k]": {fact}, "aws:principalarn": {own.Thing(fact)}, "s3:prefix": {fact}, "iot:connection.thing.isattached": {"true"},
			},
		}
		check(t, []string{document}, NewSet(p), r)
	})
}
