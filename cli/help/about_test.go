package help

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

func TestAbout(t *testing.T) {
	create := operation(t, "CreateSecurityProfile")
	behavior := create.Input.Member("behaviors").Shape.Element
	criteria := behavior.Member("criteria").Shape
	tests := []struct {
		name  string
		about About
	}{
		{"command-line", About{}},
		{"operation", About{Operation: create}},
		{"option", About{Operation: create, Option: "--tags"}},
		{"boolean-option", About{Operation: operation(t, "UpdateSecurityProfile"), Option: "--no-delete-behaviors"}},
		{"own-option", About{Operation: create, Option: "--generate-cli-skeleton"}},
		{"global-option", About{Operation: create, Option: "--output"}},
		{"member", About{Operation: create, Option: "--behaviors", Parent: behavior, Member: "criteria"}},
		{"deep-member", About{Operation: create, Option: "--behaviors", Parent: criteria, Member: "comparisonOperator"}},
		{"unknown-option", About{Operation: create, Option: "--nonsense"}},
		{"unknown-member", About{Option: "--region", Parent: criteria, Member: "nonsense"}},
	}
	var all strings.Builder
	for _, test := range tests {
		var b bytes.Buffer
		if err := test.about.Write(&b, 70, false); err != nil {
			t.Fatal(err)
		}
		all.WriteString("==== " + test.name + ": " + test.about.Title() + "\n" + b.String())
	}
	golden(t, filepath.Join("testdata", "about.txt"), all.String())
}

// TestTopics: each option has a type and words.
func TestTopics(t *testing.T) {
	for _, topic := range append(Topics(operation(t, "ListThings")), GlobalTopics()...) {
		if len(topic.Names) == 0 || topic.Type == "" || topic.Text == "" {
			t.Errorf("%+v is not whole", topic)
		}
	}
}
