package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestParity runs the command lines of testdata/parity, for which what AWS CLI v2
// printed, sent and returned is known, with the built binary.
func TestParity(t *testing.T) {
	python := need(t, "python3")
	need(t, "openssl") // for the cases with TLS
	binary := filepath.Join(t.TempDir(), "vedette")
	if out, err := exec.Command("go", "build", "-o", binary, "vedette/cmd/vedette").CombinedOutput(); err != nil {
		t.Fatalf("build vedette: %v\n%s", err, out)
	}
	out, err := exec.Command(python, "testdata/parity/parity.py", "check", "--jobs", "6", "--cli", binary, "testdata/parity/open", "testdata/parity/more").CombinedOutput()
	summary := regexp.MustCompile(`(?m)^(\d+) passed, 0 failed$`).FindSubmatch(out)
	if err != nil || summary == nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s command lines behave as AWS CLI v2", summary[1])
}

// need returns where a program is. Where nothing may be skipped, one that is
// missing is a failure.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err == nil {
		return path
	}
	if os.Getenv("VEDETTE_REQUIRE_ALL") == "1" {
		t.Fatalf("%s is missing: run make test, which installs it", program)
	}
	t.Skipf("SKIPPED: the command line is NOT TESTED against AWS CLI's results: %s", strings.TrimSpace(err.Error()))
	return ""
}
