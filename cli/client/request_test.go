package client_test

import (
	"context"
	"encoding/base64"
	"testing"

	"vedette/cli/document"
)

// TestRequest: what is sent for parameters is what AWS CLI sends.
func TestRequest(t *testing.T) {
	for _, test := range []struct {
		name, operation, parameters string
		want                        sent
	}{
		{"ok/nothing at all", "DescribeAccountAuditConfiguration", `{}`, sent{"GET", "/audit/configuration", "", nil}},
		{"ok/label", "DescribeThing", `{"thingName":"a b/c:d+é~*"}`, sent{"GET", "/things/a%20b%2Fc%3Ad%2B%C3%A9~%2A", "", nil}},
		{"ok/two labels", "DeletePackageVersion", `{"versionName":"1/2","packageName":"p","clientToken":"0123456789abcdef0123456789abcdef0123"}`, sent{"DELETE", "/packages/p/versions/1%2F2?clientToken=0123456789abcdef0123456789abcdef0123", "", nil}},
		{"ok/dots", "DescribeThing", `{"thingName":".."}`, sent{"GET", "/things/..", "", nil}},
		{"ok/a label that looks like one", "DeletePackageVersion", `{"packageName":"{versionName}","versionName":"v","clientToken":"0123456789abcdef0123456789abcdef0123"}`, sent{"DELETE", "/packages/%7BversionName%7D/versions/v?clientToken=0123456789abcdef0123456789abcdef0123", "", nil}},
		{"ok/query", "ListThings", `{"nextToken":"a=b&c d+é~/:","maxResults":7,"attributeName":""}`, sent{"GET", "/things?nextToken=a%3Db%26c%20d%2B%C3%A9~%2F%3A&maxResults=7&attributeName=", "", nil}},
		{"ok/booleans in the query", "ListThingGroups", `{"recursive":true}`, sent{"GET", "/thing-groups?recursive=true", "", nil}},
		{"ok/false in the query", "ListThings", `{"usePrefixAttributeValue":false}`, sent{"GET", "/things?usePrefixAttributeValue=false", "", nil}},
		{"ok/a long in the query", "DeleteThing", `{"thingName":"t","expectedVersion":123456789012345678901}`, sent{"DELETE", "/things/t?expectedVersion=123456789012345678901", "", nil}},
		{"ok/times in the query", "ListMetricValues", `{"thingName":"t","metricName":"m","startTime":"2024-01-02T03:04:05+02:00","endTime":1704067200.25}`, sent{"GET", "/metric-values?thingName=t&metricName=m&startTime=2024-01-02T01%3A04%3A05Z&endTime=2024-01-01T00%3A00%3A00.250000Z", "", nil}},
		{"ok/header", "ListPrincipalThings", `{"principal":"arn:aws:iot:us-east-1:1:cert/x"}`, sent{"GET", "/principals/things", "", map[string]string{"x-amzn-principal": "arn:aws:iot:us-east-1:1:cert/x"}}},
		{"ok/tags in a header", "CreateTopicRule", `{"ruleName":"r","tags":"a=1&b=2","topicRulePayload":{"sql":"SELECT 1","actions":[]}}`, sent{"POST", "/rules/r", `{"sql": "SELECT 1", "actions": []}`, map[string]string{"content-type": "application/json", "x-amz-tagging": "a=1&b=2"}}},
		{"ok/payload", "ReplaceTopicRule", `{"ruleName":"r","topicRulePayload":{"actions":[{"kafka":{"destinationArn":"d","topic":"t","clientProperties":{"a":"b"}}}],"sql":"é"}}`, sent{"PATCH", "/rules/r", `{"actions": [{"kafka": {"destinationArn": "d", "topic": "t", "clientProperties": {"a": "b"}}}], "sql": "\u00e9"}`, map[string]string{"content-type": "application/json"}}},
		{"ok/body", "CreateSecurityProfile", `{"securityProfileName":"p","behaviors":[{"name":"b","criteria":{"value":{"count":5,"number":1.0,"numbers":[0.5,1e16]},"mlDetectionConfig":{"confidenceLevel":"HIGH"}},"suppressAlerts":false}],"tags":[]}`, sent{"POST", "/security-profiles/p", `{"behaviors": [{"name": "b", "criteria": {"value": {"count": 5, "number": 1.0, "numbers": [0.5, 1e+16]}, "mlDetectionConfig": {"confidenceLevel": "HIGH"}}, "suppressAlerts": false}], "tags": []}`, map[string]string{"content-type": "application/json"}}},
		{"ok/a body in the order of the parameters", "UpdateDynamicThingGroup", `{"queryVersion":"v","thingGroupName":"g","thingGroupProperties":{"attributePayload":{"merge":true,"attributes":{"b":"1","a":"2"}}},"expectedVersion":1}`, sent{"PATCH", "/dynamic-thing-groups/g", `{"queryVersion": "v", "thingGroupProperties": {"attributePayload": {"merge": true, "attributes": {"b": "1", "a": "2"}}}, "expectedVersion": 1}`, map[string]string{"content-type": "application/json"}}},
		{"ok/greedy label", "GetTopicRuleDestination", `{"arn":"arn:aws:iot:us-east-1:1:ruledestination/http/a b%2F"}`, sent{"GET", "/destinations/arn%3Aaws%3Aiot%3Aus-east-1%3A1%3Aruledestination/http/a%20b%252F", "", nil}},
		{"ok/a number as label", "DescribeProvisioningTemplateVersion", `{"templateName":"t","versionId":7}`, sent{"GET", "/provisioning-templates/t/versions/7", "", nil}},
		{"ok/an empty body", "UpdateIndexingConfiguration", `{}`, sent{"POST", "/indexing/config", `{}`, map[string]string{"content-type": "application/json"}}},
		{"ok/an empty body beside a label", "CreateThing", `{"thingName":"t"}`, sent{"POST", "/things/t", `{}`, map[string]string{"content-type": "application/json"}}},
		{"ok/an empty object in the body", "CreateThing", `{"thingName":"t","attributePayload":{}}`, sent{"POST", "/things/t", `{"attributePayload": {}}`, map[string]string{"content-type": "application/json"}}},
		{"ok/no body for POST", "CreateKeysAndCertificate", `{"setAsActive":true}`, sent{"POST", "/keys-and-certificate?setAsActive=true", "", nil}},
		{"ok/no body for DELETE", "DeleteThingGroup", `{"thingGroupName":"g"}`, sent{"DELETE", "/thing-groups/g", "", nil}},
		{"ok/a time in the body", "StartDetectMitigationActionsTask", `{"taskId":"t","target":{"violationIds":["v"]},"actions":["a"],"violationEventOccurrenceRange":{"startTime":"2024-01-01T00:00:00.9Z","endTime":"Tue, 02 Jan 2024 00:00:00 GMT"},"clientRequestToken":"c"}`, sent{"PUT", "/detect/mitigationactions/tasks/t", `{"target": {"violationIds": ["v"]}, "actions": ["a"], "violationEventOccurrenceRange": {"startTime": 1704067200, "endTime": 1704153600}, "clientRequestToken": "c"}`, map[string]string{"content-type": "application/json"}}},
		{"ok/a blob in the body", "TestInvokeAuthorizer", `{"authorizerName":"a","mqttContext":{"username":"u","password":"pässword"}}`, sent{"POST", "/authorizer/a/test", `{"mqttContext": {"username": "u", "password": "cMOkc3N3b3Jk"}}`, map[string]string{"content-type": "application/json"}}},
		{"ok/token in the body", "CreateAuditSuppression", `{"checkName":"c","resourceIdentifier":{}}`, sent{"POST", "/audit/suppressions/create", `{"checkName": "c", "resourceIdentifier": {}, "clientRequestToken": "@UUID@"}`, map[string]string{"content-type": "application/json"}}},
		{"ok/token in the query", "DeletePackage", `{"packageName":"p"}`, sent{"DELETE", "/packages/p?clientToken=@UUID@", "", nil}},
		{"ok/characters beyond ASCII in the body", "CreateDimension", `{"name":"d","type":"TOPIC_FILTER","stringValues":["é","😀","\u2028\u007f"],"clientRequestToken":"t"}`, sent{"POST", "/dimensions/d", `{"type": "TOPIC_FILTER", "stringValues": ["\u00e9", "\ud83d\ude00", "\u2028\u007f"], "clientRequestToken": "t"}`, map[string]string{"content-type": "application/json"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{status: 200}}}
			if _, err := s.client().Call(context.Background(), operation(t, test.operation), object(t, test.parameters)); err != nil {
				t.Fatal(err)
			}
			test.want.URL = "http://h.example/base" + test.want.URL
			check(t, "request", s.sent, []sent{test.want})
		})
	}
}

// TestUncheckedRequest: with the checks turned off, what cannot be sent fails as
// it fails in Python.
func TestUncheckedRequest(t *testing.T) {
	for _, test := range []struct {
		name, operation, parameters string
		want                        any // the request's path, query and body, or the error
	}{
		{"ok/null is not sent", "CreateThing", `{"thingName":"t","thingTypeName":null}`, sent{URL: "/things/t", Body: `{}`}},
		{"ok/null inside is sent", "CreateThing", `{"thingName":"t","attributePayload":{"merge":null}}`, sent{URL: "/things/t", Body: `{"attributePayload": {"merge": null}}`}},
		{"ok/wrong types of scalars", "CreateThing", `{"thingName":[1,null],"thingTypeName":{"a":1.0}}`,
			sent{URL: "/things/%5B1%2C%20None%5D", Body: `{"thingTypeName": {"a": 1.0}}`}},
		{"ok/letters for a list", "CreateJob", `{"jobId":"j","targets":"ab"}`, sent{URL: "/jobs/j", Body: `{"targets": ["a", "b"]}`}},
		{"ok/keys for a list", "CreateJob", `{"jobId":"j","targets":{"b":1,"a":2}}`, sent{URL: "/jobs/j", Body: `{"targets": ["b", "a"]}`}},
		{"ok/a list in the query", "ListThings", `{"attributeName":["a",true,null]}`, sent{URL: "/things?attributeName=a&attributeName=True&attributeName=None"}},
		{"ok/an object in the query", "ListThings", `{"attributeName":{"x":true,"y":[1,2]}}`, sent{URL: "/things?x=True&y=1&y=2"}},
		{"fail/unknown", "DescribeThing", `{"thingName":"t","what":1}`, `'what'`},
		{"fail/unknown inside", "CreateThing", `{"thingName":"t","attributePayload":{"it's":1}}`, `"it's"`},
		{"fail/missing label", "DescribeThing", `{}`, `'thingName'`},
		{"fail/missing greedy label", "GetTopicRuleDestination", `{"arn":null}`, `'arn'`},
		{"fail/no structure", "CreateThing", `{"thingName":"t","attributePayload":"x"}`, `'str' object has no attribute 'items'`},
		{"fail/no map", "CreateSecurityProfile", `{"securityProfileName":"t","alertTargets":[]}`, `'list' object has no attribute 'items'`},
		{"fail/no list", "CreateJob", `{"jobId":"j","targets":5}`, `'int' object is not iterable`},
		{"fail/no blob", "TestInvokeAuthorizer", `{"authorizerName":"a","mqttContext":{"password":1.5}}`, `a bytes-like object is required, not 'float'`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{status: 200}}}
			c := s.client()
			c.Unchecked = true
			_, err := c.Call(context.Background(), operation(t, test.operation), object(t, test.parameters))
			want, ok := test.want.(sent)
			if !ok {
				check(t, "error", message(err), test.want.(string))
				check(t, "requests", len(s.sent), 0)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			check(t, "request", sent{URL: s.sent[0].URL, Body: s.sent[0].Body}, sent{URL: "http://h.example/base" + want.URL, Body: want.Body})
		})
	}
}

// TestBase64: where blobs of parameters are Base64, their bytes are sent.
func TestBase64(t *testing.T) {
	for _, test := range []struct {
		name, password string
		want           any // the bytes, or the error
	}{
		{"ok/plain", "cMOkc3M=", "päss"},
		{"ok/nothing", "", ""},
		{"ok/bytes that are no text", "/+8A", "\xff\xef\x00"},
		{"ok/letters that are none are passed over", "c M-O\nk!c3M=", "päss"},
		{"ok/what stands behind the padding is, too", "cA==cMOkc3M=", "p"},
		{"ok/one sign of padding too many", "cHA==", "pp"},
		{"fail/too short", "cMOkc3", failing(`Invalid base64: "cMOkc3"`)},
		{"fail/padding at the wrong place", "c===", failing(`Invalid base64: "c==="`)},
		{"fail/beyond ASCII", "ä", failing("string argument should contain only ASCII characters")},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: []answer{{status: 200}}}
			c := s.client()
			c.Base64 = true
			parameters := document.NewMap("authorizerName", "a", "mqttContext", document.NewMap("password", test.password))
			_, err := c.Call(context.Background(), operation(t, "TestInvokeAuthorizer"), parameters)
			if want, ok := test.want.(failing); ok {
				check(t, "error", message(err), string(want))
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			body := object(t, s.sent[0].Body).Value("mqttContext").(*document.Map)
			check(t, "password", body.Value("password"), document.Value(base64.StdEncoding.EncodeToString([]byte(test.want.(string)))))
			check(t, "parameters", parameters.Value("mqttContext").(*document.Map).Value("password"), document.Value(test.password))
		})
	}
}

// TestCheck: the checks of a call without the call.
func TestCheck(t *testing.T) {
	for _, test := range []struct{ name, parameters, want string }{
		{"ok/blobs inside of lists and maps", `{"authorizerName":"a","httpContext":{"headers":{"a":"b"}},"mqttContext":{"password":"eA=="}}`, ""},
		{"ok/other strings are left alone", `{"authorizerName":"!","token":"!"}`, ""},
		{"fail/a blob", `{"authorizerName":"a","mqttContext":{"password":"x"}}`, `Invalid base64: "x"`},
		{"fail/missing", `{"what":["x"]}`, "Parameter validation failed:\nMissing required parameter in input: \"authorizerName\"\n" +
			`Unknown parameter in input: "what", must be one of: authorizerName, token, tokenSignature, httpContext, mqttContext, tlsContext`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := new(server)
			c := s.client()
			c.Base64 = true
			check(t, "error", message(c.Check(operation(t, "TestInvokeAuthorizer"), object(t, test.parameters))), test.want)
			check(t, "requests", len(s.sent), 0)
		})
	}
}

// failing is an error where a table may want a value instead.
type failing string
