package mqtt

import (
	"container/list"
	"sync"
	"time"
)

// A pace holds a connection to what Options allow it in a second of the coarse
// clock, and as a whole. It is nil where they allow as much as comes.
type pace struct {
	// The reader's own.
	publishedAt int64 // second in which published PUBLISHes came
	published   int

	storedTo uint64 // number up to which messages waited before the client connected; guarded by session.mu

	// Guarded by Client.mu.
	at        int64 // second that the rest counts in
	bytes     int   // received and sent, less what earlier seconds have allowed
	delivered int   // PUBLISHes sent
	stored    int   // of these, those that waited before the client connected
	held      bool  // the client is on the server's list of those that wait for the next second
	free      bool  // the connection ends: it waits for nothing any more

	// Guarded by lifetimes.mu.
	endsAt int64         // second in which the connection ends
	place  *list.Element // in the list; nil: it is not there
}

// newPace returns nil if the options hold connections to nothing.
func (o *Options) newPace() *pace {
	if o.MaxPublishRate == 0 && o.MaxDeliveryRate == 0 && o.MaxResumeRate == 0 && o.MaxThroughput == 0 && o.MaxWebSocketTime == 0 {
		return nil
	}
	return &pace{}
}

// turn begins a new second when it is time to. What was moved beyond the limit
// counts in it, too.
func (p *pace) turn(now int64, throughput int) {
	if seconds := now - p.at; seconds != 0 {
		p.bytes = int(max(0, int64(p.bytes)-max(seconds, 0)*int64(throughput)))
		p.at, p.delivered, p.stored = now, 0, 0
	}
}

// publishesTooFast counts a PUBLISH of the client and tells whether there were too
// many in this second.
func (c *Client) publishesTooFast() bool {
	limit := c.srv.opt.MaxPublishRate
	if limit == 0 {
		return false
	}
	p := c.pace
	if now := c.srv.seconds(); now != p.publishedAt {
		p.publishedAt, p.published = now, 0
	}
	p.published++
	return p.published > limit
}

// moved counts bytes that were received or sent. c.mu is held.
func (c *Client) moved(n int) {
	if p := c.pace; p != nil {
		p.turn(c.srv.seconds(), c.srv.opt.MaxThroughput)
		p.bytes += n
	}
}

// mayMove tells whether bytes may be received or sent now; if not, the next second
// lets the client go on. c.mu is held.
func (c *Client) mayMove() bool {
	p, limit := c.pace, c.srv.opt.MaxThroughput
	if p == nil || limit == 0 || p.free || c.out.last || c.closed {
		return true
	}
	p.turn(c.srv.seconds(), limit)
	if p.bytes < limit {
		return true
	}
	c.hold()
	return false
}

// mayDeliver tells whether one more PUBLISH may be sent now. stored: it waited
// before the client connected. c.mu is held.
func (c *Client) mayDeliver(stored bool) bool {
	p, opt := c.pace, &c.srv.opt
	if p == nil || p.free {
		return true
	}
	p.turn(c.srv.seconds(), opt.MaxThroughput)
	return (opt.MaxDeliveryRate == 0 || p.delivered < opt.MaxDeliveryRate) &&
		(!stored || opt.MaxResumeRate == 0 || p.stored < opt.MaxResumeRate)
}

// delivered counts a PUBLISH that was sent. c.mu is held.
func (c *Client) delivered(stored bool) {
	c.traffic.messagesOut.Add(1)
	p := c.pace
	if p == nil {
		return
	}
	p.delivered++
	if stored {
		p.stored++
	}
}

// mayRetain is mayDeliver for a retained message, which waits at QoS 0, too: the
// client has asked for all. c.mu is held.
func (c *Client) mayRetain(qos byte) bool {
	if qos > 0 || c.mayDeliver(false) {
		return true
	}
	c.hold()
	return false
}

// hold has the next second let the client go on. c.mu is held.
func (c *Client) hold() {
	if !c.pace.held {
		c.pace.held = true
		c.srv.held.add(c)
	}
}

// release lets the client wait for nothing any more. c.mu is not held.
func (c *Client) release() {
	if c.pace == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pace.free = true
	c.room.Broadcast()
}

// goOn lets a client go on that was held.
func (c *Client) goOn() {
	c.mu.Lock()
	c.pace.held = false
	connected := c.connected
	c.room.Broadcast()
	c.mu.Unlock()
	if connected {
		c.stalled.Store(true) // its session may have more to send
	}
	c.markDirty()
}

// holding is a list of the clients that wait for the next second.
type holding struct {
	mu      sync.Mutex
	clients []*Client
}

func (h *holding) add(c *Client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients = append(h.clients, c)
}

func (h *holding) take() []*Client {
	h.mu.Lock()
	defer h.mu.Unlock()
	clients := h.clients
	h.clients = nil
	return clients
}

// lifetimes are the connections that end when they are old enough, all at the same
// age: the oldest is the first.
type lifetimes struct {
	mu   sync.Mutex
	list list.List // of *Client
}

// add enters a client that has a bounded life.
func (l *lifetimes) add(c *Client) {
	limit := c.srv.opt.MaxWebSocketTime
	if limit == 0 || c.peer == nil || c.peer.Transport != WebSocket {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	c.pace.endsAt = c.srv.seconds() + int64((limit+time.Second-1)/time.Second)
	c.pace.place = l.list.PushBack(c)
}

// remove takes a client out.
func (l *lifetimes) remove(c *Client) {
	if c.pace == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.pace.place != nil {
		l.list.Remove(c.pace.place)
		c.pace.place = nil
	}
}

// over returns the clients whose life is over at now, and takes them out.
func (l *lifetimes) over(now int64) (old []*Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for e := l.list.Front(); e != nil && e.Value.(*Client).pace.endsAt <= now; e = l.list.Front() {
		c := l.list.Remove(e).(*Client)
		c.pace.place = nil
		old = append(old, c)
	}
	return old
}
