package stream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// startTimeout is how long a NATS server may take to be ready: recovery of a
// damaged or unindexed store reads all of it.
const startTimeout = 5 * time.Minute

// reconnectPause lies between two attempts to reach an external server again.
const reconnectPause = 500 * time.Millisecond

// conn is one connection to JetStream. When the embedded server fails, the
// connection is broken for good and another one takes its place.
type conn struct {
	nc  *nats.Conn
	js  jetstream.JetStream
	srv *embedded // nil: the server is another process

	ctx  context.Context // done when the connection is broken or closed; the cause says why
	fail context.CancelCauseFunc
}

// connect opens the connection that the options ask for. These lines are all
// that tells the embedded server from an external one.
func (l *Log) connect() (*conn, error) {
	if l.opts.URL == "" {
		return connectEmbedded(l.ctx, l.opts)
	}
	nc, err := nats.Connect(l.opts.URL, nats.Name("vedette"), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(reconnectPause), nats.ReconnectBufSize(-1))
	if err != nil {
		return nil, fmt.Errorf("connect to the NATS server: %w", withoutURL(err))
	}
	return newConn(l.ctx, nc, nil)
}

// withoutURL leaves the URL, which may hold a password, out of an error about it.
func withoutURL(err error) error {
	if bad, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("its URL cannot be read: %w", bad.Err)
	}
	return err
}

func connectEmbedded(ctx context.Context, o Options) (*conn, error) {
	srv, err := startEmbedded(o)
	if err != nil {
		return nil, err
	}
	nc, err := nats.Connect("", nats.InProcessServer(srv.server), nats.Name("vedette"), nats.NoReconnect())
	if err != nil {
		srv.stop()
		return nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return newConn(ctx, nc, srv)
}

func newConn(ctx context.Context, nc *nats.Conn, srv *embedded) (*conn, error) {
	c := &conn{nc: nc, srv: srv}
	c.ctx, c.fail = context.WithCancelCause(ctx)
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(apiTimeout))
	if err != nil {
		c.close(err)
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	c.js = js
	return c, nil
}

// check returns why the embedded server cannot be used any more.
func (c *conn) check() error {
	if c.nc.IsClosed() {
		return nats.ErrConnectionClosed
	}
	return c.srv.check()
}

// close ends the connection and the embedded server behind it.
func (c *conn) close(why error) {
	c.fail(why)
	c.nc.Close()
	if c.srv != nil {
		c.srv.stop()
	}
}

// embedded is a NATS server inside this process.
type embedded struct {
	server *server.Server
	logger *serverLogger
}

func startEmbedded(o Options) (*embedded, error) {
	srv, err := server.NewServer(&server.Options{
		ServerName:             "vedette",
		DontListen:             true,
		NoSigs:                 true,
		NoLog:                  true, // ours is set below
		NoSystemAccount:        true,
		DisableJetStreamBanner: true,
		JetStream:              true,
		StoreDir:               o.Dir,
		SyncAlways:             true,
		MaxPayload:             int32(max(server.MAX_PAYLOAD_SIZE, o.MaxBatch+envelope)),
		// JetStream must not judge by the space that was free when it started:
		// the disk itself says when it is full.
		JetStreamMaxStore:  1 << 60,
		JetStreamMaxMemory: 256 << 20, // only the state of readers lives there
	})
	if err != nil {
		return nil, fmt.Errorf("set up the embedded NATS server: %w", err)
	}
	e := &embedded{server: srv, logger: &serverLogger{log: o.Logger}}
	srv.SetLoggerV2(e.logger, o.Logger.Enabled(context.Background(), slog.LevelDebug), false, false)
	srv.Start()
	if !srv.ReadyForConnections(startTimeout) || !srv.JetStreamEnabled() {
		e.stop()
		return nil, fmt.Errorf("start the embedded NATS server in %s: %w", o.Dir, e.logger.lastError())
	}
	return e, nil
}

func (e *embedded) stop() {
	e.server.Shutdown()
	e.server.WaitForShutdown()
}

// watch breaks c as soon as the server logs that a stream cannot be written.
func (e *embedded) watch(c *conn) {
	e.logger.onError(func() {
		if err := e.check(); err != nil {
			c.fail(err)
		}
	})
}

// check returns the write error of any stream. Such an error is final: a
// stream of the server answers nothing more until the server starts anew.
func (e *embedded) check() error {
	if !e.server.JetStreamEnabled() {
		return fmt.Errorf("JetStream has disabled itself: %w", e.logger.lastError())
	}
	if h := e.server.Healthz(&server.HealthzOptions{}); h.Error != "" {
		return errors.New(h.Error)
	}
	return nil
}
