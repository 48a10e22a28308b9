package api

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// helpLines returns the names and texts of help.txt.
func helpLines(t *testing.T) (names, texts []string) {
	t.Helper()
	for line := range strings.Lines(helpText) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, text, _ := strings.Cut(line, "  ")
		names, texts = append(names, name), append(texts, text)
	}
	return names, texts
}

// TestHelpText holds help.txt to its own header, and its names to the model.
func TestHelpText(t *testing.T) {
	names, texts := helpLines(t)
	if !slices.IsSorted(names) {
		t.Error("help.txt is not sorted: LC_ALL=C sort")
	}
	known := knownNames()
	for i, name := range names {
		switch text := texts[i]; {
		case !known[name]:
			t.Errorf("help.txt explains %s, which does not exist", name)
		case i > 0 && names[i-1] == name:
			t.Errorf("help.txt explains %s twice", name)
		case utf8.RuneCountInString(text) > 160:
			t.Errorf("%s: %d characters, want at most 160", name, utf8.RuneCountInString(text))
		case !strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text || strings.Contains(text, "  "):
			t.Errorf("%s: %q is no sentence", name, text)
		case Help(name) != text:
			t.Errorf("Help(%s): got %q, want %q", name, Help(name), text)
		}
	}
}

// knownNames returns all names that help.txt may explain.
func knownNames() map[string]bool {
	known := map[string]bool{}
	var add func(s *Shape)
	add = func(s *Shape) {
		if s == nil || known[s.Name+"."] {
			return
		}
		known[s.Name+"."] = true
		for i := range s.Members {
			m := &s.Members[i]
			known[s.Name+"."+m.Name], known["*."+m.Name] = true, true
			add(m.Shape)
		}
		add(s.Element)
		add(s.Key)
		add(s.Value)
	}
	for _, op := range AllOperations() {
		known[op.Name] = true
		add(op.Input)
		add(op.Output)
	}
	return known
}

func TestHelpIsComplete(t *testing.T) {
	for _, op := range AllOperations() {
		if Help(op.Name) == "" {
			t.Errorf("help.txt does not explain %s", op.Name)
		}
		if op.Group == "" {
			continue // not served: members only where it is useful
		}
		for _, m := range op.Input.Members {
			if name := op.Input.Name + "." + m.Name; Help(name) == "" {
				t.Errorf("help.txt does not explain %s", name)
			}
		}
	}
}

func TestHelp(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ok/own line", "GetBehaviorModelTrainingSummariesRequest.maxResults", "The most models that one answer may hold; 10 if not given."},
		{"ok/shared line", "ListThingsRequest.maxResults", "The most items that one answer may hold."},
		{"ok/first line", "*.abortConfig", "When the job is aborted: how many of its executions have to end badly."},
		{"ok/last line", "ViolationEventOccurrenceRange.startTime", "The start of the period."},
		{"fail/unknown operation", "CreateWorld", ""},
		{"fail/unknown member", "Behavior.nothing", ""},
		{"fail/empty", "", ""},
		{"fail/behind the end", "zzz", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Help(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func BenchmarkHelp(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Help("BehaviorCriteria.durationSeconds")
	}
}
