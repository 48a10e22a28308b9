package mqtt

import "fmt"

// Code is an MQTT 5 reason code. Version 3.1.1 knows only a few results; where
// a packet of that version has to carry one, the server translates.
type Code byte

// The reason codes that the server sends or that a Handler may return
// (MQTT 5, section 2.4).
const (
	CodeSuccess                  Code = 0x00
	CodeGrantedQoS1              Code = 0x01
	CodeDisconnectWithWill       Code = 0x04
	CodeNoMatchingSubscribers    Code = 0x10
	CodeNoSubscriptionExisted    Code = 0x11
	CodeUnspecifiedError         Code = 0x80
	CodeMalformedPacket          Code = 0x81
	CodeProtocolError            Code = 0x82
	CodeImplementationSpecific   Code = 0x83
	CodeUnsupportedVersion       Code = 0x84
	CodeClientIDNotValid         Code = 0x85
	CodeBadUserNameOrPassword    Code = 0x86
	CodeNotAuthorized            Code = 0x87
	CodeServerUnavailable        Code = 0x88
	CodeServerBusy               Code = 0x89
	CodeBanned                   Code = 0x8A
	CodeServerShuttingDown       Code = 0x8B
	CodeBadAuthenticationMethod  Code = 0x8C
	CodeKeepAliveTimeout         Code = 0x8D
	CodeSessionTakenOver         Code = 0x8E
	CodeTopicFilterInvalid       Code = 0x8F
	CodeTopicNameInvalid         Code = 0x90
	CodePacketIDInUse            Code = 0x91
	CodePacketIDNotFound         Code = 0x92
	CodeReceiveMaximumExceeded   Code = 0x93
	CodeTopicAliasInvalid        Code = 0x94
	CodePacketTooLarge           Code = 0x95
	CodeMessageRateTooHigh       Code = 0x96
	CodeQuotaExceeded            Code = 0x97
	CodeAdministrativeAction     Code = 0x98
	CodePayloadFormatInvalid     Code = 0x99
	CodeRetainNotSupported       Code = 0x9A
	CodeQoSNotSupported          Code = 0x9B
	CodeUseAnotherServer         Code = 0x9C
	CodeServerMoved              Code = 0x9D
	CodeSharedNotSupported       Code = 0x9E
	CodeConnectionRateExceeded   Code = 0x9F
	CodeMaximumConnectTime       Code = 0xA0
	CodeSubscriptionIDsForbidden Code = 0xA1
	CodeWildcardsForbidden       Code = 0xA2
)

// Failed tells whether c reports a failure: 0x80 and above.
func (c Code) Failed() bool { return c >= 0x80 }

// String returns the name that the MQTT 5 specification gives to the code.
func (c Code) String() string {
	switch c {
	case CodeSuccess:
		return "success"
	case CodeGrantedQoS1:
		return "granted QoS 1"
	case CodeDisconnectWithWill:
		return "disconnect with will message"
	case CodeNoMatchingSubscribers:
		return "no matching subscribers"
	case CodeNoSubscriptionExisted:
		return "no subscription existed"
	}
	if name := failureName(c); name != "" {
		return name
	}
	return fmt.Sprintf("reason code 0x%02X", byte(c))
}

func failureName(c Code) string {
	names := [...]string{
		"unspecified error", "malformed packet", "protocol error", "implementation specific error",
		"unsupported protocol version", "client identifier not valid", "bad user name or password",
		"not authorized", "server unavailable", "server busy", "banned", "server shutting down",
		"bad authentication method", "keep alive timeout", "session taken over", "topic filter invalid",
		"topic name invalid", "packet identifier in use", "packet identifier not found",
		"receive maximum exceeded", "topic alias invalid", "packet too large", "message rate too high",
		"quota exceeded", "administrative action", "payload format invalid", "retain not supported",
		"QoS not supported", "use another server", "server moved", "shared subscriptions not supported",
		"connection rate exceeded", "maximum connect time", "subscription identifiers not supported",
		"wildcard subscriptions not supported",
	}
	if i := int(c) - int(CodeUnspecifiedError); i >= 0 && i < len(names) {
		return names[i]
	}
	return ""
}

// endsByClient tells whether a client may send c in DISCONNECT (table 3-10).
func (c Code) endsByClient() bool {
	switch c {
	case CodeSuccess, CodeDisconnectWithWill, CodeUnspecifiedError, CodeMalformedPacket, CodeProtocolError, CodeImplementationSpecific,
		CodeTopicNameInvalid, CodeReceiveMaximumExceeded, CodeTopicAliasInvalid, CodePacketTooLarge, CodeMessageRateTooHigh,
		CodeQuotaExceeded, CodeAdministrativeAction, CodePayloadFormatInvalid:
		return true
	}
	return false
}

// acknowledges tells whether c may stand in PUBACK (table 3-4).
func (c Code) acknowledges() bool {
	switch c {
	case CodeSuccess, CodeNoMatchingSubscribers, CodeUnspecifiedError, CodeImplementationSpecific, CodeNotAuthorized,
		CodeTopicNameInvalid, CodePacketIDInUse, CodeQuotaExceeded, CodePayloadFormatInvalid:
		return true
	}
	return false
}

// connackV4 translates a CONNACK reason code to the return codes of version
// 3.1.1 (MQTT 3.1.1, table 3.1).
func connackV4(c Code) byte {
	switch c {
	case CodeSuccess:
		return 0
	case CodeUnsupportedVersion:
		return 1
	case CodeClientIDNotValid:
		return 2
	case CodeBadUserNameOrPassword, CodeBadAuthenticationMethod:
		return 4
	case CodeNotAuthorized, CodeBanned:
		return 5
	default:
		return 3 // server unavailable
	}
}

// A protocolError ends a connection. Version 5 clients are told its code.
type protocolError struct {
	code Code
	why  string
}

func (e *protocolError) Error() string {
	if e.why == "" {
		return e.code.String()
	}
	return e.code.String() + ": " + e.why
}

func malformed(why string) error { return &protocolError{CodeMalformedPacket, why} }
func violation(why string) error { return &protocolError{CodeProtocolError, why} }

// Reason says why a connection ended.
type Reason uint8

// The reasons for which a connection ends.
const (
	ReasonConnectionLost   Reason = iota // closed or reset by the peer without DISCONNECT
	ReasonClientDisconnect               // the client sent DISCONNECT
	ReasonKeepAliveTimeout               // silent for 1.5 × its keep-alive interval
	ReasonTakenOver                      // another connection came with the same client identifier
	ReasonProtocolError                  // the client broke the protocol or exceeded a limit
	ReasonRefused                        // the handler asked for it, by an Action or Client.Close
	ReasonSlowConsumer                   // the client does not read what it is sent
	ReasonServerError                    // a fault of this server: storage failed, or a panic
	ReasonShutdown                       // Server.Shutdown
	ReasonTimeOver                       // it has lasted for Options.MaxWebSocketTime
)

// String returns the reason in words.
func (r Reason) String() string {
	switch r {
	case ReasonConnectionLost:
		return "connection lost"
	case ReasonClientDisconnect:
		return "client disconnected"
	case ReasonKeepAliveTimeout:
		return "keep alive timeout"
	case ReasonTakenOver:
		return "session taken over"
	case ReasonProtocolError:
		return "protocol error"
	case ReasonRefused:
		return "refused by handler"
	case ReasonSlowConsumer:
		return "slow consumer"
	case ReasonServerError:
		return "server error"
	case ReasonShutdown:
		return "server shutdown"
	case ReasonTimeOver:
		return "connected for as long as allowed"
	default:
		return fmt.Sprintf("reason %d", byte(r))
	}
}
