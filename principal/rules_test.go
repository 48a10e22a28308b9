package principal

import (
	"testing"
	"time"

	"vedette/api"
	"vedette/principal/policy"
)

// lampRules are the rules of one that may use its own topics.
func lampRules(t testing.TB) *Policies {
	t.Helper()
	p, err := policy.Parse(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:us-east-1:000000000000:client/${iot:Connection.Thing.ThingName}"},
		{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":"arn:aws:iot:us-east-1:000000000000:topic/lamps/${iot:ClientId}/*"},
		{"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:us-east-1:000000000000:topicfilter/lamps/${iot:ClientId}/*"},
		{"Effect":"Deny","Action":"iot:Publish","Resource":"arn:aws:iot:us-east-1:000000000000:topic/lamps/*/secret"}]}`,
		policy.Options{Own: api.ARNs{Account: "000000000000", Region: "us-east-1"}})
	if err != nil {
		t.Fatal(err)
	}
	return &Policies{Set: policy.NewSet(p), Facts: &Facts{ClientID: "lamp-7", Thing: &ThingFacts{Name: "lamp-7"}}, Now: time.Now}
}

func TestPolicies(t *testing.T) {
	who := New("lamp", lampRules(t))
	for _, tt := range []struct {
		action Action
		name   string
		want   bool
	}{
		{Connect, "lamp-7", true},
		{Connect, "lamp-8", false},
		{Publish, "lamps/lamp-7/on", true},
		{Publish, "lamps/lamp-8/on", false},
		{Publish, "lamps/lamp-7/secret", false},
		{RetainPublish, "lamps/lamp-7/on", false},
		{Subscribe, "lamps/lamp-7/#", true},
		{Subscribe, "lamps/#", false},
		{Receive, "lamps/lamp-7/secret", true},
		{0, "lamps/lamp-7/on", false},
	} {
		if got := who.Allows(tt.action, []byte(tt.name)); got != tt.want {
			t.Errorf("%v %s: got %v, want %v", tt.action, tt.name, got, tt.want)
		}
	}
	topic := []byte("lamps/lamp-7/on")
	if n := testing.AllocsPerRun(100, func() { who.Allows(Publish, topic) }); n > 0 {
		t.Errorf("%v allocations for a message", n)
	}
}

func BenchmarkPolicies(b *testing.B) {
	who, topic := New("lamp", lampRules(b)), []byte("lamps/lamp-7/on")
	b.ReportAllocs()
	for b.Loop() {
		who.Allows(Publish, topic)
	}
}
