package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"vedette/api"
	"vedette/app"
	"vedette/sigv4"
	"vedette/sim"
)

func newSimCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "Play devices: a believable fleet, or load for measurements",
	}
	cmd.AddCommand(newSimFleetCommand(), newSimLoadCommand(), newSimDevicesCommand(), newSimHoldCommand(), newSimStormCommand())
	return cmd
}

func newSimFleetCommand() *cobra.Command {
	o := sim.FleetOptions{}
	cmd := &cobra.Command{
		Use:     "fleet",
		Short:   "Play a fleet that is attacked now and then, against a running server",
		Example: "  vedette sim fleet --mqtt-addr 127.0.0.1:1883 --devices 200",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Logger = app.DefaultLogger(os.Stderr, slog.LevelInfo)
			d := &demo{out: cmd.OutOrStdout()}
			o.OnEvent = d.event
			fleet := sim.NewFleet(o)
			fleet.Run(cmd.Context())
			s := fleet.Stats()
			d.say("ended: %d reports, %d accepted, %d rejected, %d reconnects", s.Reports, s.Accepted, s.Rejected, s.Reconnects)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "mqtt-addr", "127.0.0.1:1883", "address of the server's plain MQTT")
	f.IntVar(&o.Devices, "devices", 50, "devices")
	f.Uint64Var(&o.Seed, "seed", 1, "the same seed gives the same devices and victims")
	f.DurationVar(&o.Interval, "interval", 0, "between two reports of a device; 0: 2 s")
	f.DurationVar(&o.AttackAfter, "attack-after", 0, "from the start to the first attacks; 0: 8 s")
	f.DurationVar(&o.AttackEvery, "attack-every", 0, "from one round of attacks to the next; 0: 90 s, negative: one round only")
	return cmd
}

func newSimLoadCommand() *cobra.Command {
	o := sim.LoadOptions{}
	var mode, prepare, certificates string
	var profile bool
	cmd := &cobra.Command{
		Use:   "load",
		Short: "Publish reports at full speed, or at a rate, and measure",
		Long: `Load publishes metrics reports with QoS 1 and measures reports per second and the time
from PUBLISH to the answer; with --server-pid also the server's CPU time per report. It
prints one JSON object. --topic-mode plain and devices publish the same payload to other
topics, so that any MQTT broker can be measured by the same generator.`,
		Example: `  vedette sim load --prepare vedette-data
  vedette sim load --connections 500 --subscribe --server-pid $(pidof vedette)
  vedette sim load --rate 20000 --violate-every 100 --duration 30s`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			switch {
			case profile:
				return printProfile(cmd)
			case prepare != "":
				return prepareLoad(cmd.Context(), prepare)
			}
			o.Mode = sim.TopicMode(mode)
			o.Logger = app.DefaultLogger(os.Stderr, slog.LevelWarn)
			if certificates != "" {
				if o.Certificates, err = sim.ReadCertificates(certificates); err != nil {
					return err
				}
			}
			return printResult(cmd)(sim.Load(cmd.Context(), o))
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Addr, "mqtt-addr", "127.0.0.1:1883", "address of MQTT")
	f.StringVar(&certificates, "certificates", "", "file of device certificates that vedette sim devices made: TLS; empty: plain TCP")
	f.BoolVar(&o.AllowRemote, "allow-remote", false, "let the address be another machine's")
	f.StringVar(&mode, "topic-mode", string(sim.TopicReports), "reports: the defender topics of things; plain: bench/thing-N; devices: bench/CLIENT-ID/data, a thing for each connection")
	f.IntVar(&o.Connections, "connections", 100, "connections")
	f.IntVar(&o.Things, "things", 200_000, "things reported for in turn, spread over the connections")
	f.IntVar(&o.Window, "window", 1, "reports in flight per connection")
	f.Float64Var(&o.Rate, "rate", 0, "reports per second over all connections; 0: the next follows the answer")
	f.IntVar(&o.ViolateEvery, "violate-every", 0, "one of so many things alternates between normal and violating; 0: none")
	f.BoolVar(&o.Subscribe, "subscribe", false, "subscribe to the replies and measure until accepted instead of PUBACK")
	f.DurationVar(&o.Duration, "duration", 0, "measured time; 0: 10 s")
	f.DurationVar(&o.Warmup, "warmup", 0, "time before it; 0: 2 s")
	f.IntVar(&o.ServerPID, "server-pid", 0, "process whose CPU time is measured")
	f.BoolVar(&profile, "print-profile", false, "print the security profile that the reports are made for, as input of aws iot create-security-profile --cli-input-json, and exit")
	f.StringVar(&prepare, "prepare", "", "data directory of a running server: make that profile there, attach it to all things, and exit")
	return cmd
}

func printProfile(cmd *cobra.Command) error {
	text, err := json.MarshalIndent(sim.LoadProfile(), "", "  ")
	if err != nil {
		return fmt.Errorf("encode profile: %w", err)
	}
	fmt.Fprintln(cmd.OutOrStdout(), string(text))
	return nil
}

// prepareLoad makes the profile of the load generator in the server whose data
// directory dir is, by the API, and attaches it to all things. The server has the
// default Region. What is there already stays.
func prepareLoad(ctx context.Context, dir string) error {
	client, err := clientOf(ctx, dir)
	if err != nil {
		return err
	}
	profile, made := sim.LoadProfile(), &api.CreateSecurityProfileResponse{}
	if err := client.call(ctx, api.CreateSecurityProfile, profile, made); err != nil {
		return err
	}
	arn, err := api.ParseARN(api.Value(made.SecurityProfileArn))
	if err != nil {
		return err
	}
	return client.call(ctx, api.AttachSecurityProfile, &api.AttachSecurityProfileRequest{
		SecurityProfileName:      profile.SecurityProfileName,
		SecurityProfileTargetArn: new(api.ARNs{Account: arn.Account, Region: arn.Region}.AllThings()),
	}, &api.AttachSecurityProfileResponse{})
}

// clientOf returns a client of the running server whose data directory dir is.
func clientOf(ctx context.Context, dir string) (*apiClient, error) {
	text, err := os.ReadFile(filepath.Join(dir, "endpoints.json"))
	if err != nil {
		return nil, fmt.Errorf("read where the server listens; is it running? %w", err)
	}
	var at app.Endpoints
	if err := json.Unmarshal(text, &at); err != nil {
		return nil, fmt.Errorf("read where the server listens: %w", err)
	}
	key, err := config.LoadSharedConfigProfile(ctx, "default", func(o *config.LoadSharedConfigOptions) {
		o.CredentialsFiles, o.ConfigFiles = []string{filepath.Join(dir, "credentials")}, []string{}
	})
	if err != nil {
		return nil, fmt.Errorf("read the server's access key: %w", err)
	}
	return &apiClient{endpoint: at.HTTP, http: trusting(dir), signer: sigv4.Signer{
		AccessKeyID: key.Credentials.AccessKeyID, SecretAccessKey: key.Credentials.SecretAccessKey,
		Region: "us-east-1", Service: "iot",
	}}, nil
}
