package app

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"vedette/api"
	"vedette/control"
	"vedette/detect"
	"vedette/gateway"
	"vedette/gateway/bridge"
	"vedette/mqtt"
	"vedette/task"
)

// Options says how a deployment runs. The zero value of a field means its
// default.
type Options struct {
	// DataDir holds everything that is kept: database, log, credentials. It is
	// made when it is missing. The default is "vedette-data".
	DataDir string

	// HTTPAddr is where the API, /metrics, /healthz and /readyz listen. The
	// default is "127.0.0.1:8080"; port 0 takes a free one.
	HTTPAddr string

	// MQTTAddr is where plain MQTT listens. The default is "127.0.0.1:1883".
	MQTTAddr string

	// AllowAnonymousMQTT lets plain MQTT, whose clients show no certificate,
	// listen on an address that is not loopback.
	AllowAnonymousMQTT bool

	// MQTTRules is "standard" (the default) or "aws": the MQTT server departs from
	// the specifications where AWS IoT Core does, and has its limits.
	MQTTRules string

	// MQTTSAddr is where MQTT over TLS listens, whose clients show a certificate,
	// such as "0.0.0.0:8883"; empty: nowhere.
	MQTTSAddr string

	// HTTPSDeviceAddr is where devices publish by HTTPS with their certificate,
	// such as "0.0.0.0:8443"; empty: nowhere.
	HTTPSDeviceAddr string

	// HTTPTLS makes HTTPAddr speak HTTPS.
	HTTPTLS bool

	// TLSCert and TLSKey are the PEM files of the certificate that all TLS
	// listeners show; they are read again when they change. Empty: the
	// deployment's own authority issues one for Hostname.
	TLSCert, TLSKey string

	// AccountID and Region stand in every ARN. Defaults: "000000000000" and
	// "us-east-1".
	AccountID string
	Region    string

	// Hostname is the bare host name that DescribeEndpoint answers, and that the
	// server certificate is for, if Vedette issues it. The default is "localhost".
	Hostname string

	// Version of the program, for those who ask the server.
	Version string

	// OpenIDConnect is a provider at which people sign in; none by default.
	OpenIDConnect OpenIDConnect

	// Auth is "sigv4" (the default) or "none", which is for tests on loopback.
	Auth string

	// DatabaseURL is a postgres:// URL; empty means SQLite in DataDir.
	DatabaseURL string

	// NATSURL is a nats:// URL; empty means JetStream inside, in DataDir.
	NATSURL string

	// SkipDamagedLog goes on behind messages of the log that cannot be read;
	// their records are lost. Without it the deployment does not start.
	SkipDamagedLog bool

	// SNSEndpoint takes the place of AWS's SNS endpoints.
	SNSEndpoint string

	// SNSCredentials sign the requests to SNS. The default is what the AWS SDK
	// finds: environment, shared files, instance role.
	SNSCredentials aws.CredentialsProvider

	// SNSAssumeRole makes alerts assume the role that the alert target names.
	SNSAssumeRole bool

	// MinReportInterval is the least time between two reports of a thing; sooner
	// is refused. The default is one second; NoMinReportInterval means no limit.
	MinReportInterval time.Duration

	// MaxReportsPerSecond refuses reports beyond this rate; 0 means no limit.
	MaxReportsPerSecond int

	// UsageInterval is how often what was counted of the clients is judged, at
	// least: once a second to once in ten. The default is ten seconds.
	UsageInterval time.Duration
	// Gate bounds the connections of clients: MQTT, WebSockets, and HTTPS with a
	// device's certificate. By default nothing is bounded.
	Gate GateLimits

	// Bridge is a file that names brokers elsewhere whose clients report, and are
	// counted, as if they were connected here (docs/bridge.md); empty: none.
	Bridge string

	// Broker bounds what the gateway keeps for its clients. The defaults are those
	// of docs/operations.md.
	Broker BrokerLimits

	// ViolationRetention is how long ended violations and their events are kept.
	// The default is 30 days.
	ViolationRetention time.Duration

	// MetricRetention is how long metric values are kept. The default is 14 days.
	MetricRetention time.Duration

	// MetricMemory is how many bytes metric values may take in memory until they are
	// stored, over all shards; at least 4096. The default is 256 MiB.
	MetricMemory int64

	// DeltaFromTotals names thing groups whose things, and those of the groups below
	// them, send totals since their start instead of deltas: they are made of them. A group
	// need not exist yet.
	DeltaFromTotals []string

	// ExportInterval is how often exported metric values go out: a multiple of five
	// minutes, which is the default.
	ExportInterval time.Duration

	// ExportRetention is how long they wait for a sink that does not take them. The
	// default is three days.
	ExportRetention time.Duration

	// Exports are the sinks that they go to beside the topics of the profiles.
	Exports []ExportSink

	// SilenceAfter is how long a violating metric may be silent before its
	// violation is invalidated. The default is two days.
	SilenceAfter time.Duration

	// SnapshotEvery is how often the engine's state is kept, which bounds the
	// replay at the next start. The default is five minutes.
	SnapshotEvery time.Duration

	// Limits are the resource quotas; zero members mean AWS's.
	Limits control.Limits

	// Logger receives one line per event. The default discards.
	Logger *slog.Logger

	// Now is the clock. The default is time.Now.
	Now func() time.Time

	// After is time.After by the clock of Now, for what has to keep in step with it:
	// looking at silent connections, and writing to the log, at every interval and at
	// the end of every window, what was counted of clients and that this process
	// lives. The default is time.After.
	After func(time.Duration) <-chan time.Time
}

// GateLimits bound connections; 0 means no limit. Rates allow bursts of one
// second's worth.
type GateLimits struct {
	Connections        int // open at once
	PerAddress         int // of these from one address; an IPv6 address counts by its first 64 bits
	PerPrincipal       int // client ids connected with one certificate or access key
	ConnectsPerSecond  int // on each listener
	ConnectsPerAddress int // a second, from one address
	ConnectsPerClient  int // a second, with one client id
}

// BrokerLimits bound the memory that clients can take; 0 means the default.
type BrokerLimits struct {
	Sessions             int // connected or not; 1,000,000
	SessionsPerPrincipal int // no limit by default
	Subscriptions        int // of a session; 1000
	QueuedMessages       int // QoS 1, waiting for a session; 1000, at most 32,768
	QueuedBytes          int // of the same; 4 MiB
	TotalQueuedBytes     int // of all sessions; 1 GiB
	OutboundBytes        int // that a connection may leave unread; 1 MiB
	RetainedMessages     int // 100,000
	RetainedBytes        int // 1 GiB
}

// NoMinReportInterval lets things report as often as they like.
const NoMinReportInterval time.Duration = -1

var (
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	regionPattern  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
)

// SetLimits sets resource quotas by the names that the configuration file uses.
func (o *Options) SetLimits(values map[string]int) error {
	fields := o.limits()
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		field, known := fields[name]
		switch {
		case !known:
			faults = append(faults, fmt.Errorf("limits: unknown limit %q: known are %s", name, strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
		case values[name] < 1:
			faults = append(faults, fmt.Errorf("limits: %s %d: want at least 1", name, values[name]))
		default:
			*field = values[name]
		}
	}
	return errors.Join(faults...)
}

func (o *Options) limits() map[string]*int {
	l := &o.Limits
	return map[string]*int{
		"profilesPerTarget":    &l.ProfilesPerTarget,
		"dimensions":           &l.Dimensions,
		"customMetrics":        &l.CustomMetrics,
		"tagsPerResource":      &l.TagsPerResource,
		"groupsPerThing":       &l.GroupsPerThing,
		"groupDepth":           &l.GroupDepth,
		"attributes":           &l.Attributes,
		"typedAttributes":      &l.TypedAttributes,
		"searchableAttributes": &l.SearchableAttributes,
		"policiesPerPrincipal": &l.PoliciesPerPrincipal,
		"policiesPerGroup":     &l.PoliciesPerGroup,
		"policyVersions":       &l.PolicyVersions,
		"policyDocumentSize":   &l.PolicyDocumentSize,

		"sessions":             &o.Broker.Sessions,
		"sessionsPerPrincipal": &o.Broker.SessionsPerPrincipal,
		"subscriptions":        &o.Broker.Subscriptions,
		"queuedMessages":       &o.Broker.QueuedMessages,
		"queuedBytes":          &o.Broker.QueuedBytes,
		"totalQueuedBytes":     &o.Broker.TotalQueuedBytes,
		"outboundBytes":        &o.Broker.OutboundBytes,
		"retainedMessages":     &o.Broker.RetainedMessages,
		"retainedBytes":        &o.Broker.RetainedBytes,
	}
}

// withDefaults returns o with every default filled in.
func (o Options) withDefaults() Options {
	text := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	span := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	text(&o.DataDir, "vedette-data")
	text(&o.HTTPAddr, "127.0.0.1:8080")
	text(&o.MQTTAddr, "127.0.0.1:1883")
	text(&o.MQTTRules, MQTTRulesStandard)
	text(&o.AccountID, "000000000000")
	text(&o.Region, "us-east-1")
	text(&o.Hostname, "localhost")
	text(&o.Auth, AuthSigV4)
	span(&o.MinReportInterval, time.Second)
	span(&o.UsageInterval, gateway.DefaultUsageInterval)
	span(&o.ViolationRetention, task.KeepViolations)
	span(&o.MetricRetention, task.KeepMetricValues)
	span(&o.ExportInterval, detect.DefaultExportInterval*time.Millisecond)
	span(&o.ExportRetention, 72*time.Hour)
	span(&o.SilenceAfter, 48*time.Hour)
	span(&o.SnapshotEvery, 5*time.Minute)
	if o.MetricMemory == 0 {
		o.MetricMemory = detect.DefaultValueMemory
	}
	if o.Broker.Sessions == 0 {
		o.Broker.Sessions = 1_000_000
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	return o
}

// Ways to authenticate callers of the API.
const (
	AuthSigV4 = "sigv4"
	AuthNone  = "none"
)

// Check tells everything that is wrong with o, each fault with the option's
// name and what was expected.
func (o Options) Check() error {
	o = o.withDefaults()
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if !accountPattern.MatchString(o.AccountID) {
		fault("account-id %q: want 12 digits", o.AccountID)
	}
	if !regionPattern.MatchString(o.Region) {
		fault("region %q: want a Region's name such as us-east-1", o.Region)
	}
	if o.Auth != AuthSigV4 && o.Auth != AuthNone {
		fault("auth %q: want sigv4 or none", o.Auth)
	}
	if o.MQTTRules != MQTTRulesStandard && o.MQTTRules != MQTTRulesAWS {
		fault("mqtt-rules %q: want standard or aws", o.MQTTRules)
	}
	if local, err := loopback(o.HTTPAddr); err != nil {
		fault("http-addr %q: %v", o.HTTPAddr, err)
	} else if o.Auth == AuthNone && !local {
		fault("auth none lets anybody in: it needs a loopback http-addr, not %q", o.HTTPAddr)
	}
	if local, err := loopback(o.MQTTAddr); err != nil {
		fault("mqtt-addr %q: %v", o.MQTTAddr, err)
	} else if !local && !o.AllowAnonymousMQTT {
		fault("mqtt-addr %q is not loopback and plain MQTT knows no identities: add --allow-anonymous-mqtt if that is meant", o.MQTTAddr)
	}
	for flag, addr := range map[string]string{"mqtts-addr": o.MQTTSAddr, "https-device-addr": o.HTTPSDeviceAddr} {
		if _, err := loopback(addr); addr != "" && err != nil {
			fault("%s %q: %v", flag, addr, err)
		}
	}
	if o.UsageInterval < time.Second || o.UsageInterval > gateway.DefaultUsageInterval {
		fault("usage-interval %v: want 1s to %v", o.UsageInterval, gateway.DefaultUsageInterval)
	}
	if o.MetricRetention < time.Hour {
		fault("metric-retention %v: want at least 1h", o.MetricRetention)
	}
	if o.MetricMemory < 4096 {
		fault("metric-memory %d: want at least 4096 bytes", o.MetricMemory)
	}
	faults = append(faults, o.checkGate()...)
	if o.Bridge != "" {
		if _, err := bridge.Load(o.Bridge); err != nil {
			faults = append(faults, err)
		}
	}
	faults = append(faults, o.checkExports()...)
	faults = append(faults, o.OpenIDConnect.check(o.Auth, api.ARNs{Account: o.AccountID, Region: o.Region})...)
	faults = append(faults, o.checkDeltaFromTotals()...)
	if (o.TLSCert == "") != (o.TLSKey == "") {
		fault("tls-cert %q and tls-key %q: want both or none", o.TLSCert, o.TLSKey)
	}
	if host, _, err := net.SplitHostPort(o.Hostname); err == nil {
		fault("hostname %q: want a bare host name such as %s", o.Hostname, host)
	}
	return errors.Join(faults...)
}

// checkGate tells what is wrong with the limits of the gateway.
func (o *Options) checkGate() (faults []error) {
	for flag, value := range map[string]int{
		"max-connections": o.Gate.Connections, "max-connections-per-address": o.Gate.PerAddress, "max-connections-per-principal": o.Gate.PerPrincipal,
		"max-connects-per-second": o.Gate.ConnectsPerSecond, "max-connects-per-address": o.Gate.ConnectsPerAddress, "max-connects-per-client": o.Gate.ConnectsPerClient,
	} {
		if value < 0 {
			faults = append(faults, fmt.Errorf("%s %d: want 0, for no limit, or more", flag, value))
		}
	}
	if n := o.Broker.QueuedMessages; n > mqtt.MostQueued {
		faults = append(faults, fmt.Errorf("limits: queuedMessages %d: want at most %d", n, mqtt.MostQueued))
	}
	return faults
}

// loopback tells whether an address to listen on is reached from this machine
// only.
func loopback(addr string) (bool, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false, errors.New("want HOST:PORT such as 127.0.0.1:8080")
	}
	if host == "localhost" {
		return true, nil
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback(), nil
}

// DefaultLogger logs text to a terminal and JSON to anything else.
func DefaultLogger(w *os.File, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if info, err := w.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}
