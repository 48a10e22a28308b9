// Package command knows the commands of the command line and their options: the
// operations of the API model, in dashed names, and what the command line adds.
package command

import (
	"slices"

	"vedette/api"
	"vedette/cli/argument"
	"vedette/cli/name"
)

// Operation is one operation as the command line has it.
type Operation struct {
	*api.Operation
	Command string             // create-security-profile
	Members []Member           // of the input, in the model's order
	Own     []*argument.Option // those of the command line itself: paging, input, skeleton, files
}

// Member is an input member and the option that sets it.
type Member struct {
	*api.Member
	Option string // --tags; a boolean also has --no-tags
}

// outfiles lists the options of an operation that say where to keep a part of
// the answer.
func outfiles(operation string) []Outfile {
	switch operation {
	case "CreateKeysAndCertificate":
		return []Outfile{
			{"--certificate-pem-outfile", []string{"certificatePem"}},
			{"--public-key-outfile", []string{"keyPair", "PublicKey"}},
			{"--private-key-outfile", []string{"keyPair", "PrivateKey"}},
		}
	case "CreateCertificateFromCsr":
		return []Outfile{{"--certificate-pem-outfile", []string{"certificatePem"}}}
	}
	return nil
}

// FindOutfile returns the outfile of an option, and whether it is one.
func (o *Operation) FindOutfile(option string) (Outfile, bool) {
	for _, file := range outfiles(o.Name) {
		if file.Option == option {
			return file, true
		}
	}
	return Outfile{}, false
}

// Names lists the commands of all operations, and help.
func Names() []string {
	all := api.AllOperations()
	names := make([]string, 0, len(all)+1)
	for _, op := range all {
		names = append(names, name.Command(op.Name))
	}
	return append(names, "help")
}

// Find returns the operation of a command, or nil.
func Find(command string) *Operation {
	for _, op := range api.AllOperations() {
		if name.Command(op.Name) == command {
			return newOperation(op, command)
		}
	}
	return nil
}

func newOperation(op *api.Operation, command string) *Operation {
	o := &Operation{Operation: op, Command: command}
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		o.Members = append(o.Members, Member{m, "--" + name.Option(m.Name)})
	}
	o.Own = []*argument.Option{{Name: "--cli-input-json"}, {Name: "--cli-input-yaml"}}
	if p := op.Paginate; p != nil {
		o.Own = append(o.Own, &argument.Option{Name: StartingToken})
		kind := argument.Int
		if p.LimitKey != "" {
			if op.Input.Member(p.LimitKey).Shape.Type == api.TypeString {
				kind = argument.Text
			}
			o.Own = append(o.Own, &argument.Option{Name: PageSize, Kind: kind})
		}
		o.Own = append(o.Own, &argument.Option{Name: MaxItems, Kind: kind})
	}
	o.Own = append(o.Own, &argument.Option{Name: Skeleton, Arity: argument.Perhaps, Const: "input", Choices: []string{"input", "output", "yaml-input"}})
	for _, file := range outfiles(op.Name) {
		o.Own = append(o.Own, &argument.Option{Name: file.Option})
	}
	return o
}

// Outfile is an option that keeps a part of the answer in a file.
type Outfile struct {
	Option string
	Path   []string // of the part in the answer
}

// The options of the command line itself that are asked for by name.
const (
	StartingToken = "--starting-token"
	PageSize      = "--page-size"
	MaxItems      = "--max-items"
	Skeleton      = "--generate-cli-skeleton"
)

// Parser returns the parser of the operation's options. Where the parameters may
// come from elsewhere, none is required on the command line.
func (o *Operation) Parser(args []string) *argument.Parser {
	relaxed := slices.Contains(args, "--cli-input-json") || slices.Contains(args, "--cli-input-yaml")
	if at := slices.Index(args, Skeleton); at >= 0 && (at+1 == len(args) || args[at+1] != "output") {
		relaxed = true
	}
	p := &argument.Parser{Positional: "help", Optional: true}
	for _, m := range o.Members {
		if o.Shadowed(m.Option) {
			continue // paging's option takes the member's place
		}
		required := m.Required && !m.IdempotencyToken && !relaxed
		option := &argument.Option{Name: m.Option, Required: required}
		switch m.Shape.Type {
		case api.TypeList:
			option.Arity = argument.Many
		case api.TypeLong:
			option.Kind = argument.Int
		case api.TypeDouble:
			option.Kind = argument.Float
		case api.TypeBoolean:
			no := "--no-" + m.Option[2:]
			p.Options = append(p.Options,
				&argument.Option{Name: m.Option, Arity: argument.Flag, Const: true},
				&argument.Option{Name: no, Dest: m.Option, Arity: argument.Flag, Const: false})
			continue
		}
		p.Options = append(p.Options, option)
	}
	p.Options = append(p.Options, o.Own...)
	return p
}

// Shadowed tells whether an option of paging has the name of a member's option.
func (o *Operation) Shadowed(option string) bool {
	return slices.ContainsFunc(o.Own, func(own *argument.Option) bool { return own.Name == option })
}

// IsMember tells whether an option sets a member of the input.
func (o *Operation) IsMember(option string) bool {
	return slices.ContainsFunc(o.Members, func(m Member) bool { return m.Option == option })
}
