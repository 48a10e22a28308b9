package cli_test

import (
	"strings"
	"testing"
)

// TestErrorOrder: of two faults that one which AWS CLI tells first is told, the
// other is not.
func TestErrorOrder(t *testing.T) {
	const (
		noRegion = `You must specify a region. You can also configure your region by running "aws configure".`
		noKey    = `Unable to locate credentials. You can configure credentials by running "aws configure".`
		halfKey  = "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"
		short    = "Invalid length for parameter thingName, value: 0, valid min length: 1"
		notFound = "The config profile (p) could not be found"
		badJSON  = "JSON received: {"
		badQuery = "   ^"
		oneInput = "Only one --cli-input- parameter may be specified."
		noScheme = `Bad value for --endpoint-url "x": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/`
	)
	words := strings.Fields
	list := "list-things"
	nothing := "describe-thing --thing-name="
	broken := "create-thing --thing-name t --attribute-payload {"
	withoutRegion := []string{"AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"}
	withoutKey := []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
	both := " --cli-input-json {} --cli-input-yaml {}"
	for _, test := range []struct {
		name    string
		environ []string
		line    string
		code    int
		want    string // the last line of standard error
	}{
		{"fail/prompts before unknown option", nil, list + " --cli-auto-prompt --no-cli-auto-prompt --what", 252,
			"Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time."},
		{"fail/query before unknown option", nil, list + " --what --query a[", 252, badQuery},
		{"fail/query before operation", nil, "nope --query a[", 252, badQuery},
		{"fail/query before endpoint", nil, list + " --endpoint-url x --query a[", 252, badQuery},
		{"fail/query before timeout", nil, list + " --cli-read-timeout x --query a[", 252, badQuery},
		{"fail/endpoint before profile", nil, list + " --endpoint-url x --profile p", 252, noScheme},
		{"fail/timeout before unknown option", nil, list + " --cli-read-timeout x --what", 255, "invalid literal for int() with base 10: 'x'"},
		{"fail/missing before unknown option", nil, "describe-thing --what", 252, "vedette: error: the following arguments are required: --thing-name"},
		{"fail/unknown option before JSON", nil, broken + " --what", 252, "Unknown options: --what"},
		{"fail/unknown option before profile", nil, list + " --what --profile p", 252, "Unknown options: --what"},
		{"fail/paging before both inputs", nil, list + " --no-paginate --max-items 1" + both, 252,
			"Cannot specify --no-paginate along with pagination arguments: --max-items"},
		{"fail/JSON before both inputs", nil, broken + both, 252, badJSON},
		{"fail/both inputs before their faults", nil, list + " --cli-input-json { --cli-input-yaml {}", 252, oneInput},
		{"fail/both inputs before Region", withoutRegion, list + both, 252, oneInput},
		{"fail/JSON before profile", nil, broken + " --profile p", 252, badJSON},
		{"fail/JSON before Region", withoutRegion, broken, 252, badJSON},
		{"fail/JSON before key", withoutKey, broken, 252, badJSON},
		{"fail/JSON before skeleton", nil, broken + " --generate-cli-skeleton", 252, badJSON},
		{"fail/outfile before input", nil, "create-keys-and-certificate --private-key-outfile /none/x --cli-input-json {", 252, "Unable to write to file: /none/x"},
		{"fail/outfile before Region", withoutRegion, "create-keys-and-certificate --private-key-outfile /none/x", 252, "Unable to write to file: /none/x"},
		{"fail/profile before Region", withoutRegion, list + " --profile p", 255, notFound},
		{"fail/Region before half a key", []string{"AWS_DEFAULT_REGION=a_b", "AWS_SECRET_ACCESS_KEY"}, list, 255, "Provided region_name 'a_b' doesn't match a supported format."},
		{"fail/half a key before absent Region", append(withoutRegion, "AWS_SECRET_ACCESS_KEY"), list, 255, halfKey},
		{"fail/half a key before validation", []string{"AWS_SECRET_ACCESS_KEY"}, nothing, 255, halfKey},
		{"fail/Region before key", append(withoutRegion, withoutKey...), list, 253, noRegion},
		{"fail/Region before validation", withoutRegion, nothing, 253, noRegion},
		{"fail/Region before validation of a sample", withoutRegion, nothing + " --generate-cli-skeleton output", 253, noRegion},
		{"fail/Region before Base64", withoutRegion, "test-invoke-authorizer --authorizer-name a --mqtt-context password=x", 253, noRegion},
		{"fail/retries before validation", []string{"AWS_MAX_ATTEMPTS=0"}, nothing, 255,
			`Value provided to "max_attempts": 0 must be an integer greater than or equal to one.`},
		{"fail/retries before key", append([]string{"AWS_RETRY_MODE=legacy"}, withoutKey...), list, 255,
			`Invalid value provided to "mode": "legacy" must be one of: "standard" or "adaptive"`},
		{"fail/token before validation", nil, "list-things-in-thing-group --thing-group-name= --starting-token a___b___c", 255, "Bad starting token: a___b___c"},
		{"fail/Base64 before validation", nil, "test-invoke-authorizer --authorizer-name= --mqtt-context password=x", 255, `Invalid base64: "x"`},
		{"fail/Base64 before key", withoutKey, "test-invoke-authorizer --authorizer-name a --mqtt-context password=x", 255, `Invalid base64: "x"`},
		{"fail/validation before key", withoutKey, nothing, 252, short},
		{"fail/validation before output", []string{"AWS_DEFAULT_OUTPUT=xml"}, nothing, 252, short},
		{"fail/output before key", append([]string{"AWS_DEFAULT_OUTPUT=xml"}, withoutKey...), list, 255, "Unknown output type: xml"},
		{"fail/key before certificate authorities", withoutKey, list + " --ca-bundle /none", 253, noKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.set(test.environ...)
			got := w.run(words(test.line)...)
			check(t, "exit code", got.Code, test.code)
			lines := strings.Split(strings.TrimRight(got.Stderr, "\n"), "\n")
			check(t, "last line of the error", lines[len(lines)-1], test.want)
			check(t, "output", got.Stdout, "")
			check(t, "requests", len(w.requests()), 0)
		})
	}
}
