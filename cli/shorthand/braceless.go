package shorthand

import (
	"vedette/api"
	"vedette/cli/document"
)

// minFields is how many fields an entry without braces must have: one field alone
// is, as AWS CLI sees it, a string with an equals sign in it.
const minFields = 2

// parseEntries reads a map of structures whose braces may be left out. It returns
// nil if the text is none.
func parseEntries(structure *api.Shape, text string) *document.Map {
	p := &parser{text: text}
	m := new(document.Map)
	for {
		key, err := p.key()
		if err != nil || m.Has(key) {
			return nil
		}
		entry := p.entry(structure)
		if entry == nil {
			return nil
		}
		m.Set(key, entry)
		if p.end() {
			return m
		}
		if p.separator(',') != nil {
			return nil
		}
	}
}

// entry reads the structure after a key. It stops at the comma before the next
// entry, or at the end.
func (p *parser) entry(structure *api.Shape) *document.Map {
	if p.at('{') {
		v, err := p.inner()
		if err != nil {
			return nil
		}
		return v.(*document.Map)
	}
	fields := new(document.Map)
	for {
		name, err := p.key()
		if err != nil || structure.Member(name) == nil || fields.Has(name) {
			return nil
		}
		v, err := p.values()
		if err != nil {
			return nil
		}
		fields.Set(name, v)
		if p.end() || !p.fieldFollows(structure) {
			break
		}
		if p.separator(',') != nil {
			return nil
		}
	}
	if fields.Len() < minFields {
		return nil
	}
	return fields
}

// fieldFollows tells whether the next pair is one more field of the entry that is
// being read and not the beginning of a new one.
func (p *parser) fieldFollows(structure *api.Shape) bool {
	ahead := *p
	if ahead.separator(',') != nil {
		return false
	}
	name, err := ahead.key()
	if err != nil || structure.Member(name) == nil {
		return false
	}
	name, err = ahead.key()
	return err != nil || structure.Member(name) == nil
}
