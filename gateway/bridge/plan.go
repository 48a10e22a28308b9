package bridge

import (
	"fmt"

	"vedette/metric"
)

// plan is what a link does with the messages of its broker.
type plan struct {
	reports  []reportRoute
	counts   []pattern
	presence presenceSource // nil: none
	replies  []string       // filters that match the link's own replies
	filters  []subscription
}

// reportRoute says what is a report, and where its replies go.
type reportRoute struct {
	pattern
	format             metric.Format
	accepted, rejected template // empty: nowhere
	qos                byte
}

// subscription is a topic filter and the quality of service that is asked for.
type subscription struct {
	filter string
	qos    byte
	field  string // of the file
}

// newPlan makes the plan of a broker, or returns nil and says what is wrong with its
// topics.
func newPlan(b *Broker, e *faults) *plan {
	p, before := &plan{}, len(e.list)
	for i, r := range b.Reports {
		field := fmt.Sprintf("reports[%d].", i)
		route := reportRoute{format: metric.JSON, qos: byte(r.QoS)}
		if r.Format == "cbor" {
			route.format = metric.CBOR
		}
		var err error
		if route.pattern, err = parsePattern(r.Topic, false); err != nil {
			e.add(field+"topic", "%q %w", r.Topic, err)
			continue
		}
		p.addReplies(&route, &r, e, field)
		p.reports = append(p.reports, route)
		p.filters = append(p.filters, subscription{route.filter(), 1, field + "topic"})
	}
	for i, c := range b.Counts {
		field := fmt.Sprintf("counts[%d].topic", i)
		pattern, err := parsePattern(c.Topic, true)
		if err != nil {
			e.add(field, "%q %w", c.Topic, err)
			continue
		}
		p.counts = append(p.counts, pattern)
		p.filters = append(p.filters, subscription{pattern.filter(), 0, field})
	}
	if p.presence = presenceSources[b.Presence]; p.presence != nil {
		for _, filter := range p.presence.filters() {
			p.filters = append(p.filters, subscription{filter, 1, "presence"})
		}
	}
	if len(e.list) > before {
		return nil
	}
	if len(p.filters) == 0 {
		e.add("reports", "there is nothing to do: want reports, presence or counts")
	}
	p.checkLoops(e)
	p.reduce(e)
	if len(e.list) > before {
		return nil
	}
	return p
}

func (p *plan) addReplies(route *reportRoute, r *Reports, e *faults, field string) {
	for _, one := range []struct {
		name string
		text *string
		to   *template
	}{{"accepted", r.Accepted, &route.accepted}, {"rejected", r.Rejected, &route.rejected}} {
		if one.text == nil || *one.text == "" {
			continue
		}
		t, err := parseTemplate(*one.text)
		if err != nil {
			e.add(field+one.name, "%q: %w", *one.text, err)
			continue
		}
		*one.to = t
		p.replies = append(p.replies, t.filter(route.pattern))
	}
}

// checkLoops refuses topics that would be two kinds of report, and replies that would
// come back as reports.
func (p *plan) checkLoops(e *faults) {
	for i := range p.reports {
		for j := range i {
			if one, other := p.reports[i].filter(), p.reports[j].filter(); overlap(one, other) {
				e.add(fmt.Sprintf("reports[%d].topic", i), "%s may be the same topic as %s of reports[%d]: want topics that differ", one, other, j)
			}
		}
	}
	for _, reply := range p.replies {
		for _, r := range p.reports {
			if overlap(reply, r.filter()) {
				e.add("reports", "replies on %s would be taken for reports on %s: give accepted and rejected topics of their own", reply, r.filter())
			}
		}
	}
}

// reduce leaves out the filters that others cover: a broker may deliver a message once
// for each filter that it matches, and it would count twice. Filters of which neither
// covers the other are refused if there are topics that both match.
func (p *plan) reduce(e *faults) {
	var kept []subscription
	for i, s := range p.filters {
		covered := false
		for j := range p.filters {
			o := &p.filters[j]
			switch {
			case i == j:
			case covers(o.filter, s.filter) && (!covers(s.filter, o.filter) || j < i):
				covered = true
			case !covers(o.filter, s.filter) && !covers(s.filter, o.filter) && overlap(s.filter, o.filter) && i < j:
				e.add(s.field, "%s and %s (%s) match some topics both, so that the broker may deliver a message twice: let one of them cover the other", s.filter, o.filter, o.field)
			}
		}
		if !covered {
			kept = append(kept, s)
		}
	}
	for i := range kept {
		for _, s := range p.filters {
			if covers(kept[i].filter, s.filter) {
				kept[i].qos = max(kept[i].qos, s.qos)
			}
		}
	}
	p.filters = kept
}

// own tells whether a topic is one of the link's replies.
func (p *plan) own(topic string) bool {
	for _, filter := range p.replies {
		if covers(filter, topic) {
			return true
		}
	}
	return false
}
