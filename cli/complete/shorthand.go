package complete

import (
	"strings"

	"vedette/api"
	"vedette/cli/help"
)

// place is where a text in shorthand syntax ends, in terms of the model.
type place struct {
	start  int        // in the text: where the part that is completed begins
	key    bool       // the part is a key of parent
	parent *api.Shape // the structure or map around the part; nil inside a list of other things
	member string     // whose value the part is
	shape  *api.Shape // of the value; nil: none, or a member that does not exist
	others *api.Shape // the part may be one more value of this type as well
	seen   map[string]bool
	closer string // of the innermost bracket, if the text can end before it

	outer       *api.Shape // of a key: the structure around its own
	outerMember string     // which of its members that is
}

// level is one bracket that is open; the first has none.
type level struct {
	shape  *api.Shape // what is in it
	list   bool
	seen   map[string]bool
	member string     // whose value is read, or was
	value  *api.Shape // the type of that value
	plain  bool       // the value has no bracket
}

// walk reads shorthand as far as it goes.
type walk struct {
	text   string
	at     int
	levels []*level
}

// What walk reads next.
const (
	atKey byte = iota + 1
	atValue
	behindValue
)

// findPlace reads a text of the given type. There is none inside quotes, and in a
// text that is no shorthand.
func findPlace(shape *api.Shape, text string) (p place, ok bool) {
	w := &walk{text: text, levels: []*level{{shape: shape, seen: map[string]bool{}}}}
	for next := atKey; next != 0; {
		switch next {
		case atKey:
			p, next, ok = w.key()
		case atValue:
			p, next, ok = w.value()
		case behindValue:
			p, next, ok = w.behind()
		}
	}
	return p, ok
}

func (w *walk) top() *level { return w.levels[len(w.levels)-1] }

// blanks skips blanks.
func (w *walk) blanks() {
	for w.at < len(w.text) && w.text[w.at] == ' ' {
		w.at++
	}
}

// closer returns the bracket that ends the innermost level.
func (w *walk) closer() string {
	switch {
	case len(w.levels) == 1:
		return ""
	case w.top().list:
		return "]"
	}
	return "}"
}

// key reads keys, and what a list without brackets has in their places, up to the
// value. Like value and behind, it returns what comes next: 0 if the text ends, in
// the place that it returns, or is no shorthand.
func (w *walk) key() (p place, next byte, ok bool) {
	for {
		w.blanks()
		l := w.top()
		length := strings.IndexAny(w.text[w.at:], "=,}][{'\"")
		if length < 0 {
			p = place{start: w.at, key: true, parent: l.shape, seen: l.seen, shape: l.shape}
			if depth := len(w.levels); depth > 1 {
				p.outer, p.outerMember = w.levels[depth-2].shape, w.levels[depth-2].member
			}
			if l.plain && l.value != nil && l.value.Type == api.TypeList {
				p.others, p.member = l.value.Element, l.member
			}
			return p, 0, true
		}
		word := strings.TrimSpace(w.text[w.at : w.at+length])
		end := w.text[w.at+length]
		w.at += length + 1
		switch {
		case end == '=':
			l.seen[word] = true
			l.member, l.value, l.plain = word, partOf(l.shape, word), true
			return place{}, atValue, true
		case end != ',' || !l.plain:
			return place{}, 0, false
		}
	}
}

// partOf returns the type of a member of a structure or map, or nil.
func partOf(shape *api.Shape, member string) *api.Shape {
	if shape == nil {
		return nil
	}
	if shape.Type == api.TypeMap {
		return shape.Value
	}
	if m := shape.Member(member); m != nil {
		return m.Shape
	}
	return nil
}

// value reads a value up to what stands behind it, or its opening bracket.
func (w *walk) value() (p place, next byte, ok bool) {
	w.blanks()
	l := w.top()
	shape := l.value
	if l.list {
		shape = elementOf(l.shape)
	}
	p = place{start: w.at, parent: l.shape, member: l.member, shape: shape}
	if w.at == len(w.text) {
		return p, 0, true
	}
	switch c := w.text[w.at]; c {
	case '{', '[':
		w.at++
		l.plain = false
		w.levels = append(w.levels, &level{shape: shape, list: c == '[', seen: map[string]bool{}, member: l.member, value: elementOf(shape)})
		if c == '{' {
			return place{}, atKey, true
		}
		return place{}, atValue, true
	case '\'', '"':
		if !w.quoted(c) {
			return place{}, 0, false
		}
		return place{}, behindValue, true
	}
	for w.at < len(w.text) && !strings.ContainsRune(",]}", rune(w.text[w.at])) {
		if strings.HasPrefix(w.text[w.at:], `\,`) {
			w.at++
		}
		w.at++
	}
	if w.at < len(w.text) {
		return place{}, behindValue, true
	}
	p.closer = w.closer()
	return p, 0, true
}

func elementOf(shape *api.Shape) *api.Shape {
	if shape == nil || shape.Type != api.TypeList {
		return nil
	}
	return shape.Element
}

// quoted skips a text in quotes, if it ends.
func (w *walk) quoted(quote byte) bool {
	for w.at++; w.at < len(w.text); w.at++ {
		switch w.text[w.at] {
		case '\\':
			w.at++
		case quote:
			w.at++
			return true
		}
	}
	return false
}

// behind reads what stands behind a value.
func (w *walk) behind() (p place, next byte, ok bool) {
	for {
		w.blanks()
		if w.at == len(w.text) {
			return place{start: w.at, closer: w.closer()}, 0, true
		}
		c := w.text[w.at]
		w.at++
		switch {
		case c == ',' && w.top().list:
			return place{}, atValue, true
		case c == ',':
			return place{}, atKey, true
		case len(w.levels) > 1 && string(c) == w.closer():
			w.levels = w.levels[:len(w.levels)-1]
		default:
			return place{}, 0, false
		}
	}
}

// addShorthand adds what can follow in a value that is a structure, a map or a
// list of such.
func (e *Engine) addShorthand(s *set, l *line, shape *api.Shape) {
	if text := strings.TrimLeft(s.fragment, " "); strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		return // JSON
	}
	p, ok := findPlace(shape, s.fragment)
	if !ok {
		return
	}
	s.prefix, s.fragment, s.closer = s.prefix+s.fragment[:p.start], s.fragment[p.start:], p.closer
	if p.key {
		s.aboutMember(p.outer, p.outerMember)
	} else {
		s.aboutMember(p.parent, p.member)
	}
	switch {
	case p.key:
		addKeys(s, &p)
		if p.others != nil {
			e.addPart(s, l, &p, p.others)
		}
	case p.shape != nil:
		e.addPart(s, l, &p, p.shape)
	}
}

// aboutMember says that the word is about a member of a structure, if it is.
func (s *set) aboutMember(parent *api.Shape, member string) {
	if parent != nil && parent.Type == api.TypeStructure && parent.Member(member) != nil {
		s.about.Parent, s.about.Member = parent, member
	}
}

// addKeys adds the members that are not there yet, with the bracket that their
// values begin with.
func addKeys(s *set, p *place) {
	switch p.parent.Type {
	case api.TypeMap:
		for _, key := range p.parent.Key.Enum {
			if !p.seen[key] {
				s.add(Candidate{Label: key + "=" + opening(p.parent.Value), Type: help.TypeName(p.parent.Value), Kind: Key, Open: true})
			}
		}
	case api.TypeStructure:
		for i := range p.parent.Members {
			m := &p.parent.Members[i]
			if p.seen[m.Name] || m.Deprecated {
				continue
			}
			s.add(Candidate{
				Label: m.Name + "=" + opening(m.Shape), Type: help.TypeName(m.Shape), Help: api.Help(p.parent.Name + "." + m.Name),
				Kind: Key, Required: m.Required, Open: true,
				About: help.About{Operation: s.about.Operation, Option: s.about.Option, Parent: p.parent, Member: m.Name},
			})
		}
	}
}

// opening returns the bracket that values of a type begin with.
func opening(shape *api.Shape) string {
	switch shape.Type {
	case api.TypeStructure, api.TypeMap:
		return "{"
	case api.TypeList:
		return "["
	}
	return ""
}

// addPart adds what a value inside shorthand can be.
func (e *Engine) addPart(s *set, l *line, p *place, shape *api.Shape) {
	switch shape.Type {
	case api.TypeBoolean:
		s.add(Candidate{Label: "true", Kind: Value, Open: true})
		s.add(Candidate{Label: "false", Kind: Value, Open: true})
	case api.TypeString:
		e.addText(s, l, &api.Member{Name: p.member, Shape: shape}, true)
	default:
		if bracket := opening(shape); bracket != "" && !p.key {
			s.add(Candidate{Label: bracket, Type: help.TypeName(shape), Kind: Key, Open: true})
		}
		if element := elementOf(shape); element != nil && opening(element) == "" {
			e.addPart(s, l, p, element)
		}
	}
}
