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
