package gateway

import (
	"bytes"
	"strings"

	"vedette/metric"
)

// The levels around the thing's name in the topics of reports.
const (
	thingsPrefix  = "$aws/things/"
	metricsSuffix = "/defender/metrics/"
)

// reportTopic takes a topic that devices publish reports to apart:
// $aws/things/THING/defender/metrics/json, or cbor. THING is one level, which
// may be no possible name.
func reportTopic(topic []byte) (thing []byte, f metric.Format, ok bool) {
	rest, ok := bytes.CutPrefix(topic, []byte(thingsPrefix))
	if !ok {
		return nil, 0, false
	}
	end := bytes.IndexByte(rest, '/')
	if end < 0 {
		return nil, 0, false
	}
	thing = rest[:end:end]
	last, ok := bytes.CutPrefix(rest[end:], []byte(metricsSuffix))
	if !ok {
		return nil, 0, false
	}
	switch string(last) {
	case "json":
		return thing, metric.JSON, true
	case "cbor":
		return thing, metric.CBOR, true
	}
	return nil, 0, false
}

// ruleTopic tells whether topic is one of a rule, $aws/rules/RULE[/…]. Vedette
// has no rules: AWS acknowledges messages to a rule that does not exist, too.
func ruleTopic(topic []byte) bool {
	rule, ok := bytes.CutPrefix(topic, []byte("$aws/rules/"))
	return ok && len(rule) > 0 && rule[0] != '/'
}

// subscribable tells whether clients may subscribe to filter. Of the reserved
// topics they may have those on which something comes: replies to reports, and
// lifecycle events.
func subscribable(filter string) bool {
	if !strings.HasPrefix(filter, "$") {
		return true
	}
	for _, topics := range [...]string{
		thingsPrefix + "+" + metricsSuffix + "json/+", thingsPrefix + "+" + metricsSuffix + "cbor/+",
		presenceTopic + "connected/#", presenceTopic + "disconnected/#", presenceTopic + "connect_failed/#",
		subscriptionsTopic + "subscribed/#", subscriptionsTopic + "unsubscribed/#",
		"$aws/events/certificates/registered/+",
	} {
		if overlap(filter, topics) {
			return true
		}
	}
	return false
}

// overlap tells whether there may be topics that two filters match.
func overlap(a, b string) bool {
	for {
		one, restA, moreA := strings.Cut(a, "/")
		two, restB, moreB := strings.Cut(b, "/")
		switch {
		case one == "#" || two == "#":
			return true
		case one != two && one != "+" && two != "+":
			return false
		case !moreA || !moreB:
			return moreA == moreB
		}
		a, b = restA, restB
	}
}
