package name

import (
	"os"
	"strings"
	"testing"
	"unicode"
)

// TestNames compares with the names that AWS CLI v2 gives to the commands and
// options of iot: testdata/names.txt.
func TestNames(t *testing.T) {
	text, err := os.ReadFile("testdata/names.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		given, want, _ := strings.Cut(strings.TrimSpace(line), " ")
		f := Option
		if unicode.IsUpper(rune(given[0])) {
			f = Command
		}
		if got := f(given); got != want {
			t.Errorf("%s: got %s, want %s", given, got, want)
		}
	}
}

func TestOption(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ok/empty", "", ""},
		{"ok/one word", "behaviors", "behaviors"},
		{"ok/camel case", "securityProfileTargetArn", "security-profile-target-arn"},
		{"ok/acronym inside", "forceDeleteAWSJob", "force-delete-aws-job"},
		{"ok/acronym at the end", "publishToSNS", "publish-to-sns"},
		{"ok/plural acronym at the end", "thingARNs", "thing-arns"},
		{"ok/plural acronym alone", "ARNs", "-arns"},
		{"ok/plural acronym inside is none", "thingARNsToAdd", "thing-ar-ns-to-add"},
		{"ok/digits", "additionalMetricsToRetainV2", "additional-metrics-to-retain-v2"},
		{"ok/two capitals then small", "QoSLevel", "qo-s-level"},
		{"ok/words of two letters share a letter", "aBcDe", "a-bc-de"},
		{"ok/dashed already", "thing-Name", "thing-Name"},
		{"ok/underscore", "thing_Name", "thing_-name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Option(tt.in); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
