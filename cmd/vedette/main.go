// Vedette watches a fleet of devices: a self-hosted, wire-compatible
// replacement for AWS IoT Device Defender Detect.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build (make build).
var version = ""

func main() {
	switch args := os.Args[1:]; {
	case len(args) > 0 && isRequest(args[0]):
		answerShell(args, os.Stdout)
		return
	case len(args) == 0 || !isVerb(args[0]):
		os.Exit(runIoT(args))
	}
	// The first signal stops cleanly; after it, the next one kills as usual.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := newCommand().ExecuteContext(ctx); err != nil {
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			os.Exit(130) // it was interrupted, as the person knows who did
		}
		fmt.Fprintln(os.Stderr, "vedette:", err)
		os.Exit(1)
	}
}

// verbs lists our own commands.
func verbs() []string {
	return []string{"serve", "key", "values", "suggest", "demo", "sim", "completion"}
}

// isVerb tells whether a command line begins with a command of our own, or asks
// for help. All others are of the API's command line.
func isVerb(word string) bool {
	return slices.Contains([]string{"help", "--help", "-h", "-v"}, word) || slices.Contains(verbs(), word)
}

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "vedette",
		Short: "Watch a fleet of devices: AWS IoT Device Defender Detect, self-hosted",
		Long: `Vedette watches a fleet of devices. Devices report metrics over MQTT, security
profiles say what is normal, and what leaves the normal raises alarms. It speaks the
API, the MQTT topics and the alert messages of AWS IoT Device Defender Detect.

Start here:
  vedette demo                      a server, 50 simulated devices and an attack
  vedette serve --data-dir DIR      a server; its access key is in DIR/credentials,
                                    its addresses are in DIR/endpoints.json
  vedette key create --policy FILE  a further access key, limited by a policy
  vedette values THING METRIC       what a device has reported, as a plot
  vedette suggest --all             what is normal for the fleet, as a security profile`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       buildVersion(),
	}
	root.SetVersionTemplate(versionLine() + "\n")
	root.AddCommand(newServeCommand(), newKeyCommand(), newValuesCommand(), newSuggestCommand(), newIoTCommand(), newDemoCommand(), newSimCommand(), newCompletionCommand())
	return root
}

// release is the version that is being worked on.
const release = "0.1.0"

// buildVersion is the release, and behind a plus sign what it was built from, as
// far as the build or Go recorded it.
func buildVersion() string {
	built := version
	if info, ok := debug.ReadBuildInfo(); built == "" && ok {
		built = info.Main.Version
	}
	switch built = strings.NewReplacer("(", "", ")", "").Replace(strings.TrimPrefix(built, "v")); {
	case built == "" || built == release:
		return release
	case strings.HasPrefix(built, release+"-"):
		return built
	}
	return release + "+" + built
}
