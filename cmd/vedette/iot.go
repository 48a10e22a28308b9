package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vedette/cli"
	"vedette/cli/complete"
	"vedette/cli/output"
	"vedette/cli/prompt"
	"vedette/cli/settings"
	"vedette/cli/timestamp"
)

// runIoT runs a command line of the API and returns its exit code. The first
// interrupt ends it.
func runIoT(args []string) int {
	// net/http tells the standard log of servers that say more than they should;
	// standard error is for AWS CLI's words.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return newProgram(args).Run(ctx)
}

// newProgram returns the command line of the API in this process.
func newProgram(args []string) *cli.Program {
	now := time.Now
	if tz, set := os.LookupEnv("TZ"); set {
		zone := timestamp.Zone(tz)
		now = func() time.Time { return time.Now().In(zone) }
	}
	program := &cli.Program{
		Args:    args,
		System:  settings.System{Environ: os.Environ()},
		Screen:  output.NewScreen(os.Stdout, os.Stderr),
		Stderr:  os.Stderr,
		Version: versionLine(),
		Verbs:   verbs(),
		Now:     now,
		Wait:    cli.Pause,
	}
	program.Prompt = func(ctx context.Context, files *settings.Files, args []string) ([]string, error) {
		return prompt.Run(ctx, prompt.Options{
			Args: args, In: os.Stdin, Out: os.Stdout, Environ: os.Environ(),
			Engine:  newEngine(program),
			History: files.ExpandPath("~/.aws/cli/cache/prompt_history.json"),
			Sample: func(r complete.Result) string {
				return program.Sample(r.Operation, last(r.Values["--output"]), last(r.Values["--query"]))
			},
		})
	}
	return program
}

// last returns the value of an option that counts, or "".
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// versionLine says which program this is, as user agents do.
func versionLine() string {
	return fmt.Sprintf("vedette/%s Go/%s %s/%s", buildVersion(), strings.TrimPrefix(runtime.Version(), "go"), runtime.GOOS, runtime.GOARCH)
}

// newIoTCommand stands for the command line of the API in the help of vedette;
// main runs it before cobra sees its words.
func newIoTCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "iot OPERATION",
		Short: "Call the API, of Vedette or of AWS, as `aws iot` does",
		Long: `Iot calls an operation of the API: everything that works with "aws iot" works with
"vedette iot", letter for letter. With no endpoint configured, a Vedette that runs with the
data directory of VEDETTE_DATA_DIR (or ./vedette-data) is called.

  vedette iot help                         all operations
  vedette iot create-security-profile help one of them`,
		Example: `  vedette iot list-active-violations --output table
  vedette iot describe-thing --thing-name cam-1 --query attributes`,
		DisableFlagParsing: true,
		Run:                func(_ *cobra.Command, args []string) { os.Exit(runIoT(append([]string{"iot"}, args...))) },
	}
}
