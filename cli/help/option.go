package help

import (
	"vedette/api"
	"vedette/cli/name"
)

// option is one option of an operation, or two that exclude each other.
type option struct {
	names    []string // with their dashes
	kind     string   // string, list, boolean …
	text     string
	required bool
	shape    *api.Shape // nil: not a member of the input
	member   *api.Member
	flag     bool // takes no value
}

// options returns the options of an operation in the order of AWS CLI: the
// members of the input, then what every operation has.
func options(op *api.Operation) []option {
	var opts []option
	paging := pagingOptions(op)
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		if hidden(op, m) {
			// --page-size takes the place of a member pageSize.
			if own, ok := paging["--"+name.Option(m.Name)]; ok {
				opts = append(opts, own)
				delete(paging, own.names[0])
			}
			continue
		}
		opts = append(opts, memberOption(op, m))
	}
	opts = append(opts, fileOptions(op)...)
	opts = append(opts, option{
		names: []string{"--cli-input-json", "--cli-input-yaml"}, kind: "string",
		text: "Takes the input from JSON or YAML text, whose keys are the names of the API; file://NAME reads it from a file. " +
			"Options on the command line replace what it says.",
	})
	for _, n := range []string{"--starting-token", "--page-size", "--max-items"} {
		if own, ok := paging[n]; ok {
			opts = append(opts, own)
		}
	}
	return append(opts, option{
		names: []string{"--generate-cli-skeleton"}, kind: "string",
		text: "Sends nothing and prints a skeleton. input, which can be left out: the input as JSON, to be filled in for --cli-input-json. " +
			"yaml-input: the same as YAML. output: checks the options and prints a made-up answer.",
	})
}

// memberOption returns the option of a member of the input. A boolean has a
// second form that says no.
func memberOption(op *api.Operation, m *api.Member) option {
	n := name.Option(m.Name)
	o := option{
		names:    []string{"--" + n},
		kind:     typeName(m.Shape),
		text:     api.Help(op.Input.Name + "." + m.Name),
		required: m.Required && !m.IdempotencyToken,
		shape:    m.Shape,
		member:   m,
	}
	if m.Shape.Type == api.TypeBoolean {
		o.names, o.flag = append(o.names, "--no-"+n), true
	}
	return o
}

// hidden tells whether the paging options stand in for a member. The member's
// own option works still.
func hidden(op *api.Operation, m *api.Member) bool {
	return op.Paginate != nil && (m.Name == op.Paginate.InputToken || m.Name == op.Paginate.LimitKey)
}

// pagingOptions returns the options by which AWS CLI goes through the pages of
// a list, by their names.
func pagingOptions(op *api.Operation) map[string]option {
	if op.Paginate == nil {
		return nil
	}
	opts := map[string]option{
		"--starting-token": {names: []string{"--starting-token"}, kind: "string",
			text: "Goes on where an earlier call ended: the NextToken that it printed."},
		"--max-items": {names: []string{"--max-items"}, kind: "integer",
			text: "Prints at most so many items. If more are left, the output ends with a NextToken for --starting-token."},
	}
	if op.Paginate.LimitKey != "" {
		opts["--page-size"] = option{names: []string{"--page-size"}, kind: "integer",
			text: "Asks for so many items with each request. It does not change what is printed, but smaller answers come sooner."}
	}
	return opts
}

// fileOptions returns the options that write parts of the answer to files.
func fileOptions(op *api.Operation) []option {
	file := func(flag, what string) option {
		return option{names: []string{flag}, kind: "string",
			text: "Writes " + what + " to this file too, which only its owner can read."}
	}
	certificate := file("--certificate-pem-outfile", "the certificate")
	switch op.Name {
	case "CreateCertificateFromCsr":
		return []option{certificate}
	case "CreateKeysAndCertificate":
		return []option{certificate, file("--public-key-outfile", "the public key"), file("--private-key-outfile", "the private key")}
	}
	return nil
}
