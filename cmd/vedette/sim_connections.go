package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"vedette/sim"
)

func newSimHoldCommand() *cobra.Command {
	o := sim.HoldOptions{}
	var certificates string
	cmd := &cobra.Command{
		Use:   "hold",
		Short: "Open idle connections and measure the server's memory",
		Long: `Hold opens connections, each with a client id of its own, leaves them idle, and measures how
much resident memory the server has come to need for each. It prints one JSON object.`,
		Example: "  vedette sim hold --mqtt-addr 127.0.0.1:1883 --subscribe --publish --server-pid $(pidof vedette)",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if certificates != "" {
				if o.Certificates, err = sim.ReadCertificates(certificates); err != nil {
					return err
				}
			}
			return printResult(cmd)(sim.Hold(cmd.Context(), o))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "mqtt-addr", "127.0.0.1:1883", "address of MQTT")
	f.BoolVar(&o.AllowRemote, "allow-remote", false, "let the address be another machine's")
	f.StringVar(&certificates, "certificates", "", "file of device certificates that vedette sim devices made: TLS; empty: plain TCP")
	f.IntVar(&o.Connections, "connections", 10_000, "connections")
	f.BoolVar(&o.Subscribe, "subscribe", false, "each takes a subscription")
	f.BoolVar(&o.Publish, "publish", false, "each publishes a report before it is idle")
	f.DurationVar(&o.Settle, "settle", 0, "the longest to wait until the memory does not fall any more; 0: 30 s")
	f.IntVar(&o.ServerPID, "server-pid", 0, "process whose memory is measured")
	return cmd
}

func newSimStormCommand() *cobra.Command {
	o := sim.StormOptions{}
	var certificates string
	cmd := &cobra.Command{
		Use:   "storm",
		Short: "Connect and disconnect at full speed, and measure",
		Long: `Storm has clients connect, by TLS if there are certificates, CONNECT and DISCONNECT, again and
again, and measures connections per second and the server's CPU time. It prints one JSON object.`,
		Example: "  vedette sim storm --mqtt-addr 127.0.0.1:8883 --certificates devices/devices.pem --server-pid $(pidof vedette)",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if certificates != "" {
				if o.Certificates, err = sim.ReadCertificates(certificates); err != nil {
					return err
				}
			}
			return printResult(cmd)(sim.Storm(cmd.Context(), o))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "mqtt-addr", "127.0.0.1:8883", "address of MQTT")
	f.BoolVar(&o.AllowRemote, "allow-remote", false, "let the address be another machine's")
	f.StringVar(&certificates, "certificates", "", "file of device certificates that vedette sim devices made: TLS; empty: plain TCP")
	f.BoolVar(&o.Resume, "resume", false, "resume TLS sessions")
	f.IntVar(&o.Clients, "clients", 32, "clients at a time")
	f.DurationVar(&o.Duration, "duration", 0, "measured time; 0: 5 s")
	f.DurationVar(&o.Warmup, "warmup", 0, "time before it; 0: 1 s")
	f.IntVar(&o.ServerPID, "server-pid", 0, "process whose CPU time is measured")
	return cmd
}

// printResult prints the result of a measurement as one line of JSON.
func printResult(cmd *cobra.Command) func(result any, err error) error {
	return func(result any, err error) error {
		if err != nil {
			return err
		}
		text, err := json.Marshal(result)
		if err != nil {
			return fmt.Errorf("encode result: %w", err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), string(text))
		return nil
	}
}
