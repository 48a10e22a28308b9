package main

import (
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iot"
)

// TestPrepareLoad makes the load generator's profile by the API, twice: what is
// there stays.
func TestPrepareLoad(t *testing.T) {
	d := newDeployment(t, "")
	if !d.start() {
		t.Fatal("the server did not start")
	}
	for range 2 {
		cmd := newCommand()
		cmd.SetArgs([]string{"sim", "load", "--prepare", d.dir})
		cmd.SetOut(io.Discard)
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	targets, err := d.client().ListTargetsForSecurityProfile(t.Context(), &iot.ListTargetsForSecurityProfileInput{SecurityProfileName: aws.String("load")})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(targets.SecurityProfileTargets); n != 1 {
		t.Errorf("the profile is attached to %d targets, want 1", n)
	}
	d.stop()
}
