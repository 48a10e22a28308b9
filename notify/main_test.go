package notify_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(fileChild); path != "" {
		fmt.Fprintln(os.Stderr, writeLines(path))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}
