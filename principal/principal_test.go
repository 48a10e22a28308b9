package principal

import "testing"

type rules func(Action, []byte) bool

func (r rules) Allows(a Action, name []byte) bool { return r(a, name) }

func TestAllows(t *testing.T) {
	actions := map[Action]string{
		Connect: "iot:Connect", Publish: "iot:Publish", RetainPublish: "iot:RetainPublish",
		Subscribe: "iot:Subscribe", Receive: "iot:Receive",
	}
	for a, name := range actions {
		if a.String() != name {
			t.Errorf("got %q, want %q", a, name)
		}
		if !Anonymous().Allows(a, []byte("x")) {
			t.Errorf("%v: refused to the anonymous client", a)
		}
		if new(Principal).Allows(a, []byte("x")) || (*Principal)(nil).Allows(a, []byte("x")) {
			t.Errorf("%v: allowed to nobody", a)
		}
	}
	some := New("some", rules(func(a Action, name []byte) bool { return a == Publish && string(name) == "t" }))
	if !some.Allows(Publish, []byte("t")) || some.Allows(Publish, []byte("u")) || some.Allows(Connect, []byte("t")) || some.String() != "some" {
		t.Error("a principal with rules is allowed something else")
	}
	if Anonymous().Allows(0, nil) {
		t.Error("an action that does not exist is allowed")
	}
}

func TestUserARN(t *testing.T) {
	for want, u := range map[string]*User{
		"arn:aws:iam::123456789012:root":    {Name: "root", Root: true},
		"arn:aws:iam::123456789012:user/ci": {Name: "ci"},
	} {
		if got := u.ARN("123456789012"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestOwner: a session outlives a new certificate where it is the thing's.
func TestOwner(t *testing.T) {
	of := func(name string, thing *ThingFacts) string {
		return New(name, &Policies{Facts: &Facts{ClientID: "lamp-7", Thing: thing}}).Owner()
	}
	thing := &ThingFacts{Name: "lamp-7", Attached: true}
	if a, b := of("old", thing), of("new", thing); a != b {
		t.Errorf("attached to one thing: got %q and %q", a, b)
	}
	seen := map[string]string{}
	for name, owner := range map[string]string{
		"attached":           of("a", thing),
		"attached elsewhere": of("a", &ThingFacts{Name: "lamp-8", Attached: true}),
		"a thing's name":     of("a", &ThingFacts{Name: "lamp-7"}),
		"no thing":           of("b", nil),
		"called like it":     of("lamp-7", nil),
		"key":                Unlimited("AKIA").Owner(),
		"anonymous":          Anonymous().Owner(),
	} {
		if other, taken := seen[owner]; taken {
			t.Errorf("%s and %s own the same: %q", name, other, owner)
		}
		seen[owner] = name
	}
	if of("a", nil) != of("a", &ThingFacts{Name: "lamp-7"}) || (*Principal)(nil).Owner() != Anonymous().Owner() {
		t.Error("owners differ")
	}
}
