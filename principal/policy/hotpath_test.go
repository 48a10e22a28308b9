package policy

import (
	"fmt"
	"testing"
	"time"
)

// device is a Context as a connection has it.
type device struct {
	clientID, ip, thing string
	attached            bool
	attributes          []string
}

func (d *device) Value(k Key, i int) (string, bool) {
	switch k.ID {
	case KeyClientID:
		return d.clientID, i == 0
	case KeySourceIP:
		return d.ip, i == 0
	case KeyThingName:
		return d.thing, i == 0 && d.thing != ""
	case KeyThingAttribute:
		return "hall-3", i == 0 && k.Arg == "room"
	case KeyThingIsAttached:
		if d.attached {
			return "true", i == 0
		}
		return "false", i == 0
	case KeyConnectAttributes:
		if i < len(d.attributes) {
			return d.attributes[i], true
		}
	}
	return "", false
}

var lamp = &device{clientID: "lamp-7", ip: "192.0.2.7", thing: "lamp-7", attached: true, attributes: []string{"LastWill"}}

// simple is the policy of a device that publishes to its own topics.
const simple = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:us-east-1:123456789012:client/lamp-7"},
	{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":"arn:aws:iot:us-east-1:123456789012:topic/lamps/lamp-7/*"}]}`

// withVariables are ten policies of which the last allows the topic.
func withVariables(t testing.TB) *Set {
	var documents []string
	for i := range 9 {
		documents = append(documents, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Deny","Action":"iot:*","Resource":"arn:aws:iot:us-east-1:123456789012:topic/lamps/*/secret-%d"},
			{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/lamps/${iot:Connection.Thing.ThingName}/only-%d"}]}`, i, i))
	}
	return mustParse(t, Device, append(documents, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/lamps/${iot:ClientId}/*"}]}`)...)
}

const withConditions = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":"iot:*","Resource":"arn:aws:iot:us-east-1:123456789012:*/${iot:ClientId}/?*/data","Condition":{
		"Bool":{"iot:Connection.Thing.IsAttached":"true"},
		"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]},
		"DateLessThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"},
		"NumericGreaterThan":{"aws:EpochTime":1700000000},
		"StringLike":{"iot:ClientId":"lamp-*","iot:Connection.Thing.Attributes[room]":"h*-?"},
		"StringEqualsIgnoreCase":{"iot:ClientId":"${iot:Connection.Thing.ThingName}"},
		"StringNotEqualsIfExists":{"iot:DomainName":"x"},
		"ArnNotLike":{"aws:SourceArn":"arn:aws:iot:*:*:*"},
		"Null":{"iot:DomainName":"true"},
		"ForAllValues:StringEquals":{"iot:ConnectAttributes":["PersistentConnect","LastWill"]}}}]}`

// hot are the requests that must be answered without allocating.
func hot(t testing.TB) map[string]struct {
	set *Set
	r   *Request
} {
	request := func(a Action, typ, name string) *Request {
		return &Request{Action: a, Type: typ, Name: []byte(name), At: time.Unix(1769846400, 0), Context: lamp}
	}
	type hotCase = struct {
		set *Set
		r   *Request
	}
	return map[string]hotCase{
		"all":                  {mustParse(t, Device, doc(anyVote)), request(Publish, "topic", "lamps/lamp-7/data")},
		"simple":               {mustParse(t, Device, simple), request(Publish, "topic", "lamps/lamp-7/data")},
		"10 with variables":    {withVariables(t), request(Publish, "topic", "lamps/lamp-7/data")},
		"conditions":           {mustParse(t, Device, withConditions), request(Receive, "topic", "lamps/lamp-7/a/data")},
		"several wildcards":    {mustParse(t, Device, doc(`"Effect":"Allow","Action":"iot:*","Resource":"`+arn+`topic/*/*-?/${iot:ClientId}*/x"`)), request(Publish, "topic", "a/b/c-d/lamp-7/e/x")},
		"subscribe to filters": {mustParse(t, Device, doc(`"Effect":"Allow","Action":"iot:Subscribe","Resource":"`+arn+`topicfilter/lamps/${iot:ClientId}/*"`)), request(Subscribe, "topicfilter", "lamps/lamp-7/#")},
	}
}

func TestEvaluateDoesNotAllocate(t *testing.T) {
	for name, h := range hot(t) {
		t.Run("ok/"+name, func(t *testing.T) {
			if got := h.set.Evaluate(h.r); got != Allowed {
				t.Fatalf("got %v, want %v", got, Allowed)
			}
			denied := *h.r
			denied.Name = []byte("else/where")
			for _, r := range []*Request{h.r, &denied} {
				if n := testing.AllocsPerRun(100, func() { h.set.Evaluate(r) }); n != 0 {
					t.Errorf("%s: %v allocations, want 0", r.Name, n)
				}
			}
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for name, h := range hot(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.set.Evaluate(h.r)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(simple)))
	for b.Loop() {
		if _, err := Parse(simple, Options{Own: own}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewSet(b *testing.B) {
	set := withVariables(b)
	b.ReportAllocs()
	for b.Loop() {
		NewSet(set.policies...)
	}
}
