// Package principal knows who a connection acts as and what that principal may
// do. It has the certificate authority of a deployment, reads certificates and
// signing requests, and knows the anonymous client of the plain MQTT listener.
package principal

// Action is something that an IoT policy can allow.
type Action uint8

// The actions of IoT policies, with what they are about.
const (
	Connect       Action = iota + 1 // iot:Connect, a client id
	Publish                         // iot:Publish, a topic
	RetainPublish                   // iot:RetainPublish, a topic
	Subscribe                       // iot:Subscribe, a topic filter
	Receive                         // iot:Receive, a topic
)

// String returns the action as policies write it.
func (a Action) String() string {
	switch a {
	case Connect:
		return "iot:Connect"
	case Publish:
		return "iot:Publish"
	case RetainPublish:
		return "iot:RetainPublish"
	case Subscribe:
		return "iot:Subscribe"
	case Receive:
		return "iot:Receive"
	}
	return "iot:Unknown"
}

// Principal is who a connection acts as. It is immutable. The zero value and
// nil may do nothing.
type Principal struct {
	name  string
	owner string
	all   bool  // allowed all that a policy could allow
	rules Rules // nil: nothing is allowed, unless all is
}

// Rules say what a principal may do. They are asked for every message, by many
// goroutines at a time, and keep nothing of name.
type Rules interface {
	Allows(a Action, name []byte) bool
}

// New returns a principal that may do what rules allow. name is what it is called
// in logs and events: the id of a certificate or an access key.
func New(name string, rules Rules) *Principal {
	p := &Principal{name: name, owner: "principal:" + name, rules: rules}
	if policies, ok := rules.(*Policies); ok && policies.Facts != nil {
		if t := policies.Facts.Thing; t != nil && t.Attached {
			p.owner = "thing:" + t.Name
		}
	}
	return p
}

// Unlimited returns a principal that may do all that a policy could allow.
func Unlimited(name string) *Principal {
	return &Principal{name: name, owner: "principal:" + name, all: true}
}

// Anonymous returns the principal of connections that show no certificate,
// which only the plain MQTT listener takes: it may do all that a policy could
// allow.
func Anonymous() *Principal { return &Principal{name: "anonymous", all: true} }

// String names the principal in logs.
func (p *Principal) String() string { return p.name }

// Owner returns whom the sessions of p belong to: the thing that is called like the
// client id and has the certificate, so that they outlive a change of it; else the
// certificate or access key. Empty: nobody, for anonymous clients and nil.
func (p *Principal) Owner() string {
	if p == nil {
		return ""
	}
	return p.owner
}

// Source returns where the policies of p come from; nil if that is nowhere but p.
func (p *Principal) Source() *Source {
	if policies, ok := p.rules.(*Policies); ok {
		return policies.Source
	}
	return nil
}

// Allows tells whether p may do a to the client id, topic or filter called name.
func (p *Principal) Allows(a Action, name []byte) bool {
	if p == nil || a < Connect || a > Receive {
		return false
	}
	return p.all || p.rules != nil && p.rules.Allows(a, name)
}
