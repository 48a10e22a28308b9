package command_test

import (
	"slices"
	"strings"
	"testing"

	"vedette/cli/argument"
	"vedette/cli/command"
)

// options lists the options of a command as a synopsis would: those that are
// required plain, the others in brackets.
func options(t *testing.T, name string, args ...string) string {
	t.Helper()
	op := command.Find(name)
	if op == nil {
		t.Fatalf("no command %s", name)
	}
	var words []string
	for _, o := range op.Parser(args).Options {
		word := o.Name
		switch {
		case o.Arity == argument.Many:
			word += " …"
		case o.Kind == argument.Int:
			word += " N"
		}
		if !o.Required {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

const input = "[--cli-input-json] [--cli-input-yaml] "

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name, command string
		args          []string
		want          string
	}{
		{"ok/required, list", "create-dimension", nil,
			"--name --type --string-values … [--tags …] [--client-request-token] " + input + "[--generate-cli-skeleton]"},
		{"ok/input from elsewhere", "create-dimension", []string{"--cli-input-yaml", "x"},
			"[--name] [--type] [--string-values …] [--tags …] [--client-request-token] " + input + "[--generate-cli-skeleton]"},
		{"ok/skeleton", "delete-dimension", []string{"--generate-cli-skeleton"}, "[--name] " + input + "[--generate-cli-skeleton]"},
		{"ok/skeleton of the answer", "delete-dimension", []string{"--generate-cli-skeleton", "output"}, "--name " + input + "[--generate-cli-skeleton]"},
		{"ok/boolean, long", "delete-thing", nil, "--thing-name [--expected-version N] " + input + "[--generate-cli-skeleton]"},
		{"ok/boolean has two", "add-thing-to-thing-group", nil,
			"[--thing-group-name] [--thing-group-arn] [--thing-name] [--thing-arn] [--override-dynamic-groups] [--no-override-dynamic-groups] " + input + "[--generate-cli-skeleton]"},
		{"ok/paging", "list-dimensions", nil,
			"[--next-token] [--max-results] " + input + "[--starting-token] [--page-size N] [--max-items N] [--generate-cli-skeleton]"},
		{"ok/paging without a size", "list-tags-for-resource", nil,
			"--resource-arn [--next-token] " + input + "[--starting-token] [--max-items N] [--generate-cli-skeleton]"},
		{"ok/paging takes a member's name", "list-certificates", nil,
			"[--marker] [--ascending-order] [--no-ascending-order] " + input + "[--starting-token] [--page-size N] [--max-items N] [--generate-cli-skeleton]"},
		{"ok/files", "create-keys-and-certificate", nil,
			"[--set-as-active] [--no-set-as-active] " + input + "[--generate-cli-skeleton] [--certificate-pem-outfile] [--public-key-outfile] [--private-key-outfile]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := options(t, c.command, c.args...); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	names := command.Names()
	if len(names) != 272+1 || !slices.Contains(names, "help") {
		t.Errorf("%d names", len(names))
	}
	for _, name := range names {
		if op := command.Find(name); name != "help" && (op == nil || op.Command != name) {
			t.Errorf("Find(%s): %v", name, op)
		}
	}
	if command.Find("create-security-profil") != nil {
		t.Error("found what does not exist")
	}
}

// TestOptionsAreUnique: no operation has two options of one name, and none has
// one of a global option.
func TestOptionsAreUnique(t *testing.T) {
	for _, name := range command.Names() {
		op := command.Find(name)
		if op == nil {
			continue // help
		}
		seen := map[string]bool{}
		for _, o := range slices.Concat(command.Global(), op.Parser(nil).Options) {
			if seen[o.Name] {
				t.Errorf("%s: two options %s", name, o.Name)
			}
			seen[o.Name] = true
		}
	}
}

func TestOutfile(t *testing.T) {
	op := command.Find("create-keys-and-certificate")
	file, ok := op.FindOutfile("--private-key-outfile")
	if !ok || strings.Join(file.Path, ".") != "keyPair.PrivateKey" {
		t.Errorf("got %v %v", file, ok)
	}
	if _, ok := op.FindOutfile("--set-as-active"); ok {
		t.Error("a member's option is no outfile")
	}
	if !op.IsMember("--set-as-active") || op.IsMember("--private-key-outfile") || op.Shadowed("--set-as-active") {
		t.Error("members and own options are mixed up")
	}
}
