package api

import (
	"fmt"
	"strings"
)

// ARN is an Amazon Resource Name:
// arn:Partition:Service:Region:Account:Resource. Region and Account are empty
// for services that have none; Resource may hold colons and slashes.
type ARN struct {
	Partition string // aws
	Service   string // iot
	Region    string // us-east-1
	Account   string // 12 digits
	Resource  string // securityprofile/LampRules
}

// ARNError is what ParseARN answers for a string that is no ARN.
type ARNError struct {
	ARN string // as given
	Why string
}

// Error implements error.
func (e *ARNError) Error() string { return fmt.Sprintf("parse ARN %q: %s", e.ARN, e.Why) }

// ParseARN splits s into its parts. It asks for a partition, a service and a
// resource, and that the account, if there is one, is twelve digits; whether
// the resource exists or may exist is not its business. The error is an
// *ARNError.
func ParseARN(s string) (ARN, error) {
	parts := strings.SplitN(s, ":", 6)
	fail := func(why string) (ARN, error) { return ARN{}, &ARNError{ARN: s, Why: why} }
	if parts[0] != "arn" {
		return fail("does not begin with arn:")
	}
	if len(parts) < 6 {
		return fail("has fewer than six parts")
	}
	a := ARN{Partition: parts[1], Service: parts[2], Region: parts[3], Account: parts[4], Resource: parts[5]}
	switch {
	case a.Partition == "":
		return fail("has no partition")
	case a.Service == "":
		return fail("has no service")
	case a.Account != "" && !isAccount(a.Account):
		return fail("account is not twelve digits")
	case a.Resource == "":
		return fail("has no resource")
	}
	return a, nil
}

func isAccount(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// String returns the ARN as AWS writes it.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// Kind returns what stands before the first slash of the resource
// (securityprofile); Name what stands behind it (LampRules). A resource
// without a slash has no kind and is its own name.
func (a ARN) Kind() ARNKind {
	kind, _, ok := strings.Cut(a.Resource, "/")
	if !ok {
		return ""
	}
	return ARNKind(kind)
}

// Name returns the part of the resource behind its first slash; see Kind.
func (a ARN) Name() string {
	_, name, ok := strings.Cut(a.Resource, "/")
	if !ok {
		return a.Resource
	}
	return name
}

// ARNKind is the first word of the resource in an ARN of AWS IoT.
type ARNKind string

// The kinds of resources that AWS IoT names by ARN. The last three stand in
// IoT policies only. ARNAll is the kind of the targets all/things,
// all/registered-things and all/unregistered-things.
const (
	ARNSecurityProfile  ARNKind = "securityprofile"
	ARNDimension        ARNKind = "dimension"
	ARNCustomMetric     ARNKind = "custommetric"
	ARNMitigationAction ARNKind = "mitigationaction"
	ARNScheduledAudit   ARNKind = "scheduledaudit"
	ARNThing            ARNKind = "thing"
	ARNThingGroup       ARNKind = "thinggroup"
	ARNThingType        ARNKind = "thingtype"
	ARNCertificate      ARNKind = "cert"
	ARNCACertificate    ARNKind = "cacert"
	ARNPolicy           ARNKind = "policy"
	ARNAll              ARNKind = "all"
	ARNClient           ARNKind = "client"
	ARNTopic            ARNKind = "topic"
	ARNTopicFilter      ARNKind = "topicfilter"
)

// ARNs names the resources of one account in one Region.
type ARNs struct {
	Account string // 12 digits
	Region  string // us-east-1
}

// Of returns the ARN of the resource of that kind and name.
func (n ARNs) Of(kind ARNKind, name string) string {
	return "arn:aws:iot:" + n.Region + ":" + n.Account + ":" + string(kind) + "/" + name
}

// Own reports whether a is a resource of AWS IoT in this account and Region.
func (n ARNs) Own(a ARN) bool {
	return a.Partition == "aws" && a.Service == "iot" && a.Region == n.Region && a.Account == n.Account
}

// SecurityProfile returns the ARN of a security profile.
func (n ARNs) SecurityProfile(name string) string { return n.Of(ARNSecurityProfile, name) }

// Dimension returns the ARN of a dimension.
func (n ARNs) Dimension(name string) string { return n.Of(ARNDimension, name) }

// CustomMetric returns the ARN of a custom metric.
func (n ARNs) CustomMetric(name string) string { return n.Of(ARNCustomMetric, name) }

// MitigationAction returns the ARN of a mitigation action.
func (n ARNs) MitigationAction(name string) string { return n.Of(ARNMitigationAction, name) }

// ScheduledAudit returns the ARN of a scheduled audit.
func (n ARNs) ScheduledAudit(name string) string { return n.Of(ARNScheduledAudit, name) }

// Thing returns the ARN of a thing.
func (n ARNs) Thing(name string) string { return n.Of(ARNThing, name) }

// ThingGroup returns the ARN of a static or dynamic thing group.
func (n ARNs) ThingGroup(name string) string { return n.Of(ARNThingGroup, name) }

// ThingType returns the ARN of a thing type.
func (n ARNs) ThingType(name string) string { return n.Of(ARNThingType, name) }

// Certificate returns the ARN of a device certificate.
func (n ARNs) Certificate(id string) string { return n.Of(ARNCertificate, id) }

// CACertificate returns the ARN of a CA certificate.
func (n ARNs) CACertificate(id string) string { return n.Of(ARNCACertificate, id) }

// Policy returns the ARN of an IoT policy.
func (n ARNs) Policy(name string) string { return n.Of(ARNPolicy, name) }

// AllThings returns the target that covers every device, registered or not.
func (n ARNs) AllThings() string { return n.Of(ARNAll, "things") }

// AllRegisteredThings returns the target that covers the devices whose
// identity is a thing of the registry.
func (n ARNs) AllRegisteredThings() string { return n.Of(ARNAll, "registered-things") }

// AllUnregisteredThings returns the target that covers the devices whose
// identity is not in the registry.
func (n ARNs) AllUnregisteredThings() string { return n.Of(ARNAll, "unregistered-things") }

// Client returns the ARN of an MQTT client, as IoT policies name it.
func (n ARNs) Client(id string) string { return n.Of(ARNClient, id) }

// Topic returns the ARN of an MQTT topic, as IoT policies name it.
func (n ARNs) Topic(topic string) string { return n.Of(ARNTopic, topic) }

// TopicFilter returns the ARN of an MQTT topic filter, as IoT policies name it.
func (n ARNs) TopicFilter(filter string) string { return n.Of(ARNTopicFilter, filter) }
