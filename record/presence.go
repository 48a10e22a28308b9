package record

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// presenceVersion is the first byte of every presence body; see reportVersion.
const presenceVersion = 1

// Presence is the body of a presence record: a thing connected or disconnected.
type Presence struct {
	Thing     []byte // its name, 1 to 128 bytes
	Session   uint64 // of the connection; no other connection of the thing has it
	Connected bool
	Reason    Reason     // why it disconnected; 0 when it connected
	Addr      netip.Addr // that it connected from; the zero Addr: not known
}

// Reason says why a thing disconnected. The values are stored in the log: they
// are never reused.
type Reason uint8

// The reasons.
const (
	AuthError Reason = iota + 1
	ClientInitiatedDisconnect
	ClientError
	ConnectionLost
	DuplicateClientID
	ForbiddenAccess
	KeepAliveTimeout
	ServerError
	ServerInitiatedDisconnect
	APIInitiatedDisconnect
	Throttled
	WebSocketTimeOver
)

var reasons = [...]string{
	AuthError:                 "AUTH_ERROR",
	ClientInitiatedDisconnect: "CLIENT_INITIATED_DISCONNECT",
	ClientError:               "CLIENT_ERROR",
	ConnectionLost:            "CONNECTION_LOST",
	DuplicateClientID:         "DUPLICATE_CLIENTID",
	ForbiddenAccess:           "FORBIDDEN_ACCESS",
	KeepAliveTimeout:          "MQTT_KEEP_ALIVE_TIMEOUT",
	ServerError:               "SERVER_ERROR",
	ServerInitiatedDisconnect: "SERVER_INITIATED_DISCONNECT",
	APIInitiatedDisconnect:    "API_INITIATED_DISCONNECT",
	Throttled:                 "THROTTLED",
	WebSocketTimeOver:         "WEBSOCKET_TTL_EXPIRATION",
}

// String returns the name that AWS IoT gives the reason.
func (r Reason) String() string {
	if int(r) < len(reasons) && reasons[r] != "" {
		return reasons[r]
	}
	return "UNKNOWN"
}

// ReasonNamed returns the reason that AWS IoT gives a name; 0 for any other name.
func ReasonNamed(name string) Reason {
	for i, known := range reasons {
		if known == name && known != "" {
			return Reason(i)
		}
	}
	return 0
}

// AppendPresence appends the body of the presence record of p to dst. It
// allocates only to make dst longer.
func AppendPresence(dst []byte, p *Presence) []byte {
	dst = append(dst, presenceVersion)
	dst = appendBytes(dst, p.Thing)
	dst = binary.LittleEndian.AppendUint64(dst, p.Session)
	dst = append(dst, flag(p.Connected), byte(p.Reason))
	if !p.Addr.IsValid() {
		return append(dst, 0)
	}
	return appendAddrs(dst, []netip.Addr{p.Addr})
}

// Decode reads the body of a presence record; Thing points into it.
func (p *Presence) Decode(body []byte) error {
	*p = Presence{}
	if len(body) > 0 && body[0] != presenceVersion {
		return fmt.Errorf("decode presence record: version %d is not known", body[0])
	}
	d := reader{rest: body}
	d.take(1)
	p.Thing = d.thing()
	p.Session = d.uint64()
	p.Connected, p.Reason = d.flag(), Reason(d.byte())
	var one [1]netip.Addr
	if addrs := d.addrs(one[:0]); len(addrs) == 1 {
		p.Addr = addrs[0]
	} else if len(addrs) > 1 {
		d.bad = true
	}
	if d.bad || len(d.rest) > 0 {
		return fmt.Errorf("decode presence record of %q: %w", p.Thing, errDamaged)
	}
	return nil
}
