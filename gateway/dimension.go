package gateway

import (
	"slices"
	"strings"
)

// Dimension is a dimension, with an operator, that usage records tell apart.
type Dimension struct {
	Name    string
	NotIn   bool
	Filters []string // topic filters, maybe with variables
}

// dimensions are those in use, all together. They never change.
type dimensions struct {
	groups   []group
	pairs    []pair
	variable bool // filters have variables
	named    bool // filters ask for the name of a registered thing
}

// group is the filters of one name.
type group struct {
	name    []byte
	filters []filter // those without variables
	texts   []string // those with
}

// pair is what is counted apart.
type pair struct {
	group int
	notIn bool
}

const thingNameVariable = "iot:Connection.Thing.ThingName"

func newDimensions(list []Dimension) *dimensions {
	d := &dimensions{}
	for _, one := range list {
		i := slices.IndexFunc(d.groups, func(g group) bool { return string(g.name) == one.Name })
		if i < 0 {
			i = len(d.groups)
			d.groups = append(d.groups, d.group(one))
		}
		d.pairs = append(d.pairs, pair{i, one.NotIn})
	}
	return d
}

func (d *dimensions) group(one Dimension) group {
	g := group{name: []byte(one.Name)}
	for _, text := range one.Filters {
		if strings.Contains(text, variable) {
			g.texts = append(g.texts, text)
			d.variable = true
			d.named = d.named || strings.Contains(text, thingNameVariable)
			continue
		}
		if f, ok := compileFilter(text, nil); ok {
			g.filters = append(g.filters, f)
		}
	}
	return g
}

// own returns the filters with variables, by group, for one connection.
func (d *dimensions) own(clientID string, registered bool) [][]filter {
	if !d.variable {
		return nil
	}
	thing := ""
	if registered {
		thing = clientID
	}
	value := variables(clientID, thing)
	own := make([][]filter, len(d.groups))
	for i, g := range d.groups {
		for _, text := range g.texts {
			if f, ok := compileFilter(text, value); ok {
				own[i] = append(own[i], f)
			}
		}
	}
	return own
}

// variables returns what the variables in filters stand for; an empty one stands for
// nothing.
func variables(clientID, thing string) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		switch name {
		case "iot:ClientId":
			return clientID, clientID != ""
		case thingNameVariable:
			return thing, thing != ""
		}
		return "", false
	}
}

// TryFilter tells whether a topic matches a filter of a dimension, and the filter as it
// is with what its variables stand for: the client's id and the name of the registered
// thing, empty where there is none. A filter that has a variable without a value is
// empty then, and matches nothing.
func TryFilter(text, topic, clientID, thing string) (expanded string, matches bool) {
	f, ok := compileFilter(text, variables(clientID, thing))
	if !ok {
		return "", false
	}
	return f.String(), f.matches([]byte(topic))
}

// match tells whether a topic is in a group.
func (d *dimensions) match(i int, own [][]filter, topic []byte) bool {
	for _, f := range d.groups[i].filters {
		if f.matches(topic) {
			return true
		}
	}
	if own != nil {
		for _, f := range own[i] {
			if f.matches(topic) {
				return true
			}
		}
	}
	return false
}
