package yaml

// blockSequence reads the entries of an indented list.
func (p *parser) blockSequence(n *node) error {
	n.kind = sequenceNode
	if _, err := p.next(); err != nil {
		return err
	}
	if err := p.entries(n, blockEntry, blockEnd); err != nil {
		return err
	}
	return p.expect(blockEnd)
}

// indentlessSequence reads the entries of a list whose dashes stand under the
// key of the mapping that it is in.
func (p *parser) indentlessSequence(n *node) error {
	n.kind = sequenceNode
	return p.entries(n, blockEntry, keyMark, valueMark, blockEnd)
}

// entries reads block entries; those that are followed by one of the kinds are empty.
func (p *parser) entries(n *node, emptyBefore ...kind) error {
	for {
		if ok, err := p.at(blockEntry); !ok {
			return err
		}
		if _, err := p.next(); err != nil {
			return err
		}
		item, err := p.nodeUnless(blockNode, emptyBefore...)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
}

// expect passes over a token that has to be there.
func (p *parser) expect(k kind) error {
	if ok, err := p.at(k); !ok {
		return p.failed(err, "expected the end of a collection or an entry")
	}
	_, err := p.next()
	return err
}

// blockMapping reads the pairs of a block mapping. Since YAML 1.2, a value may
// stand without a key.
func (p *parser) blockMapping(n *node) error {
	n.kind = mappingNode
	if _, err := p.next(); err != nil {
		return err
	}
	for {
		t, err := p.peek()
		if err != nil {
			return err
		}
		if t.kind != keyMark && (t.kind != valueMark || p.version <= version11) {
			return p.expect(blockEnd)
		}
		var entry pair
		if entry.key, err = p.key(blockOrIndentless, keyMark, valueMark, blockEnd); err != nil {
			return err
		}
		if entry.value, err = p.value(blockOrIndentless, keyMark, valueMark, blockEnd); err != nil {
			return err
		}
		n.pairs = append(n.pairs, entry)
	}
}

// key reads a key after its mark; it is empty if there is no mark or one of the
// kinds follows.
func (p *parser) key(c context, emptyBefore ...kind) (*node, error) {
	return p.marked(keyMark, c, emptyBefore...)
}

// value is key for values.
func (p *parser) value(c context, emptyBefore ...kind) (*node, error) {
	return p.marked(valueMark, c, emptyBefore...)
}

func (p *parser) marked(mark kind, c context, emptyBefore ...kind) (*node, error) {
	if ok, err := p.at(mark); err != nil {
		return nil, err
	} else if !ok {
		return p.scalar("", properties{}, true)
	}
	if _, err := p.next(); err != nil {
		return nil, err
	}
	return p.nodeUnless(c, emptyBefore...)
}

// comma passes over the comma before all entries of a flow collection but the
// first, and tells whether the collection ends here.
func (p *parser) comma(first bool, end kind) (ended bool, err error) {
	if ended, err = p.at(end); ended || err != nil {
		return ended, err
	}
	if first {
		return false, nil
	}
	if err = p.expect(flowEntry); err != nil {
		return false, err
	}
	return p.at(end)
}

// flowSequence reads [a, b, key: value].
func (p *parser) flowSequence(n *node) error {
	n.kind = sequenceNode
	if _, err := p.next(); err != nil {
		return err
	}
	for first := true; ; first = false {
		if ended, err := p.comma(first, flowSequenceEnd); err != nil {
			return err
		} else if ended {
			return p.expect(flowSequenceEnd)
		}
		read := func() (*node, error) { return p.node(flowNode) }
		if isPair, err := p.at(keyMark); err != nil {
			return err
		} else if isPair {
			read = func() (*node, error) { return p.collection(new(node), properties{}, p.flowPair) }
		}
		item, err := read()
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
}

// flowPair reads a mapping of one pair without braces.
func (p *parser) flowPair(n *node) (err error) {
	n.kind = mappingNode
	var entry pair
	if entry.key, err = p.key(flowNode, valueMark, flowEntry, flowSequenceEnd); err != nil {
		return err
	}
	entry.value, err = p.value(flowNode, flowEntry, flowSequenceEnd)
	n.pairs = []pair{entry}
	return err
}

// flowMapping reads {a: b, c}.
func (p *parser) flowMapping(n *node) error {
	n.kind = mappingNode
	if _, err := p.next(); err != nil {
		return err
	}
	for first := true; ; first = false {
		if ended, err := p.comma(first, flowMappingEnd); err != nil {
			return err
		} else if ended {
			return p.expect(flowMappingEnd)
		}
		entry, err := p.flowEntry()
		if err != nil {
			return err
		}
		n.pairs = append(n.pairs, entry)
	}
}

func (p *parser) flowEntry() (entry pair, err error) {
	t, err := p.peek()
	if err != nil {
		return entry, err
	}
	if t.kind != keyMark && (t.kind != valueMark || p.version <= version11) {
		if entry.key, err = p.node(flowNode); err == nil {
			entry.value, err = p.scalar("", properties{}, true)
		}
		return entry, err
	}
	if entry.key, err = p.key(flowNode, valueMark, flowEntry, flowMappingEnd); err == nil {
		entry.value, err = p.value(flowNode, flowEntry, flowMappingEnd)
	}
	return entry, err
}
