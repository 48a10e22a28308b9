package policy

import (
	"slices"
	"strings"
	"sync"

	"vedette/api"
)

// Action is what a request wants to do, as policies write it: iot:Publish,
// iot:CreateThing. Policies name actions without regard to case.
type Action string

// The actions that the gateway asks about, with what they are about (facts
// §13.5). They are the fast ones.
const (
	Connect       Action = "iot:Connect"       // client/ID
	Publish       Action = "iot:Publish"       // topic/TOPIC
	RetainPublish Action = "iot:RetainPublish" // topic/TOPIC
	Subscribe     Action = "iot:Subscribe"     // topicfilter/FILTER
	Receive       Action = "iot:Receive"       // topic/TOPIC
)

var (
	gatewayActions = [...]Action{Connect, Publish, RetainPublish, Subscribe, Receive}
	gatewayTypes   = [...]string{"client", "topic", "topic", "topicfilter", "topic"}
)

// slots is a set of gateway actions by their index in gatewayActions.
type slots uint8

// slot returns the index of a gateway action, -1 for all others.
func (a Action) slot() int {
	switch a {
	case Publish:
		return 1
	case Receive:
		return 4
	case Connect:
		return 0
	case RetainPublish:
		return 2
	case Subscribe:
		return 3
	}
	return -1
}

// otherDeviceActions are what else IoT policies can allow. Vedette never asks
// about most of them, but takes policies that name them.
var otherDeviceActions = []string{
	"AssumeRoleWithCertificate", "DeleteConnection", "DeleteThingShadow", "GetPendingJobExecutions",
	"GetRetainedMessage", "GetThingShadow", "ListNamedShadowsForThing", "ListRetainedMessages",
	"OpenTunnel", "RotateTunnelAccessToken", "StartNextPendingJobExecution", "UpdateJobExecution", "UpdateThingShadow",
}

// ownActions are the operations of Vedette's own that have a permission of their own.
var ownActions = []string{
	"CreateAccessKey",
	"DeleteAccessKey",
	"DescribeDeployment",
	"GetDistribution",
	"GetOverview",
	"GetSuggestions",
	"GetThing",
	"ListAcceptedReports",
	"ListAccessKeys",
	"ListReportRejections",
	"UpdateAccessKey",
	"WatchLive",
}

// deviceServices are services other than iot whose actions stand in IoT
// policies of fleets in use.
var deviceServices = []string{"greengrass", "iotjobsdata"}

// knownActions lists, in lower case, the actions of the services iot and vedette:
// every operation of the APIs and everything that devices do.
var knownActions = sync.OnceValue(func() []string {
	var known []string
	for _, a := range gatewayActions {
		known = append(known, strings.ToLower(string(a)))
	}
	for _, name := range otherDeviceActions {
		known = append(known, "iot:"+strings.ToLower(name))
	}
	for _, op := range api.AllOperations() {
		known = append(known, "iot:"+strings.ToLower(op.Name))
	}
	for _, name := range ownActions {
		known = append(known, "vedette:"+strings.ToLower(name))
	}
	return known
})

// actions reads Action or NotAction. A name of the services iot and vedette must be
// that of an action that exists, or match one; a misspelled name in a Deny would
// otherwise go unnoticed until it was needed.
func (p *parser) actions(place string, n node) ([]string, error) {
	var out []string
	err := n.each(place, func(place string, n node) error {
		name, err := n.string(place)
		if err != nil {
			return err
		}
		out = append(out, strings.ToLower(name))
		return p.checkAction(place, name)
	})
	return out, err
}

func (p *parser) checkAction(place, name string) error {
	if name == "*" {
		return nil
	}
	lower := strings.ToLower(name)
	service, action, ok := strings.Cut(lower, ":")
	switch {
	case !ok || !consistsOf(service, lowercase+digits+"-") || !consistsOf(action, lowercase+digits+"*?"):
		return fault(place, "%q is no action; want * or SERVICE:NAME such as iot:Publish, where NAME may hold * and ?", name)
	case service != "iot" && p.Profile == Device && !slices.Contains(deviceServices, service):
		return fault(place, "%q is not an action of devices; want iot:NAME", name)
	case service == "vedette" && strings.ContainsAny(action, "*?"): // may be meant for operations to come
	case (service == "iot" || service == "vedette") && !slices.ContainsFunc(knownActions(), func(known string) bool { return glob(lower, known, false) }):
		return fault(place, "unknown action %q; want iot:Connect, iot:Publish, iot:RetainPublish, iot:Subscribe, iot:Receive or an operation of the API as iot:CreateThing", name)
	}
	return nil
}

const (
	lowercase = "abcdefghijklmnopqrstuvwxyz"
	digits    = "0123456789"
)

// consistsOf tells whether s is not empty and made of the characters in set.
func consistsOf(s, set string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool { return !strings.ContainsRune(set, c) })
}

// covers tells whether the statement is about the action.
func (s *statement) covers(a Action) bool {
	for _, pattern := range s.actions {
		if glob(pattern, string(a), true) {
			return !s.notActions
		}
	}
	return s.notActions
}

func (s *statement) deviceActions() (set slots) {
	for i, a := range gatewayActions {
		if s.covers(a) {
			set |= 1 << i
		}
	}
	return set
}
