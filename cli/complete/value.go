package complete

import (
	"slices"
	"strings"

	"vedette/api"
	"vedette/cli/argument"
	"vedette/cli/command"
	"vedette/cli/help"
)

// values returns what can be the value of an option, or one of its values. Before
// is the part of the word that goes before the value.
func (e *Engine) values(l *line, o *argument.Option, before, value string) *set {
	s := &set{prefix: before, fragment: value, about: help.About{Operation: l.api(), Option: o.Name}}
	member := l.member(o)
	switch scheme := fileScheme(value); {
	case scheme != "" && !l.global(o):
		e.addFiles(s, scheme)
	case o.Choices != nil:
		s.addValues(o.Choices)
	case member != nil:
		e.addMember(s, l, member)
	case l.isPath(o):
		e.addFiles(s, "")
	case strings.HasPrefix(o.Name, "--cli-input-"):
		s.addValues([]string{"file://"})
	case o.Name == "--region":
		s.addValues(regions())
	case o.Name == "--profile" && e.Profiles != nil:
		s.addValues(e.Profiles())
	case o.Name == "--query" && l.op != nil && l.op.Output != nil:
		addFields(s, l.op.Output)
	}
	return s
}

// addValues adds plain words.
func (s *set) addValues(values []string) {
	for _, v := range values {
		s.add(Candidate{Label: v, Kind: Value, Open: strings.HasSuffix(v, "://")})
	}
}

// member returns the input member that an option sets, or nil.
func (l *line) member(o *argument.Option) *api.Member {
	if l.op == nil || l.op.Shadowed(o.Name) || l.global(o) {
		return nil
	}
	i := slices.IndexFunc(l.op.Members, func(m command.Member) bool { return m.Option == o.Name })
	if i < 0 {
		return nil
	}
	return l.op.Members[i].Member
}

// isPath tells whether an option's value names a file.
func (l *line) isPath(o *argument.Option) bool {
	if o.Name == "--ca-bundle" {
		return true
	}
	if l.op == nil {
		return false
	}
	_, ok := l.op.FindOutfile(o.Name)
	return ok
}

// addMember adds what can be the value of an input member.
func (e *Engine) addMember(s *set, l *line, m *api.Member) {
	shape, taken := m.Shape, []string(nil)
	if shape.Type == api.TypeList {
		shape, taken = shape.Element, l.given["--"+strings.TrimPrefix(s.about.Option, "--")]
	}
	switch shape.Type {
	case api.TypeStructure, api.TypeMap, api.TypeList:
		e.addShorthand(s, l, shape)
		s.offerFile("file://")
	case api.TypeBlob:
		s.addValues([]string{"fileb://"})
	case api.TypeString:
		e.addText(s, l, &api.Member{Name: m.Name, Shape: shape, Required: m.Required, Location: m.Location}, false)
		s.offerFile("file://")
	}
	s.list = slices.DeleteFunc(s.list, func(c Candidate) bool { return slices.Contains(taken, c.Label) })
}

// offerFile adds a scheme once its first letters are there: most values are no
// files.
func (s *set) offerFile(scheme string) {
	if s.prefix == "" && s.fragment != "" && strings.HasPrefix(scheme, s.fragment) {
		s.addValues([]string{scheme})
	}
}

// addText adds what a string can be: a value of its enum, or a name of something
// that there is.
func (e *Engine) addText(s *set, l *line, m *api.Member, open bool) {
	if m.Shape.Enum != nil {
		for _, v := range m.Shape.Enum {
			s.add(Candidate{Label: v, Kind: Value, Open: open})
		}
		return
	}
	lookup := findLookup(l, m, e.now())
	if lookup == nil || e.Ask == nil {
		return
	}
	names, known := e.known(lookup)
	if !known {
		s.lookup = lookup
		return
	}
	for _, n := range names {
		s.add(Candidate{Label: n, Type: lookup.Noun, Kind: Resource, Open: open})
	}
}

// regions lists the Regions in which AWS has the service.
func regions() []string {
	return []string{
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
		"ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-5",
		"ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3",
		"il-central-1", "me-central-1", "me-south-1", "sa-east-1",
		"us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1",
	}
}
