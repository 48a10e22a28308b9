package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/spf13/cobra"

	"vedette/app"
	"vedette/notify/snstest"
	"vedette/sim"
	"vedette/store"
)

// demoOptions says how the demo runs.
type demoOptions struct {
	server  app.Options
	fleet   sim.FleetOptions
	history string
	length  time.Duration // 0: until the user ends it
}

func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a server, a simulated fleet and attacks, and print each alarm",
		Long: `Demo runs everything in one process, on free ports and in a folder that is removed at
the end: a server, 50 simulated devices that report over MQTT, security profiles that say what is
normal for them, and attacks. First the fleet lives through some days, as fast as the server takes
its reports, so that there is something to look at; then it goes on in real time, and attacks begin
after some seconds. Each alert is printed as it arrives at a stand-in for SNS. Ctrl-C ends it.

A folder of --data-dir that a demo has run in goes on where it ended, without another past.`,
		Example: `  vedette demo
  vedette demo --history 0                     straight into the attacks
  vedette demo --data-dir demo --calm          the same world at every start, for tests and pictures`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.server.DataDir, "data-dir", "", "folder to keep; the default is a temporary one")
	f.StringVar(&o.server.HTTPAddr, "http-addr", "127.0.0.1:0", "address of the console and the API; port 0 takes a free one")
	f.StringVar(&o.server.MQTTAddr, "mqtt-addr", "127.0.0.1:0", "address of MQTT; port 0 takes a free one")
	f.StringVar(&o.server.Auth, "auth", app.AuthSigV4, "who may call the API: sigv4, or none for everybody on this machine")
	f.IntVar(&o.fleet.Devices, "devices", 50, "simulated devices")
	f.Uint64Var(&o.fleet.Seed, "seed", 1, "the same seed gives the same devices, past and victims")
	f.DurationVar(&o.fleet.Interval, "interval", 2*time.Second, "between two reports of a device, once the past is over")
	f.BoolVar(&o.fleet.Calm, "calm", false, "no attacks but those of the past")
	f.StringVar(&o.history, "history", "3d", "how long a past the fleet has, up to 14d; 0: none")
	f.DurationVar(&o.length, "for", 0, "end after this time; 0: when you press Ctrl-C")
	return cmd
}

// demo is a running demonstration.
type demo struct {
	out      io.Writer
	mu       sync.Mutex    // of out
	interval time.Duration // between two reports of a device
	begin    atomic.Int64  // of real time, epoch ms; 0: the fleet still lives through its past
	alarms   atomic.Int64
	cleared  atomic.Int64
}

func runDemo(ctx context.Context, o demoOptions, out io.Writer) (err error) {
	if o.length > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.length)
		defer cancel()
	}
	past, err := parseHistory(o.history)
	if err != nil {
		return err
	}
	d := &demo{out: out, interval: o.fleet.Interval}
	sns, err := snstest.Start(snstest.Options{Received: d.alert})
	if err != nil {
		return fmt.Errorf("start the stand-in for SNS: %w", err)
	}
	defer sns.Close()
	if o.server.DataDir == "" {
		if o.server.DataDir, err = os.MkdirTemp("", "vedette-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer os.RemoveAll(o.server.DataDir)
	}
	_, err = os.Stat(filepath.Join(o.server.DataDir, "vedette.db"))
	lived := err == nil
	clock := sim.NewClock(time.Now().Add(-past))
	if lived || past == 0 {
		clock.Live()
	}
	a, err := startDemo(ctx, &o, clock, sns.URL())
	if err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, a.Stop(stopping))
		d.say("ended: %d alarms, %d cleared", d.alarms.Load(), d.cleared.Load())
	}()
	o.fleet.Addr, o.fleet.Logger, o.fleet.OnEvent = a.Endpoints().MQTT, o.server.Logger, d.event
	fleet, reader := sim.NewFleet(o.fleet), (*store.AccessKey)(nil)
	if !lived {
		if reader, err = d.prepare(ctx, newDemoWorld(a, o.server.DataDir, clock.Now), fleet, clock, past); err != nil {
			return err
		}
	}
	d.begin.Store(time.Now().UnixMilli())
	d.welcome(a, &o, reader)
	fleet.Run(ctx)
	return nil
}

// startDemo starts a server whose alerts go to a stand-in for SNS.
func startDemo(ctx context.Context, o *demoOptions, clock *sim.Clock, sns string) (*app.App, error) {
	o.server.Now, o.server.After, o.fleet.Now = clock.Now, clock.After, clock.Now
	o.server.SNSEndpoint = sns
	o.server.SNSCredentials = credentials.NewStaticCredentialsProvider("AKIADEMO", "demo", "")
	o.server.SnapshotEvery = time.Hour // of a past that takes seconds
	o.server.Version = buildVersion()
	o.server.Logger = slog.New(unsurprised{app.DefaultLogger(os.Stderr, slog.LevelWarn).Handler()})
	a, err := app.New(ctx, o.server)
	if err != nil {
		return nil, err
	}
	return a, a.Start(ctx)
}

// prepare makes the demo's world, lets the fleet live through its past, and returns an
// access key that only reads.
func (d *demo) prepare(ctx context.Context, w *demoWorld, fleet *sim.Fleet, clock *sim.Clock, past time.Duration) (*store.AccessKey, error) {
	if err := w.build(ctx, fleet); err != nil {
		return nil, err
	}
	if past > 0 {
		begin, shown := clock.Now(), progressLine{out: d.out}
		what := fmt.Sprintf("%d devices live through %s", len(fleet.Things()), inWords(past))
		err := fleet.Relive(ctx, clock, func(at time.Time) { shown.show(at.Sub(begin), past, what) })
		if err != nil {
			return nil, fmt.Errorf("live through the past: %w", err)
		}
		shown.end()
		if err := w.investigate(ctx); err != nil {
			return nil, err
		}
	}
	return w.reader(ctx)
}

// parseHistory reads how long the past is.
func parseHistory(text string) (time.Duration, error) {
	if text == "0" {
		return 0, nil
	}
	const most = 14 * 24 * time.Hour
	d, err := parseDays(text)
	if err != nil || d < 0 || d > most {
		return 0, fmt.Errorf("--history %q: give how long a past the fleet has, as in 12h or 3d, at most 14d; 0 for none", text)
	}
	return d, nil
}

func inWords(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%.3g hours", d.Hours())
	}
	return fmt.Sprintf("%.3g days", d.Hours()/24)
}

// unsurprised keeps from the log what the attackers are there for.
type unsurprised struct{ slog.Handler }

// Handle implements slog.Handler.
func (u unsurprised) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "subscription refused" {
		return nil
	}
	return u.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (u unsurprised) WithAttrs(attrs []slog.Attr) slog.Handler {
	return unsurprised{u.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (u unsurprised) WithGroup(name string) slog.Handler {
	return unsurprised{u.Handler.WithGroup(name)}
}
