// Vedette watches a fleet of devices: a self-hosted, wire-compatible
// replacement for AWS IoT Device Defender Detect.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build (make build).
var version = ""

func main() {
	// The first signal stops cleanly; after it, the next one kills as usual.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := newCommand().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "vedette:", err)
		os.Exit(1)
	}
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
                                    its addresses are in DIR/endpoints.json`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       buildVersion(),
	}
	root.SetVersionTemplate("vedette {{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newServeCommand(), newDemoCommand(), newSimCommand())
	return root
}

// buildVersion is the version that the build set, else the one that Go recorded.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "dev"
}
