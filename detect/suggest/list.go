package suggest

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"strconv"

	"vedette/api"
	"vedette/detect"
	"vedette/violation"
)

// kind is how lists with members of type M are read, judged and written.
type kind[M comparable] struct {
	read    func(p *points, dst []M) []M
	compare func(a, b M) int
	text    func(M) string
	judge   func(r *detect.Replay, list []M) detect.Verdict
	in      api.ComparisonOperator
	set     func(normal, rare []M) *api.MetricValue
	network func(M) netip.Prefix // that a member is of; nil: of none
}

var portLists = kind[uint16]{
	read:    func(p *points, dst []uint16) []uint16 { return p.Ports(dst) },
	compare: cmp.Compare[uint16],
	text:    func(m uint16) string { return strconv.Itoa(int(m)) },
	judge:   (*detect.Replay).Ports,
	in:      api.ComparisonOperatorInPortSet,
	set: func(normal, _ []uint16) *api.MetricValue {
		v := &api.MetricValue{}
		for _, p := range normal {
			v.Ports = append(v.Ports, int32(p))
		}
		return v
	},
}

var addressLists = kind[netip.Addr]{
	read: func(p *points, dst []netip.Addr) []netip.Addr {
		dst = p.Addresses(dst)
		for i, a := range dst {
			dst[i] = a.Unmap()
		}
		return dst
	},
	compare: netip.Addr.Compare,
	text:    netip.Addr.String,
	judge:   (*detect.Replay).Addresses,
	in:      api.ComparisonOperatorInCidrSet,
	set: func(normal, rare []netip.Addr) *api.MetricValue {
		v := &api.MetricValue{}
		for _, n := range cover(normal, rare) {
			v.Cidrs = append(v.Cidrs, n.String())
		}
		return v
	},
	network: networkOf,
}

var stringLists = kind[string]{
	read: func(p *points, dst []string) []string {
		for _, s := range p.Strings(nil) {
			dst = append(dst, string(s))
		}
		return dst
	},
	compare: cmp.Compare[string],
	text:    strconv.Quote,
	judge: func(r *detect.Replay, list []string) detect.Verdict {
		texts := make([][]byte, len(list))
		for i, s := range list {
			texts[i] = []byte(s)
		}
		return r.Strings(texts)
	},
	in:  api.ComparisonOperatorInSet,
	set: func(normal, _ []string) *api.MetricValue { return &api.MetricValue{Strings: normal} },
}

var numberLists = kind[float64]{
	read:    func(p *points, dst []float64) []float64 { return slices.DeleteFunc(p.Numbers(dst), math.IsNaN) },
	compare: cmp.Compare[float64],
	text:    func(m float64) string { return strconv.FormatFloat(m, 'g', -1, 64) },
	judge:   (*detect.Replay).Numbers,
	in:      api.ComparisonOperatorInSet,
	set:     func(normal, _ []float64) *api.MetricValue { return &api.MetricValue{Numbers: normal} },
}

// census counts the members of the fleet's lists.
type census[M comparable] struct {
	*kind[M]
	members  map[M]*seen
	networks map[netip.Prefix]*network
	lost     bool // there were more than are told apart
	need     int  // things that make a member normal
}

// seen is who has had a member. Things come one after the other, so the last one is
// enough to count each once.
type seen struct {
	things int
	last   int // number of the last one
	names  []string
}

// network is who has been in touch with a network.
type network struct {
	addresses    int // different ones
	things, last int // as of seen
}

// poolSize is the number of different addresses that make a network one from which
// things are served by any.
const poolSize = 8

// note counts a member of a list of the thing with a number.
func (c *census[M]) note(m M, number int, thing string) {
	e := c.members[m]
	if e == nil {
		if len(c.members) == maxMembers {
			c.lost = true
			return
		}
		e = &seen{last: -1}
		c.members[m] = e
		c.enter(m, func(n *network) { n.addresses++ })
	}
	if e.last == number {
		return
	}
	e.last = number
	if e.things++; len(e.names) < maxNames {
		e.names = append(e.names, thing)
	}
	c.enter(m, func(n *network) {
		if n.last != number {
			n.last = number
			n.things++
		}
	})
}

// enter calls fn with the network of a member, if it is of one.
func (c *census[M]) enter(m M, fn func(n *network)) {
	if c.network == nil {
		return
	}
	p := c.network(m)
	if c.networks[p] == nil {
		c.networks[p] = &network{last: -1}
	}
	fn(c.networks[p])
}

// normal tells whether a member is, by itself or by the network that it is of.
func (c *census[M]) normal(m M, e *seen) bool {
	ok := e.things >= c.need
	if !ok {
		c.enter(m, func(n *network) { ok = n.addresses >= poolSize && n.things >= c.need })
	}
	return ok
}

// split returns the normal members and the others, both in order.
func (c *census[M]) split() (normal, rare []M) {
	for m, e := range c.members {
		if c.normal(m, e) {
			normal = append(normal, m)
		} else {
			rare = append(rare, m)
		}
	}
	slices.SortFunc(normal, c.compare)
	slices.SortFunc(rare, c.compare)
	return normal, rare
}

// needed returns how many of n things must have had a member that is normal.
func needed(n int) int { return max(min(2, n), (n+19)/20) }

// lists answers a question about lists: it counts members, and then tries.
func lists[M comparable](s *suggester, k kind[M]) error {
	c := &census[M]{kind: &k, members: map[M]*seen{}, networks: map[netip.Prefix]*network{}}
	if err := c.take(s); err != nil || s.out.Things == 0 {
		return err
	}
	c.need = needed(s.out.Things)
	normal, rare := c.split()
	s.out.Lists = &Lists{Members: len(c.members), Normal: len(normal), Rare: c.rarest(rare)}
	if c.lost {
		s.warnf("The lists have more than %d different members: those seen later are not looked at.", maxMembers)
	}
	switch {
	case len(c.members) == 0:
		s.warnf("Every list was empty: there is nothing that a set could name.")
		return nil
	case len(normal) == 0:
		s.warnf("No member was seen on %s or more: the fleet's things have nothing in common that a set could name.", counted(c.need, "thing"))
		return nil
	}
	set := k.set(normal, rare)
	if n := len(set.Ports) + len(set.Cidrs) + len(set.Strings) + len(set.Numbers); n > maxSet {
		s.warnf("The fleet's normal takes a set of %d members: that is no small one, and a profile takes 1000 over all behaviors. Look at a part of the fleet.", n)
		return nil
	}
	return tryLists(s, &k, s.behavior(k.in, set, nil))
}

// take takes the census. Each of the distinct lists of a chunk is looked at once.
func (c *census[M]) take(s *suggester) error {
	var p points
	var list []M
	var done []bool
	return s.fleet(func(thing string, chunks []violation.Chunk) error {
		first, number, at := int64(-1), s.out.Things, -1
		err := p.each(chunks, s.From, s.To, func() {
			if first < 0 {
				first = p.At()
			}
			s.out.Datapoints++
			if p.chunk != at {
				at, done = p.chunk, done[:0]
			}
			for len(done) <= p.List() {
				done = append(done, false)
			}
			if done[p.List()] {
				return
			}
			done[p.List()] = true
			list = c.read(&p, list[:0])
			for _, m := range list {
				c.note(m, number, thing)
			}
		})
		if first >= 0 {
			s.span(first, p.last, 0)
		}
		return err
	})
}

// tryLists finds out what alarms b would have raised.
func tryLists[M comparable](s *suggester, k *kind[M], b *api.Behavior) error {
	t, err := s.try(b)
	if err != nil {
		return err
	}
	var p points
	var list []M
	err = s.fleet(func(thing string, chunks []violation.Chunk) error {
		replays, raised := t.begin(), [len(inARow)]int{}
		err := p.each(chunks, s.From, s.To, func() {
			list = k.read(&p, list[:0])
			for i := range replays {
				if k.judge(&replays[i], list).Raised {
					raised[i]++
				}
			}
		})
		t.count(thing, raised)
		return err
	})
	if err == nil {
		t.choose(s, b)
	}
	return err
}

// rarest names rare members, those that most things have had first.
func (c *census[M]) rarest(rare []M) []Member {
	list := make([]Member, 0, len(rare))
	for _, m := range rare {
		e := c.members[m]
		list = append(list, Member{Text: c.text(m), Things: e.things, Names: e.names})
	}
	slices.SortFunc(list, byThings)
	return list[:min(len(list), maxRare)]
}
