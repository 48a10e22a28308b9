package principal

import (
	"time"

	"vedette/principal/policy"
)

// The attributes of CONNECT packets that policies can ask about.
const (
	PersistentConnect = "PersistentConnect" // the session outlives the connection
	LastWill          = "LastWill"          // there is a will
)

// Policies are the rules of a connection that policies make.
type Policies struct {
	Set   *policy.Set // nil: nothing is allowed
	Facts *Facts
	Now   func() time.Time
}

// Allows implements Rules. It does not allocate.
func (p *Policies) Allows(a Action, name []byte) bool {
	var action policy.Action
	var kind string
	switch a {
	case Connect:
		action, kind = policy.Connect, "client"
	case Publish:
		action, kind = policy.Publish, "topic"
	case RetainPublish:
		action, kind = policy.RetainPublish, "topic"
	case Subscribe:
		action, kind = policy.Subscribe, "topicfilter"
	case Receive:
		action, kind = policy.Receive, "topic"
	default:
		return false
	}
	return p.Set.Evaluate(&policy.Request{Action: action, Type: kind, Name: name, At: p.Now(), Context: p.Facts}) == policy.Allowed
}
