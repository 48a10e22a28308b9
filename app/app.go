// Package app wires a deployment of Vedette: one process with its API, its
// MQTT gateway, its log, its engine, its store and its alerts. Several may live in
// one process, so Go programs can run the whole product in their tests.
//
//	a, err := app.New(ctx, app.Options{DataDir: t.TempDir(), HTTPAddr: "127.0.0.1:0", MQTTAddr: "127.0.0.1:0"})
//	err = a.Start(ctx)    // ready when it returns
//	a.Endpoints().HTTP    // http://127.0.0.1:34567
//	err = a.Stop(ctx)
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"vedette/control"
	"vedette/gateway"
	"vedette/gateway/bridge"
	"vedette/mqtt"
	"vedette/notify"
	"vedette/principal"
	"vedette/restjson"
	"vedette/store"
	"vedette/stream"
	"vedette/task"
)

// settleWithin is how long a call of the API waits for the engine or the log to
// catch up before it answers with what there is.
const settleWithin = 2 * time.Second

// App is one deployment. Make it with New.
type App struct {
	options Options
	logger  *slog.Logger

	dir         *dataDir
	db          *store.DB
	log         *stream.Log
	gateway     *gateway.Gateway
	broker      *mqtt.Server
	dispatcher  *notify.Dispatcher
	scheduler   *task.Scheduler
	feeder      *feeder
	live        *live
	rates       *rates
	owners      []*owner
	coordinator *coordinator
	service     *control.Service
	api         *restjson.Server
	metrics     *metrics
	authority   *principal.Authority
	certificate *serverCertificate // nil: no listener speaks TLS
	identities  *identities
	front       *gateway.Web
	bridge      *bridge.Bridge // nil: none is configured
	gate        *gateway.Gate
	listeners   listeners
	exporters   exporters

	keys      *keyring
	callers   *callers        // nil: --auth none
	provider  *providerSignIn // nil: none is configured
	started   time.Time
	caughtUp  bool // what an earlier run left in the log has been judged
	ready     atomic.Bool
	failed    chan error
	running   sync.WaitGroup
	cleanups  []func(context.Context) error // undone in reverse order
	stopOnce  sync.Once
	stopError error
}

// New opens everything that a deployment keeps and wires its parts. Nothing runs
// and nobody can connect until Start. An error leaves nothing open.
func New(ctx context.Context, options Options) (_ *App, err error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	a := &App{options: options.withDefaults(), failed: make(chan error, 1)}
	a.logger, a.started = a.options.Logger, a.options.Now()
	defer func() {
		if err != nil {
			err = errors.Join(err, a.undo(context.WithoutCancel(ctx)))
		}
	}()
	a.metrics = newMetrics()
	for _, open := range []func(context.Context) error{a.openDataDir, a.openStore, a.openCertificate, a.openLog, a.wireAlerts, a.takeShards, a.wireGateway, a.wireExports, a.wireCallers, a.wireControl} {
		if err := open(ctx); err != nil {
			return nil, err
		}
	}
	a.metrics.watch(a)
	return a, nil
}

// later notes what undoes a step that was taken.
func (a *App) later(undo func(context.Context) error) { a.cleanups = append(a.cleanups, undo) }

// undo takes back every step, the last first.
func (a *App) undo(ctx context.Context) error {
	var errs []error
	for i := len(a.cleanups) - 1; i >= 0; i-- {
		errs = append(errs, a.cleanups[i](ctx))
	}
	a.cleanups = nil
	return errors.Join(errs...)
}

func (a *App) openDataDir(context.Context) error {
	dir, err := openDataDir(a.options.DataDir)
	if err != nil {
		return err
	}
	a.dir = dir
	a.later(func(context.Context) error { dir.close(); return nil })
	return nil
}

func (a *App) openStore(ctx context.Context) error {
	options := store.Options{URL: a.options.DatabaseURL, Now: a.options.Now, Logger: a.logger, ObserveTx: a.metrics.observeTx}
	if options.URL == "" {
		options.Path = a.dir.file("vedette.db")
	}
	db, err := store.Open(ctx, options)
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	a.db = db
	a.later(func(context.Context) error { return db.Close() })
	return errors.Join(a.openCredentials(ctx), a.openAuthority(ctx))
}

func (a *App) openLog(ctx context.Context) error {
	log, err := stream.Open(ctx, stream.Options{
		Dir: a.dir.file("log"), URL: a.options.NATSURL, Now: a.options.Now,
		SkipDamaged: a.options.SkipDamagedLog, Logger: a.logger, ObserveCommit: a.metrics.observeCommit,
	})
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	a.log = log
	a.later(log.Close)
	a.feeder = newFeeder(a.db, log, a.logger)
	a.rates = &rates{total: a.ingested, connections: func() int64 { return a.broker.Stats().Connections }}
	a.live = newLive(a.db, log.Shards(), a.logger, a.rates, a.activeViolations)
	return a.seedLog(ctx)
}

// takeShards makes this process the owner of every shard: it is the only one.
func (a *App) takeShards(ctx context.Context) error {
	a.coordinator = newCoordinator(a)
	for shard := range a.log.Shards() {
		o, err := newOwner(ctx, a, shard)
		if err != nil {
			return err
		}
		a.owners = append(a.owners, o)
		a.coordinator.shards = append(a.coordinator.shards, o.engine)
	}
	return nil
}

func (a *App) wireGateway(ctx context.Context) error {
	a.identities = newIdentities(a)
	limits := &a.options.Gate
	a.gate = gateway.NewGate(gateway.GateOptions{
		MaxConnections: limits.Connections, MaxPerAddress: limits.PerAddress,
		MaxPerSecond: limits.ConnectsPerSecond, MaxPerSecondAndAddress: limits.ConnectsPerAddress, Now: a.options.Now,
	})
	a.gateway = gateway.New(gateway.Options{
		Log: a.log, Now: a.options.Now, Logger: a.logger.With("component", "gateway"), Identities: a.identities,
		UsageInterval: a.options.UsageInterval, After: a.options.After, Registered: a.registered,
		MaxPerPrincipal: limits.PerPrincipal, MaxConnectsPerClient: a.options.connectsPerClient(),
		MinReportInterval: max(a.options.MinReportInterval, 0), MaxReportsPerSecond: a.options.MaxReportsPerSecond,
		ObserveRejection: a.live.rejection,
	})
	for _, o := range a.owners {
		a.setDimensions(o.engine)
	}
	rules := a.options.brokerRules()
	rules.Handler, rules.Observer, rules.Wills, rules.Storage = a.gateway, a.gateway, a.gateway, sessionStorage{a.db}
	rules.Now, rules.After, rules.Logger = a.options.Now, a.options.After, a.logger.With("component", "mqtt")
	broker, err := mqtt.NewServer(ctx, rules)
	if err != nil {
		return fmt.Errorf("start broker: %w", err)
	}
	a.broker = broker
	a.gateway.Announce(broker)
	a.front = gateway.NewWeb(gateway.WebOptions{
		Gateway: a.gateway, Broker: broker, Observe: a.metrics.observeRequest, Door: a.gate.Door(),
		VerifyPublish: a.verifyGateway("iotdata", "iotdevicegateway"), VerifyMQTT: a.verifyGateway("iotdevicegateway"),
	})
	a.later(broker.Shutdown) // its clocks run already; after a Start it was shut down before
	return a.wireBridge()
}

func (a *App) wireBridge() error {
	if a.options.Bridge == "" {
		return nil
	}
	file, err := bridge.Load(a.options.Bridge)
	if err != nil {
		return err
	}
	a.bridge, err = bridge.New(file, bridge.Options{Gateway: a.gateway, Logger: a.logger.With("component", "bridge"), Now: a.options.Now})
	return err
}

// wireCallers makes what tells who calls the API, and takes people to the provider at
// which they sign in.
func (a *App) wireCallers(ctx context.Context) error {
	if a.options.Auth == AuthNone {
		return nil
	}
	a.callers = &callers{
		keys: a.keys, now: a.options.Now,
		signed: a.verifier("iot", "execute-api"), // older AWS CLIs sign for execute-api
	}
	return a.openProvider(ctx)
}

func (a *App) wireControl(context.Context) error {
	served := control.Options{
		Store: a.db, Account: a.options.AccountID, Region: a.options.Region, Hostname: a.options.Hostname,
		Authority: a.authority, Limits: a.options.Limits, Logger: a.logger, Now: a.options.Now,
		OpenChunk: a.openChunk, OpenThings: a.openThings, FindThings: a.findThings, Thing: a.thing, Reports: a.reports,
		DeltasSince: a.deltasSince, MetricRetention: a.options.MetricRetention,
		Changed: a.changed, Settle: a.settle, Rejections: a.gateway.Rejections,
		Version: a.options.Version, Deployment: a.deployment, Health: a.health,
		Watch: a.live.watch, Fleet: a.fleetFigures,
	}
	options := restjson.Options{Verify: unverified, Logger: a.logger, Now: a.options.Now, ObserveCall: a.observeCall}
	if a.callers != nil {
		served.User = a.callers.user
		options.Verify = a.callers.verify
	}
	if a.provider != nil {
		served.OpenIDConnect = &control.OpenIDConnect{Name: new(a.options.OpenIDConnect.name()), URL: new(providerPath)}
	}
	a.service = control.New(served)
	if a.callers != nil {
		options.Authorize = a.service.Authorize
	}
	a.api = restjson.NewServer(options)
	a.service.Register(a.api)
	return nil
}

func (a *App) observeCall(operation string, status int, d time.Duration) {
	a.metrics.observeCall(operation, status, d)
	a.live.observeCall(operation, status)
}

// changed waits until a change is in the log. A log that is away does not fail
// the call: the change is stored and gets there later.
func (a *App) changed(ctx context.Context, revision int64) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	if err := a.feeder.changed(ctx, revision); err != nil {
		a.logger.Warn("change stored, not in the log yet: reports are judged without it until then", "revision", revision, "error", err)
	}
	return nil
}

// settle waits until every report accepted so far has been judged and its
// effects are stored, so that a reader of violations sees them.
func (a *App) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleWithin)
	defer cancel()
	for _, o := range a.owners {
		seq, err := a.log.LastSeq(ctx, o.shard)
		if err == nil {
			err = o.progress.wait(ctx, seq)
		}
		if err != nil {
			a.logger.Warn("judging lags behind: answering with what is stored", "shard", o.shard, "error", err)
		}
	}
	return nil
}

// Failed delivers the error of a part that cannot go on; the deployment should
// be stopped then.
func (a *App) Failed() <-chan error { return a.failed }

func (a *App) fail(err error) {
	a.logger.Error("cannot go on", "error", err)
	select {
	case a.failed <- err:
	default: // the first failure is the one that counts
	}
}
