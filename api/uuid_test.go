package api

import (
	"regexp"
	"testing"
)

func TestNewUUID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	a, b := NewUUID(), NewUUID()
	if !form.MatchString(a) || a == b {
		t.Errorf("got %q and %q", a, b)
	}
}
