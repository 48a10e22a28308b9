package control_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/api"
	"vedette/control"
	"vedette/principal"
	"vedette/restjson"
)

// answer sends a request with an access key and decodes the answer.
func (e *keyEnv) answer(key, request string, into any) {
	e.Helper()
	method, rest, _ := strings.Cut(request, " ")
	path, payload, _ := strings.Cut(rest, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(payload))
	r.Header.Set("x-key", key)
	w := httptest.NewRecorder()
	e.srv.ServeHTTP(w, r)
	if w.Code != 200 {
		e.Fatalf("%s: got %d %s", request, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
		e.Fatalf("%s: %v: %s", request, err, w.Body)
	}
}

// session is an answer of GetSession as a client sees it.
type session struct {
	Authentication, Name, AccessKeyID, Role string
	Root                                    bool
	ExpiresAt                               *float64
	Actions                                 map[string]string
}

// TestSession: who has a session is told what it is and what it may do.
func TestSession(t *testing.T) {
	e := newKeyEnv(t)
	e.user(statements(allow(`["iot:List*","iot:Describe*"]`, `"*"`), allow(`"vedette:DescribeDeployment"`, `"*"`)))
	e.users["sso"] = &principal.User{Name: "ana@example.com", Role: "operators", Policies: e.users["user"].Policies}
	for key, want := range map[string]session{
		"root": {Authentication: "accessKey", Name: "root", AccessKeyID: "root", Root: true},
		"user": {Authentication: "accessKey", Name: "ci", AccessKeyID: "user"},
		"sso":  {Authentication: "openIdConnect", Name: "ana@example.com", Role: "operators"},
	} {
		for _, request := range []string{"GET /vedette/v1/session", "POST /vedette/v1/session"} {
			var got session
			e.answer(key, request, &got)
			actions := got.Actions
			got.Actions = nil
			if got.Authentication != want.Authentication || got.Name != want.Name || got.AccessKeyID != want.AccessKeyID || got.Role != want.Role || got.Root != want.Root || got.ExpiresAt != nil {
				t.Errorf("%s: %s: got %+v, want %+v", key, request, got, want)
			}
			for action, extent := range map[string]string{"iot:ListThings": "ALLOWED", "iot:DescribeThing": "ALLOWED", "iot:CreateThing": "DENIED", "vedette:DescribeDeployment": "ALLOWED", "vedette:CreateAccessKey": "DENIED"} {
				if want.Root {
					extent = "ALLOWED"
				}
				if actions[action] != extent {
					t.Errorf("%s: %s: got %q, want %q", key, action, actions[action], extent)
				}
			}
			if _, free := actions[""]; free || len(actions) < 100 {
				t.Errorf("%s: got %d actions: %v", key, len(actions), actions)
			}
		}
		if got := e.as(key, "DELETE /vedette/v1/session"); got != "ok" {
			t.Errorf("%s: sign out: got %s", key, got)
		}
	}
	if got := e.as("nobody", "GET /vedette/v1/session"); !strings.HasPrefix(got, "UnrecognizedClientException") {
		t.Errorf("a key that is gone: got %s", got)
	}
}

// TestSessionEnds: who looks at a stream when the session ends may see no more of it.
func TestSessionEnds(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	service := control.New(control.Options{
		Account: account, Region: region, Now: func() time.Time { return now },
		User: func(restjson.Caller) *principal.User { return &principal.User{Name: "root", Root: true} },
	})
	for expires, want := range map[time.Duration]api.ErrorCode{time.Second: "", 0: api.UnrecognizedClientException, -time.Hour: api.UnrecognizedClientException} {
		err := service.Authorize(httptest.NewRequest("GET", "/things", nil), restjson.Caller{AccessKeyID: "A", Expires: now.Add(expires)}, api.ListThings, &api.ListThingsRequest{})
		if e, _ := errors.AsType[*api.Error](err); (e == nil) != (want == "") || e != nil && e.Code != want {
			t.Errorf("%v before the end: got %v, want %q", expires, err, want)
		}
	}
}

// TestSessionWithoutSignIn: where nobody has to prove who it is, everybody may do all.
func TestSessionWithoutSignIn(t *testing.T) {
	e := newEnv(t, func(o *control.Options) { o.Version = "1.2.3" })
	_, body := e.do("GET /vedette/v1/sign-in")
	if want := `{"authentication":"none","region":"us-west-2","version":"1.2.3"}`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	_, body = e.do("GET /vedette/v1/session")
	var got session
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if got.Authentication != "none" || !got.Root || got.Actions["iot:DeleteThing"] != "ALLOWED" {
		t.Errorf("got %s", body)
	}
}

// TestSignInIsPublic: anybody may ask how to sign in, and nothing else.
func TestSignInIsPublic(t *testing.T) {
	service := control.New(control.Options{
		Account: account, Region: region, Version: "1.2.3",
		User:          func(restjson.Caller) *principal.User { return nil },
		Watch:         func(context.Context, *control.WatchLiveRequest, *restjson.Stream) error { return nil },
		OpenIDConnect: &control.OpenIDConnect{Name: new("Acme"), URL: new("/vedette/v1/session/oidc")},
	})
	srv := restjson.NewServer(restjson.Options{Verify: nobody, Authorize: service.Authorize})
	service.Register(srv)
	w := httptest.NewRecorder()
	srv.ServeHTTP(w, httptest.NewRequest("GET", "/vedette/v1/sign-in", nil))
	if want := `{"authentication":"sigv4","region":"us-west-2","version":"1.2.3","openIdConnect":{"name":"Acme","url":"/vedette/v1/session/oidc"}}`; w.Body.String() != want {
		t.Errorf("got %s, want %s", w.Body, want)
	}
	for _, op := range control.OwnOperations() {
		if op.Public {
			continue
		}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, httptest.NewRequest(op.Method, strings.NewReplacer("{", "", "}", "").Replace(op.URI), nil))
		if w.Header().Get("x-amzn-ErrorType") != "UnrecognizedClientException" {
			t.Errorf("%s: got %d %s", op.Name, w.Code, w.Body)
		}
	}
}

// TestActions: the extents say what the policies let do, by operation.
func TestActions(t *testing.T) {
	for name, c := range map[string]struct {
		policy string
		want   map[string]string
	}{
		"everything": {statements(allow(`"*"`, `"*"`)), map[string]string{
			"iot:CreateThing": "ALLOWED", "iot:ListThings": "ALLOWED", "iot:AttachPolicy": "ALLOWED", "vedette:GetSuggestions": "ALLOWED",
		}},
		"nothing": {statements(deny(`"*"`, `"*"`)), map[string]string{"iot:CreateThing": "DENIED", "iot:AttachPolicy": "DENIED", "vedette:ListAccessKeys": "DENIED"}},
		"things of one name": {statements(allow(`"iot:*"`, `"ARN:thing/cam-*"`)), map[string]string{
			"iot:CreateThing": "SOME", "iot:DeleteThing": "SOME",
			"iot:ListThings":            "DENIED", // about no resource
			"iot:CreateSecurityProfile": "DENIED",
			"iot:AttachSecurityProfile": "DENIED", // needs the profile too
			"iot:TagResource":           "SOME",
			"iot:ListActiveViolations":  "SOME", // of one thing
			"iot:AttachThingPrincipal":  "SOME",
		}},
		"every thing and certificate": {statements(allow(`"iot:*"`, `["ARN:thing/*","ARN:cert/*"]`)), map[string]string{
			"iot:CreateThing": "ALLOWED", "iot:UpdateCertificate": "ALLOWED", "iot:AttachThingPrincipal": "SOME",
		}},
		"all of this deployment": {statements(allow(`"iot:*"`, `"ARN:*"`)), map[string]string{
			"iot:AttachThingPrincipal": "ALLOWED", "iot:ListCertificates": "DENIED", "iot:GetSuggestions": "", "vedette:GetSuggestions": "DENIED",
		}},
		"two operations with one action": {statements(allow(`"iot:DescribeSecurityProfile"`, `"ARN:securityprofile/*"`)), map[string]string{"iot:DescribeSecurityProfile": "ALLOWED"}},
		"under a condition": {statements(allow(`"*"`, `"*"`, `{"Bool":{"aws:SecureTransport":"true"}}`)), map[string]string{
			"iot:CreateThing": "SOME", "iot:ListThings": "SOME", "vedette:DescribeDeployment": "SOME",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			e := newKeyEnv(t)
			e.user(c.policy)
			var got session
			e.answer("user", "GET /vedette/v1/session", &got)
			for action, want := range c.want {
				if got.Actions[action] != want {
					t.Errorf("%s: got %q, want %q", action, got.Actions[action], want)
				}
			}
		})
	}
}

// TestActionsAreCertain: what is DENIED is refused, and what is ALLOWED is not, for
// requests of every kind.
func TestActionsAreCertain(t *testing.T) {
	requests := map[string][]string{
		"iot:DescribeThing":             {"GET /things/cam-1", "GET /things/lamp"},
		"iot:ListThings":                {"GET /things"},
		"iot:ListActiveViolations":      {"GET /active-violations", "GET /active-violations?thingName=cam-1", "GET /active-violations?thingName=lamp&securityProfileName=base"},
		"iot:AttachSecurityProfile":     {"PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:all/things", "PUT /security-profiles/base/targets?securityProfileTargetArn=ARN:thinggroup/g"},
		"iot:AddThingToThingGroup":      {`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"g","thingName":"lamp"}`, `PUT /thing-groups/addThingToThingGroup {"thingGroupArn":"ARN:thinggroup/g","thingArn":"ARN:thing/cam-1"}`},
		"iot:ListTagsForResource":       {"GET /tags?resourceArn=ARN:thinggroup/g", "GET /tags?resourceArn=ARN:securityprofile/base"},
		"iot:ListSecurityProfiles":      {"GET /security-profiles", "GET /security-profiles?metricName=m"},
		"iot:DescribeSecurityProfile":   {"GET /security-profiles/base", "GET /vedette/v1/thresholds?profile=base&behavior=b"},
		"vedette:ListReportRejections":  {"GET /vedette/v1/rejections?thingName=cam-1", "GET /vedette/v1/rejections?thingName=lamp"},
		"vedette:DescribeDeployment":    {"GET /vedette/v1/deployment"},
		"vedette:ListAccessKeys":        {"GET /vedette/v1/access-keys"},
		"iot:UpdateThingGroupsForThing": {`PUT /thing-groups/updateThingGroupsForThing {"thingName":"lamp","thingGroupsToAdd":["g"]}`, `PUT /thing-groups/updateThingGroupsForThing {"thingName":"cam-1"}`},
	}
	actions := []string{`"*"`, `"iot:*"`, `["iot:List*","iot:Describe*"]`, `"vedette:*"`, `"iot:AttachSecurityProfile"`, `["iot:AddThingToThingGroup","iot:UpdateThingGroupsForThing"]`}
	resources := []string{`"*"`, `"ARN:*"`, `"ARN:thing/*"`, `"ARN:thing/cam-*"`, `"ARN:thinggroup/*"`, `["ARN:securityprofile/*","ARN:all/things"]`, `"ARN:th*"`, `"arn:aws:iot:*"`}
	e := newKeyEnv(t)
	for _, made := range []string{"POST /things/cam-1 {}", "POST /things/lamp {}", "POST /thing-groups/g {}", "POST /security-profiles/base {}"} {
		if got := e.as("root", made); got != "ok" {
			t.Fatalf("%s: %s", made, got)
		}
	}
	seen := map[string]int{}
	for _, a := range actions {
		for _, r := range resources {
			for _, denied := range append(slices.Clone(resources), "") {
				list := []string{allow(a, r)}
				if denied != "" {
					list = append(list, deny(`"iot:*"`, denied))
				}
				e.user(statements(list...))
				var got session
				e.answer("user", "GET /vedette/v1/session", &got)
				for action, each := range requests {
					for _, request := range each {
						refused := strings.HasPrefix(e.as("user", request), "AccessDenied")
						if extent := got.Actions[action]; extent == "DENIED" && !refused || extent == "ALLOWED" && refused {
							t.Errorf("allow %s on %s, deny %s: %s is said to be %s; %s: refused is %t", a, r, denied, action, extent, request, refused)
						} else {
							seen[extent]++
						}
					}
				}
			}
		}
	}
	for _, extent := range []string{"ALLOWED", "SOME", "DENIED"} {
		if seen[extent] < 100 {
			t.Errorf("%s: tried %d times", extent, seen[extent])
		}
	}
}

// TestRole: what policies see of somebody with a role is what AWS has of one.
func TestRole(t *testing.T) {
	e := newKeyEnv(t)
	e.user(statements(allow(`"iot:DescribeThing"`, `"*"`, `{"StringEquals":{"aws:username":"ana"}}`),
		allow(`"iot:ListThings"`, `"*"`, `{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/operators"},"StringEquals":{"aws:PrincipalType":"AssumedRole"}}`)))
	e.users["sso"] = &principal.User{Name: "ana", Role: "operators", Policies: e.users["user"].Policies}
	if got := e.as("sso", "GET /things"); got != "ok" {
		t.Errorf("got %s", got)
	}
	got := e.as("sso", "GET /things/cam")
	if want := "User: arn:aws:sts::123456789012:assumed-role/operators/ana is not authorized to perform: iot:DescribeThing"; !strings.Contains(got, want) {
		t.Errorf("got %s, want it to say %s", got, want)
	}
}

// nobody is for restjson.Options.Verify.
func nobody(*http.Request, [sha256.Size]byte) (restjson.Caller, error) {
	return restjson.Caller{}, api.Errorf(api.UnrecognizedClientException, "nobody")
}
