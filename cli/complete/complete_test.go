package complete

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func texts(candidates []Candidate) []string {
	list := make([]string, len(candidates))
	for i, c := range candidates {
		list[i] = c.Text
	}
	return list
}

// engine returns an engine with a server, profiles and files to complete.
func engine(t *testing.T) *Engine {
	t.Helper()
	dir := t.TempDir()
	for _, file := range []string{"in.json", "input/deep.yaml", ".hidden", "two words"} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("input", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	return &Engine{
		Ask:      (&server{}).ask,
		Profiles: func() []string { return []string{"default", "prod"} },
		Expand:   func(path string) string { return strings.Replace(path, "~", dir, 1) },
		Dir:      dir,
	}
}

// TestComplete: the last word is the one under the cursor; + begins what must be
// among the candidates, - what must not, otherwise they are all.
func TestComplete(t *testing.T) {
	behavior := "iot create-security-profile --security-profile-name p --behaviors "
	tests := []struct {
		name, line string
		want       []string
	}{
		{"ok/service", "", []string{"iot"}},
		{"ok/service behind a global option", "--region x i", []string{"iot"}},
		{"ok/global option", "--out", []string{"--output"}},
		{"ok/operation", "iot list-security", []string{"list-security-profiles", "list-security-profiles-for-target"}},
		{"ok/deprecated operations are left out", "iot attach-princ", nil},
		{"ok/help", "iot he", []string{"help"}},
		{"ok/required options first", "iot detach-security-profile ", []string{"+--security-profile-name", "+--security-profile-target-arn", "+--cli-input-json"}},
		{"ok/given options are left out", "iot detach-security-profile --security-profile-name p --secu", []string{"--security-profile-target-arn"}},
		{"ok/given by the beginning of the name", "iot detach-security-profile --security-profile-n p --secu", []string{"--security-profile-target-arn"}},
		{"ok/given behind an equals sign", "iot detach-security-profile --security-profile-name=p --secu", []string{"--security-profile-target-arn"}},
		{"ok/no-x", "iot update-security-profile --no-delete-b", []string{"--no-delete-behaviors"}},
		{"ok/either x or no-x", "iot update-security-profile --delete-behaviors --no-delete-", []string{"--no-delete-alert-targets", "--no-delete-additional-metrics-to-retain", "--no-delete-metrics-export-config"}},
		{"ok/paging takes the place of its members", "iot list-things --max", []string{"--max-items"}},
		{"ok/one input only", "iot create-thing --cli-input-json x --cli-input", nil},
		{"ok/outfile", "iot create-keys-and-certificate --p", []string{"--public-key-outfile", "--private-key-outfile", "--profile"}},
		{"ok/global options", "iot create-thing --no-s", []string{"--no-sign-request"}},
		{"ok/skeletons", "iot create-thing --generate-cli-skeleton ", []string{"+input", "+output", "+yaml-input", "+--thing-name"}},
		{"ok/choice", "iot list-things --output ya", []string{"yaml", "yaml-stream"}},
		{"ok/choice behind an equals sign", "iot list-things --output=ya", []string{"--output=yaml", "--output=yaml-stream"}},
		{"ok/region", "iot list-things --region eu-w", []string{"eu-west-1", "eu-west-2", "eu-west-3"}},
		{"ok/profile", "--profile ", []string{"default", "prod"}},
		{"ok/enum", "iot create-dimension --type ", []string{"TOPIC_FILTER"}},
		{"ok/enum of a list", "iot create-ota-update --protocols ", []string{"MQTT", "HTTP"}},
		{"ok/values that are there are left out", "iot create-ota-update --protocols MQTT H", []string{"HTTP"}},
		{"ok/free list then options", "iot untag-resource --resource-arn a --tag-keys k ", []string{"+--endpoint-url"}},
		{"ok/boolean takes no value", "iot update-security-profile --delete-behaviors --security-profile-n", []string{"--security-profile-name"}},
		{"ok/names", "iot list-metric-values --dimension-name ", []string{"topics"}},
		{"ok/names are not made up", "iot create-security-profile --security-profile-name ", nil},
		{"ok/odd answers", "iot describe-security-profile --security-profile-name ", []string{"fleet"}},

		{"ok/keys", behavior, []string{"name=", "metric=", "metricDimension={", "criteria={", "suppressAlerts=", "exportMetric="}},
		{"ok/keys that are there", behavior + "name=a,metric=b,metricD", []string{"name=a,metric=b,metricDimension={dimensionName=", "name=a,metric=b,metricDimension={operator="}},
		{"ok/enum in shorthand", behavior + "name=a,criteria={comparisonOperator=in-c", []string{"name=a,criteria={comparisonOperator=in-cidr-set"}},
		{"ok/end of a structure", behavior + "criteria={comparisonOperator=in-cidr-set", []string{"criteria={comparisonOperator=in-cidr-set}"}},
		{"ok/end of a number", behavior + "criteria={durationSeconds=300", []string{"criteria={durationSeconds=300}"}},
		{"ok/behind a structure", behavior + "criteria={durationSeconds=300},na", []string{"criteria={durationSeconds=300},name="}},
		{"ok/deep", behavior + "criteria={value={cou", []string{"criteria={value={count="}},
		{"ok/list in shorthand", behavior + "criteria={value={cidrs=[10.0.0.0/8", []string{"criteria={value={cidrs=[10.0.0.0/8]"}},
		{"ok/boolean", behavior + "suppressAlerts=", []string{"suppressAlerts=true", "suppressAlerts=false"}},
		{"ok/second element", behavior + "name=a name=b,me", []string{"name=b,metric=", "name=b,metricDimension={"}},
		{"ok/behind an equals sign", "iot create-security-profile --behaviors=na", []string{"--behaviors=name="}},
		{"ok/names in shorthand", behavior + "metricDimension={dimensionName=", []string{"metricDimension={dimensionName=topics"}},
		{"ok/keys of a map", "iot create-security-profile --alert-targets ", []string{"SNS={alertTargetArn=", "SNS={roleArn="}},
		{"ok/keys in a map", "iot create-security-profile --alert-targets SNS={r", []string{"SNS={roleArn="}},
		{"ok/tags", "iot create-thing-group --tags Key=a,V", []string{"Key=a,Value="}},
		{"ok/no keys in JSON", behavior + `[{"na`, nil},
		{"ok/no keys in quotes", behavior + `name="a,me`, nil},
		{"fail/no shorthand", behavior + "name=a}", nil},
		{"fail/unknown key", behavior + "nonsense=", nil},

		{"ok/file", "iot create-thing --cli-input-json file://in", []string{"file://in.json", "file://input/"}},
		{"ok/the scheme", "iot create-thing --cli-input-json ", []string{"file://"}},
		{"ok/the scheme where it is likely", behavior + "fi", []string{"file://"}},
		{"ok/file of any option", "iot create-thing --thing-name file://input/", []string{"file://input/deep.yaml"}},
		{"ok/hidden", "iot create-thing --thing-name file://.h", []string{"file://.hidden"}},
		{"ok/home", "iot create-thing --thing-name file://~", []string{"file://~/"}},
		{"ok/in the home", "iot create-thing --thing-name file://~/li", []string{"file://~/link/"}},
		{"ok/path", "--ca-bundle inp", []string{"input/"}},
		{"ok/outfile path", "iot create-keys-and-certificate --public-key-outfile=i", []string{"--public-key-outfile=in.json", "--public-key-outfile=input/"}},
		{"ok/blank in a name", "--ca-bundle t", []string{"two words"}},
		{"fail/no such folder", "--ca-bundle nowhere/", nil},

		{"ok/query", "iot list-things --query ", []string{"things", "nextToken"}},
		{"ok/query of elements", "iot list-things --query things[].thingT", []string{"things[].thingTypeName"}},
		{"ok/query in a hash", "iot list-things --query things[*].{n:thingNa", []string{"things[*].{n:thingName"}},
		{"ok/query in a second hash member", "iot list-things --query things[0].{n:thingName,v:ver", []string{"things[0].{n:thingName,v:version"}},
		{"ok/query in a filter", "iot list-things --query things[?thingTyp", []string{"things[?thingTypeName"}},
		{"ok/query behind a filter", "iot list-things --query things[?version>`1`].thingA", []string{"things[?version>`1`].thingArn"}},
		{"ok/query in a function", "iot list-things --query length(thi", []string{"length(things"}},
		{"ok/query in a list", "iot list-things --query things[].[thingName,thingA", []string{"things[].[thingName,thingArn"}},
		{"ok/query behind a pipe", "iot list-things --query things[0]|thingN", []string{"things[0]|thingName"}},
		{"fail/query of a list itself", "iot list-things --query things.th", nil},
		{"fail/query in a string", "iot list-things --query things[?thingName=='th", nil},
		{"fail/query that ends too often", "iot list-things --query things]", nil},

		{"fail/unknown operation", "iot nonsense ", nil},
		{"fail/unknown service", "s3 l", nil},
		{"fail/stray word", "iot list-things stray --m", nil},
	}
	e := engine(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := texts(e.CompleteFor(t.Context(), strings.Split(test.line, " "), time.Minute).Candidates)
			if len(test.want) > 0 && strings.ContainsAny(test.want[0][:1], "+-") && !strings.HasPrefix(test.want[0], "--") {
				checkSome(t, got, test.want)
				return
			}
			if !slices.Equal(got, test.want) && len(got)+len(test.want) > 0 {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// checkSome checks that candidates are there in their order, or are not.
func checkSome(t *testing.T, got, want []string) {
	t.Helper()
	last := -1
	for _, w := range want {
		i := slices.Index(got, w[1:])
		if w[0] == '-' && i >= 0 {
			t.Errorf("%q is among %q", w[1:], got)
		}
		if w[0] == '+' && i <= last {
			t.Errorf("%q is not in its place among %q", w[1:], got)
		}
		last = max(last, i)
	}
}
