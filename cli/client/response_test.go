package client_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"vedette/cli/client"
	"vedette/cli/document"
)

// minimal has the least parameters of the operations that the tests here call.
func minimal(t *testing.T, name string) *document.Map {
	parameters := document.NewMap()
	for _, member := range operation(t, name).Input.Members {
		if member.Required {
			parameters.Set(member.Name, strings.Repeat("a", 36))
		}
	}
	return parameters
}

// TestAnswer: an answer is read as AWS CLI reads it.
func TestAnswer(t *testing.T) {
	for _, test := range []struct {
		name, operation string
		answer          answer
		want            string // the answer as it is known then, or the error
	}{
		{"ok/members in the model's order", "DescribeThing", answer{200, nil, `{"version":3,"thingName":"t","defaultClientId":"c"}`, nil}, `{"defaultClientId": "c", "thingName": "t", "version": 3}`},
		{"ok/unknown members are left out", "DescribeThing", answer{200, nil, `{"thingName":"t","new":{"a":1},"ThingName":"x"}`, nil}, `{"thingName": "t"}`},
		{"ok/nulls are left out", "DescribeThing", answer{200, nil, `{"thingName":null,"attributes":{"a":null},"version":0}`, nil}, `{"attributes": {"a": null}, "version": 0}`},
		{"ok/keys of a map stay in order", "DescribeThing", answer{200, nil, `{"attributes":{"z":"1","a":"2","z":"3"}}`, nil}, `{"attributes": {"z": "3", "a": "2"}}`},
		{"ok/the last of equal members counts", "DescribeThing", answer{200, nil, `{"version":1,"version":2}`, nil}, `{"version": 2}`},
		{"ok/scalars of wrong types pass", "DescribeThing", answer{200, nil, `{"thingName":5,"version":"x","thingTypeName":{"a":[1.50,1e2]},"defaultClientId":[true]}`, nil}, `{"defaultClientId": [true], "thingName": 5, "thingTypeName": {"a": [1.5, 100.0]}, "version": "x"}`},
		{"ok/big numbers", "DescribeThing", answer{200, nil, `{"version":123456789012345678901234567890}`, nil}, `{"version": 123456789012345678901234567890}`},
		{"ok/NaN", "DescribeThing", answer{200, nil, `{"version":NaN}`, nil}, `{"version": NaN}`},
		{"ok/letters for a list", "ListPrincipalThings", answer{200, nil, `{"things":"aé"}`, nil}, `{"things": ["a", "é"]}`},
		{"ok/keys for a list", "ListPrincipalThings", answer{200, nil, `{"things":{"b":1,"a":2}}`, nil}, `{"things": ["b", "a"]}`},
		{"ok/null in a list of scalars", "ListPrincipalThings", answer{200, nil, `{"things":["a",null]}`, nil}, `{"things": ["a", null]}`},
		{"ok/null in a list of structures", "ListThings", answer{200, nil, `{"things":[null,{"thingName":"a"}]}`, nil}, `{"things": [null, {"thingName": "a"}]}`},
		{"ok/times", "DescribeSecurityProfile", answer{200, nil, `{"creationDate":1700000000.5,"lastModifiedDate":"2024-01-02T03:04:05+02:00"}`, nil}, `{"creationDate": "2023-11-14T22:13:20.500000+00:00", "lastModifiedDate": "2024-01-02T03:04:05+02:00"}`},
		{"ok/a number as text is a time", "DescribeSecurityProfile", answer{200, nil, `{"creationDate":"1700000000"}`, nil}, `{"creationDate": "2023-11-14T22:13:20+00:00"}`},
		{"ok/blobs stay Base64", "GetCommandExecution", answer{200, nil, `{"parameters":{"a":{"BIN":"AP8="}}}`, nil}, `{"parameters": {"a": {"BIN": "AP8="}}}`},
		{"ok/the status is a member", "DeleteCommand", answer{202, nil, "", nil}, `{"statusCode": 202}`},
		{"ok/a status in the body counts more", "DeleteCommand", answer{204, nil, `{"statusCode":1}`, nil}, `{"statusCode": 1}`},
		{"ok/no body", "DescribeThing", answer{200, nil, "", nil}, `{}`},
		{"ok/blanks are no JSON", "DescribeThing", answer{200, nil, " \n", nil}, `{}`},
		{"ok/no JSON", "DescribeThing", answer{200, nil, `<html>hello</html>`, nil}, `{}`},
		{"ok/half a JSON", "DescribeThing", answer{200, nil, `{"thingName":"t"`, nil}, `{}`},
		{"ok/a byte order mark", "DescribeThing", answer{200, nil, "\xef\xbb\xbf{\"thingName\":\"t\"}", nil}, `{}`},
		{"ok/letters escaped and not", "DescribeThing", answer{200, nil, `{"thingName":"\u00e9é\ud83d\ude00"}`, nil}, `{"thingName": "éé😀"}`},
		{"ok/an operation without output reads nothing", "AttachPolicy", answer{200, nil, "\xff[1,", nil}, `{}`},
		{"ok/an empty output", "DeleteThing", answer{200, nil, `{"a":1}`, nil}, `{}`},
		{"ok/an error's header does not count", "DescribeThing", answer{200, map[string]string{"x-amzn-errortype": "Odd"}, `{}`, nil}, `{}`},
		{"ok/299", "DescribeThing", answer{299, nil, `{"version":1}`, nil}, `{"version": 1}`},
		{"fail/300", "DescribeThing", answer{300, nil, `{"version":1}`, nil}, `An error occurred (Unknown) when calling the DescribeThing operation (reached max retries: 0): Unknown`},
		{"fail/a redirect", "DescribeThing", answer{302, map[string]string{"location": "http://other"}, "", nil}, `An error occurred (302) when calling the DescribeThing operation (reached max retries: 0): `},
		{"fail/null", "DescribeThing", answer{200, nil, `null`, nil}, `'NoneType' object is not iterable`},
		{"fail/a list", "DescribeThing", answer{200, nil, `[]`, nil}, `'list' object has no attribute 'get'`},
		{"fail/a number", "DescribeThing", answer{200, nil, `1.5`, nil}, `'float' object has no attribute 'get'`},
		{"fail/a text", "DescribeThing", answer{200, nil, `"x"`, nil}, `'str' object has no attribute 'get'`},
		{"fail/no map", "DescribeThing", answer{200, nil, `{"attributes":[]}`, nil}, `'list' object has no attribute 'items'`},
		{"fail/no structure", "ListThings", answer{200, nil, `{"things":["a"]}`, nil}, `'str' object has no attribute 'get'`},
		{"fail/no list", "ListThings", answer{200, nil, `{"things":5}`, nil}, `'int' object is not iterable`},
		{"fail/no time", "DescribeSecurityProfile", answer{200, nil, `{"creationDate":"soon"}`, nil}, `Invalid timestamp "soon": Unknown string format: soon`},
		{"fail/no UTF-8", "DescribeThing", answer{200, nil, "{\"thingName\":\"\xe9\"}", nil}, `'utf-8' codec can't decode byte 0xe9 in position 14: invalid continuation byte`},
		{"fail/half a letter", "DescribeThing", answer{200, nil, "abc\xe2\x82", nil}, `'utf-8' codec can't decode bytes in position 3-4: unexpected end of data`},
		{"fail/no letter to start with", "DescribeThing", answer{200, nil, "\x80", nil}, `'utf-8' codec can't decode byte 0x80 in position 0: invalid start byte`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{test.answer}}
			got, err := s.client().Call(context.Background(), operation(t, test.operation), minimal(t, test.operation))
			if strings.HasPrefix(test.name, "fail/") {
				check(t, "error", message(err), test.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			check(t, "answer", document.JSON(got), document.JSON(object(t, test.want)))
		})
	}
}

// TestFailure: an error that the service tells is worded as by AWS CLI, from the
// places that may tell it, in its order.
func TestFailure(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer answer
		want   string
	}{
		{"fail/header", answer{400, map[string]string{"x-amzn-errortype": "ResourceNotFoundException"}, `{"message":"gone"}`, nil}, `An error occurred (ResourceNotFoundException) when calling the DescribeThing operation: gone`},
		{"fail/header with an address", answer{400, map[string]string{"x-amzn-errortype": "ResourceNotFoundException:http://internal.amazon.com/coral/"}, `{"message":"gone"}`, nil}, `An error occurred (ResourceNotFoundException) when calling the DescribeThing operation: gone`},
		{"fail/header before body", answer{400, map[string]string{"x-amzn-errortype": "A"}, `{"code":"B","__type":"C","message":"m"}`, nil}, `An error occurred (A) when calling the DescribeThing operation: m`},
		{"fail/an empty header", answer{400, map[string]string{"x-amzn-errortype": ""}, `{"code":"B","message":"m"}`, nil}, `An error occurred () when calling the DescribeThing operation: m`},
		{"fail/a header with a namespace", answer{400, map[string]string{"x-amzn-errortype": "a#B"}, `{}`, nil}, `An error occurred (a#B) when calling the DescribeThing operation: `},
		{"fail/code", answer{400, nil, `{"code":"B","message":"m"}`, nil}, `An error occurred (B) when calling the DescribeThing operation: m`},
		{"fail/Code", answer{400, nil, `{"Code":"B","Message":"M"}`, nil}, `An error occurred (B) when calling the DescribeThing operation: M`},
		{"fail/code before Code", answer{400, nil, `{"Code":"C","code":"B","Message":"M","message":"m"}`, nil}, `An error occurred (B) when calling the DescribeThing operation: m`},
		{"fail/__type", answer{400, nil, `{"__type":"com.amazonaws.iot#B","message":"m"}`, nil}, `An error occurred (B) when calling the DescribeThing operation: m`},
		{"fail/the last number sign", answer{400, nil, `{"__type":"a#b#C"}`, nil}, `An error occurred (C) when calling the DescribeThing operation: `},
		{"fail/code before __type", answer{400, nil, `{"__type":"a#b","code":"x#y"}`, nil}, `An error occurred (x#y) when calling the DescribeThing operation: `},
		{"fail/query error", answer{400, map[string]string{"x-amzn-query-error": "Q;Sender"}, `{"__type":"a#b","message":"m"}`, nil}, `An error occurred (Q) when calling the DescribeThing operation: m`},
		{"fail/query error in bad form", answer{400, map[string]string{"x-amzn-query-error": "Q"}, `{"__type":"a#b","message":"m"}`, nil}, `An error occurred (b) when calling the DescribeThing operation: m`},
		{"fail/status only", answer{404, nil, `{}`, nil}, `An error occurred (404) when calling the DescribeThing operation: `},
		{"fail/no body", answer{403, nil, "", nil}, `An error occurred (403) when calling the DescribeThing operation: `},
		{"fail/no message", answer{400, map[string]string{"x-amzn-errortype": "A"}, `{"Message":null}`, nil}, `An error occurred (A) when calling the DescribeThing operation: None`},
		{"fail/message of another type", answer{400, map[string]string{"x-amzn-errortype": "A"}, `{"message":{"a":[true,null]}}`, nil}, `An error occurred (A) when calling the DescribeThing operation: {'a': [True, None]}`},
		{"fail/code of another type", answer{400, nil, `{"code":5,"message":"m"}`, nil}, `An error occurred (5) when calling the DescribeThing operation: m`},
		{"fail/null code", answer{400, nil, `{"code":null,"message":"m"}`, nil}, `An error occurred (None) when calling the DescribeThing operation: m`},
		{"fail/lines and letters", answer{400, map[string]string{"x-amzn-errortype": "A"}, `{"message":"é\n\tb"}`, nil}, "An error occurred (A) when calling the DescribeThing operation: \u00e9\n\tb"},
		{"fail/no JSON", answer{400, map[string]string{"x-amzn-errortype": "A"}, `<html>no</html>`, nil}, `An error occurred (A) when calling the DescribeThing operation: <html>no</html>`},
		{"fail/no JSON, no code", answer{418, nil, `teapot`, nil}, `An error occurred (418) when calling the DescribeThing operation: teapot`},
		{"fail/HTML of a gateway", answer{502, nil, ` <html><body>Bad Gateway</body></html>`, nil}, `An error occurred (502) when calling the DescribeThing operation: Bad Gateway`},
		{"fail/other HTML", answer{502, nil, `<HTML>`, nil}, `An error occurred (502) when calling the DescribeThing operation: <HTML>`},
		{"fail/an empty 503", answer{503, map[string]string{"x-amzn-errortype": "A"}, " \r\n", nil}, `An error occurred (503) when calling the DescribeThing operation: Service Unavailable`},
		{"fail/an unknown 5xx", answer{599, nil, "", nil}, `An error occurred (599) when calling the DescribeThing operation: `},
		{"fail/HTML of a 4xx", answer{404, nil, `<html>`, nil}, `An error occurred (404) when calling the DescribeThing operation: <html>`},
		{"fail/501", answer{501, map[string]string{"x-amzn-errortype": "NotImplementedException"}, `{"message":"not served"}`, nil}, `An error occurred (NotImplementedException) when calling the DescribeThing operation: not served`},
		{"fail/a redirect with a body", answer{301, nil, `{"code":"PermanentRedirect","message":"elsewhere"}`, nil}, `An error occurred (PermanentRedirect) when calling the DescribeThing operation: elsewhere`},
		{"fail/304", answer{304, nil, "", nil}, `An error occurred (304) when calling the DescribeThing operation: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{test.answer}}
			_, err := s.client().Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			// The client tries once: where it might try again, it says that it did not.
			check(t, "error", strings.Replace(message(err), " (reached max retries: 0)", "", 1), test.want)
			if _, ok := errors.AsType[*client.ServiceError](err); !ok {
				t.Errorf("got a %T, want a ServiceError", err)
			}
		})
	}
}

// TestBrokenFailure: what cannot be an error of the service is none, and is not
// tried again.
func TestBrokenFailure(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer answer
		want   string
	}{
		{"fail/list", answer{400, nil, `[]`, nil}, `'list' object has no attribute 'get'`},
		{"fail/null", answer{500, nil, `null`, nil}, `'NoneType' object has no attribute 'get'`},
		{"fail/text", answer{400, map[string]string{"x-amzn-errortype": "A"}, `"no"`, nil}, `'str' object has no attribute 'get'`},
		{"fail/no UTF-8", answer{400, nil, "\xff", nil}, `'utf-8' codec can't decode byte 0xff in position 0: invalid start byte`},
		{"fail/a code that is an object", answer{400, nil, `{"code":{}}`, nil}, `unhashable type: 'dict'`},
		{"fail/a code that is a list", answer{503, nil, `{"Code":["a"]}`, nil}, `unhashable type: 'list'`},
		{"fail/a type that is a number", answer{400, nil, `{"__type":5}`, nil}, `argument of type 'int' is not iterable`},
		{"fail/a type that has a number sign", answer{400, nil, `{"__type":["#"]}`, nil}, `'list' object has no attribute 'rsplit'`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{test.answer}}
			c := s.client()
			c.MaxAttempts = 3
			_, err := c.Call(context.Background(), operation(t, "DescribeThing"), minimal(t, "DescribeThing"))
			check(t, "error", message(err), test.want)
			check(t, "attempts", len(s.sent), 1)
			if _, ok := errors.AsType[*client.ServiceError](err); ok {
				t.Error("got a ServiceError, want another")
			}
		})
	}
}

// FuzzAnswer: no answer, however odd, does any harm.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{``, `{}`, `[]`, `{"things":[{"attributes":{"a":null}}],"nextToken":1}`, `{"code":["#"]}`, `<html>`, "\xff", `{"creationDate":1e999}`} {
		for _, status := range []int{200, 300, 400, 503} {
			f.Add(status, "x", body)
		}
	}
	operations := []string{"ListThings", "DescribeSecurityProfile", "DeleteCommand", "GetCommandExecution", "DescribeJob", "AttachPolicy"}
	f.Fuzz(func(t *testing.T, status int, kind, body string) {
		if len(body) > 1<<16 {
			return
		}
		s := &server{answers: []answer{{status: status, header: map[string]string{"x-amzn-errortype": kind}, body: body}, {status: status, body: body}}}
		for _, name := range operations {
			c := s.client()
			c.Unchecked, c.MaxAttempts = true, 2
			answer, err := c.Call(context.Background(), operation(t, name), minimal(t, name))
			if err == nil && answer == nil {
				t.Errorf("%s: got neither an answer nor an error", name)
			}
			if err == nil {
				_ = document.JSON(answer)
			}
		}
	})
}
