package mqtt

// A trie maps topics or topic filters to values, level by level. It is lazy: a
// node below which only one key lies keeps the rest of that key as a string, so
// that a key costs one node beyond what it shares with others. It does no locking.
type trie[E any] struct {
	root node[E]
}

type node[E any] struct {
	value  *E         // of the key that ends here or, when single, at tail
	tail   string     // single: the rest of the key
	single bool       // exactly one key lies below, and none ends here
	few    []child[E] // the nodes below, by level, while they are few
	many   map[string]*node[E]
}

type child[E any] struct {
	level string
	node  *node[E]
}

// maxFew is how many nodes are found by looking at each.
const maxFew = 8

// find returns the value of key, nil when there is none.
func (t *trie[E]) find(key string) *E {
	n, rest, more := &t.root, key, true
	for {
		switch {
		case n.single && more && n.tail == rest:
			return n.value
		case n.single:
			return nil
		case !more:
			return n.value
		}
		var level string
		level, rest, more = cutLevel(rest)
		if n = n.child(level); n == nil {
			return nil
		}
	}
}

// put sets the value of key, which must not be nil.
func (t *trie[E]) put(key string, value *E) {
	n, rest, more := &t.root, key, true
	for {
		if n.single && (!more || n.tail != rest) {
			n.split()
		}
		switch {
		case !more, n.single:
			n.value = value
			return
		case n.empty():
			n.value, n.tail, n.single = value, rest, true
			return
		}
		var level string
		level, rest, more = cutLevel(rest)
		n = n.ensure(level)
	}
}

// remove deletes key and the nodes that nothing needs any more.
func (t *trie[E]) remove(key string) { t.root.remove(key, true) }

func (n *node[E]) remove(rest string, more bool) {
	switch {
	case n.single:
		if more && n.tail == rest {
			n.value, n.tail, n.single = nil, "", false
		}
	case !more:
		n.value = nil
	default:
		level, rest, more := cutLevel(rest)
		if c := n.child(level); c != nil {
			c.remove(rest, more)
			if c.empty() {
				n.drop(level)
			}
		}
	}
}

// split turns a single node into one that has its key in a node below.
func (n *node[E]) split() {
	value, tail := n.value, n.tail
	n.value, n.tail, n.single = nil, "", false
	level, rest, more := cutLevel(tail)
	c := n.ensure(level)
	c.value, c.tail, c.single = value, rest, more
}

func (n *node[E]) empty() bool {
	return n.value == nil && len(n.few) == 0 && len(n.many) == 0
}

func (n *node[E]) child(level string) *node[E] {
	if n.many != nil {
		return n.many[level]
	}
	for i := range n.few {
		if n.few[i].level == level {
			return n.few[i].node
		}
	}
	return nil
}

// childOf is child for a level that is a slice of a topic; it does not allocate.
func (n *node[E]) childOf(level []byte) *node[E] {
	if n.many != nil {
		return n.many[string(level)]
	}
	for i := range n.few {
		if n.few[i].level == string(level) {
			return n.few[i].node
		}
	}
	return nil
}

func (n *node[E]) ensure(level string) *node[E] {
	if c := n.child(level); c != nil {
		return c
	}
	c := &node[E]{}
	switch {
	case n.many != nil:
		n.many[level] = c
	case len(n.few) < maxFew:
		n.few = append(n.few, child[E]{level, c})
	default:
		n.many = make(map[string]*node[E], 2*maxFew)
		for _, f := range n.few {
			n.many[f.level] = f.node
		}
		n.few = nil
		n.many[level] = c
	}
	return c
}

func (n *node[E]) drop(level string) {
	if n.many != nil {
		if delete(n.many, level); len(n.many) == 0 {
			n.many = nil
		}
		return
	}
	for i := range n.few {
		if n.few[i].level == level {
			last := len(n.few) - 1
			n.few[i] = n.few[last]
			n.few[last] = child[E]{}
			n.few = n.few[:last]
			break
		}
	}
	if len(n.few) == 0 {
		n.few = nil
	}
}

// matchTopic appends the values of all keys, read as topic filters, that match
// topic. A wildcard at the beginning does not match a topic that begins with $
// [MQTT-4.7.2-1].
func (t *trie[E]) matchTopic(dst []*E, topic []byte) []*E {
	n := &t.root
	if len(topic) == 0 || topic[0] != '$' {
		return n.matchTopic(dst, topic, true)
	}
	if n.single {
		if n.tail[0] != '$' {
			return dst
		}
		return n.matchTopic(dst, topic, true)
	}
	level, rest, more := cutLevel(topic)
	if c := n.childOf(level); c != nil {
		dst = c.matchTopic(dst, rest, more)
	}
	return dst
}

func (n *node[E]) matchTopic(dst []*E, rest []byte, more bool) []*E {
	if n.single {
		if more && matchRest(n.tail, rest) || !more && n.tail == "#" {
			dst = append(dst, n.value)
		}
		return dst
	}
	if c := n.child("#"); c != nil {
		dst = append(dst, c.value) // also when nothing more comes: "a/#" matches "a"
	}
	if !more {
		if n.value != nil {
			dst = append(dst, n.value)
		}
		return dst
	}
	level, rest, more := cutLevel(rest)
	if c := n.childOf(level); c != nil {
		dst = c.matchTopic(dst, rest, more)
	}
	if c := n.child("+"); c != nil {
		dst = c.matchTopic(dst, rest, more)
	}
	return dst
}

// matchFilter appends the values of all keys, read as topic names, that filter
// matches.
func (t *trie[E]) matchFilter(dst []*E, filter string) []*E {
	return t.root.matchFilter(dst, filter, true, true)
}

func (n *node[E]) matchFilter(dst []*E, rest string, more, first bool) []*E {
	if n.single {
		hidden := first && n.tail != "" && n.tail[0] == '$' && rest[0] != '$'
		if !hidden && (more && matchRest(rest, n.tail)) {
			dst = append(dst, n.value)
		}
		return dst
	}
	if !more {
		if n.value != nil {
			dst = append(dst, n.value)
		}
		return dst
	}
	level, below, more := cutLevel(rest)
	switch level {
	case "#":
		if n.value != nil {
			dst = append(dst, n.value)
		}
		return n.each(dst, func(c *node[E], dst []*E) []*E { return c.matchFilter(dst, "#", true, false) }, first)
	case "+":
		return n.each(dst, func(c *node[E], dst []*E) []*E { return c.matchFilter(dst, below, more, false) }, first)
	}
	if c := n.child(level); c != nil {
		dst = c.matchFilter(dst, below, more, false)
	}
	return dst
}

// each calls fn for the nodes below; at the first level those that begin with $
// are left out, for the caller comes with a wildcard.
func (n *node[E]) each(dst []*E, fn func(*node[E], []*E) []*E, first bool) []*E {
	for _, f := range n.few {
		if !first || f.level == "" || f.level[0] != '$' {
			dst = fn(f.node, dst)
		}
	}
	for level, c := range n.many {
		if !first || level == "" || level[0] != '$' {
			dst = fn(c, dst)
		}
	}
	return dst
}

// all returns the values of all keys.
func (t *trie[E]) all() []*E { return t.root.all(nil) }

func (n *node[E]) all(dst []*E) []*E {
	if n.value != nil {
		dst = append(dst, n.value)
	}
	return n.each(dst, (*node[E]).all, false)
}
