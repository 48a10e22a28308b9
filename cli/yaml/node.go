package yaml

import (
	"fmt"
	"strings"
)

// node is a piece of a document whose type is known and whose value is not made yet.
type node struct {
	tag   tag
	text  string // of a scalar
	kind  nodeKind
	items []*node // of a sequence
	pairs []pair  // of a mapping
	depth int     // of the collections in it, and itself
	// size counts the nodes in it, and its text by 64 bytes, aliases written out.
	// It is 0 while the node is read.
	size int
	// merged tells that pairs has the keys of a merge, so that some may be twice.
	merged bool
}

type nodeKind int

const (
	scalarNode nodeKind = iota
	sequenceNode
	mappingNode
)

type pair struct{ key, value *node }

// coreTags is what the tags of YAML itself start with.
const coreTags = "tag:yaml.org,2002:"

// shorten returns a tag as the rest of the package has it.
func shorten(full string) tag {
	if own, ok := strings.CutPrefix(full, coreTags); ok {
		return tag(own)
	}
	return tag("!" + full)
}

// context is what a node may be where it stands.
type context int

const (
	flowNode          context = iota
	blockNode                 // also a block collection
	blockOrIndentless         // also a sequence whose dashes are not indented
)

// properties are what stands before a node.
type properties struct {
	anchor string
	tag    tag
	tagged bool // with a tag that says something
	any    bool
}

// nodeUnless reads a node, or an empty one if one of the kinds comes.
func (p *parser) nodeUnless(c context, kinds ...kind) (*node, error) {
	if none, err := p.at(kinds...); err != nil {
		return nil, err
	} else if none {
		return p.scalar("", properties{}, true)
	}
	return p.node(c)
}

func (p *parser) node(c context) (*node, error) {
	t, err := p.peek()
	if err != nil {
		return nil, err
	}
	if t.kind == aliasMark {
		return p.alias()
	}
	var props properties
	for range 2 {
		if err = p.property(&props); err != nil {
			return nil, err
		}
	}
	if t, err = p.peek(); err != nil {
		return nil, err
	}
	n := &node{tag: props.tag}
	switch {
	case c == blockOrIndentless && t.kind == blockEntry:
		return p.collection(n, props, p.indentlessSequence)
	case t.kind == scalarText:
		if _, err = p.next(); err != nil {
			return nil, err
		}
		return p.scalar(t.text, props, t.plain)
	case t.kind == flowSequenceStart:
		return p.collection(n, props, p.flowSequence)
	case t.kind == flowMappingStart:
		return p.collection(n, props, p.flowMapping)
	case c != flowNode && t.kind == blockSequenceStart:
		return p.collection(n, props, p.blockSequence)
	case c != flowNode && t.kind == blockMappingStart:
		return p.collection(n, props, p.blockMapping)
	case props.any:
		return p.scalar("", props, true)
	}
	return nil, p.fail("expected the node content")
}

func (p *parser) alias() (*node, error) {
	t, err := p.next()
	if err != nil {
		return nil, err
	}
	n := p.anchors[t.text]
	switch {
	case n == nil:
		return nil, p.fail("found undefined alias " + t.text)
	case n.size == 0:
		return nil, p.fail("alias " + t.text + " stands for what it is in")
	}
	return n, nil
}

// property reads a tag or an anchor, if there is one and it is the first.
func (p *parser) property(props *properties) error {
	t, err := p.peek()
	if err != nil {
		return err
	}
	switch {
	case t.kind == anchorMark && props.anchor == "":
		props.anchor = t.text
	case t.kind == tagMark && props.tag == "":
		full := t.text
		if t.handle != "" {
			prefix, ok := p.handles[t.handle]
			if !ok {
				return p.fail("found undefined tag handle " + t.handle)
			}
			full = prefix + t.text
		}
		props.tag = shorten(full)
		props.tagged = full != "!"
	default:
		return nil
	}
	props.any = true
	_, err = p.next()
	return err
}

// scalar makes a node of a text, whose tag shows from how it looks if it is
// plain or has the tag !.
func (p *parser) scalar(text string, props properties, plain bool) (*node, error) {
	n := &node{kind: scalarNode, tag: props.tag, text: text, size: 1 + len(text)/64}
	switch {
	case props.tagged:
	case props.tag == "" && !plain:
		n.tag = tagStr
	case p.version != version11 && p.version != version12:
		return nil, &ValueError{fmt.Sprintf("(1, %d)", p.version)}
	default:
		n.tag = resolve(text, p.version)
	}
	if props.anchor != "" {
		p.anchors[props.anchor] = n
	}
	// Reading on would only take memory.
	if p.size += n.size; p.size > maxSize {
		return nil, p.tooLarge()
	}
	return n, nil
}

// collection reads a sequence or mapping into n.
func (p *parser) collection(n *node, props properties, read func(*node) error) (*node, error) {
	if props.anchor != "" {
		p.anchors[props.anchor] = n
	}
	if p.depth++; p.depth > maxDepth {
		return nil, errDepth()
	}
	if err := read(n); err != nil {
		return nil, err
	}
	p.depth--
	if !props.tagged {
		n.tag = tagSeq
		if n.kind == mappingNode {
			n.tag = tagMap
		}
	}
	n.size, n.depth = 1, 1
	for _, item := range n.items {
		n.include(item)
	}
	for _, pair := range n.pairs {
		n.include(pair.key)
		n.include(pair.value)
	}
	switch {
	case n.depth > maxDepth:
		return nil, errDepth()
	case n.size > maxSize:
		return nil, p.tooLarge()
	}
	return n, nil
}

func (n *node) include(child *node) {
	n.size = min(n.size+child.size, maxSize+1)
	n.depth = max(n.depth, child.depth+1)
}

func (p *parser) tooLarge() error { return p.fail("the document is too large") }

func errDepth() error { return &ValueError{"maximum recursion depth exceeded"} }
