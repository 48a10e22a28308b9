package detect

import (
	"cmp"
	"slices"
)

// Dimension is a dimension, with an operator, that behaviors use.
type Dimension struct {
	Name    string
	NotIn   bool
	Filters []string // not to be changed
}

// Dimensions returns what usage records have to tell apart, each pair of a
// dimension and an operator once, in order.
func (e *Engine) Dimensions() []Dimension {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []Dimension
	for _, r := range e.rules {
		if b := r.behavior; b.unjudged == "" && b.cloud && b.dimension != "" {
			list = append(list, Dimension{b.dimensionName, b.notIn, e.dimensions[b.dimensionName]})
		}
	}
	order := func(a, b Dimension) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(btoi(a.NotIn), btoi(b.NotIn)))
	}
	slices.SortFunc(list, order)
	return slices.CompactFunc(list, func(a, b Dimension) bool { return order(a, b) == 0 })
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Registered tells whether the registry has a thing.
func (e *Engine) Registered(thing string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	id, known := e.things.find([]byte(thing))
	return known && e.classes[e.things.view(id).class].registered
}
