package cli_test

import (
	"strings"
	"testing"

	"vedette/api"
	"vedette/cli"
	"vedette/cli/command"
)

func TestSample(t *testing.T) {
	tests := []struct {
		name, operation, format, query string
		want                           string
	}{
		{"ok/json", "describe-endpoint", "", "", "{\n    \"endpointAddress\": \"endpointAddress\"\n}\n"},
		{"ok/query", "list-things", "text", "things[].thingName", "thingName\n"},
		{"ok/no output", "delete-thing", "", "", "No output"},
		{"ok/no operation", "", "", "", "No output"},
		{"fail/query", "list-things", "", "things[", "Bad value for --query: things["},
		{"fail/query at run time", "list-things", "", "abs(things)", "In function abs()"},
		{"fail/format", "list-things", "jso", "", "jso"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var op *api.Operation
			if test.operation != "" {
				op = command.Find(test.operation).Operation
			}
			got := (&cli.Program{}).Sample(op, test.format, test.query)
			if got != test.want && (test.name[:4] != "fail" || !strings.Contains(got, test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
