package sim

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"
)

// LoadOptions configures a run of the load generator. Many devices share a
// connection, as behind a gateway: each thing may report only once a second or so.
type LoadOptions struct {
	Addr        string    // host:port of the MQTT listener
	AllowRemote bool      // Addr need not be a loopback address
	Mode        TopicMode // empty means TopicReports
	// Certificates are those of the connections, in turn, with TopicDevices; empty:
	// plain TCP.
	Certificates []tls.Certificate

	Connections int     // 0 means 100; at most 10,000
	Things      int     // reported for in turn, spread over the connections; 0 means 200,000; at most 10 million; as many as connections with TopicDevices
	Window      int     // reports in flight per connection; 0 means 1; at most 1000
	Rate        float64 // reports per second in all; 0: the next report follows the answer (closed loop)
	// ViolateEvery makes one of so many things alternate between a violating
	// report (the first; see LoadProfile) and a normal one: that share of
	// reports begins or ends a violation. 0: none does.
	ViolateEvery int
	// Subscribe takes part in the replies: latency ends when accepted or
	// rejected arrives. Without it, it ends at PUBACK.
	Subscribe bool

	Duration  time.Duration // measured; 0 means 10 s; at most 1 h
	Warmup    time.Duration // before that; 0 means 2 s, less than 0 none
	Silence   time.Duration // without any answer, after which the run is given up; 0 means 10 s
	ServerPID int           // process whose CPU time is measured; 0: none
	Logger    *slog.Logger  // nil means none
}

func (o *LoadOptions) fill() error {
	o.Connections, o.Things, o.Window = cmp.Or(o.Connections, 100), cmp.Or(o.Things, 200_000), cmp.Or(o.Window, 1)
	if err := errors.Join(
		inRange("connections", o.Connections, 10_000),
		inRange("things", o.Things, 10_000_000),
		inRange("window", o.Window, 1000),
	); err != nil {
		return err
	}
	if o.Mode = cmp.Or(o.Mode, TopicReports); o.Mode == TopicDevices {
		o.Things = o.Connections
	}
	o.Duration = cmp.Or(o.Duration, 10*time.Second)
	o.Warmup = max(0, cmp.Or(o.Warmup, 2*time.Second))
	o.Silence = cmp.Or(o.Silence, 10*time.Second)
	if o.Logger == nil {
		o.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	switch {
	case o.Mode != TopicReports && o.Mode != TopicPlain && o.Mode != TopicDevices:
		return fmt.Errorf("topic mode %q is none of reports, plain and devices", o.Mode)
	case len(o.Certificates) > 0 && (o.Mode != TopicDevices || o.Rate > 0):
		return errors.New("certificates are for topic mode devices in a closed loop")
	case o.Mode != TopicReports && o.Subscribe:
		return errors.New("plain topics have no replies to subscribe to")
	case o.Things < o.Connections:
		return fmt.Errorf("%d things are too few for %d connections", o.Things, o.Connections)
	case o.Mode != TopicDevices && o.Things/o.Connections < o.Window:
		return fmt.Errorf("%d things per connection are fewer than the window", o.Things/o.Connections)
	case o.Duration < 0 || o.Duration > time.Hour-o.Warmup:
		return errors.New("a run may take an hour at most")
	case !(o.Rate >= 0 && o.Rate <= 10e6) || o.ViolateEvery < 0:
		return errors.New("rate and share of violations must be sensible")
	}
	return nil
}

func inRange(name string, v, limit int) error {
	if v < 1 || v > limit {
		return fmt.Errorf("%s %d should be in range[1,%d]", name, v, limit)
	}
	return nil
}

// Load connects, publishes reports for the time given and returns what it
// measured. It returns early, with an error, when ctx ends, when the server is
// silent or when every connection is lost.
func Load(ctx context.Context, o LoadOptions) (*LoadResult, error) {
	if err := o.fill(); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	addr, err := checkAddress(ctx, o.Addr, o.AllowRemote)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	o.Addr = addr
	t := newTemplate(o.Mode, o.Things, uint64(time.Now().Unix()))
	o.Logger.Info("connecting", "addr", addr, "connections", o.Connections)
	conns, err := connectAll(ctx, &o, t)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	var g loader
	if len(o.Certificates) > 0 {
		g = newTLSGenerator(&o, t, conns)
	} else {
		g = newGenerator(&o, t, conns)
	}
	defer g.close()
	return measure(ctx, &o, g)
}

// loader drives the connections of a run.
type loader interface {
	run(ctx context.Context, start time.Time) error
	result() *LoadResult
	close()
}

// checkAddress resolves addr and refuses other machines, unless they are allowed:
// the generator is a weapon when it points the wrong way.
func checkAddress(ctx context.Context, addr string, allowRemote bool) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", addr, err)
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", addr, err)
	}
	ip := ips[0]
	if !allowRemote && !ip.IP.IsLoopback() {
		return "", fmt.Errorf("%s is not on this machine: --allow-remote lets the load go there", addr)
	}
	return net.JoinHostPort(ip.String(), port), nil
}

// measure runs the generator and reads the clocks at both ends of the measured
// time.
func measure(ctx context.Context, o *LoadOptions, g loader) (*LoadResult, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type usage struct{ server, own time.Duration }
	read := func() (u usage, err error) {
		if o.ServerPID != 0 {
			if u.server, err = processCPU(o.ServerPID); err != nil {
				return u, err
			}
		}
		u.own, err = processCPU(os.Getpid())
		return u, err
	}
	ended := make(chan error, 1)
	start := time.Now()
	go func() { ended <- g.run(ctx, start) }()
	sleepOr(start.Add(o.Warmup), ended)
	from, fromErr := read()
	sleepOr(start.Add(o.Warmup+o.Duration), ended)
	to, toErr := read()
	if err := errors.Join(<-ended, fromErr, toErr); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	r := g.result()
	r.Seconds = o.Duration.Seconds()
	r.ReportsPerSecond = float64(r.Reports) / r.Seconds
	if r.Reports > 0 {
		perReport := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(r.Reports) }
		r.GeneratorCPU = perReport(to.own - from.own)
		if o.ServerPID != 0 {
			r.ServerCPU = new(perReport(to.server - from.server))
		}
	}
	return r, nil
}

// sleepOr sleeps until a time, or until a run ended; how it ended is put back.
func sleepOr(at time.Time, ended chan error) {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
	case err := <-ended:
		ended <- err
	}
}
