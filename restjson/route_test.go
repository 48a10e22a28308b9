package restjson

import (
	"slices"
	"strings"
	"testing"

	"vedette/api"
)

// TestRouteAll: every operation is found at its own path, whatever its labels
// hold.
func TestRouteAll(t *testing.T) {
	r := newRouter(api.Operations())
	for _, op := range api.Operations() {
		parts := strings.Split(op.URI, "/")
		want := slices.Clone(parts[1:])
		for i, part := range parts {
			if isLabel(part) {
				parts[i], want[i-1] = "a%2Fb%3A%20c", "a/b: c"
			}
		}
		got, segments, _ := r.find(op.Method, strings.Join(parts, "/"))
		if got != op || !slices.Equal(segments, want) {
			t.Errorf("%s: got %v %q, want %q", op.Name, got, segments, want)
		}
	}
}

func TestRoute(t *testing.T) {
	r := newRouter(api.Operations())
	for _, c := range []struct {
		name, method, path string
		want               *api.Operation
		allowed            string
	}{
		{"ok/literal before label", "PUT", "/thing-groups/addThingToThingGroup", api.AddThingToThingGroup, "PUT"},
		{"ok/label where the literal has no such method", "GET", "/thing-groups/addThingToThingGroup", api.DescribeThingGroup, "DELETE GET PATCH POST PUT"},
		{"ok/encoded literal", "GET", "/thing%73", api.ListThings, "GET"},
		{"ok/dots are a name", "GET", "/policies/..", api.GetPolicy, "DELETE GET POST"},
		{"fail/method", "PUT", "/things", nil, "GET"},
		{"fail/unknown", "GET", "/shadows", nil, ""},
		{"fail/root", "GET", "/", nil, ""},
		{"fail/no path", "OPTIONS", "*", nil, ""},
		{"fail/trailing slash", "GET", "/things/", nil, ""},
		{"fail/double slash", "GET", "//things", nil, ""},
		{"fail/one segment more", "GET", "/things/a/b", nil, ""},
		{"fail/unescaped slash in a label", "POST", "/attached-policies/arn:aws:iot:us-east-1:0:thinggroup/lamps", nil, ""},
		{"fail/broken escape", "GET", "/things/%zz", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, allowed := r.find(c.method, c.path)
			if got != c.want || c.want == nil && strings.Join(allowed, " ") != c.allowed {
				t.Errorf("got %v %q, want %v %q", got, allowed, c.want, c.allowed)
			}
		})
	}
}
