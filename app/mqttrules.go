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

// brokerRules returns the options of the MQTT server that MQTTRules stands for.
func (o *Options) brokerRules() mqtt.Options {
	if o.MQTTRules != MQTTRulesAWS {
		return mqtt.Options{}
	}
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
		IgnoreQoS2:        true,
		ParentUnmatched:   true,
		ReceiveMaximum:    100,
		MaxInflight:       100,
		TopicAliasMaximum: 8,
		MinKeepAlive:      30 * time.Second,
		MaxKeepAlive:      1200 * time.Second,
		MaxSessionExpiry:  7 * 24 * time.Hour,
		KeptExpiry:        time.Hour,
	}
}
