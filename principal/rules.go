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

	// Source is where Set comes from, beside the principal itself; nil: nowhere else.
	Source *Source
}

// Source names what the policies of a principal come from, so that it is known whose
// change changes them. It is immutable; many principals have the same one.
type Source struct {
	Own      []string // policies that are attached to the principal itself
	Groups   []string // thing groups that the client's thing is in, and all above these
	Policies []string // all of them, those of Groups, too
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
