package mqtt

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Server is an MQTT 3.1.1 and 5 server. It serves any number of listeners; its
// methods may be called from any goroutine.
type Server struct {
	opt   Options
	stats counters

	complaints complaints // about clients
	traffic    [trafficShards]traffic
	tree       *tree
	registry   *registry
	retained   retainedStore
	saver      *saver // nil: nothing is stored
	flushers   []*flusher
	wheel      wheel
	due        dueList
	held       holding   // clients that wait for the next second
	lifetimes  lifetimes // connections that may not last for ever
	late       lateWills
	buffers    buffers
	routings   sync.Pool
	started    time.Time
	clock      atomic.Int64 // epoch seconds, as of the last tick

	clientNumber  atomic.Uint64
	sessionNumber atomic.Uint64

	stop   chan struct{}      // closed when the background goroutines are to end
	cancel context.CancelFunc // of the saver

	mu         sync.Mutex
	listeners  map[net.Listener]struct{}
	clients    map[*Client]struct{}
	draining   bool
	conns      sync.WaitGroup
	background sync.WaitGroup
}

// NewServer returns a server that knows the sessions and retained messages of
// o.Storage. Its goroutines run until Shutdown.
func NewServer(ctx context.Context, o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		opt:       o,
		tree:      newTree(),
		registry:  newRegistry(),
		stop:      make(chan struct{}),
		late:      lateWills{wake: make(chan struct{}, 1)},
		listeners: map[net.Listener]struct{}{},
		clients:   map[*Client]struct{}{},
	}
	s.retained.srv = s
	s.tree.parentless = o.ParentUnmatched
	s.started = o.Now()
	s.clock.Store(s.started.Unix())
	s.wheel.at = s.clock.Load()
	saving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	if o.Storage != nil {
		s.saver = newSaver(o.Storage, o.Logger, func() { s.stats.saveErrors.Add(1) })
		if err := s.load(ctx); err != nil {
			cancel()
			return nil, fmt.Errorf("load sessions: %w", err)
		}
		go s.saver.run(saving)
	}
	for range runtime.GOMAXPROCS(0) {
		f := newFlusher()
		s.flushers = append(s.flushers, f)
		s.background.Go(func() { f.run(s.stop) })
	}
	s.background.Go(s.keepTime)
	if o.Wills != nil {
		s.background.Go(s.judgeWills)
	}
	return s, nil
}

// Options returns what the server was made with, defaults filled in.
func (s *Server) Options() Options { return s.opt }

// Serve accepts connections on l until it fails or the server is shut down; then
// it closes l and returns the error, net.ErrClosed after Shutdown.
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	s.mu.Lock()
	if s.draining {
		s.mu.Unlock()
		return net.ErrClosed
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, l)
		s.mu.Unlock()
	}()
	var wait time.Duration
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			wait = 0
			c := newClient(s, conn)
			c.mayRest = true
			go s.begin(c)
		case errors.Is(err, net.ErrClosed):
			return net.ErrClosed
		default:
			// Most likely out of file descriptors: it passes.
			if wait = min(max(2*wait, 5*time.Millisecond), time.Second); !pause(s.stop, wait) {
				return net.ErrClosed
			}
			s.opt.Logger.Warn("accept: will be tried again", "err", err)
		}
	}
}

// ServeConn serves one connection and returns when it has ended; conn is closed.
func (s *Server) ServeConn(conn net.Conn) { s.begin(newClient(s, conn)) }

// ServePeer is ServeConn for a client that the caller has got to know already,
// as by the HTTP request that opened a WebSocket.
func (s *Server) ServePeer(conn net.Conn, p Peer) {
	c := newClient(s, conn)
	if !p.Addr.IsValid() {
		p.Addr = c.addr
	}
	c.addr, c.peer = p.Addr, &p
	s.begin(c)
}

// begin serves a connection, unless there are too many. It returns when the
// connection has ended, or rests.
func (s *Server) begin(c *Client) {
	if !s.enter(c) {
		s.stats.refused.Add(1)
		c.conn.Close()
		return
	}
	c.serve()
}

func (s *Server) enter(c *Client) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining || s.opt.MaxConnections > 0 && len(s.clients) >= s.opt.MaxConnections {
		return false
	}
	s.clients[c] = struct{}{}
	s.conns.Add(1)
	s.stats.connections.Add(1)
	return true
}

func (s *Server) leave(c *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
	s.stats.connections.Add(-1)
	s.conns.Done()
}

// Publish routes a message from inside the server to its subscribers, and
// retains it if asked. It keeps none of m's slices. A message whose topic is no
// topic name is dropped.
func (s *Server) Publish(m Message) { s.publish(m, false, func(Code) {}) }

// PublishThen publishes a message as Publish does. done hears what a PUBACK would
// say, once all that has to be stored of the message is stored, from another
// goroutine if that takes a while. What cannot be retained is not delivered either.
func (s *Server) PublishThen(m Message, done func(Code)) { s.publish(m, true, done) }

func (s *Server) publish(m Message, strict bool, done func(Code)) {
	if !ValidTopic(m.Topic) {
		s.traffic[0].dropped.Add(1)
		done(CodeTopicNameInvalid)
		return
	}
	r := s.newRouting()
	defer s.freeRouting(r)
	r.topic, r.payload, r.props = m.Topic, m.Payload, encodeProperties(&m)
	r.qos, r.retain = min(m.QoS, 1), m.Retain
	if m.Expiry > 0 {
		r.expires = r.millis() + m.Expiry.Milliseconds()
	}
	if r.retain && !s.retained.store(r) && strict {
		done(CodeQuotaExceeded)
		return
	}
	r.toSubscribers(nil)
	if r.saved && strict {
		s.saver.await(waiter{done: done})
		return
	}
	done(CodeSuccess)
}

// Fits tells whether topic is within the limits that clients have.
func (s *Server) Fits(topic []byte) bool { return s.opt.fits(topic) }

// ValidTopic tells whether messages can be published to topic: a topic name, of at
// most 65,535 bytes, without wildcards.
func ValidTopic(topic []byte) bool {
	return len(topic) > 0 && len(topic) <= 65535 && validText(topic) && validTopic(topic)
}

// Disconnect closes the connection of a client; false: it has none. A version 5
// client gets DISCONNECT with the code.
func (s *Server) Disconnect(clientID string, code Code) bool {
	sh := s.registry.shard(clientID)
	sh.mu.Lock()
	var c *Client
	if to := sh.sessions[clientID]; to != nil {
		c = to.client.Load()
	}
	sh.mu.Unlock()
	if c == nil {
		return false
	}
	c.Close(code)
	return true
}

// Shutdown closes the listeners, reads no more packets, waits until the handler
// has finished what it deferred, and closes all connections; version 5 clients
// get DISCONNECT "server shutting down". Wills are published as after any other
// end of a connection. What is to be stored is saved. When ctx ends, it waits no
// longer and returns the error of ctx.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.cancel()
	s.mu.Lock()
	first := !s.draining
	s.draining = true
	for l := range s.listeners {
		l.Close()
	}
	for c := range s.clients {
		c.drain()
	}
	s.mu.Unlock()

	ended := make(chan struct{})
	go func() { s.conns.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-ctx.Done():
		s.mu.Lock()
		for c := range s.clients {
			c.kick(CodeServerShuttingDown, ReasonShutdown)
		}
		s.mu.Unlock()
		select {
		case <-ended:
		case <-time.After(2 * closeTimeout): // the handler does not return
		}
	}
	if first {
		close(s.stop)
	}
	s.background.Wait()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*closeTimeout)
	defer cancel()
	if ctx.Err() == nil {
		late = ctx
	}
	return errors.Join(ctx.Err(), s.saver.stop(late))
}

// keepTime advances the coarse clock and does what has become due.
func (s *Server) keepTime() {
	for {
		select {
		case <-s.opt.After(time.Second):
			s.tick(s.opt.Now())
		case <-s.stop:
			return
		}
	}
}

// tick closes silent and old connections, lets those go on that were too fast, publishes
// wills and ends sessions.
func (s *Server) tick(at time.Time) {
	// Counted from the start, so that setting the machine's clock kills nobody.
	now := s.started.Unix() + int64(at.Sub(s.started)/time.Second)
	s.clock.Store(now)
	for _, c := range s.wheel.advance(now) {
		c.kick(CodeKeepAliveTimeout, ReasonKeepAliveTimeout)
	}
	for _, c := range s.lifetimes.over(now) {
		c.kick(CodeMaximumConnectTime, ReasonTimeOver)
	}
	for _, c := range s.held.take() {
		c.goOn()
	}
	s.late.again()
	for _, to := range s.due.take(now) {
		s.publishLate(s.expire(to, now), to)
	}
}

// seconds returns the coarse clock.
func (s *Server) seconds() int64 { return s.clock.Load() }
