package mqtt

import "sync/atomic"

// Stats are the counters of a Server.
type Stats struct {
	Connections   int64 // open now, those before CONNECT included
	Sessions      int64 // now, connected or not
	Subscriptions int64 // now
	Retained      int64 // messages, now
	Queued        int64 // bytes of QoS 1 messages waiting for sessions, now

	Connects       uint64 // connections accepted with CONNACK
	Refused        uint64 // connections closed before that
	Limited        uint64 // of these: because there would have been too many sessions
	ProtocolErrors uint64 // connections ended because the client broke the protocol
	SlowConsumers  uint64 // connections ended because the client did not read
	Panics         uint64 // connections ended by a fault of the server or the handler

	MessagesIn  uint64 // PUBLISH packets received
	MessagesOut uint64 // PUBLISH packets sent
	Dropped     uint64 // messages not delivered to a subscriber, or not retained: too slow, too many, too long, expired
	QueueFull   uint64 // of these: QoS 1 messages for which a session had no room, and no other member of a shared subscription
	BytesIn     uint64
	BytesOut    uint64
	SaveErrors  uint64 // calls of Storage.Save that failed
}

type counters struct {
	connections, sessions, subscriptions, retained, queued atomic.Int64
	connects, refused, protocolErrors, slow, panics        atomic.Uint64
	saveErrors, limited, queueFull                         atomic.Uint64
}

// trafficShards is the number of sets of counters that connections share. One
// set for all would be a cache line that every processor writes all the time.
const trafficShards = 16

// traffic is what is counted for every message; it fills a cache line.
type traffic struct {
	messagesIn, messagesOut, dropped, bytesIn, bytesOut atomic.Uint64

	_ [24]byte
}

// Stats returns the counters as they are now.
func (s *Server) Stats() Stats {
	c := &s.stats
	st := Stats{
		Connections:    c.connections.Load(),
		Sessions:       c.sessions.Load(),
		Subscriptions:  c.subscriptions.Load(),
		Retained:       c.retained.Load(),
		Queued:         c.queued.Load(),
		Connects:       c.connects.Load(),
		Refused:        c.refused.Load(),
		Limited:        c.limited.Load(),
		ProtocolErrors: c.protocolErrors.Load(),
		SlowConsumers:  c.slow.Load(),
		Panics:         c.panics.Load(),
		SaveErrors:     c.saveErrors.Load(),
		QueueFull:      c.queueFull.Load(),
	}
	for i := range s.traffic {
		t := &s.traffic[i]
		st.MessagesIn += t.messagesIn.Load()
		st.MessagesOut += t.messagesOut.Load()
		st.Dropped += t.dropped.Load()
		st.BytesIn += t.bytesIn.Load()
		st.BytesOut += t.bytesOut.Load()
	}
	return st
}
