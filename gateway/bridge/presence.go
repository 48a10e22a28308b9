package bridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"vedette/gateway"
	"vedette/record"
)

// presenceSource reads what a broker publishes about its clients' connections.
type presenceSource interface {
	filters() []string
	// claims tells whether a topic is one of the source's.
	claims(topic string) bool
	// read reads a message on such a topic.
	read(topic string, payload []byte) (lifecycle, error)
}

// lifecycle is something that happened to a client.
type lifecycle struct {
	gateway.RemotePresence
	refused bool // it was not let in; Connected and Reason say nothing
	denied  bool // because nothing allowed it
}

// presenceSources are the values of Broker.Presence.
var presenceSources = map[string]presenceSource{"aws": awsPresence{}, "emqx": emqxPresence{}}

// awsPresence reads the lifecycle events of AWS IoT Core.
type awsPresence struct{}

const awsPresenceTopic = "$aws/events/presence/"

func (awsPresence) filters() []string {
	return []string{awsPresenceTopic + "connected/+", awsPresenceTopic + "disconnected/+", awsPresenceTopic + "connect_failed/+"}
}

func (awsPresence) claims(topic string) bool { return strings.HasPrefix(topic, awsPresenceTopic) }

func (awsPresence) read(topic string, payload []byte) (l lifecycle, err error) {
	var e struct {
		ClientID      string  `json:"clientId"`
		Timestamp     int64   `json:"timestamp"`
		EventType     string  `json:"eventType"`
		Session       string  `json:"sessionIdentifier"`
		IPAddress     string  `json:"ipAddress"`
		Reason        string  `json:"disconnectReason"`
		FailureReason string  `json:"connectFailureReason"`
		Version       *uint64 `json:"versionNumber"`
	}
	if err := decode(payload, &e); err != nil {
		return l, err
	}
	kind, _, _ := strings.Cut(strings.TrimPrefix(topic, awsPresenceTopic), "/")
	if e.EventType != "" && e.EventType != kind {
		return l, fmt.Errorf("eventType is %.40q on a topic of %q", e.EventType, kind)
	}
	l.Thing, l.Connection, l.Time, l.Version = e.ClientID, e.Session, max(0, e.Timestamp), -1
	if e.Version != nil && *e.Version < 1<<63 {
		l.Version = int64(*e.Version)
	}
	switch kind {
	case "connected":
		l.Connected, l.Addr = true, address(e.IPAddress)
	case "disconnected":
		if l.Reason = record.ReasonNamed(e.Reason); e.Reason == "CUSTOMAUTH_TTL_EXPIRATION" {
			l.Reason = record.ServerInitiatedDisconnect
		}
	case "connect_failed":
		l.refused, l.denied = true, e.FailureReason == "AUTHORIZATION_FAILED"
	default:
		return l, fmt.Errorf("%.40q is no lifecycle event", kind)
	}
	return l, nil
}

// emqxPresence reads the events that EMQX publishes below $SYS.
type emqxPresence struct{}

func (emqxPresence) filters() []string {
	return []string{"$SYS/brokers/+/clients/+/connected", "$SYS/brokers/+/clients/+/disconnected"}
}

func (emqxPresence) claims(topic string) bool { return strings.HasPrefix(topic, "$SYS/brokers/") }

// emqxReasons says for EMQX's reasons what AWS IoT calls them.
var emqxReasons = map[string]record.Reason{
	"normal":            record.ClientInitiatedDisconnect,
	"keepalive_timeout": record.KeepAliveTimeout,
	"takenover":         record.DuplicateClientID,
	"takeovered":        record.DuplicateClientID, // before EMQX 5
	"discarded":         record.DuplicateClientID,
	"kicked":            record.APIInitiatedDisconnect,
	"tcp_closed":        record.ConnectionLost,
	"ssl_closed":        record.ConnectionLost,
	"closed":            record.ConnectionLost,
	"einval":            record.ConnectionLost,
	"etimedout":         record.ConnectionLost,
	"not_authorized":    record.ForbiddenAccess,
	"frame_error":       record.ClientError,
	"frame_too_large":   record.ClientError,
	"protocol_error":    record.ClientError,
	"internal_error":    record.ServerError,
	"server_shutdown":   record.ServerInitiatedDisconnect,
	"shutdown":          record.ServerInitiatedDisconnect,
}

func (emqxPresence) read(topic string, payload []byte) (l lifecycle, err error) {
	var e struct {
		ClientID       string `json:"clientid"`
		TS             int64  `json:"ts"`
		IPAddress      string `json:"ipaddress"`
		Reason         string `json:"reason"`
		ConnectedAt    int64  `json:"connected_at"`
		DisconnectedAt int64  `json:"disconnected_at"`
	}
	if err := decode(payload, &e); err != nil {
		return l, err
	}
	l.Thing, l.Version, l.Time = e.ClientID, -1, max(0, e.TS)
	if e.ConnectedAt > 0 { // a client has one connection at a time, so this tells them apart, and in order
		l.Version, l.Connection = e.ConnectedAt, strconv.FormatInt(e.ConnectedAt, 10)
	}
	switch {
	case strings.HasSuffix(topic, "/connected"):
		l.Connected, l.Addr = true, address(e.IPAddress)
	case strings.HasSuffix(topic, "/disconnected"):
		l.Reason = emqxReasons[e.Reason]
		l.Time = max(l.Time, e.DisconnectedAt)
	default:
		return l, errors.New("want a topic that ends in connected or disconnected")
	}
	return l, nil
}

// decode reads an event, of which only what is used must be as expected.
func decode(payload []byte, e any) error {
	if err := json.Unmarshal(payload, e); err != nil {
		return fmt.Errorf("not the JSON of an event: %w", err)
	}
	return nil
}

// address reads a client's address, with a port or without; the zero Addr: it is none.
func address(text string) netip.Addr {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap().WithZone("")
	}
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}
