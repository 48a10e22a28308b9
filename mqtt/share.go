package mqtt

import (
	"slices"
	"strings"
	"sync/atomic"
)

// A shareGroup is all shared subscriptions with one share name and one topic
// filter (section 4.8.2): of each message one member gets a copy. The group is
// one link in the list of its topic filter.
type shareGroup struct {
	name    string
	link    subscription // has no session
	members []*subscription
	turn    atomic.Uint32
}

// isShared tells whether the filter asks for a shared subscription.
func isShared(filter string) bool { return filter == "$share" || strings.HasPrefix(filter, "$share/") }

// CutShare takes a shared subscription's filter apart, $share/NAME/FILTER. The
// share name is empty when filter is none of that form [MQTT-4.8.2-1]
// [MQTT-4.8.2-2], and then topics is all of filter.
func CutShare(filter string) (share, topics string) {
	rest, ok := strings.CutPrefix(filter, "$share/")
	if !ok {
		return "", filter
	}
	share, topics, ok = strings.Cut(rest, "/")
	if !ok || share == "" || topics == "" || strings.ContainsAny(share, "+#") {
		return "", filter
	}
	return share, topics
}

// findGroup returns the group with a name in the list, nil when there is none.
func (s *subscription) findGroup(share string) *shareGroup {
	for ; s != nil; s = s.next {
		if s.group != nil && s.group.name == share {
			return s.group
		}
	}
	return nil
}

// join adds a shared subscription to its group in the list that begins at first,
// and returns the list's new first link.
func (sub *subscription) join(first *subscription, share, topics string) *subscription {
	if g := first.findGroup(share); g != nil {
		g.members = append(g.members, sub)
		return first
	}
	g := &shareGroup{name: share, members: []*subscription{sub}}
	g.link.group, g.link.filter = g, topics
	return g.link.push(first)
}

// part takes a shared subscription out of its group, and the group out of the list
// when nobody is left.
func (sub *subscription) part(first *subscription, share string) *subscription {
	g := first.findGroup(share)
	i := slices.Index(g.members, sub)
	g.members = slices.Delete(g.members, i, i+1)
	if len(g.members) > 0 {
		return first
	}
	return g.link.unlink(first)
}

// next returns the member whose turn it is. Members that are not connected, or do
// not take what they are sent, are passed over as long as there are others.
func (g *shareGroup) next() *subscription {
	n := uint32(len(g.members))
	turn := g.turn.Add(1) - 1
	var spare *subscription
	connected := false // spare is
	for i := range n {
		sub := g.members[(turn+i)%n]
		c := sub.session.client.Load()
		if c != nil && !c.stalled.Load() {
			return sub
		}
		if spare == nil || c != nil && !connected {
			spare, connected = sub, c != nil
		}
	}
	return spare
}
