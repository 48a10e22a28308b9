package mqtt

import (
	"bytes"
	"cmp"
	"errors"
	"log/slog"
	"time"
)

// MostQueued is the most that Options.MaxQueued may be: half of the packet
// identifiers.
const MostQueued = 32768

// Options configure a Server. The zero value of each field but Handler is usable.
type Options struct {
	Handler  Handler          // required
	Observer Observer         // nil: nobody asks
	Wills    WillJudge        // nil: wills are published whenever they fall due
	Storage  Storage          // nil: sessions and retained messages live in memory only
	Logger   *slog.Logger     // nil: slog.Default
	Now      func() time.Time // nil: time.Now
	// After is time.After by the clock of Now, for looking at what is due every second;
	// nil: time.After.
	After func(time.Duration) <-chan time.Time

	MaxConnections int // more are closed at once; 0: no limit
	MaxPacket      int // bytes of a packet a client may send; 0: 256 KiB
	MaxPayload     int // bytes of a PUBLISH payload; 0: as much as fits into MaxPacket
	MaxTopic       int // bytes of a topic name or filter; 0: 4 KiB
	MaxSlashes     int // slashes in a topic name or filter; 0, and at most: 127
	MaxConnect     int // bytes of a CONNECT packet, read before anything is known about the client; 0: 64 KiB

	// Uncounted returns how many bytes at the beginning of a topic name or filter
	// MaxTopic and MaxSlashes do not count; nil: all count.
	Uncounted func(topic []byte) int

	RequireClientID   bool // an empty client identifier is refused
	MaxClientID       int  // bytes of a client identifier; 0: as many as fit into MaxConnect
	MaxFilters        int  // filters in one SUBSCRIBE; more end the connection; 0: no limit
	MaxUserProperties int  // bytes of the user properties of a PUBLISH; more end the connection; 0: no limit
	MaxPublishRate    int  // PUBLISHes of one connection in a second; more are dropped, and version 5 publishers told; 0: no limit
	MaxDeliveryRate   int  // PUBLISHes to one connection in a second; more wait at QoS 1, and are dropped at QoS 0; 0: no limit
	MaxResumeRate     int  // of these, messages that waited when the client connected; newer ones of QoS 1 come after them; 0: no limit
	MaxThroughput     int  // bytes received and sent by one connection in a second, together; more wait; 0: no limit
	IgnoreQoS2        bool // PUBLISH and SUBSCRIBE with QoS 2 get no answer; else PUBLISH ends the connection and SUBSCRIBE is granted 1
	ParentUnmatched   bool // "a/#" does not match "a", against section 4.7.1.2

	ReceiveMaximum    uint16 // PUBLISHes of one connection being handled at once; 0: 100
	TopicAliasMaximum uint16 // topic aliases a version 5 client may use; 0: 8
	MaxInflight       uint16 // unacknowledged PUBLISHes to one client, who may ask for fewer; 0: 100
	MaxSubscriptions  int    // per session; 0: 1000

	ConnectTimeout time.Duration // from accept to the whole CONNECT packet; 0: 10 s
	WriteTimeout   time.Duration // a client that does not take 16 KiB in that time is cut off; 0: 20 s
	MinKeepAlive   time.Duration // a shorter interval is raised to it; 0: none
	MaxKeepAlive   time.Duration // a longer interval, or none, becomes this; 0: no limit

	// MaxWebSocketTime is how long a connection by WebSocket may last; then it ends
	// with CodeMaximumConnectTime. 0: no limit.
	MaxWebSocketTime time.Duration

	MaxSessionExpiry time.Duration // limit of the session expiry interval; 0: 7 days
	KeptExpiry       time.Duration // session expiry interval of 3.1.1's clean session false; 0: MaxSessionExpiry
	MaxSessions      int           // sessions kept, connected or not; more clients are refused; 0: no limit

	// MaxSessionsPerOwner bounds the sessions of one owner (Connect.Owner) in the
	// same way; those without one are not bounded. 0: no limit.
	MaxSessionsPerOwner int

	MaxOutbound    int // bytes waiting for one connection, at least 32 KiB; beyond, QoS 0 messages are dropped; 0: 1 MiB
	MaxQueued      int // QoS 1 messages waiting for one session, at most MostQueued; more are dropped; 0: 1000
	MaxQueuedBytes int // bytes of the same; 0: 4 MiB

	// MaxQueuedTotal is bytes waiting for all sessions together, from which on a
	// session gets no more than its equal share of it: those that pile messages up
	// take nothing from the others. What waits is less than twice of it. 0: 1 GiB.
	MaxQueuedTotal int

	MaxRetained      int // retained messages; more are not retained, and version 5 publishers are told; 0: 100,000
	MaxRetainedBytes int // bytes of the same; 0: 1 GiB
}

func (o Options) withDefaults() (Options, error) {
	if o.Handler == nil {
		return o, errors.New("mqtt: Options.Handler is nil")
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	o.MaxPacket = min(cmp.Or(o.MaxPacket, 256<<10), maxRemaining)
	o.MaxPayload = cmp.Or(o.MaxPayload, o.MaxPacket)
	o.MaxTopic = cmp.Or(o.MaxTopic, 4<<10)
	o.MaxSlashes = min(cmp.Or(o.MaxSlashes, maxLevels-1), maxLevels-1)
	o.MaxConnect = min(cmp.Or(o.MaxConnect, 64<<10), o.MaxPacket)
	o.ReceiveMaximum = cmp.Or(o.ReceiveMaximum, 100)
	o.TopicAliasMaximum = cmp.Or(o.TopicAliasMaximum, 8)
	o.MaxInflight = cmp.Or(o.MaxInflight, 100)
	o.MaxSubscriptions = cmp.Or(o.MaxSubscriptions, 1000)
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, 10*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, 20*time.Second)
	o.MaxSessionExpiry = cmp.Or(o.MaxSessionExpiry, 7*24*time.Hour)
	o.KeptExpiry = min(cmp.Or(o.KeptExpiry, o.MaxSessionExpiry), o.MaxSessionExpiry)
	o.MaxOutbound = max(cmp.Or(o.MaxOutbound, 1<<20), 2*writeChunk)
	o.MaxQueued = min(cmp.Or(o.MaxQueued, 1000), MostQueued)
	o.MaxQueuedBytes = cmp.Or(o.MaxQueuedBytes, 4<<20)
	o.MaxQueuedTotal = cmp.Or(o.MaxQueuedTotal, 1<<30)
	o.MaxRetained = cmp.Or(o.MaxRetained, 100_000)
	o.MaxRetainedBytes = cmp.Or(o.MaxRetainedBytes, 1<<30)
	return o, nil
}

// fits tells whether a topic name or filter is within the limits.
func (o *Options) fits(topic []byte) bool {
	if o.Uncounted != nil {
		topic = topic[o.Uncounted(topic):]
	}
	return len(topic) <= o.MaxTopic && bytes.Count(topic, []byte{'/'}) <= o.MaxSlashes
}
