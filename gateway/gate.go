package gateway

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// GateOptions say how many connections a Gate lets in. 0 means no limit.
type GateOptions struct {
	MaxConnections int // open at once
	MaxPerAddress  int // of these from one address

	// MaxPerSecond bounds the connections of a listener that begin in a second,
	// MaxPerSecondAndAddress those from one address, with bursts of one second's worth.
	MaxPerSecond           int
	MaxPerSecondAndAddress int

	Now func() time.Time // nil: time.Now
}

// A Gate bounds the connections of clients before anything is read of them, and
// before any work for TLS. Addresses of IPv6 count by their first 64 bits: a network
// of that size is what one client has.
type Gate struct {
	options   GateOptions
	byAddress rates
	open      atomic.Int64
	refused   [numLimits]atomic.Uint64

	mu        sync.Mutex
	addresses map[netip.Prefix]int // open connections; only if they are bounded
}

// Limit is one of those that keep clients out.
type Limit uint8

// The limits of connections.
const (
	LimitConnections Limit = iota // GateOptions.MaxConnections
	LimitAddress                  // GateOptions.MaxPerAddress
	LimitRate                     // GateOptions.MaxPerSecond
	LimitAddressRate              // GateOptions.MaxPerSecondAndAddress
	LimitPrincipal                // Options.MaxPerPrincipal
	LimitClientRate               // Options.MaxConnectsPerClient
	numLimits
)

// Limits returns all limits.
func Limits() []Limit {
	return []Limit{LimitConnections, LimitAddress, LimitRate, LimitAddressRate, LimitPrincipal, LimitClientRate}
}

// String returns the limit in one word, for metrics.
func (l Limit) String() string {
	switch l {
	case LimitConnections:
		return "connections"
	case LimitAddress:
		return "address"
	case LimitRate:
		return "rate"
	case LimitAddressRate:
		return "address_rate"
	case LimitPrincipal:
		return "principal"
	case LimitClientRate:
		return "client_rate"
	}
	return "unknown"
}

// NewGate returns a Gate.
func NewGate(o GateOptions) *Gate {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Gate{options: o, byAddress: rates{perSecond: o.MaxPerSecondAndAddress}, addresses: map[netip.Prefix]int{}}
}

// Door returns a way through the gate that has a rate of its own.
func (g *Gate) Door() *Door { return &Door{gate: g, rate: newRateLimit(g.options.MaxPerSecond)} }

// Listen returns a listener that closes connections at once that are too many.
func (g *Gate) Listen(l net.Listener) net.Listener {
	return &gatedListener{Listener: l, door: g.Door()}
}

// Refused returns how many connections a limit has kept out.
func (g *Gate) Refused(l Limit) uint64 { return g.refused[l].Load() }

// A Door is a way through a Gate. Its methods may be called concurrently.
type Door struct {
	gate *Gate
	rate rateLimit
}

// Enter asks whether one more connection from addr may come in. leave must then
// be called once, when it has ended.
func (d *Door) Enter(addr netip.Addr) (leave func(), ok bool) {
	g := d.gate
	from := block(addr)
	if limit, ok := g.enter(d, from); !ok {
		g.refused[limit].Add(1)
		return nil, false
	}
	return func() { g.leave(from) }, true
}

// enter counts a connection, or tells which limit it would exceed. The rates come
// last: they count who comes in.
func (g *Gate) enter(d *Door, from netip.Prefix) (Limit, bool) {
	if n, most := g.open.Add(1), int64(g.options.MaxConnections); most > 0 && n > most {
		g.open.Add(-1)
		return LimitConnections, false
	}
	if !g.hold(from) {
		g.open.Add(-1)
		return LimitAddress, false
	}
	now := g.options.Now().UnixNano()
	if !g.byAddress.allow(from.String, now) {
		g.leave(from)
		return LimitAddressRate, false
	}
	if !d.rate.allow(now) {
		g.leave(from)
		return LimitRate, false
	}
	return 0, true
}

// hold counts a connection of an address, unless there are too many.
func (g *Gate) hold(from netip.Prefix) bool {
	if g.options.MaxPerAddress == 0 {
		return true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.addresses[from] >= g.options.MaxPerAddress {
		return false
	}
	g.addresses[from]++
	return true
}

func (g *Gate) leave(from netip.Prefix) {
	g.open.Add(-1)
	if g.options.MaxPerAddress == 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.addresses[from]--; g.addresses[from] == 0 {
		delete(g.addresses, from)
	}
}

// block returns what counts as one address.
func block(addr netip.Addr) netip.Prefix {
	bits := 32
	if addr = addr.Unmap(); addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.WithZone("").Prefix(bits) // the zero Prefix: the address is not known
	return prefix
}

// gatedListener lets connections in through a door.
type gatedListener struct {
	net.Listener
	door *Door
}

// Accept implements net.Listener.
func (l *gatedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		tcp, ok := conn.(*net.TCPConn)
		if !ok {
			return conn, nil
		}
		addr, _ := tcp.RemoteAddr().(*net.TCPAddr)
		leave, ok := l.door.Enter(addr.AddrPort().Addr())
		if ok {
			return &gatedConn{TCPConn: tcp, leave: leave}, nil
		}
		_ = conn.Close()
	}
}

// gatedConn makes room at the gate when it is closed.
type gatedConn struct {
	*net.TCPConn
	leave func()
	once  sync.Once
}

// Close implements net.Conn.
func (c *gatedConn) Close() error {
	c.once.Do(c.leave)
	return c.TCPConn.Close()
}
