package jmespath

import (
	"math"

	"vedette/cli/document"
)

// node is a part of an expression.
type node interface {
	// search returns what the part makes of v.
	search(r *run, v Value) (Value, error)
}

// run is one search.
type run struct {
	frames int // in use, were this Python
}

// visit searches with n, a level deeper.
func (r *run) visit(n node, v Value) (Value, error) {
	if r.frames+2 > frameLimit {
		return nil, &SearchError{tooDeep}
	}
	if _, ok := n.(current); ok {
		return v, nil
	}
	r.frames += 2
	result, err := n.search(r, v)
	r.frames -= 2
	return result, err
}

type (
	current         struct{}
	literal         struct{ value Value }
	field           struct{ name string }
	reference       struct{ body node }
	subexpression   struct{ parts []node }
	indexExpression struct{ parts []node }
	index           struct{ at int }
	list            struct{ elements []node }
	hash            struct {
		keys   []string
		values []node
	}
	pipe       struct{ left, right node }
	or         struct{ left, right node }
	and        struct{ left, right node }
	not        struct{ body node }
	comparison struct {
		operator    tokenKind
		left, right node
	}
	flatten         struct{ body node }
	projection      struct{ left, right node }
	valueProjection struct{ left, right node }
	filter          struct{ left, right, condition node }
	slice           struct{ bounds [3]bound }
	bound           struct {
		at  int
		set bool
	}
)

func (current) search(_ *run, v Value) (Value, error)            { return v, nil }
func (n *literal) search(*run, Value) (Value, error)             { return n.value, nil }
func (n *reference) search(*run, Value) (Value, error)           { return &Reference{n.body}, nil }
func (n *pipe) search(r *run, v Value) (Value, error)            { return r.chain(v, n.left, n.right) }
func (n *subexpression) search(r *run, v Value) (Value, error)   { return r.chain(v, n.parts...) }
func (n *indexExpression) search(r *run, v Value) (Value, error) { return r.chain(v, n.parts...) }

// chain searches with one node after the other in what the one before found.
func (r *run) chain(v Value, nodes ...node) (Value, error) {
	for _, n := range nodes {
		var err error
		if v, err = r.visit(n, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (n *field) search(r *run, v Value) (Value, error) {
	m, ok := v.(*document.Map)
	if !ok {
		return nil, nil
	}
	if r.frames == frameLimit {
		return nil, &SearchError{tooDeep + " while calling a Python object"}
	}
	return m.Value(n.name), nil
}

func (n *index) search(_ *run, v Value) (Value, error) {
	elements, ok := v.([]Value)
	at := n.at
	if at < 0 {
		at += len(elements)
	}
	if !ok || at < 0 || at >= len(elements) {
		return nil, nil
	}
	return elements[at], nil
}

func (n *list) search(r *run, v Value) (Value, error) {
	if v == nil {
		return nil, nil
	}
	found := make([]Value, len(n.elements))
	for i, element := range n.elements {
		var err error
		if found[i], err = r.visit(element, v); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (n *hash) search(r *run, v Value) (Value, error) {
	if v == nil {
		return nil, nil
	}
	found := new(document.Map)
	r.frames += 2 // the original has a node for each pair
	for i, key := range n.keys {
		value, err := r.visit(n.values[i], v)
		if err != nil {
			return nil, err
		}
		found.Set(key, value)
	}
	r.frames -= 2
	return found, nil
}

// isFalse tells whether v counts as false; unlike in Python, numbers never do.
func isFalse(v Value) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case []Value:
		return len(v) == 0
	case *document.Map:
		return v.Len() == 0
	}
	return false
}

func (n *or) search(r *run, v Value) (Value, error) {
	left, err := r.visit(n.left, v)
	if err != nil || !isFalse(left) {
		return left, err
	}
	return r.visit(n.right, v)
}

func (n *and) search(r *run, v Value) (Value, error) {
	left, err := r.visit(n.left, v)
	if err != nil || isFalse(left) {
		return left, err
	}
	return r.visit(n.right, v)
}

func (n *not) search(r *run, v Value) (Value, error) {
	found, err := r.visit(n.body, v)
	if err != nil {
		return nil, err
	}
	if err := r.checkNumber(found, 13); err != nil {
		return nil, err
	}
	return !isNumber(found) && !document.Truth(found), nil
}

// checkNumber fails where Python has not so many frames left as it takes there
// to find out whether v is a number.
func (r *run) checkNumber(v Value, frames int) error {
	if _, ok := v.(bool); !ok && r.frames+frames > frameLimit {
		return &SearchError{tooDeep}
	}
	return nil
}

func (n *comparison) search(r *run, v Value) (Value, error) {
	left, err := r.visit(n.left, v)
	if err != nil {
		return nil, err
	}
	right, err := r.visit(n.right, v)
	if err != nil {
		return nil, err
	}
	if err := r.checkNumber(left, 15); err != nil {
		return nil, err
	}
	switch n.operator {
	case tokenEqual:
		return equalStrictly(left, right), nil
	case tokenNotEqual:
		return !equalStrictly(left, right), nil
	}
	if !isComparable(left) || !isComparable(right) {
		return nil, nil
	}
	holds, err := order(n.operator, left, right)
	if err != nil {
		return nil, err
	}
	return holds, nil
}

func (n *flatten) search(r *run, v Value) (Value, error) {
	found, err := r.visit(n.body, v)
	elements, ok := found.([]Value)
	if err != nil || !ok {
		return nil, err
	}
	flat := make([]Value, 0, len(elements))
	for _, element := range elements {
		if inner, ok := element.([]Value); ok {
			flat = append(flat, inner...)
		} else {
			flat = append(flat, element)
		}
	}
	return flat, nil
}

func (n *projection) search(r *run, v Value) (Value, error) {
	base, err := r.visit(n.left, v)
	elements, ok := base.([]Value)
	if err != nil || !ok {
		return nil, err
	}
	found := make([]Value, 0, len(elements))
	for _, element := range elements {
		if found, err = r.project(n.right, element, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// project adds what n finds in v, unless that is null.
func (r *run) project(n node, v Value, found []Value) ([]Value, error) {
	result, err := r.visit(n, v)
	if result != nil {
		found = append(found, result)
	}
	return found, err
}

func (n *valueProjection) search(r *run, v Value) (Value, error) {
	base, err := r.visit(n.left, v)
	m, ok := base.(*document.Map)
	if err != nil || !ok {
		return nil, err
	}
	found := make([]Value, 0, m.Len())
	for _, value := range m.All() {
		if found, err = r.project(n.right, value, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (n *filter) search(r *run, v Value) (Value, error) {
	base, err := r.visit(n.left, v)
	elements, ok := base.([]Value)
	if err != nil || !ok {
		return nil, err
	}
	found := []Value{}
	for _, element := range elements {
		chosen, err := r.visit(n.condition, element)
		if err != nil {
			return nil, err
		}
		if isFalse(chosen) {
			continue
		}
		if found, err = r.project(n.right, element, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// or returns the bound, or what stands for a missing one.
func (b bound) or(missing int) int {
	if b.set {
		return b.at
	}
	return missing
}

// within returns a place in a list of n elements: negative ones count from the
// end, and what is outside becomes low or high.
func within(at, n, low, high int) int {
	if at < 0 {
		at += n
	}
	return max(low, min(at, high))
}

func (n *slice) search(_ *run, v Value) (Value, error) {
	elements, ok := v.([]Value)
	if !ok {
		return nil, nil
	}
	start, stop, step := n.bounds[0], n.bounds[1], n.bounds[2].or(1)
	size, count := len(elements), 0
	var first int
	switch {
	case step == 0:
		return nil, &SearchError{"slice step cannot be zero"}
	case step > 0:
		first = within(start.or(0), size, 0, size)
		if last := within(stop.or(math.MaxInt), size, 0, size); last > first {
			count = (last-first-1)/step + 1
		}
	default:
		first = size - 1
		if start.set {
			first = within(start.at, size, -1, size-1)
		}
		last := -1
		if stop.set {
			last = within(stop.at, size, -1, size-1)
		}
		if first > last {
			count = (first-last-1)/-step + 1
		}
	}
	found := make([]Value, count)
	for i := range found {
		found[i] = elements[first+i*step]
	}
	return found, nil
}
