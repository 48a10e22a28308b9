package control_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestAccessKeyOperations: keys are made, listed, disabled and deleted by who may.
func TestAccessKeyOperations(t *testing.T) {
	e := newKeyEnv(t)
	const document = `{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"iot:List*\",\"Resource\":\"*\"}}`
	var made struct{ AccessKeyID, SecretAccessKey, Name, Status, Policy string }
	e.answer("root", `POST /vedette/v1/access-keys {"name":"ops","policy":"`+document+`"}`, &made)
	if !strings.HasPrefix(made.AccessKeyID, "AKIA") || len(made.SecretAccessKey) != 40 || made.Name != "ops" || made.Status != "ACTIVE" || !strings.Contains(made.Policy, "iot:List*") {
		t.Errorf("got %+v", made)
	}
	list := func() string {
		var keys struct {
			AccessKeys []struct {
				AccessKeyID, Name, Status, Policy string
				Root                              bool
				CreatedAt                         float64
			}
		}
		e.answer("root", "GET /vedette/v1/access-keys", &keys)
		var lines []string
		for _, k := range keys.AccessKeys {
			lines = append(lines, fmt.Sprintf("%s %s %t %t %v", k.Name, k.Status, k.Root, k.Policy != "", k.CreatedAt))
		}
		return strings.Join(lines, "; ")
	}
	if want := "ops ACTIVE false true 1.767225600123e+09"; list() != want {
		t.Errorf("got %s, want %s", list(), want)
	}
	if got := e.as("root", "PATCH /vedette/v1/access-keys/"+made.AccessKeyID+` {"status":"INACTIVE"}`); got != "ok" {
		t.Errorf("disable: %s", got)
	}
	if want := "ops INACTIVE false true 1.767225600123e+09"; list() != want {
		t.Errorf("got %s, want %s", list(), want)
	}
	if got := e.as("root", "DELETE /vedette/v1/access-keys/"+made.AccessKeyID); got != "ok" || list() != "" {
		t.Errorf("delete: %s: %s", got, list())
	}
}

// TestAccessKeyFaults: what cannot be done is said, with what to do instead.
func TestAccessKeyFaults(t *testing.T) {
	e := newKeyEnv(t)
	if _, _, err := e.db.RootKey(t.Context(), func() (string, string) { return "AKIAROOTROOTROOTROOT", "secret" }); err != nil {
		t.Fatal(err)
	}
	e.user(statements(allow(`"vedette:*"`, `"*"`)))
	if got := e.as("root", `POST /vedette/v1/access-keys {"name":"ops"}`); got != "ok" {
		t.Fatal(got)
	}
	const all = `"policy":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"`
	for _, c := range []struct{ key, request, want string }{
		{"root", `POST /vedette/v1/access-keys {}`, "InvalidRequestException … at 'name' failed to satisfy constraint: Member must not be null"},
		{"root", `POST /vedette/v1/access-keys {"name":"o p s"}`, "InvalidRequestException … want up to 64 letters"},
		{"root", `POST /vedette/v1/access-keys {"name":"` + strings.Repeat("x", 65) + `"}`, "InvalidRequestException … want up to 64 letters"},
		{"root", `POST /vedette/v1/access-keys {"name":"root"}`, "InvalidRequestException … want one that is not root"},
		{"root", `POST /vedette/v1/access-keys {"name":7}`, "InvalidRequestException … name"},
		{"root", `POST /vedette/v1/access-keys {"name":"ops"}`, "ResourceAlreadyExistsException … There is an access key ops already: choose another name"},
		{"root", `POST /vedette/v1/access-keys {"name":"x","policy":"{}"}`, "MalformedPolicyException … Statement: is missing"},
		{"root", `POST /vedette/v1/access-keys {"name":"x","policy":"` + strings.Repeat("x", 500000) + `"}`, "MalformedPolicyException … want at most"},
		{"root", `PATCH /vedette/v1/access-keys/ops {"status":"OFF"}`, "InvalidRequestException … 'status'"},
		{"root", `PATCH /vedette/v1/access-keys/ops {}`, "InvalidRequestException … 'status'"},
		{"root", `PATCH /vedette/v1/access-keys/AKIANONE {"status":"ACTIVE"}`, "ResourceNotFoundException … The access key AKIANONE does not exist"},
		{"root", `PATCH /vedette/v1/access-keys/AKIAROOTROOTROOTROOT {"status":"INACTIVE"}`, "InvalidRequestException … cannot be limited, disabled or deleted"},
		{"root", `DELETE /vedette/v1/access-keys/AKIAROOTROOTROOTROOT`, "InvalidRequestException … cannot be limited, disabled or deleted"},
		{"root", `DELETE /vedette/v1/access-keys/AKIANONE`, "ResourceNotFoundException … does not exist"},
		{"root", `DELETE /vedette/v1/access-keys/`, "UnknownOperationException … "},
		{"user", `POST /vedette/v1/access-keys {"name":"mine",` + all + `}`, "AccessDeniedException … Only the root user can create an access key with a policy"},
	} {
		code, part, _ := strings.Cut(c.want, " … ")
		if got := e.as(c.key, c.request); !strings.HasPrefix(got, code+" ") || !strings.Contains(got, part) {
			t.Errorf("%s: %.200s: got %.300s, want %s", c.key, c.request, got, c.want)
		}
	}
	// Who may make keys makes keys that may do nothing.
	var made struct{ Policy string }
	e.answer("user", `POST /vedette/v1/access-keys {"name":"mine"}`, &made)
	if made.Policy != `{"Version":"2012-10-17","Statement":[]}` {
		t.Errorf("got %s", made.Policy)
	}
	e.user(statements(allow(`"iot:*"`, `"*"`)))
	for _, request := range []string{"GET /vedette/v1/access-keys", `POST /vedette/v1/access-keys {"name":"y"}`, `PATCH /vedette/v1/access-keys/ops {"status":"ACTIVE"}`, "DELETE /vedette/v1/access-keys/ops"} {
		if got := e.as("user", request); !strings.Contains(got, "is not authorized to perform: vedette:") {
			t.Errorf("%s: got %s, want it refused", request, got)
		}
	}
}
