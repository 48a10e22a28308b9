package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/spf13/cobra"

	"vedette/api"
	"vedette/app"
	"vedette/notify/snstest"
	"vedette/sigv4"
	"vedette/sim"
)

// demoOptions says how the demo runs.
type demoOptions struct {
	server  app.Options
	devices int
	seed    uint64
	length  time.Duration // 0: until the user ends it
}

func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a server, a simulated fleet and an attack, and print each alarm",
		Long: `Demo runs everything in one process, on free ports and in a folder that is removed at
the end: a server, 50 simulated devices that report over MQTT, a security profile that says what is
normal for them, and attacks that begin after some seconds. Each alert is printed as it
arrives at a stand-in for SNS. Ctrl-C ends it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.server.DataDir, "data-dir", "", "folder to keep; the default is a temporary one")
	f.StringVar(&o.server.HTTPAddr, "http-addr", "127.0.0.1:0", "address of the API; port 0 takes a free one")
	f.StringVar(&o.server.MQTTAddr, "mqtt-addr", "127.0.0.1:0", "address of MQTT; port 0 takes a free one")
	f.IntVar(&o.devices, "devices", 50, "simulated devices")
	f.Uint64Var(&o.seed, "seed", 1, "the same seed gives the same devices and victims")
	f.DurationVar(&o.length, "for", 0, "end after this time; 0: when you press Ctrl-C")
	return cmd
}

// demo is a running demonstration.
type demo struct {
	out     io.Writer
	mu      sync.Mutex // of out
	alarms  atomic.Int64
	cleared atomic.Int64
}

func runDemo(ctx context.Context, o demoOptions, out io.Writer) (err error) {
	if o.length > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.length)
		defer cancel()
	}
	d := &demo{out: out}
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
	o.server.SNSEndpoint = sns.URL()
	o.server.SNSCredentials = credentials.NewStaticCredentialsProvider("AKIADEMO", "demo", "")
	o.server.Logger, o.server.Version = app.DefaultLogger(os.Stderr, slog.LevelWarn), buildVersion()
	a, err := app.New(ctx, o.server)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, a.Stop(stopping))
		d.say("ended: %d alarms, %d cleared", d.alarms.Load(), d.cleared.Load())
	}()
	if err := prepareDemo(ctx, a); err != nil {
		return err
	}
	d.welcome(a, o)
	fleet := sim.NewFleet(sim.FleetOptions{Addr: a.Endpoints().MQTT, Devices: o.devices, Seed: o.seed, OnEvent: d.event, Logger: o.server.Logger})
	fleet.Run(ctx)
	return nil
}

// prepareDemo says what is normal for the fleet, by the API as a user would.
func prepareDemo(ctx context.Context, a *app.App) error {
	client := demoClient(a)
	err := client.call(ctx, api.CreateCustomMetric, sim.DemoMetric(), &api.CreateCustomMetricResponse{})
	if err := ignoreExisting(err); err != nil {
		return err
	}
	profile := sim.DemoProfile()
	if err := client.call(ctx, api.CreateSecurityProfile, profile, &api.CreateSecurityProfileResponse{}); err != nil {
		return err
	}
	return client.call(ctx, api.AttachSecurityProfile, &api.AttachSecurityProfileRequest{
		SecurityProfileName:      profile.SecurityProfileName,
		SecurityProfileTargetArn: new(api.ARNs{Account: "000000000000", Region: "us-east-1"}.AllThings()),
	}, &api.AttachSecurityProfileResponse{})
}

// ignoreExisting lets a demo go on in a folder where one ran before.
func ignoreExisting(err error) error {
	if e := (*api.Error)(nil); errors.As(err, &e) && e.Code == api.ResourceAlreadyExistsException {
		return nil
	}
	return err
}

func demoClient(a *app.App) *apiClient {
	id, secret := a.RootKey()
	return &apiClient{
		endpoint: a.Endpoints().HTTP,
		signer:   sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"},
	}
}

func (d *demo) welcome(a *app.App, o demoOptions) {
	id, secret := a.RootKey()
	at := a.Endpoints()
	fmt.Fprintf(d.out, `
Vedette watches %d simulated devices.

  API      %s        metrics  %s/metrics
  MQTT     %s

Paste this into another terminal to look around with the AWS CLI:

  alias iot='AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=us-east-1 aws --endpoint-url %s iot'
  iot list-active-violations
  iot describe-security-profile --security-profile-name %s

Ctrl-C ends the demo. The first attack comes in a few seconds.

`, o.devices, at.HTTP, at.HTTP, at.MQTT, id, secret, at.HTTP, *sim.DemoProfile().SecurityProfileName)
}

func (d *demo) say(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(d.out, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

func (d *demo) event(e sim.Event) {
	switch e.Kind {
	case sim.FleetConnected:
		d.say("the fleet is connected: %d devices report every 2 seconds", len(e.Things))
	case sim.AttackBegins:
		d.say("ATTACK   %s (%s)", e.Story, strings.Join(e.Things, ", "))
	case sim.AttackEnds:
		d.say("over     %s (%s)", e.Story, strings.Join(e.Things, ", "))
	}
}

// alert prints what arrived at the stand-in for SNS.
func (d *demo) alert(m snstest.Message) {
	var alert struct {
		ThingName, ViolationEventType string
		ViolationEventTime            int64
		Behavior                      api.Behavior
		MetricValue                   api.MetricValue
	}
	if err := json.Unmarshal([]byte(m.Text), &alert); err != nil {
		d.say("an alert that cannot be read: %s", m.Text)
		return
	}
	b := &alert.Behavior
	what := fmt.Sprintf("%-11s %s: %s is %s", alert.ThingName, api.Value(b.Name), api.Value(b.Metric), brief(&alert.MetricValue))
	switch api.ViolationEventType(alert.ViolationEventType) {
	case api.ViolationEventTypeInAlarm:
		d.alarms.Add(1)
		took := time.Now().UnixMilli() - alert.ViolationEventTime
		d.say("ALARM    %s; normal: %s %s  [%d ms after the report]", what, api.Value(b.Criteria.ComparisonOperator), brief(b.Criteria.Value), took)
	case api.ViolationEventTypeAlarmCleared:
		d.cleared.Add(1)
		d.say("cleared  %s", what)
	default:
		d.say("%s %s", alert.ViolationEventType, what)
	}
}

// brief writes a metric value in few words.
func brief(v *api.MetricValue) string {
	switch {
	case v == nil:
		return "nothing"
	case v.Count != nil:
		return fmt.Sprint(*v.Count)
	case v.Number != nil:
		return fmt.Sprint(*v.Number)
	case v.Ports != nil:
		return briefList(v.Ports)
	case v.Cidrs != nil:
		return briefList(v.Cidrs)
	case v.Strings != nil:
		return briefList(v.Strings)
	}
	return briefList(v.Numbers)
}

func briefList[T any](values []T) string {
	const most = 4
	if len(values) <= most {
		return fmt.Sprint(values)
	}
	return fmt.Sprintf("%v and %d more", values[:most], len(values)-most)
}
