package control_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// document returns a policy document of one statement, as it is in a JSON text.
func document(effect, action, resource string) string {
	text, err := json.Marshal(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Action":%q,"Resource":%q}]}`,
		effect, action, strings.ReplaceAll(resource, "ARN:", arnBase)))
	if err != nil {
		panic(err)
	}
	return string(text)
}

// anything is the document that allows everything.
var anything = document("Allow", "*", "*")

func newPolicy(name string) string {
	return `POST /policies/` + name + ` {"policyDocument":` + anything + `}`
}

func addVersion(name, query string) string {
	return `POST /policies/` + name + `/version` + query + ` {"policyDocument":` + anything + `}`
}

func TestPolicies(t *testing.T) {
	play(t, []scenario{
		{"ok/create, get, delete", nil, []exchange{
			{newPolicy("p"), 200, `{"policyName":"p","policyArn":"ARN:policy/p","policyDocument":` + anything + `,"policyVersionId":"1"}`},
			{`GET /policies/p`, 200, `{"policyName":"p","policyArn":"ARN:policy/p","policyDocument":` + anything + `,"defaultVersionId":"1","creationDate":1767225600.123,"lastModifiedDate":1767225600.123,"generationId":"*"}`},
			{`DELETE /policies/p`, 200, `{}`},
			{`GET /policies/p`, 404, `ResourceNotFoundException: The policy p does not exist.`},
			{`DELETE /policies/p`, 404, `*`},
		}},
		{"ok/name with everything that names may have", nil, []exchange{
			{newPolicy(`a_Z9+=,.@-`), 200, `{"policyName":"a_Z9+=,.@-","policyArn":"ARN:policy/a_Z9+=,.@-","policyDocument":"*","policyVersionId":"1"}`},
		}},
		{"ok/tags", []string{`POST /policies/p {"policyDocument":` + anything + `,"tags":[{"Key":"k","Value":"v"}]}`}, []exchange{
			{`GET /tags?resourceArn=ARN:policy/p`, 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
			{`POST /untag {"resourceArn":"ARN:policy/p","tagKeys":["k"]}`, 200, `{}`},
			{`GET /tags?resourceArn=ARN:policy/p`, 200, `{"tags":[]}`},
			{`GET /tags?resourceArn=ARN:policy/q`, 404, `*`},
		}},
		{"ok/white space does not count", nil, []exchange{
			{`POST /policies/p {"policyDocument":` + strings.Replace(anything, "{", "{"+strings.Repeat(`\n\t `, 2048), 1) + `}`, 200, `*`},
		}},
		{"fail/exists, whatever the document", []string{newPolicy("p")}, []exchange{
			{newPolicy("p"), 409, `ResourceAlreadyExistsException: The policy p already exists.`},
		}},
		{"fail/malformed", []string{newPolicy("p")}, []exchange{
			{`POST /policies/q {"policyDocument":"hello"}`, 400, `*`},
			{`POST /policies/q {"policyDocument":""}`, 400, `*`},
			{`POST /policies/q {"policyDocument":` + document("Perhaps", "*", "*") + `}`, 400, `MalformedPolicyException: The policy document is malformed: Statement[0].Effect: is "Perhaps", want Allow or Deny.`},
			{`POST /policies/q {"policyDocument":` + document("Allow", "iot:Publish", "ARN:topic/"+strings.Repeat("a", 2048)) + `}`, 400, `*`},
			{`POST /policies/p/version {"policyDocument":"{}"}`, 400, `MalformedPolicyException: The policy document is malformed: Statement: is missing.`},
		}},
		{"fail/constraints", nil, []exchange{
			{`POST /policies/a%20b {"policyDocument":` + anything + `}`, 400, `*`},
			{`POST /policies/p {}`, 400, `*`},
			{`POST /policies/p {"policyDocument":{"Version":"2012-10-17"}}`, 400, `*`},
			{`POST /policies/p {"policyDocument":` + anything + `,"tags":[{"Key":"aws:k"}]}`, 400, `*`},
		}},
		{"fail/delete with versions", []string{newPolicy("p"), addVersion("p", "")}, []exchange{
			{`DELETE /policies/p`, 409, `DeleteConflictException: The policy p has 2 versions. Delete all but the default version first.`},
		}},
	})
}

func TestListPolicies(t *testing.T) {
	e := newEnv(t)
	names := []string{"c", "a", "d", "b"}
	for _, name := range names {
		e.must(newPolicy(name))
		e.now = e.now.Add(time.Second)
	}
	if got := e.marked(`/policies?pageSize=3&isAscendingOrder=true`, "policies", "policyName"); !slices.Equal(got, names) {
		t.Errorf("oldest first: got %v, want %v", got, names)
	}
	slices.Reverse(names)
	if got := e.marked(`/policies?pageSize=1`, "policies", "policyName"); !slices.Equal(got, names) {
		t.Errorf("newest first: got %v, want %v", got, names)
	}
}

func TestPolicyVersions(t *testing.T) {
	play(t, []scenario{
		{"ok/life", []string{newPolicy("p")}, []exchange{
			{addVersion("p", ""), 200, `{"policyArn":"ARN:policy/p","policyDocument":` + anything + `,"policyVersionId":"2","isDefaultVersion":false}`},
			{addVersion("p", "?setAsDefault=true"), 200, `{"policyArn":"*","policyDocument":"*","policyVersionId":"3","isDefaultVersion":true}`},
			{`GET /policies/p/version`, 200, `{"policyVersions":[{"versionId":"3","isDefaultVersion":true,"createDate":1767225600.123},{"versionId":"2","isDefaultVersion":false,"createDate":"*"},{"versionId":"1","isDefaultVersion":false,"createDate":"*"}]}`},
			{`GET /policies/p/version/2`, 200, `{"policyArn":"ARN:policy/p","policyName":"p","policyDocument":` + anything + `,"policyVersionId":"2","isDefaultVersion":false,"creationDate":1767225600.123,"lastModifiedDate":1767225600.123,"generationId":"*"}`},
			{`PATCH /policies/p/version/1`, 200, `{}`},
			{`GET /policies/p`, 200, `{"policyName":"*","policyArn":"*","policyDocument":"*","defaultVersionId":"1","creationDate":"*","lastModifiedDate":"*","generationId":"*"}`},
			{`DELETE /policies/p/version/3`, 200, `{}`},
			{`DELETE /policies/p/version/2`, 200, `{}`},
			{addVersion("p", ""), 200, `{"policyArn":"*","policyDocument":"*","policyVersionId":"4","isDefaultVersion":false}`},
		}},
		{"fail/unknown", []string{newPolicy("p")}, []exchange{
			{addVersion("q", ""), 404, `ResourceNotFoundException: The policy q does not exist.`},
			{`GET /policies/q/version`, 404, `*`},
			{`GET /policies/p/version/2`, 404, `ResourceNotFoundException: The policy p has no version 2.`},
			{`PATCH /policies/p/version/2`, 404, `*`},
			{`DELETE /policies/p/version/2`, 404, `*`},
			{`GET /policies/p/version/01`, 404, `*`},
			{`GET /policies/p/version/99999999999999999999`, 404, `*`},
			{`GET /policies/p/version/x`, 400, `*`},
		}},
		{"fail/default version", []string{newPolicy("p"), addVersion("p", "")}, []exchange{
			{`DELETE /policies/p/version/1`, 409, `DeleteConflictException: The version 1 of the policy p is its default version.`},
		}},
		{"fail/sixth version", []string{newPolicy("p"), addVersion("p", ""), addVersion("p", ""), addVersion("p", ""), addVersion("p", "")}, []exchange{
			{addVersion("p", ""), 409, `VersionsLimitExceededException: The policy p has 5 versions already; the limit is 5.`},
			{`DELETE /policies/p/version/2`, 200, `{}`},
			{addVersion("p", ""), 200, `*`},
		}},
	})
}

func TestPolicyAttachments(t *testing.T) {
	e := newEnv(t)
	cert := e.newCert("INACTIVE")
	attach := func(policy, target string) string {
		return `PUT /target-policies/` + policy + ` {"target":"` + target + `"}`
	}
	certARN, group := "ARN:cert/"+cert, "ARN:thinggroup/leaf"
	e.must(`POST /thing-groups/top`, `POST /thing-groups/leaf {"parentGroupName":"top"}`)
	for i := range 11 {
		e.must(newPolicy(fmt.Sprintf("p%02d", i)))
	}
	for i := range 10 {
		e.must(attach(fmt.Sprintf("p%02d", i), certARN))
	}
	e.must(attach("p00", certARN), attach("p00", group), attach("p01", group), attach("p00", "ARN:thinggroup/top"), attach("p02", "ARN:thinggroup/top"))
	list := func(target string) string {
		return `POST /attached-policies/` + strings.NewReplacer(":", "%3A", "/", "%2F").Replace(strings.ReplaceAll(target, "ARN:", arnBase))
	}
	const foreign = "arn:aws:iot:us-west-2:999999999999:thinggroup/leaf"
	refused := func(target string) string {
		return `InvalidRequestException: ` + target + ` is not the ARN of a certificate or thing group of this account and Region: policies cannot be attached to anything else here.`
	}
	summary := func(name string) string { return `{"policyName":"` + name + `","policyArn":"ARN:policy/` + name + `"}` }
	for _, x := range []exchange{
		{attach("p10", certARN), 410, `LimitExceededException: The target has 10 policies already; the limit is 10.`},
		{attach("p10", group), 410, `LimitExceededException: The target has 2 policies already; the limit is 2.`},
		{attach("nope", certARN), 404, `ResourceNotFoundException: The policy nope does not exist.`},
		{attach("p00", "ARN:cert/"+unknownID), 404, `*`},
		{attach("p00", "ARN:thinggroup/nope"), 404, `ResourceNotFoundException: The thing group nope does not exist.`},
		{attach("p00", "ARN:thinggroup/a%20b"), 400, `*`},
		{attach("p00", foreign), 400, refused(foreign)},
		{attach("p00", "us-west-2:0b1f7f0e"), 400, refused("us-west-2:0b1f7f0e")},
		{attach("p00", "ARN:thing/t"), 400, `*`},
		{`PUT /target-policies/p00 {}`, 400, `*`},
		{list(group), 200, `{"policies":[` + summary("p00") + `,` + summary("p01") + `]}`},
		{list(group) + `?recursive=true`, 200, `{"policies":[` + summary("p00") + `,` + summary("p01") + `,` + summary("p02") + `]}`},
		{list("ARN:thinggroup/nope"), 404, `*`},
		{list("us-west-2:0b1f7f0e"), 400, `*`},
		{`POST /policy-targets/p00`, 200, `{"targets":["` + certARN + `","` + group + `","ARN:thinggroup/top"]}`},
		{`POST /policy-targets/p00?pageSize=2`, 200, `{"targets":["` + certARN + `","` + group + `"],"nextMarker":"*"}`},
		{`POST /policy-targets/nope`, 404, `*`},
		{`DELETE /policies/p01`, 409, `DeleteConflictException: The policy p01 is attached to cert/` + cert + `. Detach it first.`},
		{`POST /target-policies/p01 {"target":"` + certARN + `"}`, 200, `{}`},
		{`POST /target-policies/p01 {"target":"` + certARN + `"}`, 200, `{}`},
		{`POST /target-policies/nope {"target":"` + certARN + `"}`, 200, `{}`},
		{`POST /target-policies/p01 {"target":"x"}`, 400, `*`},
		{`DELETE /thing-groups/leaf`, 200, `{}`},
		{`POST /policy-targets/p01`, 200, `{"targets":[]}`},
		{`DELETE /policies/p01`, 200, `{}`},
		{attach("p10", certARN), 200, `{}`},
	} {
		x.answer = strings.ReplaceAll(x.answer, "ARN:cert/"+cert, arnBase+"cert/"+cert)
		e.expect(x)
	}
	var names []string
	for token := ""; ; {
		request := list(certARN) + `?pageSize=3` + token
		_, answer := e.do(request)
		var page struct {
			Policies   []struct{ PolicyName string }
			NextMarker string
		}
		if err := json.Unmarshal([]byte(answer), &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Policies {
			names = append(names, p.PolicyName)
		}
		if page.NextMarker == "" {
			break
		}
		token = "&marker=" + page.NextMarker
	}
	if len(names) != 10 || !slices.IsSorted(names) {
		t.Errorf("policies of the certificate: got %v", names)
	}
}
