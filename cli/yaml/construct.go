package yaml

import (
	"slices"

	"vedette/cli/document"
)

// constructor makes values of nodes. What is in a list or map is made after
// everything beside it, as in the original, since of several faults in a
// document the first one found is reported; only keys are made at once.
type constructor struct {
	version version
	done    map[*node]document.Value
	pending []func() error
	atOnce  bool // inside of a key
	depth   int  // of merges
	merged  int  // size of the keys that merges added so far
}

func construct(n *node, v version) (document.Value, error) {
	c := &constructor{version: v, done: map[*node]document.Value{}}
	value, err := c.value(n)
	for err == nil && len(c.pending) > 0 {
		fill := c.pending[0]
		c.pending = c.pending[1:]
		err = fill()
	}
	return value, err
}

// fail is a fault of the document as a whole: the original names the place, but
// AWS CLI does not pass it on.
func fail(reason string) error { return &SyntaxError{Reason: reason} }

func (c *constructor) value(n *node) (document.Value, error) {
	if v, ok := c.done[n]; ok {
		return v, nil
	}
	v, err := c.make(n)
	if err == nil {
		c.done[n] = v
	}
	return v, err
}

// make returns the value of a node. Collections are filled later.
func (c *constructor) make(n *node) (document.Value, error) {
	switch n.tag {
	case tagSeq:
		list := make([]document.Value, len(n.items))
		return list, c.later(func() error { return c.fillSequence(n, list) })
	case tagPairs:
		list := make([]document.Value, len(n.items))
		return list, c.later(func() error { return c.fillPairs(n, list) })
	case tagMap:
		m := new(document.Map)
		return m, c.later(func() error { return c.fillMapping(n, m) })
	case tagOmap:
		m := new(document.Map)
		return m, c.later(func() error { return c.fillOrdered(n, m) })
	case tagSet:
		m := new(document.Map)
		return m, c.later(func() error { return c.fillSet(n, m) })
	case tagTimestamp:
		m, ok := parseMoment(n.text)
		if !ok {
			return nil, fail("failed to construct timestamp")
		}
		return m.value()
	case tagNull, tagBool, tagInt, tagFloat, tagBinary, tagStr:
		text, err := scalarOf(n)
		if err != nil {
			return nil, err
		}
		return c.scalar(n.tag, text)
	}
	return nil, fail("could not determine a constructor for a tag")
}

// later runs fill after what is beside it, or now for keys.
func (c *constructor) later(fill func() error) error {
	if c.atOnce {
		return fill()
	}
	c.pending = append(c.pending, fill)
	return nil
}

// scalarOf returns the text of a scalar. A mapping can stand for one with the
// key =.
func scalarOf(n *node) (string, error) {
	for n.kind == mappingNode {
		i := slices.IndexFunc(n.pairs, func(p pair) bool { return p.key.tag == tagValue })
		if i < 0 {
			break
		}
		n = n.pairs[i].value
	}
	if n.kind != scalarNode {
		return "", fail("expected a scalar node")
	}
	return n.text, nil
}

func (c *constructor) fillSequence(n *node, list []document.Value) (err error) {
	if n.kind != sequenceNode {
		return fail("expected a sequence node")
	}
	for i, item := range n.items {
		if list[i], err = c.value(item); err != nil {
			return err
		}
	}
	return nil
}

// onlyPair returns the pair of an item of !!omap or !!pairs.
func onlyPair(item *node) (pair, error) {
	if item.kind != mappingNode || len(item.pairs) != 1 {
		return pair{}, fail("expected a mapping of length 1")
	}
	return item.pairs[0], nil
}

func (c *constructor) fillPairs(n *node, list []document.Value) error {
	if n.kind != sequenceNode {
		return fail("expected a sequence")
	}
	for i, item := range n.items {
		only, err := onlyPair(item)
		if err != nil {
			return err
		}
		key, err := c.value(only.key)
		if err != nil {
			return err
		}
		value, err := c.value(only.value)
		if err != nil {
			return err
		}
		list[i] = []document.Value{key, value}
	}
	return nil
}

func (c *constructor) fillOrdered(n *node, m *document.Map) error {
	if n.kind != sequenceNode {
		return fail("expected a sequence")
	}
	seen := map[string]bool{}
	for _, item := range n.items {
		only, err := onlyPair(item)
		if err != nil {
			return err
		}
		key, err := c.value(only.key)
		if err != nil {
			return err
		}
		id, err := keyID(key)
		if err != nil {
			return err
		}
		if seen[id] {
			return &ValueError{""} // an AssertionError, which has no text
		}
		seen[id] = true
		value, err := c.value(only.value)
		if err != nil {
			return err
		}
		m.SetKey(key, value)
	}
	return nil
}

// fillSet makes a map of nulls, since documents have no sets.
func (c *constructor) fillSet(n *node, m *document.Map) error {
	if err := c.fillMapping(n, m); err != nil {
		return err
	}
	for _, key := range m.Keys() {
		m.Set(key, nil)
	}
	return nil
}

func (c *constructor) fillMapping(n *node, m *document.Map) error {
	if n.kind != mappingNode {
		return fail("expected a mapping node")
	}
	if err := c.flatten(n); err != nil {
		return err
	}
	names := map[string]document.Value{} // the key that was set first, by what it equals
	for _, entry := range n.pairs {
		key, err := c.key(entry.key)
		if err != nil {
			return err
		}
		value, err := c.value(entry.value)
		if err != nil {
			return err
		}
		id, err := keyID(key)
		if err != nil {
			return err
		}
		if first, there := names[id]; !there {
			names[id] = key
		} else if !n.merged {
			return fail("found duplicate key")
		} else {
			key = first
		}
		m.SetKey(key, value)
	}
	return nil
}

// key makes a key with all that is in it. Lists become tuples.
func (c *constructor) key(n *node) (document.Value, error) {
	outer := c.atOnce
	c.atOnce = true
	v, err := c.value(n)
	c.atOnce = outer
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case []document.Value:
		return document.Tuple(v), nil
	case *document.Map:
		return nil, fail("found unhashable key")
	}
	return v, nil
}
