package restjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
)

// profile reads a body of CreateSecurityProfile.
func profile(body string) (*api.CreateSecurityProfileRequest, error) {
	in := &api.CreateSecurityProfileRequest{}
	err := decodeBody(api.CreateSecurityProfile.Input, []byte(body), reflect.ValueOf(in).Elem())
	return in, err
}

func TestDecodeBody(t *testing.T) {
	type request = api.CreateSecurityProfileRequest
	behavior := func(b api.Behavior) *request { return &request{Behaviors: []api.Behavior{b}} }
	count := func(n int64) *request {
		return behavior(api.Behavior{Criteria: &api.BehaviorCriteria{Value: &api.MetricValue{Count: &n}}})
	}
	countOf := func(text string) string { return `{"behaviors":[{"criteria":{"value":{"count":` + text + `}}}]}` }
	for _, c := range []struct {
		name, body string
		want       *request
	}{
		{"ok/empty", "", &request{}},
		{"ok/white space", " \r\n\t", &request{}},
		{"ok/null", "null", &request{}},
		{"ok/empty object", "{}", &request{}},
		{"ok/white space everywhere", " { \"behaviors\" : [ { \"name\" : \"a\" } ] } \n", behavior(api.Behavior{Name: new("a")})},
		{"ok/null member", `{"behaviors":null,"securityProfileDescription":null}`, &request{}},
		{"ok/empty list is present", `{"behaviors":[]}`, &request{Behaviors: []api.Behavior{}}},
		{"ok/empty map is present", `{"alertTargets":{}}`, &request{AlertTargets: map[api.AlertTargetType]api.AlertTarget{}}},
		{"ok/null in a map", `{"alertTargets":{"SNS":null}}`, &request{AlertTargets: map[api.AlertTargetType]api.AlertTarget{}}},
		{"ok/unknown members", `{"x":1,"y":{"z":[true,null,-1.5e+3,"\u00e9"]},"behaviors":[{"x":{},"name":"a"}]}`, behavior(api.Behavior{Name: new("a")})},
		{"ok/member of the path is unknown to the body", `{"securityProfileName":"x"}`, &request{}},
		{"ok/names are exact", `{"Behaviors":1,"BEHAVIORS":[]}`, &request{}},
		{"ok/last of two counts", `{"behaviors":[{"name":"a"}],"behaviors":[{"metric":"m"}]}`, behavior(api.Behavior{Metric: new("m")})},
		{"ok/null after a value", `{"securityProfileDescription":"a","securityProfileDescription":null}`, &request{}},
		{"ok/escaped name", `{"beh\u0061viors":[]}`, &request{Behaviors: []api.Behavior{}}},
		{"ok/escapes", `{"securityProfileDescription":"\"\\\/\b\f\n\r\t\u20ac\ud834\udd1e€"}`, &request{SecurityProfileDescription: new("\"\\/\b\f\n\r\t€𝄞€")}},
		{"ok/boolean", `{"behaviors":[{"suppressAlerts":true,"exportMetric":false}]}`, behavior(api.Behavior{SuppressAlerts: new(true), ExportMetric: new(false)})},
		{"ok/integer", countOf("60"), count(60)},
		{"ok/integer with fraction", countOf("1024.0"), count(1024)},
		{"ok/integer with exponent", countOf("1e2"), count(100)},
		{"ok/integer with both", countOf("12.50E+1"), count(125)},
		{"ok/integer of a negative exponent", countOf("1200e-2"), count(12)},
		{"ok/zero", countOf("-0.0e5"), count(0)},
		{"ok/greatest", countOf("9223372036854775807"), count(1<<63 - 1)},
		{"ok/least", countOf("-9223372036854775808"), count(-1 << 63)},
		{"ok/greatest with fraction is exact", countOf("9223372036854775807.000"), count(1<<63 - 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := profile(c.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDecodeBodyRefuses(t *testing.T) {
	countOf := func(text string) string { return `{"behaviors":[{},{"criteria":{"value":{"count":` + text + `}}}]}` }
	for _, c := range []struct{ name, body, want string }{
		{"fail/array", `[]`, "must be a JSON object, not an array"},
		{"fail/string", `"x"`, "must be a JSON object, not a string"},
		{"fail/no JSON", `x`, "not valid JSON"},
		{"fail/open object", `{`, "not valid JSON"},
		{"fail/open string", `{"x`, "a string has no end"},
		{"fail/trailing comma", `{"x":1,}`, "not valid JSON"},
		{"fail/no comma", `{"x":1 "y":2}`, "comma"},
		{"fail/no colon", `{"x" 1}`, "colon"},
		{"fail/no value", `{"x":}`, "a value is missing"},
		{"fail/single quotes", `{'x':1}`, "name is missing"},
		{"fail/trailing garbage", `{} x`, "something stands behind"},
		{"fail/two objects", `{}{}`, "something stands behind"},
		{"fail/NUL behind", "{}\x00", "something stands behind"},
		{"fail/null and more", `null {}`, "something stands behind"},
		{"fail/byte order mark", "\ufeff{}", "not valid JSON"},
		{"fail/invalid UTF-8", "{\"securityProfileDescription\":\"\xff\"}", "not UTF-8"},
		{"fail/invalid UTF-8 in an unknown member", "{\"x\":\"\xc3(\"}", "not UTF-8"},
		{"fail/control character", "{\"x\":\"\n\"}", "control character"},
		{"fail/unknown escape", `{"x":"\x"}`, "escape is unknown"},
		{"fail/short escape", `{"x":"\u12"}`, "no Unicode"},
		{"fail/lone surrogate", `{"x":"\ud834"}`, "no Unicode"},
		{"fail/two high surrogates", `{"x":"\ud834\ud834"}`, "no Unicode"},
		{"fail/leading zero", `{"x":01}`, "comma"},
		{"fail/plus", `{"x":+1}`, "a value is missing"},
		{"fail/point at the end", `{"x":1.}`, "a value is missing"},
		{"fail/half a word", `{"x":tru}`, "a value is missing"},
		{"fail/too deep", `{"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, "too deep"},

		{"fail/number for a string", `{"behaviors":[{"name":1}]}`, "Value at 'behaviors[0].name' failed to satisfy constraint: Member must be a string, not a number"},
		{"fail/string for a number", countOf(`"60"`), "Value at 'behaviors[1].criteria.value.count' failed to satisfy constraint: Member must be a number, not a string"},
		{"fail/string for a boolean", `{"behaviors":[{"suppressAlerts":"true"}]}`, "be a boolean, not a string"},
		{"fail/object for a list", `{"behaviors":{}}`, "Value at 'behaviors' failed to satisfy constraint: Member must be an array, not an object"},
		{"fail/array for an object", `{"alertTargets":[]}`, "be an object, not an array"},
		{"fail/string for an object", `{"behaviors":["x"]}`, "Value at 'behaviors[0]' failed"},
		{"fail/null in a list", `{"behaviors":[null]}`, "Value at 'behaviors[0]' failed to satisfy constraint: Member must not be null"},
		{"fail/wrong type in a map", `{"alertTargets":{"SNS":{"roleArn":1}}}`, "Value at 'alertTargets[SNS].roleArn' failed"},
		{"fail/fraction", countOf("1.5"), "be an integer"},
		{"fail/beyond int64", countOf("9223372036854775808"), "be an integer of 64 bits"},
		{"fail/far beyond int64", countOf("1e400"), "be an integer of 64 bits"},
		{"fail/beyond everything", countOf("1e99999999999999999999"), "be an integer"},
		{"fail/beyond int32", `{"behaviors":[{"criteria":{"durationSeconds":2147483648}}]}`, "be an integer of 32 bits"},
		{"fail/beyond double", `{"behaviors":[{"criteria":{"value":{"number":1e400}}}]}`, "within the range of double precision"},
		{"fail/NUL in a string", `{"securityProfileDescription":"a\u0000b"}`, "U+0000"},
		{"fail/NUL in a key", `{"alertTargets":{"a\u0000":{}}}`, "U+0000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, err := profile(c.body)
			e, ok := errors.AsType[*api.Error](err)
			if !ok || e.Code != api.InvalidRequestException || !strings.Contains(e.Message, c.want) {
				t.Errorf("got %v, %v, want …%s…", in, err, c.want)
			}
		})
	}
}

func TestDecodeQuery(t *testing.T) {
	at := time.UnixMilli(1767323045678).UTC()
	for _, c := range []struct {
		name, query string
		want        *api.ListViolationEventsRequest
		fault       string
	}{
		{name: "ok/all", query: "startTime=2026-01-02T03:04:05.678Z&endTime=1767323045.678&maxResults=5&listSuppressedAlerts=true&thingName=gw%2F7",
			want: &api.ListViolationEventsRequest{StartTime: &at, EndTime: &at, MaxResults: new(int32(5)), ListSuppressedAlerts: new(true), ThingName: new("gw/7")}},
		{name: "ok/unknown parameters", query: "x=1&X-Amz-Signature=2", want: &api.ListViolationEventsRequest{}},
		{name: "ok/first of two counts", query: "maxResults=1&maxResults=x", want: &api.ListViolationEventsRequest{MaxResults: new(int32(1))}},
		{name: "ok/plus is a space", query: "thingName=a+b", want: &api.ListViolationEventsRequest{ThingName: new("a b")}},
		{name: "ok/empty text is present", query: "nextToken=", want: &api.ListViolationEventsRequest{NextToken: new("")}},
		{name: "fail/boolean", query: "listSuppressedAlerts=True", fault: "'listSuppressedAlerts' failed to satisfy constraint: Member must be true or false"},
		{name: "fail/empty boolean", query: "listSuppressedAlerts=", fault: "be true or false"},
		{name: "fail/integer", query: "maxResults=ten", fault: "'maxResults' failed to satisfy constraint: Member must be an integer"},
		{name: "fail/empty integer", query: "maxResults=", fault: "be an integer"},
		{name: "fail/integer beyond 32 bits", query: "maxResults=4294967297", fault: "32 bits"},
		{name: "fail/timestamp", query: "startTime=yesterday", fault: "'startTime' failed to satisfy constraint: Member must be a timestamp"},
		{name: "fail/broken escape", query: "thingName=%zz", fault: "query"},
		{name: "fail/UTF-8", query: "thingName=%ff", fault: "be UTF-8"},
		{name: "fail/NUL", query: "thingName=%00", fault: "U+0000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &api.ListViolationEventsRequest{}
			r := httptest.NewRequest("GET", "/violation-events?"+c.query, nil)
			err := decodeRequest(api.ListViolationEvents, []string{"violation-events"}, r, nil, in)
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Errorf("got %v, want …%s…", err, c.fault)
				}
				return
			}
			if diff := cmp.Diff(c.want, in); err != nil || diff != "" {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestDecodeError(t *testing.T) {
	for _, c := range []struct {
		name, header, body string
		want               api.Error
	}{
		{"ok/header", "ResourceNotFoundException", `{"message":"gone"}`, api.Error{Code: "ResourceNotFoundException", Message: "gone"}},
		{"ok/header with a URL", "LimitExceededException:http://internal", `{"message":"full"}`, api.Error{Code: "LimitExceededException", Message: "full"}},
		{"ok/type in the body", "", `{"__type":"com.amazon#AccessDeniedException","Message":"no"}`, api.Error{Code: "AccessDeniedException", Message: "no"}},
		{"ok/code in the body", "", `{"code":"ThrottlingException","message":null}`, api.Error{Code: "ThrottlingException"}},
		{"ok/resource", "ResourceAlreadyExistsException", `{"message":"m","resourceId":"i","resourceArn":"a"}`,
			api.Error{Code: "ResourceAlreadyExistsException", Message: "m", ResourceID: "i", ResourceARN: "a"}},
		{"ok/proxy", "", "<h1>Bad Gateway</h1>\n", api.Error{Code: "HTTP 502 Bad Gateway", Message: `the server answered "<h1>Bad Gateway</h1>"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := answerOf(502, "502 Bad Gateway", c.body)
			if c.header != "" {
				resp.Header.Set("x-amzn-ErrorType", c.header)
			}
			err := DecodeResponse(api.DescribeThing, resp, &api.DescribeThingResponse{})
			got, ok := errors.AsType[*api.Error](err)
			if !ok || *got != c.want {
				t.Errorf("got %#v, want %#v", got, c.want)
			}
		})
	}
}

// TestDecodeAnswerRefuses: an answer that cannot be read is no error of the
// API.
func TestDecodeAnswerRefuses(t *testing.T) {
	err := DecodeResponse(api.DescribeThing, answerOf(200, "200 OK", `{"thingName":1}`), &api.DescribeThingResponse{})
	if _, ok := errors.AsType[*api.Error](err); ok || err == nil || !strings.Contains(err.Error(), "thingName") {
		t.Errorf("got %v", err)
	}
}

func answerOf(code int, status, body string) *http.Response {
	w := httptest.NewRecorder()
	w.WriteString(body)
	resp := w.Result()
	resp.StatusCode, resp.Status = code, status
	return resp
}

// FuzzDecode: what is accepted is JSON, and an object of JSON without the
// things that the package refuses is accepted at least as far as its syntax
// goes.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `{"behaviors":[{"name":"a","criteria":{"value":{"count":1e2,"cidrs":["::/0"],"ports":[1]},"durationSeconds":300}}]}`,
		`{"alertTargets":{"SNS":{"alertTargetArn":"a","roleArn":"b"}},"tags":[{"Key":"k"}]}`, `{"x":"\ud834\udd1e\u0000","y":[1.5e-7,true,null]}`,
		`{"a":{"a":{"a":[[[[]]]]}}}`, "{\"x\":\"\xff\"}", `{"x":01}`, `{"x":-}`, `{"x":1.}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		valid := json.Valid(body) || len(bytes.Trim(body, " \t\r\n")) == 0
		in, err := profile(string(body))
		if err == nil && !valid {
			t.Fatal("accepted what is no JSON")
		}
		if err == nil {
			again(t, in)
		}
		syntax := decodeBody(&api.Shape{Type: api.TypeStructure}, body, reflect.ValueOf(&struct{}{}).Elem())
		var object map[string]any
		if syntax != nil && json.Unmarshal(body, &object) == nil && utf8.Valid(body) && !bytes.Contains(body, []byte(`\u`)) && !strings.Contains(syntax.Error(), "too deep") {
			t.Fatalf("refused valid JSON: %v", syntax)
		}
	})
}

// again checks that a request is the same after encoding and decoding it.
func again(t *testing.T, in *api.CreateSecurityProfileRequest) {
	t.Helper()
	s := api.CreateSecurityProfile.Input
	body, err := appendStructure(nil, s, reflect.ValueOf(in).Elem(), present)
	if err != nil {
		t.Fatal(err)
	}
	got, err := profile(string(body))
	if diff := cmp.Diff(in, got); err != nil || diff != "" {
		t.Fatalf("%v, -want +got:\n%s", err, diff)
	}
}
