package client_test

import (
	"context"
	"strings"
	"testing"

	"vedette/cli/client"
	"vedette/cli/document"
)

// TestUnsendable: what no request can hold fails before anything is sent, in the
// words of AWS CLI.
func TestUnsendable(t *testing.T) {
	const invalid = "An HTTP Client raised an unhandled exception: Invalid header value "
	for _, test := range []struct{ name, operation, member, value, want string }{
		{"ok/letters beyond ASCII in a header", "ListPrincipalThings", "principal", "é", ""},
		{"ok/no UTF-8 in a body", "CreateThing", "thingTypeName", "a\xffb", ""},
		{"fail/line end in a header", "ListPrincipalThings", "principal", "arn\n", invalid + `b'arn\n'`},
		{"fail/control character in a header", "ListPrincipalThings", "principal", "a\x01é", invalid + `b'a\x01\xc3\xa9'`},
		{"fail/no UTF-8 in a header", "ListPrincipalThings", "principal", "é\xff", `'utf-8' codec can't encode character '\udcff' in position 1: surrogates not allowed`},
		{"fail/no UTF-8 in a label", "DescribeThing", "thingName", "é\xff\xfeb\xff", `'utf-8' codec can't encode characters in position 1-2: surrogates not allowed`},
		{"fail/no UTF-8 in the query", "ListThings", "attributeName", "\x80", `'utf-8' codec can't encode character '\udc80' in position 0: surrogates not allowed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{status: 200}}}
			parameters := minimal(t, test.operation)
			parameters.Set(test.member, test.value)
			_, err := s.client().Call(context.Background(), operation(t, test.operation), parameters)
			check(t, "error", message(err), test.want)
			if test.want != "" {
				check(t, "requests", len(s.sent), 0)
			} else if body := s.sent[0].Body; body != "" {
				check(t, "body", body, `{"thingTypeName": "a\udcffb"}`)
			}
		})
	}
}

// TestOddAnswer: what Python cannot read is no answer either.
func TestOddAnswer(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	for _, test := range []struct {
		name, want string
		answer     answer
	}{
		{"ok/an integer of too many digits is no JSON", "", answer{status: 200, body: `{"things":[` + strings.Repeat("9", 4301) + `]}`}},
		{"fail/deep lists", "maximum recursion depth exceeded while decoding a JSON array from a unicode string", answer{status: 200, body: `{"things":` + deep}},
		{"fail/deep lists of an error", "maximum recursion depth exceeded while decoding a JSON array from a unicode string", answer{status: 400, body: deep}},
		{"fail/a header is ISO 8859-1", "An error occurred (Fé) when calling the ListThings operation (reached max retries: 0): ",
			answer{status: 400, header: map[string]string{"x-amzn-errortype": "F\xe9:x"}, body: `{}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{test.answer}}
			_, err := s.client().Call(context.Background(), operation(t, "ListThings"), new(document.Map))
			check(t, "error", message(err), test.want)
		})
	}
}

// TestLeastZero: a number that may be zero, but not less, is refused if it is less.
func TestLeastZero(t *testing.T) {
	for _, test := range []struct{ operation, parameters, place string }{
		{"GetPercentiles", `{"queryString":"*","percents":[0,-1]}`, "percents[1]"},
		{"CreateStream", `{"streamId":"s","roleArn":"arn:aws:iam::1:role/xx","files":[{"fileId":-1}]}`, "files[0].fileId"},
		{"CreateTopicRule", `{"ruleName":"r","topicRulePayload":{"sql":"s","actions":[{"republish":{"roleArn":"r","topic":"t","qos":-1}}]}}`, "topicRulePayload.actions[0].republish.qos"},
	} {
		t.Run("fail/"+test.operation, func(t *testing.T) {
			err := client.Validate(operation(t, test.operation).Input, object(t, test.parameters), noon())
			check(t, "error", message(err), "Parameter validation failed:\nInvalid value for parameter "+test.place+", value: -1, valid min value: 0")
		})
	}
}
