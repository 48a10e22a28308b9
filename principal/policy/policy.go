// Package policy decides by documents what a caller may do: the policies of
// certificates and thing groups, which say what devices may do at the gateway,
// and those of access keys, which say what callers of the API may do.
//
// Parse validates a document and compiles it once, NewSet joins the policies
// that act together, and Set.Evaluate answers for one request without
// allocating. The package knows no store, no connection and no clock: what it
// must know of a request it asks of the Context in it.
package policy

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"vedette/api"
)

// Profile says whose policy a document is, which decides what it may hold.
type Profile uint8

// The profiles.
const (
	// Device is a policy of AWS IoT, attached to a certificate or a thing
	// group: no NotAction, no NotResource (facts §13.5).
	Device Profile = iota
	// AccessKey is a policy in the style of IAM, given to an access key: also
	// NotAction and NotResource, and actions, resources and keys of other
	// services, which never come to pass here.
	AccessKey
)

// Options say how documents are read.
type Options struct {
	Profile Profile
	// Own is the deployment's account and Region. ARNs of others are accepted
	// and match nothing.
	Own api.ARNs
	// MaxCharacters is the greatest length of a document in characters, not
	// counting white space. 0 means 2048 for Device (facts §13.4), 6144 for
	// AccessKey (IAM's limit for managed policies).
	MaxCharacters int
}

// maxBytes bounds a document with its white space before anything reads it:
// the length that the API's model gives policyDocument.
const maxBytes = 404600

func (o Options) limit() int {
	switch {
	case o.MaxCharacters > 0:
		return o.MaxCharacters
	case o.Profile == AccessKey:
		return 6144
	}
	return 2048
}

// Policy is a valid policy document, compiled. It is immutable.
type Policy struct {
	statements []statement
}

// Error says what is wrong with a document and where.
type Error struct {
	Place string // Statement[1].Condition.StringEqual; empty: the whole document
	Why   string // what is wrong and what was expected
}

// Error implements error.
func (e *Error) Error() string {
	if e.Place == "" {
		return "policy document: " + e.Why
	}
	return e.Place + ": " + e.Why
}

func fault(place, format string, args ...any) error {
	return &Error{Place: place, Why: fmt.Sprintf(format, args...)}
}

// Parse reads a policy document (facts §13.5). The error is an *Error that
// names the place; the control plane answers it as MalformedPolicyException.
func Parse(document string, o Options) (*Policy, error) {
	if err := checkSize(document, o.limit()); err != nil {
		return nil, err
	}
	root, err := readJSON(document)
	if err != nil {
		return nil, err
	}
	return (&parser{Options: o}).policy(root)
}

// checkSize holds the limits, before anything else looks at the document.
func checkSize(document string, limit int) error {
	switch {
	case len(document) > maxBytes:
		return fault("", "has %d bytes, want at most %d", len(document), maxBytes)
	case !utf8.ValidString(document):
		return fault("", "is not valid UTF-8")
	}
	n := 0
	for _, c := range document {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			n++
		}
	}
	if n > limit {
		return fault("", "has %d characters that are not white space, want at most %d", n, limit)
	}
	return nil
}

// statement is one compiled statement.
type statement struct {
	deny         bool
	actions      []string // lower case, with wildcards
	notActions   bool     // actions are those that it leaves out
	slots        slots    // the device actions that it is about
	resources    []resource
	notResources bool // resources are those that it leaves out
	conditions   []condition
}

// parser turns the JSON of one document into statements.
type parser struct {
	Options
	variables bool // ${…} has a meaning: from version 2012-10-17 on
}

func (p *parser) policy(root node) (*Policy, error) {
	if root.kind != object {
		return nil, fault("", "is %s, want an object", root.kind)
	}
	list, found := node{}, false
	for i, name := range root.names {
		var err error
		switch n := root.items[i]; name {
		case "Version":
			err = p.version(n)
		case "Id":
			_, err = n.string("Id")
		case "Statement":
			list, found = n, true
		default:
			err = fault(name, "unknown element; want one of Version, Id, Statement")
		}
		if err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, fault("Statement", "is missing")
	}
	// Only now, because Version may stand behind Statement.
	return p.statements(list)
}

// version takes note of the version, which is 2008-10-17 if it is not given, as
// IAM has it. That one has no variables (facts §13.5).
func (p *parser) version(n node) error {
	v, err := n.string("Version")
	if err != nil {
		return err
	}
	if v != "2012-10-17" && v != "2008-10-17" {
		return fault("Version", "is %q, want 2012-10-17 or 2008-10-17", v)
	}
	p.variables = v == "2012-10-17"
	return nil
}

// statements reads one statement or a list of them. A policy with an empty list
// is valid and allows nothing.
func (p *parser) statements(n node) (*Policy, error) {
	switch n.kind {
	case object:
		s, err := p.statement("Statement", n)
		if err != nil {
			return nil, err
		}
		return &Policy{statements: []statement{s}}, nil
	case list:
	default:
		return nil, fault("Statement", "is %s, want an object or a list of objects", n.kind)
	}
	policy := &Policy{statements: make([]statement, 0, len(n.items))}
	for i, item := range n.items {
		s, err := p.statement(fmt.Sprintf("Statement[%d]", i), item)
		if err != nil {
			return nil, err
		}
		policy.statements = append(policy.statements, s)
	}
	return policy, nil
}

func (p *parser) statement(place string, n node) (statement, error) {
	var s statement
	if n.kind != object {
		return s, fault(place, "is %s, want an object", n.kind)
	}
	for i, name := range n.names {
		if err := p.element(&s, place+"."+name, name, n.items[i]); err != nil {
			return s, err
		}
	}
	s.slots = s.deviceActions()
	return s, complete(place, n.names)
}

// element reads one member of a statement into s.
func (p *parser) element(s *statement, place, name string, n node) (err error) {
	if p.Profile == Device && (name == "NotAction" || name == "NotResource") {
		return fault(place, "is not part of policies of devices; want %s", name[len("Not"):])
	}
	switch name {
	case "Sid":
		_, err = n.string(place)
	case "Effect":
		s.deny, err = effect(place, n)
	case "Action", "NotAction":
		s.notActions = name == "NotAction"
		s.actions, err = p.actions(place, n)
	case "Resource", "NotResource":
		s.notResources = name == "NotResource"
		s.resources, err = p.resources(place, n)
	case "Condition":
		s.conditions, err = p.conditions(place, n)
	case "Principal", "NotPrincipal":
		err = fault(place, "is not part of these policies, which act for what they are attached to")
	default:
		err = fault(place, "unknown element; want one of Sid, Effect, Action, Resource, Condition")
	}
	return err
}

// complete tells what a statement with elements of these names lacks or has
// twice.
func complete(place string, names []string) error {
	if !slices.Contains(names, "Effect") {
		return fault(place+".Effect", "is missing; want Allow or Deny")
	}
	for _, name := range []string{"Action", "Resource"} {
		switch plain, not := slices.Contains(names, name), slices.Contains(names, "Not"+name); {
		case plain && not:
			return fault(place, "has both %s and Not%s, want one of them", name, name)
		case !plain && !not:
			return fault(place+"."+name, "is missing")
		}
	}
	return nil
}

func effect(place string, n node) (deny bool, err error) {
	text, err := n.string(place)
	if err != nil {
		return false, err
	}
	if text != "Allow" && text != "Deny" {
		return false, fault(place, "is %q, want Allow or Deny", text)
	}
	return text == "Deny", nil
}
