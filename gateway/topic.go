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
// topics they may have those of $aws, except the ones that only take messages:
// reports and rules.
func subscribable(filter string) bool {
	if !strings.HasPrefix(filter, "$") {
		return true
	}
	if !strings.HasPrefix(filter, "$aws/") || strings.HasPrefix(filter, "$aws/rules/") {
		return false
	}
	_, _, publishOnly := reportTopic([]byte(filter))
	return !publishOnly
}
