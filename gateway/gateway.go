// Package gateway stands between devices and Vedette's log. It knows the topics
// that AWS IoT reserves: it answers metrics reports, refuses what nobody may
// publish there, and leaves every other message to the broker.
package gateway

import (
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"vedette/metric"
	"vedette/mqtt"
	"vedette/principal"
	"vedette/record"
)

// Log stores what the gateway accepts.
type Log interface {
	// Append stores a record, which it copies, and then calls
	// w.Committed(token, …). It does not wait for the commit.
	Append(partition uint8, kind record.Kind, body []byte, w record.Waiter, token uint64)
}

// Options configure a Gateway.
type Options struct {
	Log    Log              // required
	Logger *slog.Logger     // nil: slog.Default
	Now    func() time.Time // nil: time.Now

	// Identities knows who shows a certificate or an access key; nil: nobody is
	// let in with one.
	Identities Identities

	// UsageInterval is how often what was counted is written to the log, at
	// least. 0: DefaultUsageInterval.
	UsageInterval time.Duration
	// After is time.After by the clock of Now, for the above; nil: time.After.
	After func(time.Duration) <-chan time.Time
	// Registered tells whether the registry has a thing; nil: none.
	Registered func(thing string) bool
	// MaxPerPrincipal bounds the client ids that are connected at once with one
	// certificate or access key. Anonymous clients are not bounded.
	// 0: no limit.
	MaxPerPrincipal int
	// MaxConnectsPerClient bounds the connections of a client id in a second, with a
	// burst of one second's worth; AWS has 1. 0: no limit.
	MaxConnectsPerClient int

	// ObserveRejection hears of every report that is rejected, with the name that its
	// topic gives the thing, which it may not keep; nil is fine. It must not block.
	ObserveRejection func(thing []byte, x Rejection)

	// MinReportInterval is the least time between two accepted reports of a
	// thing; a sooner one is REJECTED as Throttled. 0: no limit.
	MinReportInterval time.Duration
	// MaxReportsPerSecond limits the reports of the whole account, with a
	// burst of one second's worth; AWS has 3500. 0: no limit.
	MaxReportsPerSecond int
	// MaxThings bounds the things whose last report is remembered for the two
	// checks above, at about 100 bytes each; those longest without a report are
	// forgotten first. 0: 1,048,576.
	MaxThings int
}

// Gateway handles the messages of an MQTT server. Its methods may be called
// concurrently.
type Gateway struct {
	log       Log
	logger    throttledLogger
	now       func() time.Time
	interval  int64  // milliseconds
	tooSoon   string // message of a report that comes before it is over
	rate      rateLimit
	tooMany   string // message of a report beyond it
	anonymous *principal.Principal
	meter     *meter
	events    events
	seed      maphash.Seed // of the keys of recent

	remotes     []*Remote // before anybody connects
	identities  Identities
	connections connections
	quota       quota

	partitions [record.Partitions]partition
	rejections rejections
	observe    func(thing []byte, x Rejection) // Options.ObserveRejection
	rejectLogs [numReasons]throttledLogger     // each on its own: a flood of one kind does not hide the others
	counters   counters
	scratch    sync.Pool // of *scratch
}

var _ mqtt.Handler = (*Gateway)(nil)
var _ mqtt.Observer = (*Gateway)(nil)
var _ mqtt.WillJudge = (*Gateway)(nil)
var _ record.Waiter = (*Gateway)(nil)

// partition is the gateway's state for the things of one partition.
type partition struct {
	recent  recent
	waiting waiting
}

// scratch is memory for one report or one answer.
type scratch struct {
	report  metric.Report
	body    []byte
	waiter  waiter
	topic   []byte
	payload []byte
}

// New returns a Gateway.
func New(o Options) *Gateway {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxThings == 0 {
		o.MaxThings = 1 << 20
	}
	g := &Gateway{
		log:        o.Log,
		logger:     throttledLogger{to: o.Logger, now: o.Now},
		now:        o.Now,
		interval:   o.MinReportInterval.Milliseconds(),
		tooSoon:    fmt.Sprintf("Less than %v since the thing's last report", o.MinReportInterval),
		rate:       newRateLimit(o.MaxReportsPerSecond),
		tooMany:    fmt.Sprintf("More than %d reports a second from all things together", o.MaxReportsPerSecond),
		anonymous:  principal.Anonymous(),
		meter:      newMeter(&o),
		events:     events{now: o.Now},
		identities: o.Identities,
		quota:      quota{perPrincipal: o.MaxPerPrincipal, connects: rates{perSecond: o.MaxConnectsPerClient}},
		seed:       maphash.MakeSeed(),
	}
	g.scratch.New = func() any { return new(scratch) }
	g.rejections.max = maxRejected
	if g.observe = o.ObserveRejection; g.observe == nil {
		g.observe = func([]byte, Rejection) {}
	}
	for i := range g.rejectLogs {
		g.rejectLogs[i].to, g.rejectLogs[i].now = o.Logger, o.Now
	}
	for i := range g.partitions {
		g.partitions[i].recent.max = max(1, o.MaxThings/record.Partitions)
	}
	return g
}

// Connect implements mqtt.Handler. A will on a reserved topic is never sent, as
// with AWS IoT: it would be a way around what Publish refuses.
func (g *Gateway) Connect(c *mqtt.Client, p *mqtt.Connect) mqtt.Code {
	conn, err := g.admit(c, p)
	if err != nil {
		g.refuse(c, p, "", err)
		if !isStranger(err) {
			g.meter.refused(p, refusal(err) == mqtt.CodeNotAuthorized)
		}
		return refusal(err)
	}
	thing := g.exclusiveThing(&conn.peer)
	who := conn.who.Load()
	if !who.Allows(principal.Connect, []byte(p.ClientID)) || !allowsWill(who, p.Will) {
		g.connections.remove(conn)
		g.refuse(c, p, thing, errNoConnect)
		g.meter.refused(p, true)
		return mqtt.CodeNotAuthorized
	}
	if err := g.quota.admit(conn, p.ClientID, who, g.now().UnixNano()); err != nil {
		g.connections.remove(conn)
		g.refuse(c, p, thing, err)
		g.meter.refused(p, false)
		return refusal(err)
	}
	if p.Will != nil && p.Will.Topic[0] == '$' {
		g.logger.warn("will on a reserved topic ignored", "client", p.ClientID, "topic", string(p.Will.Topic))
		p.Will = nil
	}
	if p.Will != nil {
		p.Will.Proof = proofOf(&conn.peer)
	}
	addr := c.Peer().Addr.Addr()
	conn.usage = g.meter.connected(p, addr)
	conn.session = g.events.connected(session{clientID: p.ClientID, thing: thing, principal: who.String()}, text(addr))
	c.Data, p.Owner = conn, who.Owner()
	return mqtt.CodeSuccess
}

// refuse notes that a client is not let in. thing is for events.
func (g *Gateway) refuse(c *mqtt.Client, p *mqtt.Connect, thing string, why error) {
	shown := c.Peer()
	peer := Peer{Certificate: shown.Certificate, AccessKeyID: shown.User}
	if unauthorized(why) && !isStranger(why) {
		g.events.failed(session{clientID: p.ClientID, thing: thing, principal: peer.identifier()}, text(shown.Addr.Addr()))
	}
	g.logger.warn("connection refused", "client", p.ClientID, "address", shown.Addr, "peer", peer.String(), "reason", why)
}

// Disconnected implements mqtt.Handler.
func (g *Gateway) Disconnected(c *mqtt.Client, why mqtt.Reason) {
	if conn, ok := c.Data.(*connection); ok {
		g.connections.remove(conn)
		g.meter.disconnected(conn.usage, reasonOf(why))
		g.events.disconnected(&conn.session, reasonOf(why))
		g.quota.leave(conn)
	}
}

// Publish implements mqtt.Handler: reports are answered, messages on other
// reserved topics refused, all others routed.
func (g *Gateway) Publish(c *mqtt.Client, m *mqtt.Inbound) mqtt.Action {
	who, u := whoOf(c), usageOf(c)
	if !who.Allows(principal.Publish, m.Topic) || m.Retain && !who.Allows(principal.RetainPublish, m.Topic) {
		u.denied(m.Topic)
		return mqtt.Refuse(mqtt.CodeNotAuthorized)
	}
	thing, format, report := reportTopic(m.Topic)
	reserved := len(m.Topic) > 0 && m.Topic[0] == '$'
	if reserved && !report && !ruleTopic(m.Topic) {
		g.logger.warn("publish to a reserved topic refused", "client", c.ID(), "topic", string(m.Topic))
		u.denied(m.Topic)
		return mqtt.Refuse(mqtt.CodeNotAuthorized)
	}
	if !repeated(c, m) {
		u.sent(m.Topic, len(m.Payload))
	}
	switch {
	case report:
		g.report(caller{client: c, from: c.ID(), ticket: m.Ticket, thing: thing, format: format}, m.Payload)
		return mqtt.Defer
	case reserved:
		return mqtt.Discard
	}
	return mqtt.Route
}

// maxRepeats is how many messages of a connection are taken for repeats because the
// client says so: as many as it may have had in flight.
const maxRepeats = 100

// repeated tells whether a message was counted before, on an earlier connection. Who
// marks all that it sends as repeated is not believed.
func repeated(c *mqtt.Client, m *mqtt.Inbound) bool {
	conn, _ := c.Data.(*connection)
	if !m.Dup || conn == nil || conn.repeats == maxRepeats {
		return false
	}
	conn.repeats++
	return true
}

// Receive implements mqtt.Handler.
func (g *Gateway) Receive(c *mqtt.Client, topic []byte) bool {
	allowed := whoOf(c).Allows(principal.Receive, topic)
	if u := usageOf(c); allowed {
		u.received(topic)
	} else {
		u.denied(topic)
	}
	return allowed
}

// Subscribe implements mqtt.Handler. A shared subscription is judged by the filter
// behind $share/GROUP/, or else it would be a way around a policy.
func (g *Gateway) Subscribe(c *mqtt.Client, filter string, qos byte) mqtt.Code {
	who := whoOf(c)
	_, topics := mqtt.CutShare(filter) // both must be allowed: $share is no way around a deny
	if !subscribable(filter) || !who.Allows(principal.Subscribe, []byte(filter)) || !who.Allows(principal.Subscribe, []byte(topics)) {
		g.logger.warn("subscription refused", "client", c.ID(), "filter", filter)
		usageOf(c).denied([]byte(topics))
		return mqtt.CodeNotAuthorized
	}
	return mqtt.Code(qos)
}
