package complete

import (
	"context"
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/name"
)

const (
	mostNames = 1000 // that are kept of a list
	mostPages = 10   // that are asked for
	pageSize  = 250
)

// Lookup is a list that the server can be asked for, to learn names that fit.
type Lookup struct {
	Operation *api.Operation // the list operation
	Params    *document.Map
	Noun      string // what the names are of: security profile
	list      string // the member of the answer
	member    string // of the list's elements; empty: they are the names
	globals   []string
	key       string
}

// findLookup returns the list operation that best tells what a member of the
// input, or a part of one, can be: nil if there is none. The rule, for all
// operations of the model alike:
//
//   - The type of the member identifies something (isIdentity), and the operation
//     does not make it up.
//   - A list operation fits if the elements of its answer have a member of that
//     type, or if it lists what the type is named after (likeness).
//   - What the list operation requires must be on the line, by name or type, or be
//     a span of time.
//   - Of several, the one that is named most like the type, the member and the
//     operation wins, and what belongs to something on the line goes before all
//     there is; but who adds something to a group does not want what is in it.
func findLookup(l *line, m *api.Member, now time.Time) *Lookup {
	if l.op == nil || !isIdentity(m.Shape) || makesUp(l.op.Operation, m) {
		return nil
	}
	var best *Lookup
	most := leastScore
	for _, source := range api.AllOperations() {
		if !strings.HasPrefix(source.Name, "List") || source.Deprecated || source.Output == nil {
			continue
		}
		list := listOf(source)
		if list == nil {
			continue
		}
		member, score := identify(list.Shape.Element, subject(source), m.Shape.Name)
		if score == 0 {
			continue
		}
		params, specific, ok := l.requirements(source, now)
		if !ok {
			continue
		}
		if score += affinity(l.op.Name, m, source, specific); score > most {
			most = score
			best = &Lookup{Operation: source, Params: params, Noun: words(subject(source)), list: list.Name, member: member, globals: l.globals}
		}
	}
	if best == nil && strings.HasSuffix(m.Shape.Name, "TargetArn") {
		// The service calls groups of things, and things, targets.
		return findLookup(l, &api.Member{Name: m.Name, Shape: &api.Shape{Name: "ThingGroupArn", Type: api.TypeString}}, now)
	}
	if best != nil {
		best.key = strings.Join(append([]string{best.Operation.Name, best.list, best.member, document.Repr(best.Params)}, best.globals...), "\x00")
	}
	return best
}

// leastScore is what a source must have more than: types that are the same, and
// nothing else in common.
const leastScore = 4

// isIdentity tells whether values of a type name something: the type is one of
// names, and some operation has it in its path, or it is one of identifiers.
func isIdentity(shape *api.Shape) bool {
	if shape.Type != api.TypeString || shape.Enum != nil {
		return false
	}
	if strings.HasSuffix(shape.Name, "Id") || strings.HasSuffix(shape.Name, "Arn") {
		return true
	}
	return slices.ContainsFunc(api.AllOperations(), func(op *api.Operation) bool {
		return slices.ContainsFunc(op.Input.Members, func(m api.Member) bool {
			return m.Shape.Name == shape.Name && (m.Location == api.InURI || m.Required && m.Location == api.InHeader)
		})
	})
}

// listOf returns the member of an operation's answer that is the list.
func listOf(op *api.Operation) *api.Member {
	if op.Paginate != nil && op.Paginate.ResultKey != "" {
		if m := op.Output.Member(op.Paginate.ResultKey); m != nil && m.Shape.Type == api.TypeList {
			return m
		}
	}
	i := slices.IndexFunc(op.Output.Members, func(m api.Member) bool { return m.Shape.Type == api.TypeList })
	if i < 0 {
		return nil
	}
	return &op.Output.Members[i]
}

// subject returns what an operation lists or creates: ThingGroup for
// ListThingGroups, Thing for ListThingsInThingGroup.
func subject(op *api.Operation) string {
	_, rest := verbOf(op.Name)
	for _, word := range []string{"For", "In", "By"} {
		if i := strings.Index(rest, word); i > 0 && i+len(word) < len(rest) && isCapital(rest[i+len(word)]) && !isCapital(rest[i-1]) {
			rest = rest[:i]
		}
	}
	return singular(rest)
}

func singular(s string) string {
	for _, ending := range [][2]string{{"ies", "y"}, {"ices", "ex"}, {"ses", "s"}, {"s", ""}} {
		if stem, found := strings.CutSuffix(s, ending[0]); found {
			return stem + ending[1]
		}
	}
	return s
}

// verbOf splits the name of an operation behind its first word.
func verbOf(operation string) (verb, rest string) {
	i := min(1, len(operation))
	for i < len(operation) && !isCapital(operation[i]) {
		i++
	}
	return operation[:i], operation[i:]
}

func isCapital(c byte) bool { return 'A' <= c && c <= 'Z' }

// identify finds what in the elements of a list is of a type, and says how sure
// that is: 0 if nothing is.
func identify(element *api.Shape, listed, wanted string) (member string, score int) {
	if element.Type == api.TypeString {
		return "", likeness(element.Name, listed, "", wanted)
	}
	for i := range element.Members {
		m := &element.Members[i]
		if m.Shape.Type != api.TypeString || m.Shape.Enum != nil {
			continue
		}
		if s := likeness(m.Shape.Name, listed, m.Name, wanted); s > score {
			member, score = m.Name, s
		}
	}
	return member, score
}

// likeness compares the type of what a list has with the type that is wanted:
// they are the same, or one has more words before it, or the one that is there is
// the ARN of the one wanted, or the one wanted is named after what is listed and
// the member after the rest of it.
func likeness(has, listed, member, wanted string) int {
	score := 0
	thing, ending := splitIdentity(wanted)
	switch {
	case has == wanted:
		score = 4
	case listed == thing && ending != "" && strings.HasSuffix(strings.ToLower(member), strings.ToLower(ending)):
		score = 3
	case ending == "" && has == wanted+"Arn":
		score = 3
	case ending == "Name" && (strings.HasSuffix(has, wanted) || strings.HasSuffix(wanted, has)):
		score = 2
	default:
		return 0
	}
	switch {
	case listed == thing:
		score += 8
	case thing != "" && strings.HasSuffix(listed, thing):
		score += 7
	}
	return score
}

// splitIdentity splits the name of a type into what it names, and how.
func splitIdentity(shape string) (thing, ending string) {
	for _, ending := range []string{"Name", "Id", "Arn"} {
		if thing, found := strings.CutSuffix(shape, ending); found {
			return thing, ending
		}
	}
	return shape, ""
}

// affinity says how well a source fits the operation and the member that names are
// for. Specific sources list what belongs to something that is on the line.
func affinity(operation string, m *api.Member, source *api.Operation, specific bool) int {
	score := 0
	verb, rest := verbOf(operation)
	listed := subject(source)
	switch {
	case listed == rest:
		score = 4
	case strings.Contains(operation, listed):
		score = 1
	}
	ofOperation, _ := verbOf(rest)
	ofSource, _ := verbOf(listed)
	if ofOperation == ofSource {
		score++
	}
	thing, _ := splitIdentity(m.Name)
	if !strings.EqualFold(m.Name, m.Shape.Name) && strings.EqualFold(thing, listed) {
		score += 4
	}
	switch {
	case !specific:
	case verb == "Add" || verb == "Attach" || verb == "Associate" || strings.HasSuffix(m.Name, "ToAdd"):
		score -= 100
	default:
		score += 3
	}
	return score
}

// makesUp tells whether an operation gives the member to something new.
func makesUp(op *api.Operation, m *api.Member) bool {
	verb, rest := verbOf(op.Name)
	thing, _ := splitIdentity(m.Shape.Name)
	return (verb == "Create" || verb == "Register" || verb == "Start") && (m.Location == api.InURI || m.Required) && strings.HasSuffix(rest, thing)
}

// requirements returns what a list operation must be told, if the line or the
// clock knows it. Specific: the line does.
func (l *line) requirements(source *api.Operation, now time.Time) (params *document.Map, specific, ok bool) {
	params = new(document.Map)
	for i := range source.Input.Members {
		m := &source.Input.Members[i]
		switch {
		case source.Paginate != nil && m.Name == source.Paginate.LimitKey && m.Shape.Type == api.TypeInteger:
			size := int64(pageSize)
			if m.Shape.Max != nil {
				size = min(size, int64(*m.Shape.Max))
			}
			params.Set(m.Name, size)
		case !m.Required:
		case m.Shape.Type == api.TypeTimestamp && strings.HasPrefix(m.Name, "start"):
			params.Set(m.Name, now.Add(-13*24*time.Hour).UTC().Format(time.RFC3339)) // less than any such list goes back
		case m.Shape.Type == api.TypeTimestamp && strings.HasPrefix(m.Name, "end"):
			params.Set(m.Name, now.UTC().Format(time.RFC3339))
		default:
			value, found := l.valueOf(m)
			if !found {
				return nil, false, false
			}
			params.Set(m.Name, value)
			specific = true
		}
	}
	return params, specific, true
}

// valueOf returns what the line says for a member of another operation: the value
// of the option that has its name or its type.
func (l *line) valueOf(m *api.Member) (string, bool) {
	for _, own := range l.op.Members {
		values := l.given[own.Option]
		if len(values) == 1 && own.Shape.Type == api.TypeString && (own.Name == m.Name || own.Shape.Name == m.Shape.Name) {
			return values[0], true
		}
	}
	return "", false
}

// words writes the name of a thing as words.
func words(thing string) string { return strings.ReplaceAll(name.Option(thing), "-", " ") }

func (e *Engine) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

// known returns the names that were fetched for a lookup.
func (e *Engine) known(l *Lookup) ([]string, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	names, ok := e.names[l.key]
	return names, ok
}

// Fetch asks the server for names. A failure is as good as no names: the person
// who types is not told, and the server is not asked again.
func (e *Engine) Fetch(ctx context.Context, l *Lookup) {
	names := e.fetch(ctx, l)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.names == nil {
		e.names = map[string][]string{}
	}
	e.names[l.key] = names
}

func (e *Engine) fetch(ctx context.Context, l *Lookup) (names []string) {
	params := new(document.Map)
	for key, value := range l.Params.All() {
		params.Set(key, value)
	}
	for page := 0; page < mostPages && len(names) < mostNames; page++ {
		answer, err := e.Ask(ctx, l.globals, l.Operation, params)
		if err != nil {
			return names
		}
		list, _ := answer.Value(l.list).([]document.Value)
		for _, element := range list {
			if l.member != "" {
				m, _ := element.(*document.Map)
				if m == nil {
					continue
				}
				element = m.Value(l.member)
			}
			if text, ok := element.(string); ok && text != "" && !slices.Contains(names, text) {
				names = append(names, text)
			}
		}
		p := l.Operation.Paginate
		if p == nil {
			return names
		}
		token, ok := answer.Value(p.OutputToken).(string)
		if !ok || token == "" {
			return names
		}
		params.Set(p.InputToken, token)
	}
	return names
}
