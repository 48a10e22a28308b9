// Package argument takes a command line apart as Python's argparse does, which
// is what AWS CLI v2 uses: options anywhere, abbreviated to any prefix that only
// one has, --option=value, lists of values, and words that nobody knows handed
// on to the next parser.
package argument

import (
	"fmt"
	"slices"
	"strings"

	"vedette/cli/document"
)

// Arity says how many words an option takes.
type Arity uint8

// The arities.
const (
	One     Arity = iota // exactly one word
	Flag                 // none; the option itself says a value
	Many                 // any number, none too
	Perhaps              // one, or none: then Const is its value
)

// Kind is the type that a word is turned into.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Int
	Float
)

// Option is one option of a command line.
type Option struct {
	Name     string // with its dashes: --region
	Dest     string // under which the value is found; empty: Name
	Arity    Arity
	Kind     Kind
	Const    document.Value // the value of a Flag, or of a Perhaps without a word
	Choices  []string       // nil: any
	Required bool
	Stop     bool // parsing ends at it: --version
}

func (o *Option) dest() string {
	if o.Dest != "" {
		return o.Dest
	}
	return o.Name
}

// Parser reads a command line with some options and one positional word.
type Parser struct {
	Options    []*Option
	Positional string   // its name: command, operation
	Choices    []string // of the positional word; nil: any
	Optional   bool     // the positional word may be absent
}

// Result is what a command line says.
type Result struct {
	Values map[string]document.Value // by Dest; a list is a []document.Value; absent options are absent
	Rest   []string                  // words that the parser does not know, in order
	Stop   *Option                   // the option that ended the parsing, or nil
}

// Error says what is wrong with a command line, in argparse's words. The usage
// text and the program's name go before it.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func fail(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// found is what a word that begins with a dash may mean.
type found struct {
	option   *Option // nil: unknown
	name     string
	value    string // behind the equals sign
	explicit bool   // there is an equals sign
}

// Parse reads args. The error is an *Error.
func (p *Parser) Parse(args []string) (*Result, error) {
	r := &reading{Parser: p, args: args, options: map[int]found{}, seen: map[*Option]bool{}, result: &Result{Values: map[string]document.Value{}}}
	if err := r.classify(); err != nil {
		return nil, err
	}
	if err := r.read(); err != nil {
		return nil, err
	}
	if r.result.Stop != nil {
		return r.result, nil
	}
	var missing []string
	for _, o := range p.Options {
		if o.Required && !r.seen[o] {
			missing = append(missing, o.Name)
		}
	}
	if p.Positional != "" && !p.Optional && !r.word {
		missing = append(missing, p.Positional)
	}
	if missing != nil {
		return nil, fail("the following arguments are required: %s", strings.Join(missing, ", "))
	}
	return r.result, nil
}

// reading is the state of one Parse.
type reading struct {
	*Parser
	args    []string
	options map[int]found // the words that are options, by their place
	pattern []byte        // a letter a word: O option, A argument, - the double dash
	seen    map[*Option]bool
	word    bool // the positional word was read, or passed by
	result  *Result
}

// classify says of each word whether it is an option.
func (r *reading) classify() error {
	for i, arg := range r.args {
		if arg == "--" {
			r.pattern = append(r.pattern, '-')
			for range r.args[i+1:] {
				r.pattern = append(r.pattern, 'A')
			}
			return nil
		}
		f, isOption, err := r.find(arg)
		if err != nil {
			return err
		}
		if !isOption {
			r.pattern = append(r.pattern, 'A')
			continue
		}
		r.options[i] = f
		r.pattern = append(r.pattern, 'O')
	}
	return nil
}

// find says whether a word is an option, and which.
func (r *reading) find(arg string) (found, bool, error) {
	if arg == "" || arg[0] != '-' {
		return found{}, false, nil
	}
	for _, o := range r.Options {
		if o.Name == arg {
			return found{option: o, name: arg}, true, nil
		}
	}
	if len(arg) == 1 {
		return found{}, false, nil
	}
	name, value, explicit := strings.Cut(arg, "=")
	var matches []*Option
	for _, o := range r.Options {
		if explicit && o.Name == name {
			return found{option: o, name: name, value: value, explicit: true}, true, nil
		}
		if strings.HasPrefix(arg, "--") && strings.HasPrefix(o.Name, name) {
			matches = append(matches, o)
		}
	}
	switch {
	case len(matches) == 1:
		return found{option: matches[0], name: matches[0].Name, value: value, explicit: explicit}, true, nil
	case len(matches) > 1:
		names := make([]string, len(matches))
		for i, o := range matches {
			names[i] = o.Name
		}
		return found{}, false, fail("ambiguous option: %s could match %s", arg, strings.Join(names, ", "))
	case isNegativeNumber(arg) || strings.Contains(arg, " "):
		return found{}, false, nil
	}
	return found{name: arg}, true, nil
}

// isNegativeNumber tells whether a word is -1 or -1.5 or -.5.
func isNegativeNumber(arg string) bool {
	whole, fraction, point := strings.Cut(arg[1:], ".")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	return digits(whole) && digits(fraction) && (point && fraction != "" || !point && whole != "")
}

// read goes through the words from left to right.
func (r *reading) read() error {
	at := 0
	for {
		next := r.nextOption(at)
		if next < 0 {
			break
		}
		if at != next {
			end, err := r.positional(at)
			if err != nil {
				return err
			}
			if end > at {
				at = end
				continue
			}
		}
		if at != next {
			r.result.Rest = append(r.result.Rest, r.args[at:next]...)
			at = next
		}
		end, err := r.option(at)
		if err != nil || r.result.Stop != nil {
			return err
		}
		at = end
	}
	end, err := r.positional(at)
	if err != nil {
		return err
	}
	r.result.Rest = append(r.result.Rest, r.args[end:]...)
	return nil
}

// nextOption returns the place of the first option from at on, or -1.
func (r *reading) nextOption(at int) int {
	for i := at; i < len(r.pattern); i++ {
		if r.pattern[i] == 'O' {
			return i
		}
	}
	return -1
}

// positional reads the positional word, if it stands at the place, and returns
// the place behind it.
func (r *reading) positional(at int) (int, error) {
	if r.Positional == "" || r.word {
		return at, nil
	}
	dashes := func(i int) int {
		for i < len(r.pattern) && r.pattern[i] == '-' {
			i++
		}
		return i
	}
	here := dashes(at)
	if here >= len(r.pattern) || r.pattern[here] != 'A' {
		if r.Optional {
			r.word = true
			return here, nil
		}
		return at, nil
	}
	r.word = true
	word := r.args[here]
	if r.Choices != nil && !slices.Contains(r.Choices, word) {
		return 0, fail("argument %s: %s", r.Positional, invalidChoice(word, r.Choices))
	}
	r.result.Values[r.Positional] = word
	return dashes(here + 1), nil
}

// option reads the option at a place with its words, and returns the place
// behind them.
func (r *reading) option(at int) (int, error) {
	f := r.options[at]
	o := f.option
	if o == nil {
		r.result.Rest = append(r.result.Rest, r.args[at])
		return at + 1, nil
	}
	words, end := []string{f.value}, at+1
	if f.explicit {
		if o.Arity == Flag {
			return 0, fail("argument %s: ignored explicit argument %s", o.Name, document.Repr(f.value))
		}
	} else {
		end = r.extent(o, at+1)
		words = r.args[at+1 : end]
		if o.Arity == One && len(words) == 0 {
			return 0, fail("argument %s: expected one argument", o.Name)
		}
	}
	r.seen[o] = true
	if o.Stop {
		r.result.Stop = o
		return end, nil
	}
	v, err := o.value(words)
	if err != nil {
		return 0, err
	}
	r.result.Values[o.dest()] = v
	return end, nil
}

// extent returns the place behind the words that an option takes.
func (r *reading) extent(o *Option, at int) int {
	most := map[Arity]int{One: 1, Perhaps: 1, Many: len(r.pattern)}[o.Arity]
	end := at
	for end < len(r.pattern) && r.pattern[end] == 'A' && end-at < most {
		end++
	}
	return end
}

// value turns the words of an option into its value.
func (o *Option) value(words []string) (document.Value, error) {
	if o.Arity == Flag || o.Arity == Perhaps && len(words) == 0 {
		return o.Const, nil
	}
	list := make([]document.Value, len(words))
	for i, word := range words {
		v, err := o.convert(word)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	if o.Arity == Many {
		return list, nil
	}
	return list[0], nil
}

func (o *Option) convert(word string) (document.Value, error) {
	switch o.Kind {
	case Int:
		if n, err := document.ReadInteger(word); err == nil {
			return n, nil
		}
		return nil, fail("argument %s: invalid int value: %s", o.Name, document.Repr(word))
	case Float:
		if f, err := document.ReadFloat(word); err == nil {
			return f, nil
		}
		return nil, fail("argument %s: invalid float value: %s", o.Name, document.Repr(word))
	}
	if o.Choices != nil && !slices.Contains(o.Choices, word) {
		return nil, fail("argument %s: %s", o.Name, invalidChoice(word, o.Choices))
	}
	return word, nil
}
