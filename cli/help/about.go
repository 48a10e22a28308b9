package help

import (
	"io"
	"slices"
	"strings"

	"vedette/api"
	"vedette/cli/name"
)

// Topic is what there is to say about one option in a line.
type Topic struct {
	Names    []string // with their dashes; two if they exclude each other
	Type     string   // string, list, boolean …
	Text     string   // a sentence, or a few
	Choices  []string // nil: any value
	Required bool
	Member   *api.Member // the member of the input that the option sets; nil: none
}

// Topics returns the options of an operation in the order of its page.
func Topics(op *api.Operation) []Topic {
	all := options(op)
	topics := make([]Topic, len(all))
	for i, o := range all {
		topics[i] = Topic{Names: o.names, Type: o.kind, Text: o.text, Required: o.required, Member: o.member}
	}
	return topics
}

// GlobalTopics returns the options that every command has.
func GlobalTopics() []Topic {
	all := globals()
	topics := make([]Topic, len(all))
	for i, g := range all {
		topics[i] = Topic{Names: []string{g.name}, Type: g.kind, Text: g.text, Choices: g.choices}
	}
	return topics
}

// About names something that can be explained by itself: a member of a structure,
// else an option, else an operation, else the whole command line.
type About struct {
	Operation *api.Operation
	Option    string // with its dashes
	Parent    *api.Shape
	Member    string // of Parent
}

// Title returns the name of the thing, and its type if it has one.
func (a About) Title() string {
	title, kind := "vedette iot", ""
	switch m, o, g := a.find(); {
	case m != nil:
		title, kind = m.Name, typeName(m.Shape)
	case o != nil:
		title, kind = strings.Join(o.names, " | "), o.kind
	case g != nil:
		title, kind = g.name, g.kind
	case a.Operation != nil:
		title = name.Command(a.Operation.Name)
	}
	if kind != "" {
		title += " (" + kind + ")"
	}
	return title
}

// find returns what the names stand for; at most one is not nil.
func (a About) find() (*api.Member, *option, *global) {
	if a.Parent != nil {
		if m := a.Parent.Member(a.Member); m != nil {
			return m, nil, nil
		}
	}
	if a.Option == "" {
		return nil, nil, nil
	}
	if a.Operation != nil {
		all := options(a.Operation)
		if i := slices.IndexFunc(all, func(o option) bool { return slices.Contains(o.names, a.Option) }); i >= 0 {
			return nil, &all[i], nil
		}
	}
	all := globals()
	if i := slices.IndexFunc(all, func(g global) bool { return g.name == a.Option }); i >= 0 {
		return nil, nil, &all[i]
	}
	return nil, nil, nil
}

// Write explains the thing in lines of at most so many columns, except for what
// cannot be wrapped. Bold asks for ANSI codes.
func (a About) Write(w io.Writer, width int, bold bool) error {
	p := &page{width: max(width, minText), bold: bold}
	switch m, o, g := a.find(); {
	case m != nil:
		p.member(a.Parent, m)
	case o != nil:
		p.paragraph(0, o.text)
		if o.member != nil {
			p.paragraph(0, memberNotes(o.member))
			p.shape(o.shape)
		}
	case g != nil:
		p.paragraph(0, g.text)
		if len(g.choices) > 0 {
			p.choices(0, "Possible values:", g.choices)
		}
	case a.Operation != nil:
		p.summary(0, a.Operation, name.Command(a.Operation.Name))
		p.gap()
		p.synopsisLines(0, options(a.Operation))
	default:
		p.welcome(0)
	}
	return p.write(w)
}

// member explains a member of a structure by itself.
func (p *page) member(parent *api.Shape, m *api.Member) {
	p.paragraph(0, api.Help(parent.Name+"."+m.Name))
	p.paragraph(0, memberNotes(m))
	p.shape(m.Shape)
}

// shape explains a value. How it is written comes first, unlike on a page: who
// asks for one thing is about to write it.
func (p *page) shape(s *api.Shape) {
	if s.Type == api.TypeString && len(s.Enum) > 0 {
		p.choices(0, "Possible values:", s.Enum)
	}
	p.syntax(0, s)
	p.nested(0, s, true, nil)
}

// TypeName names a type as AWS CLI does: string, list, structure …
func TypeName(s *api.Shape) string { return typeName(s) }
