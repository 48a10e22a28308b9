package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"vedette/app"
)

// stopWithin is how long a clean stop may take before it is given up.
const stopWithin = 30 * time.Second

func newServeCommand() *cobra.Command {
	var options app.Options
	var config, level string
	var check bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server: API, MQTT gateway, detection, alerts",
		Long: `Serve runs everything in one process. Every flag is also an environment variable
(--data-dir is VEDETTE_DATA_DIR) and a key of the YAML file given by --config (data-dir).
On the first start an access key is made and kept in DATA_DIR/credentials. Once ready, the
bound addresses are in DATA_DIR/endpoints.json. SIGTERM stops cleanly.`,
		Example: `  vedette serve --data-dir /var/lib/vedette
  vedette serve --http-addr 127.0.0.1:0 --mqtt-addr 127.0.0.1:0
  AWS_SHARED_CREDENTIALS_FILE=vedette-data/credentials AWS_DEFAULT_REGION=us-east-1 \
      aws --endpoint-url http://127.0.0.1:8080 iot list-security-profiles`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("config") {
				config = os.Getenv(environmentOf("config"))
			}
			sections, err := configure(cmd.Flags(), config)
			if err != nil {
				return err
			}
			if err := options.SetLimits(sections.limits); err != nil {
				return fmt.Errorf("%s: %w", config, err)
			}
			options.Exports, options.Version = sections.exports, buildVersion()
			var minimum slog.Level
			if err := minimum.UnmarshalText([]byte(level)); err != nil {
				return fmt.Errorf("log-level %q: want debug, info, warn or error", level)
			}
			if options.MinReportInterval == 0 {
				options.MinReportInterval = app.NoMinReportInterval
			}
			options.Logger = app.DefaultLogger(os.Stderr, minimum)
			if check {
				if err := options.Check(); err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), "the configuration is good")
				return nil
			}
			return serve(cmd.Context(), options)
		},
	}
	f := cmd.Flags()
	f.StringVar(&config, "config", "", "YAML file with values for these flags")
	f.BoolVar(&check, "check", false, "check the configuration and exit")
	f.StringVar(&level, "log-level", "info", "least level that is logged: debug, info, warn or error")
	serveFlags(cmd, &options)
	return cmd
}

func serveFlags(cmd *cobra.Command, o *app.Options) {
	f := cmd.Flags()
	f.StringVar(&o.DataDir, "data-dir", "vedette-data", "folder of everything that is kept")
	f.StringVar(&o.HTTPAddr, "http-addr", "127.0.0.1:8080", "address of API, /metrics, /healthz and /readyz; port 0 takes a free one")
	f.StringVar(&o.MQTTAddr, "mqtt-addr", "127.0.0.1:1883", "address of plain MQTT; port 0 takes a free one")
	f.BoolVar(&o.AllowAnonymousMQTT, "allow-anonymous-mqtt", false, "let plain MQTT listen beyond loopback")
	f.StringVar(&o.MQTTRules, "mqtt-rules", app.MQTTRulesStandard, "rules of the MQTT server: standard, or aws for AWS IoT Core's limits and departures")
	f.StringVar(&o.MQTTSAddr, "mqtts-addr", "", "address of MQTT over TLS, whose clients show a certificate; empty: none")
	f.StringVar(&o.HTTPSDeviceAddr, "https-device-addr", "", "address where devices publish by HTTPS with their certificate; empty: none")
	f.BoolVar(&o.HTTPTLS, "http-tls", false, "serve HTTPS on --http-addr")
	f.StringVar(&o.TLSCert, "tls-cert", "", "PEM file of the server certificate and its chain; empty: one of Vedette's own CA for --hostname")
	f.StringVar(&o.TLSKey, "tls-key", "", "PEM file of its private key")
	f.StringVar(&o.AccountID, "account-id", "000000000000", "account in ARNs, 12 digits")
	f.StringVar(&o.Region, "region", "us-east-1", "Region in ARNs and signatures")
	f.StringVar(&o.Hostname, "hostname", "localhost", "host name that DescribeEndpoint answers, and that the server certificate is for")
	f.StringVar(&o.Auth, "auth", app.AuthSigV4, "how callers of the API prove who they are: sigv4, or none (loopback only)")
	f.StringVar(&o.OpenIDConnect.Issuer, "oidc-issuer", "", "OpenID Connect provider at which people sign in to the console, as https://idp.example.com; empty: none")
	f.StringVar(&o.OpenIDConnect.ClientID, "oidc-client-id", "", "name under which the provider knows this server")
	f.StringVar(&o.OpenIDConnect.ClientSecretFile, "oidc-client-secret-file", "", "file with the secret that the provider gave; empty: a public client")
	f.StringVar(&o.OpenIDConnect.Name, "oidc-name", "", "name of the provider on the sign-in page; empty: its host")
	f.StringVar(&o.OpenIDConnect.RolesFile, "oidc-roles", "", "YAML or JSON file that says what the provider's users may do")
	f.StringVar(&o.DatabaseURL, "database-url", "", "postgres://… instead of SQLite in the data directory")
	f.StringVar(&o.NATSURL, "nats-url", "", "nats://… instead of JetStream in the data directory")
	f.BoolVar(&o.SkipDamagedLog, "skip-damaged-log", false, "start although messages of the log cannot be read; their records are lost")
	f.StringVar(&o.SNSEndpoint, "sns-endpoint", "", "URL that takes the place of AWS's SNS endpoints")
	f.BoolVar(&o.SNSAssumeRole, "sns-assume-role", false, "assume the role of the alert target when publishing to SNS")
	f.DurationVar(&o.MinReportInterval, "min-report-interval", time.Second, "least time between two reports of a thing; sooner is refused as Throttled; 0: no limit")
	f.IntVar(&o.MaxReportsPerSecond, "max-reports-per-second", 0, "reports accepted in a second over all things; 0: no limit")
	f.DurationVar(&o.UsageInterval, "usage-interval", 10*time.Second, "how often what was counted of clients is judged: 1s to 10s")
	f.IntVar(&o.Gate.Connections, "max-connections", 0, "connections of clients open at once; 0: no limit")
	f.IntVar(&o.Gate.PerAddress, "max-connections-per-address", 0, "of these from one address (IPv6: one /64); 0: no limit")
	f.IntVar(&o.Gate.PerPrincipal, "max-connections-per-principal", 0, "client ids connected with one certificate or access key; 0: no limit")
	f.IntVar(&o.Gate.ConnectsPerSecond, "max-connects-per-second", 0, "connections that begin in a second on each listener; 0: no limit")
	f.IntVar(&o.Gate.ConnectsPerAddress, "max-connects-per-address", 0, "connections that begin in a second from one address; 0: no limit")
	f.IntVar(&o.Gate.ConnectsPerClient, "max-connects-per-client", 0, "connections that begin in a second with one client id; 0: no limit")
	f.StringVar(&o.Bridge, "bridge", "", "YAML file that names brokers elsewhere to take reports from; empty: none")
	f.DurationVar(&o.ViolationRetention, "violation-retention", 30*24*time.Hour, "how long ended violations and their events are kept")
	f.DurationVar(&o.MetricRetention, "metric-retention", 14*24*time.Hour, "how long metric values are kept")
	f.Int64Var(&o.MetricMemory, "metric-memory", 256<<20, "bytes of metric values in memory, until they are stored")
	f.StringSliceVar(&o.DeltaFromTotals, "delta-from-totals", nil, "thing groups whose things send totals since their start: deltas are made of them; separated by commas, or repeated")
	f.DurationVar(&o.ExportInterval, "export-interval", 5*time.Minute, "how often exported metric values go out: a multiple of 5m")
	f.DurationVar(&o.ExportRetention, "export-retention", 72*time.Hour, "how long exported metric values wait for a sink that does not take them")
	f.DurationVar(&o.SilenceAfter, "silence-after", 48*time.Hour, "silence of a metric after which its violations are invalidated")
	f.DurationVar(&o.SnapshotEvery, "snapshot-every", 5*time.Minute, "how often the engine's state is kept")
}

// gcPercent has the heap collected when it has grown by half, unless GOGC says otherwise.
// What many connections allocate for a moment when they come is spread over less memory
// then: of a TLS connection that is idle one byte in twenty. Messages allocate nothing,
// so it costs them nothing.
const gcPercent = 50

// serve runs a deployment until ctx ends or a part of it cannot go on.
// A SIGHUP has it read the server certificate again.
func serve(ctx context.Context, options app.Options) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	a, err := app.New(ctx, options)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	failure := await(ctx, a, hangup)
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := a.Stop(stopping); failure == nil {
		return err
	}
	return failure
}

// await returns when ctx ends, or with the error of a part that cannot go on.
func await(ctx context.Context, a *app.App, hangup <-chan os.Signal) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-a.Failed():
			return err
		case <-hangup:
			_ = a.ReloadCertificate() // it logs its errors
		}
	}
}
