package main

import (
	"io"
	"log"
	"testing"
)

// TestStandardLog: net/http tells the standard log what servers do wrong, and that
// must not come between the words of the command line on standard error.
func TestStandardLog(t *testing.T) {
	before := log.Writer()
	defer log.SetOutput(before)
	if code := runIoT([]string{"--no-such-option"}); code != 252 {
		t.Errorf("got exit code %d, want 252", code)
	}
	if log.Writer() != io.Discard {
		t.Error("the standard log is not discarded")
	}
}
