package gateway

import (
	"bytes"
	"strings"

	"vedette/metric"
	"vedette/mqtt"
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
// has no rules: AWS acknowledges messages to a rule that does not exist, too. What
// clients publish there goes nowhere; subscribers get what Vedette exports there, and
// nothing that a device could have made up.
func ruleTopic(topic []byte) bool {
	rule, ok := bytes.CutPrefix(topic, []byte("$aws/rules/"))
	return ok && len(rule) > 0 && rule[0] != '/'
}

// Exportable tells whether metric values can be exported to topic: to an ordinary
// topic name, or to that of a rule.
func Exportable(topic string) bool {
	name := []byte(topic)
	return mqtt.ValidTopic(name) && (name[0] != '$' || ruleTopic(name))
}

// Uncounted returns the length of $aws/rules/RULE/ at the beginning of a topic,
// which AWS does not count when it limits length and levels.
func Uncounted(topic []byte) int {
	if !ruleTopic(topic) {
		return 0
	}
	start := len("$aws/rules/")
	return start + bytes.IndexByte(topic[start:], '/') + 1
}

// subscribable tells whether clients may subscribe to filter. Of the reserved
// topics they may have those on which something comes: replies to reports,
// lifecycle events, and exported metric values. The same goes for what a shared subscription is about.
func subscribable(filter string) bool {
	_, filter = mqtt.CutShare(filter)
	if !strings.HasPrefix(filter, "$") {
		return true
	}
	for _, topics := range [...]string{
		thingsPrefix + "+" + metricsSuffix + "json/+", thingsPrefix + "+" + metricsSuffix + "cbor/+",
		presenceTopic + "connected/#", presenceTopic + "disconnected/#", presenceTopic + "connect_failed/#",
		subscriptionsTopic + "subscribed/#", subscriptionsTopic + "unsubscribed/#",
		"$aws/events/certificates/registered/+", "$aws/rules/+/#", "$aws/rules/+",
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
