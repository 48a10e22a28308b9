package control_test

import (
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vedette/api"
	"vedette/control"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/restjson"
)

// keyEnv is a service whose callers have policies. Which access key signs is said
// in the header x-key.
type keyEnv struct {
	*env
	users map[string]*principal.User
}

// newKeyEnv starts a service with the users root and "user".
func newKeyEnv(t *testing.T) *keyEnv {
	e := &keyEnv{env: newEnv(t), users: map[string]*principal.User{"root": {Name: "root", Root: true}}}
	service := control.New(control.Options{
		Store: e.db, Account: account, Region: region, Hostname: "iot.example.com", Authority: authority(),
		Now:  func() time.Time { return e.now },
		User: func(c restjson.Caller) *principal.User { return e.users[c.AccessKeyID] },
	})
	srv := restjson.NewServer(restjson.Options{
		Verify: func(r *http.Request, _ [sha256.Size]byte) (restjson.Caller, error) {
			return restjson.Caller{AccessKeyID: r.Header.Get("x-key")}, nil
		},
		Authorize: service.Authorize,
	})
	service.Register(srv)
	e.srv = srv
	return e
}

// as sends a request (see do) with an access key and returns "ok" or the error.
func (e *keyEnv) as(key, request string) string {
	e.Helper()
	method, rest, _ := strings.Cut(strings.ReplaceAll(request, "ARN:", arnBase), " ")
	path, payload, _ := strings.Cut(rest, " ")
	method, named, _ := strings.Cut(method, "@")
	r := httptest.NewRequest(method, path, strings.NewReader(payload))
	r.Header.Set("x-key", key)
	r.Header.Set("User-Agent", "tester")
	if named != "" {
		r.Header.Set("x-amzn-principal", named)
	}
	w := httptest.NewRecorder()
	e.srv.ServeHTTP(w, r)
	if code := w.Header().Get("x-amzn-ErrorType"); code != "" {
		return code + " " + w.Body.String()
	}
	return "ok"
}

// user gives the key "user" the policies with these documents.
func (e *keyEnv) user(documents ...string) {
	e.Helper()
	var list []*policy.Policy
	for _, d := range documents {
		p, err := policy.Parse(strings.ReplaceAll(d, "ARN:", arnBase), policy.Options{Profile: policy.AccessKey, Own: api.ARNs{Account: account, Region: region}})
		if err != nil {
			e.Fatal(err)
		}
		list = append(list, p)
	}
	e.users["user"] = &principal.User{Name: "ci", Policies: policy.NewSet(list...)}
}

func statements(list ...string) string {
	return `{"Version":"2012-10-17","Statement":[{` + strings.Join(list, "},{") + `}]}`
}

func allow(actions, resources string, condition ...string) string {
	s := `"Effect":"Allow","Action":` + actions + `,"Resource":` + resources
	for _, c := range condition {
		s += `,"Condition":` + c
	}
	return s
}

func deny(actions, resources string, condition ...string) string {
	return strings.Replace(allow(actions, resources, condition...), "Allow", "Deny", 1)
}

// implicit and explicit are the refusals in AWS's words.
func implicit(action, resource string) string {
	return refusal(action, resource) + " because no identity-based policy allows the " + action + " action"
}

func explicit(action, resource string) string {
	return refusal(action, resource) + " with an explicit deny in an identity-based policy"
}

func refusal(action, resource string) string {
	return `AccessDeniedException {"message":"User: arn:aws:iam::123456789012:user/ci is not authorized to perform: ` + action +
		" on resource: " + strings.ReplaceAll(resource, "ARN:", arnBase)
}

// TestAuthorize: what policies allow is done, everything else is refused.
func TestAuthorize(t *testing.T) {
	const every = `"*"`
	certificate := strings.Repeat("ab", 32)
	for name, c := range map[string]struct {
		policy  string
		request string
		want    string // "ok", or how the error begins; "*": not refused
	}{
		"ok/all":                 {statements(allow(`"*"`, every)), `POST /things/lamp {}`, "ok"},
		"ok/wildcards":           {statements(allow(`"iot:*Thing"`, `"ARN:thing/l*"`)), `POST /things/lamp {}`, "ok"},
		"ok/case of the action":  {statements(allow(`"IOT:creatething"`, every)), `POST /things/lamp {}`, "ok"},
		"ok/NotAction":           {statements(allow(`"*"`, every), `"Effect":"Deny","NotAction":"iot:List*","Resource":"*"`), `GET /things`, "ok"},
		"ok/list":                {statements(allow(`"iot:List*"`, every)), `GET /things`, "ok"},
		"ok/profile and target":  {statements(allow(`"iot:AttachSecurityProfile"`, `["ARN:securityprofile/p","ARN:all/things"]`)), `PUT /security-profiles/p/targets?securityProfileTargetArn=ARN:all/things`, "ok"},
		"ok/one violation list":  {statements(allow(`"iot:ListActiveViolations"`, `"ARN:thing/lamp"`)), `GET /active-violations?thingName=lamp`, "ok"},
		"ok/own operation":       {statements(allow(`"vedette:*"`, `"ARN:thing/lamp"`)), `GET /vedette/v1/rejections?thingName=lamp`, "ok"},
		"ok/thresholds":          {statements(allow(`"iot:DescribeSecurityProfile"`, `"ARN:securityprofile/p"`)), `GET /vedette/v1/thresholds?profile=p&behavior=b`, "ok"},
		"ok/suggestions":         {statements(allow(`"vedette:GetSuggestions"`, `"ARN:thinggroup/g"`)), `GET /vedette/v1/suggestions?thingGroupName=g`, "ok"},
		"ok/group by ARN":        {statements(allow(`"*"`, `["ARN:thinggroup/g","ARN:thing/t"]`)), `PUT /thing-groups/addThingToThingGroup {"thingGroupArn":"ARN:thinggroup/g","thingArn":"ARN:thing/t"}`, "ok"},
		"ok/request tag":         {statements(allow(`"*"`, every, `{"StringEquals":{"aws:RequestTag/team":"ops"}}`)), `POST /thing-groups/n {"tags":[{"Key":"Team","Value":"ops"}]}`, "ok"},
		"ok/tag keys":            {statements(allow(`"*"`, every, `{"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost"]}}`)), `POST /thing-groups/n {"tags":[{"Key":"team","Value":"x"}]}`, "ok"},
		"ok/resource tag":        {statements(allow(`"*"`, every, `{"StringEquals":{"aws:ResourceTag/team":"ops"}}`)), `DELETE /thing-groups/g`, "ok"},
		"ok/tags taken off":      {statements(allow(`"*"`, every, `{"ForAllValues:StringEquals":{"aws:TagKeys":"cost"}}`)), `POST /untag {"resourceArn":"ARN:thinggroup/g","tagKeys":["cost"]}`, "ok"},
		"ok/address":             {statements(allow(`"*"`, every, `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`)), `GET /things`, "ok"},
		"ok/time":                {statements(allow(`"*"`, every, `{"DateLessThan":{"aws:CurrentTime":"2026-01-02T00:00:00Z"}}`)), `GET /things`, "ok"},
		"ok/name":                {statements(allow(`"*"`, `"ARN:thing/${aws:username}-*"`)), `POST /things/ci-1 {}`, "ok"},
		"ok/global keys":         {statements(allow(`"*"`, every, `{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:user/ci","aws:RequestedRegion":"us-west-2","aws:PrincipalAccount":"123456789012","aws:PrincipalType":"User","aws:UserAgent":"tester"},"Bool":{"aws:SecureTransport":"false"}}`)), `GET /things`, "ok"},
		"ok/invalid goes first":  {statements(deny(`"*"`, every)), `POST /things/%20 {}`, "InvalidRequestException"},
		"ok/foreign ARN":         {statements(allow(`"*"`, every)), `DELETE /security-profiles/p/targets?securityProfileTargetArn=arn:aws:iot:us-west-2:999999999999:thinggroup/g`, "InvalidRequestException"},
		"fail/nothing":           {statements(allow(`"iot:UpdateThing"`, every)), `POST /things/lamp {}`, implicit("iot:CreateThing", "ARN:thing/lamp")},
		"fail/other resource":    {statements(allow(`"*"`, `"ARN:thing/lamp"`)), `POST /things/cam {}`, implicit("iot:CreateThing", "ARN:thing/cam")},
		"fail/needs *":           {statements(allow(`"*"`, `"ARN:*"`)), `GET /things`, implicit("iot:ListThings", "*")},
		"fail/every violation":   {statements(allow(`"*"`, `"ARN:thing/lamp"`)), `GET /active-violations`, implicit("iot:ListActiveViolations", "*")},
		"fail/one of two":        {statements(allow(`"*"`, `"ARN:securityprofile/p"`)), `PUT /security-profiles/p/targets?securityProfileTargetArn=ARN:thinggroup/g`, implicit("iot:AttachSecurityProfile", "ARN:thinggroup/g")},
		"fail/the other of two":  {statements(allow(`"*"`, `"ARN:thinggroup/g"`)), `PUT /security-profiles/p/targets?securityProfileTargetArn=ARN:thinggroup/g`, implicit("iot:AttachSecurityProfile", "ARN:securityprofile/p")},
		"fail/denied":            {statements(allow(`"*"`, every), deny(`"iot:Delete*"`, every)), `DELETE /things/lamp`, explicit("iot:DeleteThing", "ARN:thing/lamp")},
		"fail/denied and not":    {statements(deny(`"*"`, `"ARN:thinggroup/g"`)), `PUT /thing-groups/addThingToThingGroup {"thingGroupName":"g","thingName":"t"}`, explicit("iot:AddThingToThingGroup", "ARN:thinggroup/g")},
		"fail/own operation":     {statements(allow(`"iot:*"`, every)), `GET /vedette/v1/rejections?thingName=lamp`, implicit("vedette:ListReportRejections", "ARN:thing/lamp")},
		"fail/thresholds":        {statements(allow(`"*"`, `"ARN:securityprofile/q"`)), `GET /vedette/v1/thresholds?profile=p&behavior=b`, implicit("iot:DescribeSecurityProfile", "ARN:securityprofile/p")},
		"fail/suggestions":       {statements(allow(`"vedette:GetSuggestions"`, `"ARN:thinggroup/g"`)), `GET /vedette/v1/suggestions`, implicit("vedette:GetSuggestions", "*")},
		"fail/one of many":       {statements(allow(`"*"`, `["ARN:thing/*","ARN:thinggroup/g"]`)), `PUT /thing-groups/updateThingGroupsForThing {"thingName":"t","thingGroupsToAdd":["g"],"thingGroupsToRemove":["h"]}`, implicit("iot:UpdateThingGroupsForThing", "ARN:thinggroup/h")},
		"fail/name and ARN":      {statements(allow(`"*"`, `["ARN:thing/t","ARN:thinggroup/g"]`)), `PUT /thing-groups/addThingToThingGroup {"thingGroupName":"g","thingName":"t","thingArn":"ARN:thing/u"}`, implicit("iot:AddThingToThingGroup", "ARN:thing/u")},
		"fail/foreign ARN":       {statements(allow(`"*"`, `"ARN:cert/*"`)), `PUT /target-policies/p {"target":"arn:aws:iot:us-west-2:999999999999:cert/x"}`, implicit("iot:AttachPolicy", "*")},
		"fail/request tag":       {statements(allow(`"*"`, every, `{"StringEquals":{"aws:RequestTag/team":"ops"}}`)), `POST /thing-groups/n {"tags":[{"Key":"team","Value":"dev"}]}`, implicit("iot:CreateThingGroup", "ARN:thinggroup/n")},
		"fail/no request tag":    {statements(allow(`"*"`, every, `{"StringEquals":{"aws:RequestTag/team":"ops"}}`)), `POST /thing-groups/n {}`, implicit("iot:CreateThingGroup", "ARN:thinggroup/n")},
		"fail/two of one key":    {statements(allow(`"*"`, every), deny(`"*"`, every, `{"StringEquals":{"aws:RequestTag/team":"ops"}}`)), `POST /thing-groups/n {"tags":[{"Key":"TEAM","Value":"x"},{"Key":"team","Value":"ops"}]}`, explicit("iot:CreateThingGroup", "ARN:thinggroup/n")},
		"fail/tag keys":          {statements(allow(`"*"`, every, `{"ForAllValues:StringEquals":{"aws:TagKeys":"cost"}}`)), `POST /tags {"resourceArn":"ARN:thinggroup/g","tags":[{"Key":"cost","Value":"1"},{"Key":"team","Value":"x"}]}`, implicit("iot:TagResource", "ARN:thinggroup/g")},
		"fail/resource tag":      {statements(allow(`"*"`, every, `{"StringEquals":{"aws:ResourceTag/team":"dev"}}`)), `DELETE /thing-groups/g`, implicit("iot:DeleteThingGroup", "ARN:thinggroup/g")},
		"fail/no resource tag":   {statements(allow(`"*"`, every, `{"StringEquals":{"aws:ResourceTag/team":"ops"}}`)), `DELETE /things/t`, implicit("iot:DeleteThing", "ARN:thing/t")},
		"fail/address":           {statements(allow(`"*"`, every, `{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`)), `GET /things`, implicit("iot:ListThings", "*")},
		"fail/letters of an id":  {statements(allow(`"*"`, every), deny(`"*"`, `"ARN:cert/`+certificate+`"`)), `PUT /certificates/` + strings.ToUpper(certificate) + `?newStatus=INACTIVE`, explicit("iot:UpdateCertificate", "ARN:cert/"+certificate)},
		"fail/letters of an ARN": {statements(allow(`"*"`, every), deny(`"*"`, `"ARN:cert/`+certificate+`"`)), `PUT /target-policies/p {"target":"ARN:cert/` + strings.ToUpper(certificate) + `"}`, explicit("iot:AttachPolicy", "ARN:cert/"+certificate)},
		"fail/header":            {statements(allow(`"*"`, `"ARN:thing/*"`)), `PUT@ARN:cert/` + certificate + ` /things/t/principals`, implicit("iot:AttachThingPrincipal", "ARN:cert/"+certificate)},
		"fail/tag of one group":  {statements(allow(`"*"`, every, `{"StringEquals":{"aws:ResourceTag/team":"ops"}}`)), `PUT /thing-groups/updateThingGroupsForThing {"thingGroupsToAdd":["g","h"]}`, implicit("iot:UpdateThingGroupsForThing", "ARN:thinggroup/h")},
	} {
		t.Run(name, func(t *testing.T) {
			e := newKeyEnv(t)
			for _, made := range []string{`POST /thing-groups/g {"tags":[{"Key":"team","Value":"ops"}]}`, `POST /thing-groups/h {}`, `POST /things/t {}`, `POST /security-profiles/p {}`} {
				if got := e.as("root", made); got != "ok" {
					t.Fatal(got)
				}
			}
			e.user(c.policy)
			if got := e.as("user", c.request); !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestAuthorizeKeys: the root user may do all, nobody nothing.
func TestAuthorizeKeys(t *testing.T) {
	e := newKeyEnv(t)
	for key, want := range map[string]string{"root": "ok", "user": "UnrecognizedClientException"} {
		if got := e.as(key, "GET /things"); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	e.users["user"] = &principal.User{Name: "ci"}
	if got := e.as("user", "GET /things"); !strings.HasPrefix(got, implicit("iot:ListThings", "*")) {
		t.Errorf("without policies: got %s", got)
	}
}

// TestAuthorizeWithoutStore: a decision that needs tags fails, and is not guessed,
// while the store is away; others need no store.
func TestAuthorizeWithoutStore(t *testing.T) {
	e := newKeyEnv(t)
	e.user(statements(allow(`"*"`, `"*"`), deny(`"iot:DeleteThingGroup"`, `"*"`, `{"StringEquals":{"aws:ResourceTag/keep":"yes"}}`)))
	if err := e.db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := e.as("user", "DELETE /thing-groups/g"); strings.HasPrefix(got, "AccessDenied") || got == "ok" {
		t.Errorf("got %s", got)
	}
	e.user(statements(deny(`"*"`, `"*"`)))
	if got := e.as("user", "DELETE /thing-groups/g"); !strings.HasPrefix(got, explicit("iot:DeleteThingGroup", "ARN:thinggroup/g")) {
		t.Errorf("got %s", got)
	}
}
