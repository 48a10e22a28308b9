package gateway

import (
	"encoding/json"
	"strings"
	"sync"
	"time"

	"vedette/api"
	"vedette/mqtt"
	"vedette/record"
)

// Topics of lifecycle events; the client id follows, or what happened and then the
// client id.
const (
	presenceTopic      = "$aws/events/presence/"
	subscriptionsTopic = "$aws/events/subscriptions/"
)

// versionsKept is for how long the version number of a client id is remembered
// after it has gone.
const versionsKept = time.Hour

// Publisher sends messages to whoever has subscribed to them: an *mqtt.Server.
type Publisher interface {
	Publish(m mqtt.Message)
}

// Announce has the gateway publish lifecycle events from now on. It is called
// before anybody connects.
func (g *Gateway) Announce(p Publisher) { g.events.to = p }

// lifecycle is a lifecycle event, as AWS IoT writes it.
type lifecycle struct {
	ClientID   string   `json:"clientId"`
	ThingName  string   `json:"thingName,omitempty"`
	Timestamp  int64    `json:"timestamp"`
	EventType  string   `json:"eventType"`
	Session    string   `json:"sessionIdentifier"`
	Principal  string   `json:"principalIdentifier"`
	IPAddress  string   `json:"ipAddress,omitempty"`
	Initiated  *bool    `json:"clientInitiatedDisconnect,omitempty"`
	Reason     string   `json:"disconnectReason,omitempty"`
	WhyRefused string   `json:"connectFailureReason,omitempty"`
	Version    *uint64  `json:"versionNumber,omitempty"`
	Topics     []string `json:"topics,omitempty"`
}

// events publishes lifecycle events.
type events struct {
	to  Publisher // nil: nobody
	now func() time.Time

	mu       sync.Mutex
	versions map[string]*version
	swept    time.Time
}

// version numbers the connections of one client id.
type version struct {
	number uint64
	open   int       // connections
	gone   time.Time // since when there is none
}

// session is what events say of a connection.
type session struct {
	clientID  string
	thing     string // that its certificate is attached to exclusively; empty: none
	id        string // empty: nothing is said
	principal string
	version   uint64
}

// announces tells whether there are events of a client id: none if topics with it
// are none.
func (e *events) announces(clientID string) bool {
	return e.to != nil && clientID != "" && !strings.ContainsAny(clientID, "+#")
}

func (e *events) publish(topic string, s *session, l lifecycle) {
	l.ClientID, l.ThingName, l.Session, l.Principal, l.Timestamp = s.clientID, s.thing, s.id, s.principal, e.now().UnixMilli()
	payload, err := json.Marshal(l)
	if err != nil {
		return // strings and numbers always have a JSON form
	}
	e.to.Publish(mqtt.Message{Topic: []byte(topic + l.EventType + "/" + s.clientID), Payload: payload})
}

// connected publishes that a session was opened, and returns it. s says whose it is,
// addr may be empty.
func (e *events) connected(s session, addr string) session {
	if !e.announces(s.clientID) {
		return session{}
	}
	s.id, s.version = api.NewUUID(), e.open(s.clientID)
	e.publish(presenceTopic, &s, lifecycle{EventType: "connected", IPAddress: addr, Version: &s.version})
	return s
}

func (e *events) disconnected(s *session, why record.Reason) {
	if s.id == "" {
		return
	}
	e.close(s.clientID)
	byClient := why == record.ClientInitiatedDisconnect
	e.publish(presenceTopic, s, lifecycle{EventType: "disconnected", Initiated: &byClient, Reason: why.String(), Version: &s.version})
}

// failed publishes that a client may not connect, for which AWS has one reason.
func (e *events) failed(s session, addr string) {
	if e.announces(s.clientID) {
		s.id = api.NewUUID()
		e.publish(presenceTopic, &s, lifecycle{EventType: "connect_failed", IPAddress: addr, WhyRefused: "AUTHORIZATION_FAILED"})
	}
}

// open returns the version number of a new connection.
func (e *events) open(clientID string) uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.versions == nil {
		e.versions = make(map[string]*version)
	}
	e.sweep()
	v := e.versions[clientID]
	if v == nil {
		v = &version{}
		e.versions[clientID] = v
	} else {
		v.number++
	}
	v.open++
	return v.number
}

func (e *events) close(clientID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if v := e.versions[clientID]; v != nil {
		if v.open--; v.open == 0 {
			v.gone = e.now()
		}
	}
}

// sweep forgets, now and then, the client ids that have been gone for long. e.mu
// is held.
func (e *events) sweep() {
	now := e.now()
	if now.Sub(e.swept) < versionsKept/4 {
		return
	}
	e.swept = now
	for id, v := range e.versions {
		if v.open == 0 && now.Sub(v.gone) >= versionsKept {
			delete(e.versions, id)
		}
	}
}

// Subscribed implements mqtt.Observer.
func (g *Gateway) Subscribed(c *mqtt.Client, filters []string) {
	g.subscriptions(c, "subscribed", filters)
}

// Unsubscribed implements mqtt.Observer.
func (g *Gateway) Unsubscribed(c *mqtt.Client, filters []string) {
	g.subscriptions(c, "unsubscribed", filters)
}

func (g *Gateway) subscriptions(c *mqtt.Client, what string, filters []string) {
	if conn, _ := c.Data.(*connection); conn != nil && conn.session.id != "" {
		g.events.publish(subscriptionsTopic, &conn.session, lifecycle{EventType: what, Topics: filters})
	}
}
