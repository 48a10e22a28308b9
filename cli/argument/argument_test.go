package argument_test

import (
	"strings"
	"testing"

	"vedette/cli/argument"
	"vedette/cli/document"
)

func parser() *argument.Parser {
	return &argument.Parser{
		Positional: "command",
		Choices:    []string{"iot", "help"},
		Options: []*argument.Option{
			{Name: "--debug", Arity: argument.Flag, Const: true},
			{Name: "--no-debug", Dest: "--debug", Arity: argument.Flag, Const: false},
			{Name: "--region"},
			{Name: "--output", Choices: []string{"json", "text"}},
			{Name: "--size", Kind: argument.Int},
			{Name: "--share", Kind: argument.Float},
			{Name: "--tags", Arity: argument.Many},
			{Name: "--skeleton", Arity: argument.Perhaps, Const: "input", Choices: []string{"input", "output"}},
			{Name: "--version", Arity: argument.Flag, Stop: true},
		},
	}
}

// shown prints a result: the values in the order of the options, then the rest.
func shown(p *argument.Parser, r *argument.Result) string {
	if r.Stop != nil {
		return "stop " + r.Stop.Name
	}
	m := new(document.Map)
	for _, o := range p.Options {
		for _, name := range []string{o.Dest, o.Name} {
			if v, ok := r.Values[name]; ok {
				m.Set(strings.TrimLeft(name, "-"), v)
			}
		}
	}
	m.Set("command", r.Values["command"])
	text := document.Repr(m)
	if r.Rest != nil {
		text += " rest " + strings.Join(r.Rest, " ")
	}
	return text
}

// The results are those of Python 3.11's argparse.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, args, want string // args are separated by a bar
	}{
		{"ok/word", "iot", "{'command': 'iot'}"},
		{"ok/options anywhere", "--region|a|iot|--debug", "{'debug': True, 'region': 'a', 'command': 'iot'}"},
		{"ok/equals sign", "iot|--region=a=b", "{'region': 'a=b', 'command': 'iot'}"},
		{"ok/empty behind the equals sign", "iot|--region=", "{'region': '', 'command': 'iot'}"},
		{"ok/empty value", "iot|--region|", "{'region': '', 'command': 'iot'}"},
		{"ok/abbreviation", "iot|--reg|a|--deb", "{'debug': True, 'region': 'a', 'command': 'iot'}"},
		{"ok/abbreviation with equals sign", "iot|--reg=a", "{'region': 'a', 'command': 'iot'}"},
		{"ok/the last one wins", "iot|--region|a|--region|b|--debug|--no-debug", "{'debug': False, 'region': 'b', 'command': 'iot'}"},
		{"ok/list", "iot|--tags|a|b|--region|c", "{'region': 'c', 'tags': ['a', 'b'], 'command': 'iot'}"},
		{"ok/list before the word takes it all", "--tags|a|--debug|iot", "{'debug': True, 'tags': ['a'], 'command': 'iot'}"},
		{"ok/list with equals sign has one", "iot|--tags=a|b", "{'tags': ['a'], 'command': 'iot'} rest b"},
		{"ok/empty list", "iot|--tags", "{'tags': [], 'command': 'iot'}"},
		{"ok/perhaps without", "iot|--skeleton", "{'skeleton': 'input', 'command': 'iot'}"},
		{"ok/perhaps with", "iot|--skeleton|output", "{'skeleton': 'output', 'command': 'iot'}"},
		{"ok/numbers", "iot|--size|1_0|--share|1e3", "{'size': 10, 'share': 1000.0, 'command': 'iot'}"},
		{"ok/negative number", "iot|--size|-5|--share|-.5", "{'size': -5, 'share': -0.5, 'command': 'iot'}"},
		{"ok/dash with a blank is a value", "iot|--region|-a b", "{'region': '-a b', 'command': 'iot'}"},
		{"ok/single dash is a value", "iot|--region|-", "{'region': '-', 'command': 'iot'}"},
		{"ok/unknown words go on", "iot|list|--max|5|--debug|x", "{'debug': True, 'command': 'iot'} rest list --max 5 x"},
		{"ok/unknown option before the word", "--x|iot|y", "{'command': 'iot'} rest --x y"},
		{"ok/double dash", "iot|--|--region", "{'command': 'iot'} rest --region"},
		{"ok/double dash before the word", "--|iot", "{'command': 'iot'}"},
		{"ok/stop", "--version|--region", "stop --version"},
		{"fail/no word", "--debug", "the following arguments are required: command"},
		{"fail/no value", "iot|--region", "argument --region: expected one argument"},
		{"fail/option for a value", "iot|--region|--debug", "argument --region: expected one argument"},
		{"fail/double dash for a value", "iot|--region|--|a", "argument --region: expected one argument"},
		{"fail/ambiguous", "iot|--s|1", "ambiguous option: --s could match --size, --share, --skeleton"},
		{"fail/ambiguous with equals sign", "iot|--s=1", "ambiguous option: --s=1 could match --size, --share, --skeleton"},
		{"fail/value of a flag", "iot|--debug=yes", "argument --debug: ignored explicit argument 'yes'"},
		{"fail/no number", "iot|--size|1.5", "argument --size: invalid int value: '1.5'"},
		{"fail/no float", "iot|--share|x", "argument --share: invalid float value: 'x'"},
		{"fail/choice", "iot|--output|xml", "argument --output: Invalid choice, valid choices are:\n\njson                                     | text                                    "},
		{"fail/choice of the word", "iott", "argument command: Invalid choice, valid choices are:\n\niot                                      | help                                    \n\n\nInvalid choice: 'iott', maybe you meant:\n\n  * iot"},
		{"fail/choice of perhaps", "iot|--skeleton|x", "argument --skeleton: Invalid choice, valid choices are:\n\ninput                                    | output                                  "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parser()
			r, err := p.Parse(strings.Split(c.args, "|"))
			var got string
			if err != nil {
				got = err.Error()
			} else {
				got = shown(p, r)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if (err != nil) != strings.HasPrefix(c.name, "fail/") {
				t.Errorf("error: %v", err)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	p := &argument.Parser{Positional: "help", Optional: true, Options: []*argument.Option{
		{Name: "--name", Required: true}, {Name: "--arn", Required: true}, {Name: "--tags", Arity: argument.Many},
	}}
	for _, c := range []struct{ name, args, want string }{
		{"ok/all", "--name|a|--arn|b", ""},
		{"ok/word at the end", "--name|a|--arn|b|help", ""},
		{"fail/one", "--name|a", "the following arguments are required: --arn"},
		{"fail/both", "--tags|help", "the following arguments are required: --name, --arn"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := p.Parse(strings.Split(c.args, "|"))
			if got := errorText(err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// FuzzParse: no command line makes the parser fail otherwise than with an error,
// and every word of it is accounted for at most once.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"iot", "--tags|a|--|b", "--region=|iot|-1", "--s", "|--|--", "--version=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, "|")
		r, err := parser().Parse(args)
		if err == nil && len(r.Rest) > len(args) {
			t.Fatalf("%q left %q", args, r.Rest)
		}
	})
}
