package help

import (
	"io"
	"slices"
	"strings"

	"vedette/api"
	"vedette/cli/name"
)

// Operation writes the page of `vedette iot COMMAND help`. Width is in columns,
// 80 if it is not positive; bold asks for ANSI codes, which only a terminal
// understands.
func Operation(w io.Writer, op *api.Operation, width int, bold bool) error {
	p := newPage(width, bold)
	command, opts := name.Command(op.Name), options(op)
	p.heading("NAME")
	p.paragraph(body, command, command)
	p.description(op, command)
	p.synopsis(command, opts)
	p.heading("OPTIONS")
	for i := range opts {
		if i > 0 {
			p.gap()
		}
		p.option(&opts[i])
	}
	p.globalOptions()
	p.examples(op)
	p.output(op)
	return p.write(w)
}

func (p *page) description(op *api.Operation, command string) {
	p.heading("DESCRIPTION")
	p.summary(body, op, command)
}

// summary says what an operation does.
func (p *page) summary(indent int, op *api.Operation, command string) {
	p.paragraph(indent, api.Help(op.Name))
	if op.Deprecated {
		p.gap()
		p.paragraph(indent, "Deprecated.")
	}
	p.gap()
	p.paragraph(indent, "Sends "+op.Method+" "+op.URI+".")
	if op.Group == "" {
		p.gap()
		p.paragraph(indent, "Vedette's own server does not offer this operation: the command is for calls to AWS.")
	}
	if op.Paginate == nil {
		return
	}
	p.gap()
	text := command + " goes through all pages of the list, with a request for each; --no-paginate prints the first page only."
	if op.Paginate.ResultKey != "" {
		text += " With --output text and --query, the query sees one page at a time; the items are in " + op.Paginate.ResultKey + "."
	}
	p.paragraph(indent, text, command, "--no-paginate", "--output", "--query")
}

// synopsis shows the command line on one page: what is not in brackets is
// required.
func (p *page) synopsis(command string, opts []option) {
	p.heading("SYNOPSIS")
	p.paragraph(body+step, "vedette iot "+command, "vedette", "iot", command)
	p.synopsisLines(body+2*step, opts)
	for _, g := range globals() {
		if g.kind != "boolean" {
			p.code(body+2*step, "["+g.name+" <value>]")
		} else {
			p.code(body+2*step, "["+g.name+"]")
		}
	}
}

// synopsisLines shows the options of an operation, a line each.
func (p *page) synopsisLines(indent int, opts []option) {
	for _, o := range opts {
		text := strings.Join(o.names, " | ")
		if len(o.names) == 1 && !o.flag {
			text += " <value>"
		}
		if !o.required {
			text = "[" + text + "]"
		}
		p.code(indent, text)
	}
}

func (p *page) option(o *option) {
	p.paragraph(body, strings.Join(o.names, " | ")+" ("+o.kind+")", o.names...)
	p.optionBody(body+step, o)
}

// optionBody explains an option below its title.
func (p *page) optionBody(indent int, o *option) {
	if o.shape == nil {
		p.paragraph(indent, o.text)
		return
	}
	p.paragraph(indent, o.text+" "+memberNotes(o.member))
	p.value(indent, o.shape)
}

// value explains how a value is made up and written.
func (p *page) value(indent int, s *api.Shape) {
	if s.Type == api.TypeString && len(s.Enum) > 0 {
		p.choices(indent, "Possible values:", s.Enum)
	}
	p.nested(indent, s, true, nil)
	p.syntax(max(indent-step, 0), s)
}

// choices lists values below a title.
func (p *page) choices(indent int, title string, values []string) {
	p.gap()
	p.paragraph(indent, title)
	for _, v := range values {
		p.bullet(indent, v)
	}
}

// syntax shows how an option's value can be written, if it is not a scalar.
func (p *page) syntax(indent int, s *api.Shape) {
	switch {
	case s.Type == api.TypeList && scalar(s.Element):
		p.example(indent, "Syntax:", listSyntax(s))
	case !scalar(s):
		if text := shorthandSyntax(s); text != "" {
			p.example(indent, "Shorthand Syntax:", text)
		}
		p.example(indent, "JSON Syntax:", jsonSyntax(s))
	}
}

func (p *page) example(indent int, title, text string) {
	p.gap()
	p.paragraph(indent, title)
	p.gap()
	p.code(indent+step, text)
}

// nested explains what a list, map or structure is made of. Shapes that lie
// around it are on the stack: they are not explained again.
func (p *page) nested(indent int, s *api.Shape, input bool, stack []*api.Shape) {
	if slices.Contains(stack, s) {
		return
	}
	stack = append(stack, s)
	part := func(label, text string, part *api.Shape) {
		p.gap()
		p.paragraph(indent, label+"("+typeName(part)+")")
		if slices.Contains(stack, part) {
			text = "( ... recursive ... )"
		}
		p.paragraph(indent+step, text)
		p.nested(indent+step, part, input, stack)
	}
	switch s.Type {
	case api.TypeStructure:
		for i := range s.Members {
			m := &s.Members[i]
			text := api.Help(s.Name + "." + m.Name)
			if input {
				text += " " + memberNotes(m)
			}
			part(m.Name+" -> ", text+" "+enumNote(m.Shape), m.Shape)
		}
	case api.TypeList:
		part("", notes(s.Element, input), s.Element)
	case api.TypeMap:
		part("key -> ", notes(s.Key, input), s.Key)
		part("value -> ", notes(s.Value, input), s.Value)
	}
}

// output explains the members of the answer.
func (p *page) output(op *api.Operation) {
	p.heading("OUTPUT")
	if op.Output == nil || len(op.Output.Members) == 0 {
		p.paragraph(body, "None")
		return
	}
	for i := range op.Output.Members {
		m := &op.Output.Members[i]
		if i > 0 {
			p.gap()
		}
		p.paragraph(body, m.Name+" -> ("+typeName(m.Shape)+")")
		p.paragraph(body+step, api.Help(op.Output.Name+"."+m.Name)+" "+enumNote(m.Shape))
		p.nested(body+step, m.Shape, false, nil)
	}
}
