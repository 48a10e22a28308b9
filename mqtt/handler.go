package mqtt

import (
	"iter"
	"time"
)

// Handler decides what clients may do and sees every message. Its methods are
// called on the goroutine that reads the client's connection, one at a time per
// connection; a slow handler holds up that connection only, and another one that
// wants to take its session over.
type Handler interface {
	// Connect is asked before a connection is accepted. CodeSuccess accepts
	// it; any other code is sent in CONNACK and the connection is closed. It may
	// set p.Will to nil: the client is accepted, and its will never sent. It says
	// in p.Owner whose session it is to be.
	// p and its byte slices are valid only during the call.
	Connect(c *Client, p *Connect) Code
	// Publish is asked about each PUBLISH. m and its slices are valid only
	// during the call.
	Publish(c *Client, m *Inbound) Action
	// Subscribe is asked about each filter of a SUBSCRIBE with the QoS that
	// the client may get at most (0 or 1). It returns that QoS or a lower one as
	// Code(0) or Code(1), or a failure code (version 3.1.1 clients see 0x80). The
	// filter of a shared subscription comes whole; CutShare takes it apart.
	Subscribe(c *Client, filter string, qos byte) Code
	// Receive is asked about each message that is about to be sent to a client, as
	// the last thing before; false leaves it out. Unlike the other methods it is called on any goroutine, by
	// several at a time, and holds up whoever publishes: it must be quick, and
	// call no method of the client or the server but ID and Version. topic is
	// valid only during the call.
	Receive(c *Client, topic []byte) bool
	// Disconnected is called once for each connection that Connect accepted,
	// after the last other call for it.
	Disconnected(c *Client, why Reason)
}

// Observer hears what clients have subscribed to, on the goroutine that reads the
// client's connection, after SUBACK or UNSUBACK was written or is about to be.
type Observer interface {
	Subscribed(c *Client, filters []string)   // that were granted
	Unsubscribed(c *Client, filters []string) // that there were
}

// Connect is what a client asked for in its CONNECT packet.
type Connect struct {
	ClientID      string        // chosen by the server when the client sent none
	Assigned      bool          // the server chose ClientID
	CleanStart    bool          // version 3.1.1: clean session
	KeepAlive     time.Duration // as asked; 0: none
	SessionExpiry time.Duration // how long the session outlives the connection; NeverExpires: for ever
	Username      []byte        // nil: absent
	Password      []byte        // nil: absent
	Will          *Will         // nil: none
	AuthMethod    []byte        // version 5 enhanced authentication; refused by the server before Connect is asked

	// Owner is whom the session belongs to, set by the handler; empty: nobody. A
	// client with another owner than the session of its client identifier takes
	// the connection over, but not the session: that one ends, with its
	// subscriptions and what waits for it, and a new one begins.
	Owner string

	userProps []byte
}

// NeverExpires is a session expiry interval without end (0xFFFFFFFF on the wire).
const NeverExpires = time.Duration(1<<63 - 1)

// UserProperties returns the user properties of the CONNECT packet in order.
func (p *Connect) UserProperties() iter.Seq2[[]byte, []byte] { return userProperties(p.userProps) }

// Will is the message that the server publishes on behalf of a client whose
// connection ends without a DISCONNECT packet.
type Will struct {
	Topic   []byte
	Payload []byte
	QoS     byte // 0 or 1
	Retain  bool
	Delay   time.Duration // from the end of the connection; 0: at once

	// Proof is set by Handler.Connect, for a WillJudge: who the client is that is gone.
	// It is kept with the will, also over a restart. Empty: nobody is asked.
	Proof []byte

	expiry    uint32 // seconds; 0: none
	hasExpiry bool
	props     []byte // encoded properties to forward
}

// Inbound is a PUBLISH packet of a client.
type Inbound struct {
	Topic   []byte // the whole topic name, also when the client sent an alias
	Payload []byte
	QoS     byte // 0 or 1
	Retain  bool
	Dup     bool
	Ticket  uint64 // identifies the message to Client.Finish, when the handler returns Defer

	packetID  uint16
	hasExpiry bool
	expiry    uint32 // seconds
	props     []byte // encoded properties to forward: all but topic alias and message expiry
}

// Expiry returns the message expiry interval; ok is false when the client set none.
func (m *Inbound) Expiry() (d time.Duration, ok bool) {
	return time.Duration(m.expiry) * time.Second, m.hasExpiry
}

// ContentType returns the version 5 content type, nil when absent.
func (m *Inbound) ContentType() []byte { return findProperty(m.props, propContentType) }

// ResponseTopic returns the version 5 response topic, nil when absent.
func (m *Inbound) ResponseTopic() []byte { return findProperty(m.props, propResponseTopic) }

// CorrelationData returns the version 5 correlation data, nil when absent.
func (m *Inbound) CorrelationData() []byte { return findProperty(m.props, propCorrelationData) }

// UserProperties returns the version 5 user properties in order.
func (m *Inbound) UserProperties() iter.Seq2[[]byte, []byte] { return userProperties(m.props) }

// Action is what happens to a PUBLISH.
type Action uint16

// The actions that need no code.
const (
	Route   Action = iota // retain it if asked, give it to all subscribers, then PUBACK
	Discard               // PUBACK, and nobody gets it
	Defer                 // the handler calls Client.Finish later; PUBACK then
)

const (
	actionRefuse     Action = 0x100
	actionDisconnect Action = 0x200
)

// Refuse drops the message. A version 5 client learns the code from PUBACK when
// the QoS is 1; the connection of a 3.1.1 client that sent QoS 1 is closed, for
// a PUBACK would be a lie [MQTT-3.3.5-2]. At QoS 0 nobody is told.
func Refuse(code Code) Action { return actionRefuse | Action(code) }

// Disconnect drops the message and closes the connection; a version 5 client
// gets DISCONNECT with the code.
func Disconnect(code Code) Action { return actionDisconnect | Action(code) }

// UserProperty is a name and a value, each UTF-8.
type UserProperty struct{ Name, Value string }

// Message is a message published from inside the server, see Server.Publish.
// Version 3.1.1 subscribers get it without the fields below Retain.
type Message struct {
	Topic   []byte
	Payload []byte
	QoS     byte // 0 or 1; the most that a subscriber gets
	Retain  bool

	Expiry          time.Duration // whole seconds; 0: never
	ContentType     string
	ResponseTopic   string
	CorrelationData []byte
	UTF8Payload     bool // payload format indicator
	UserProperties  []UserProperty
}
