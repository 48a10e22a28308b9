// Package complete says how a command line of the API can go on: commands,
// options, values, keys inside shorthand syntax and queries, names of what is
// there on the server, Regions, profiles and files. All of it is derived from the
// API model. The shells' completion and the auto-prompt show the same candidates.
package complete

import (
	"context"
	"slices"
	"sync"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/help"
)

// Kind says what a candidate is.
type Kind uint8

// The kinds.
const (
	Command  Kind = iota + 1 // iot, an operation
	Option                   // with its dashes
	Value                    // a choice, a value of an enum, a Region, a profile
	Key                      // a member inside shorthand syntax or a query
	Resource                 // a name that the server knows
	File
	Closer // the bracket that ends what is open
)

// Candidate is one way to go on.
type Candidate struct {
	Text     string // the word that takes the place of the one under the cursor
	Label    string // the part of Text that a menu shows
	Type     string // of an option or member; of what kind a resource is
	Help     string // a sentence, or empty
	Kind     Kind
	Required bool // of an option or key
	Open     bool // the word is not at its end: no blank belongs behind it
	About    help.About
}

// Result is what can be said of a command line and its last word.
type Result struct {
	Candidates []Candidate
	About      help.About // what the last word is about
	Operation  *api.Operation
	Values     map[string][]string // of the options before the last word, by their names
	Missing    []string            // the required options that are not there yet
	Lookup     *Lookup             // names that Fetch would add to the candidates; nil: none
}

// Engine completes command lines. It keeps the names that servers told, so it
// should not outlive a prompt.
type Engine struct {
	// Ask calls an operation where the global options of the line say. Nil: no
	// server is asked.
	Ask func(ctx context.Context, globals []string, op *api.Operation, params *document.Map) (*document.Map, error)
	// Profiles lists the names of the configured profiles. Nil: none.
	Profiles func() []string
	// Expand replaces variables and a leading ~ in a path. Nil: nothing is.
	Expand func(path string) string
	// Dir is where relative paths start; empty: the working folder of the process.
	Dir string
	Now func() time.Time

	mu    sync.Mutex
	names map[string][]string // by Lookup.key
}

// Complete says how the last of the words can go on; it is empty behind a blank.
// The words are those behind the program's name. Fuzzy accepts the letters of the
// word anywhere in a candidate, in order, after those that begin with it.
func (e *Engine) Complete(words []string, fuzzy bool) Result {
	l := readLine(words)
	s := e.candidates(l)
	r := Result{About: s.about, Operation: l.api(), Values: l.given, Missing: l.missing(), Lookup: s.lookup, Candidates: s.filter(fuzzy)}
	for _, c := range r.Candidates {
		if c.Text == l.last {
			r.About = c.About
		}
	}
	return r
}

// CompleteFor is Complete as shells need it: the server is asked in so much time.
// Where a key is all that fits, what can follow it is shown too, since shells end
// the word, and its quote, behind a single candidate.
func (e *Engine) CompleteFor(ctx context.Context, words []string, most time.Duration) Result {
	r := e.Complete(words, false)
	if r.Lookup != nil {
		ctx, cancel := context.WithTimeout(ctx, most)
		defer cancel()
		e.Fetch(ctx, r.Lookup)
		r = e.Complete(words, false)
	}
	if len(r.Candidates) == 1 && r.Candidates[0].Kind == Key && IsOpen(r.Candidates[0].Text) {
		further := append(slices.Clone(words[:len(words)-1]), r.Candidates[0].Text)
		if beyond := e.Complete(further, false); len(beyond.Candidates) > 0 {
			return beyond
		}
	}
	return r
}

// set is the candidates of one place in the line, before they are filtered.
type set struct {
	prefix   string // of the word: what stands before the part that is completed
	fragment string // that part, as far as it is written
	list     []Candidate
	closer   string // a bracket that can end the word; empty: none
	about    help.About
	lookup   *Lookup
}

// add appends a candidate. Its text is the prefix and its label, if it has none.
func (s *set) add(c Candidate) {
	if c.Text == "" {
		c.Text = s.prefix + c.Label
	}
	if c.About == (help.About{}) {
		c.About = s.about
	}
	s.list = append(s.list, c)
}

// candidates returns what fits the place of the last word.
func (e *Engine) candidates(l *line) *set {
	if option, value, ok := l.explicit(); ok {
		return e.values(l, option, l.last[:len(l.last)-len(value)], value)
	}
	s := &set{fragment: l.last, about: help.About{Operation: l.api()}}
	switch {
	case l.lost:
	case len(l.last) > 0 && l.last[0] == '-':
		l.addOptions(s)
	case l.current != nil:
		s = e.values(l, l.current, "", l.last)
		if l.last == "" && l.optional() {
			l.addOptions(s)
		}
	default:
		l.addPositional(s)
	}
	return s
}
