package app

import (
	"time"

	"vedette/gateway"
	"vedette/mqtt"
)

// Rules of the MQTT server.
const (
	MQTTRulesStandard = "standard" // those of the specifications
	MQTTRulesAWS      = "aws"      // what AWS IoT Core does differently, and its limits
)

// brokerRules returns the options of the MQTT server that MQTTRules and Broker
// stand for. Of two bounds of one thing the lower one holds.
func (o *Options) brokerRules() mqtt.Options {
	var rules mqtt.Options
	if o.MQTTRules == MQTTRulesAWS {
		rules = awsRules()
	}
	keep := &o.Broker
	rules.MaxSessions, rules.MaxSessionsPerOwner = keep.Sessions, keep.SessionsPerPrincipal
	rules.MaxQueued, rules.MaxQueuedBytes, rules.MaxQueuedTotal = keep.QueuedMessages, keep.QueuedBytes, keep.TotalQueuedBytes
	rules.MaxOutbound, rules.MaxRetained, rules.MaxRetainedBytes = keep.OutboundBytes, keep.RetainedMessages, keep.RetainedBytes
	if own := keep.Subscriptions; rules.MaxSubscriptions == 0 || own != 0 && own < rules.MaxSubscriptions {
		rules.MaxSubscriptions = own
	}
	return rules
}

// connectsPerClient returns how many connections may begin in a second with one
// client id; 0: no limit.
func (o *Options) connectsPerClient() int {
	if o.MQTTRules == MQTTRulesAWS {
		return 1 // and what else was asked for is no less
	}
	return o.Gate.ConnectsPerClient
}

// awsRules returns what AWS IoT Core does differently, and its limits.
func awsRules() mqtt.Options {
	return mqtt.Options{
		MaxPacket:         146 << 10,
		MaxPayload:        128 << 10,
		MaxTopic:          256,
		MaxSlashes:        7,
		Uncounted:         gateway.Uncounted,
		RequireClientID:   true,
		MaxClientID:       128,
		MaxFilters:        8,
		MaxSubscriptions:  50,
		MaxUserProperties: 8 << 10,
		MaxPublishRate:    100,
		MaxDeliveryRate:   100,
		MaxResumeRate:     10,
		MaxThroughput:     512 << 10,
		IgnoreQoS2:        true,
		ParentUnmatched:   true,
		ReceiveMaximum:    100,
		MaxInflight:       100,
		TopicAliasMaximum: 8,
		MinKeepAlive:      30 * time.Second,
		MaxKeepAlive:      1200 * time.Second,
		MaxWebSocketTime:  24 * time.Hour,
		MaxSessionExpiry:  7 * 24 * time.Hour,
		KeptExpiry:        time.Hour,
	}
}
