package complete

import (
	"slices"
	"strings"

	"vedette/api"
	"vedette/cli/argument"
	"vedette/cli/command"
	"vedette/cli/help"
	"vedette/cli/name"
)

// line is what the words of a command line up to the cursor say.
type line struct {
	last    string // the word under the cursor
	service bool   // iot was read
	op      *command.Operation
	lost    bool // a word stands where none is known

	options []*argument.Option // of the operation
	given   map[string][]string
	current *argument.Option // that takes the next word as its value; nil: none
	globals []string         // the words of the global options
}

func readLine(words []string) *line {
	l := &line{given: map[string][]string{}}
	if len(words) == 0 {
		return l
	}
	l.last = words[len(words)-1]
	for _, word := range words[:len(words)-1] {
		l.read(word)
	}
	return l
}

// read takes one word that is complete.
func (l *line) read(word string) {
	switch {
	case len(word) > 1 && word[0] == '-':
		l.readOption(word)
	case l.current != nil:
		l.readValue(word)
	case !l.service:
		l.service = word == "iot"
		l.lost = l.lost || !l.service
	case l.op == nil:
		if l.op = command.Find(word); l.op == nil {
			l.lost = true
			return
		}
		l.options = l.op.Parser(nil).Options
	default:
		l.lost = true
	}
}

func (l *line) readOption(word string) {
	l.current = nil
	text, value, explicit := strings.Cut(word, "=")
	o := l.find(text)
	if o == nil {
		return
	}
	l.given[o.Name] = []string{}
	if l.global(o) {
		l.globals = append(l.globals, word)
	}
	if o.Arity == argument.Flag {
		return
	}
	l.current = o
	if explicit {
		l.given[o.Name] = []string{value}
		l.current = nil
	}
}

func (l *line) readValue(word string) {
	o := l.current
	l.given[o.Name] = append(l.given[o.Name], word)
	if l.global(o) {
		l.globals = append(l.globals, word)
	}
	if o.Arity != argument.Many {
		l.current = nil
	}
}

// find returns the option of a word, which may be the beginning of its name.
func (l *line) find(text string) *argument.Option {
	var found []*argument.Option
	for _, o := range l.known() {
		if o.Name == text {
			return o
		}
		if len(text) > 2 && strings.HasPrefix(o.Name, text) {
			found = append(found, o)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// known returns the options that the line may have: the global ones too.
func (l *line) known() []*argument.Option {
	return append(slices.Clone(l.options), command.Global()...)
}

func (l *line) global(o *argument.Option) bool {
	return slices.ContainsFunc(command.Global(), func(g *argument.Option) bool { return g.Name == o.Name })
}

// api returns the operation as the model has it, or nil.
func (l *line) api() *api.Operation {
	if l.op == nil {
		return nil
	}
	return l.op.Operation
}

// explicit tells whether the last word is an option with its value, and returns
// the value.
func (l *line) explicit() (*argument.Option, string, bool) {
	text, value, ok := strings.Cut(l.last, "=")
	if !ok || !strings.HasPrefix(text, "--") {
		return nil, "", false
	}
	o := l.find(text)
	return o, value, o != nil && o.Arity != argument.Flag
}

// optional tells whether the current option has all the words that it needs.
func (l *line) optional() bool {
	return l.current.Arity == argument.Perhaps || l.current.Arity == argument.Many && len(l.given[l.current.Name]) > 0
}

// missing returns the options that the operation requires and the line lacks.
func (l *line) missing() []string {
	if l.op == nil {
		return nil
	}
	var names []string
	for _, o := range l.options {
		if _, given := l.given[o.Name]; o.Required && !given && !l.relaxed() {
			names = append(names, o.Name)
		}
	}
	return names
}

// relaxed tells whether the parameters come from elsewhere, so that no option is
// required.
func (l *line) relaxed() bool {
	for _, option := range []string{"--cli-input-json", "--cli-input-yaml", command.Skeleton} {
		if values, given := l.given[option]; given {
			return !slices.Equal(values, []string{"output"})
		}
	}
	return false
}

// addPositional adds the commands that can stand here, or else options.
func (l *line) addPositional(s *set) {
	switch {
	case !l.service:
		s.add(Candidate{Label: "iot", Help: "The API of AWS IoT.", Kind: Command})
	case l.op == nil:
		for _, op := range api.AllOperations() {
			if !op.Deprecated {
				s.add(Candidate{Label: name.Command(op.Name), Help: api.Help(op.Name), Kind: Command, About: help.About{Operation: op}})
			}
		}
		s.add(Candidate{Label: "help", Help: "Shows what the commands are.", Kind: Command})
	default:
		l.addOptions(s)
	}
}

// addOptions adds the options that are not there yet, those that are required
// first.
func (l *line) addOptions(s *set) {
	var topics []help.Topic
	if l.op != nil {
		topics = help.Topics(l.op.Operation)
	}
	var rest []Candidate
	for _, t := range append(topics, help.GlobalTopics()...) {
		if t.Member != nil && t.Member.Deprecated || l.excluded(t.Names) {
			continue
		}
		for _, n := range t.Names {
			c := Candidate{Text: n, Label: n, Type: t.Type, Help: t.Text, Kind: Option, Required: t.Required && !l.relaxed()}
			c.About = help.About{Operation: l.api(), Option: n}
			if c.Required {
				s.add(c)
			} else {
				rest = append(rest, c)
			}
		}
	}
	for _, c := range rest {
		s.add(c)
	}
}

// excluded tells whether one of the options that exclude each other is there.
func (l *line) excluded(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		_, given := l.given[n]
		return given
	})
}
