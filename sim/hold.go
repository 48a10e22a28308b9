package sim

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// HoldOptions configures a run that opens connections and leaves them idle.
type HoldOptions struct {
	Addr         string            // host:port of an MQTT listener
	AllowRemote  bool              // Addr need not be a loopback address
	Certificates []tls.Certificate // one for each connection, in turn; empty: plain TCP

	Connections int           // 0 means 10,000, which is the most
	Subscribe   bool          // each takes one subscription
	Publish     bool          // each publishes one report with QoS 1 before it is idle
	Settle      time.Duration // at most, until the server's memory is read; 0 means 30 s
	ServerPID   int           // required: process whose memory is measured
}

// HoldResult is what the server needed for idle connections. Its JSON form is what
// vedette sim hold prints.
type HoldResult struct {
	Connections int  `json:"connections"`
	TLS         bool `json:"tls"`
	Subscribe   bool `json:"subscribe"`
	Publish     bool `json:"publish"`

	ConnectsPerSecond float64 `json:"connectsPerSecond"`
	ServerCPU         float64 `json:"serverCpuMicrosPerConnection"`

	// Bytes of the server's resident memory: with 1 % of the connections, which warm
	// it up; the most there was; with all of them, after settling. Per connection is
	// the last less the first, divided by the other 99 %.
	Before        int64 `json:"rssBefore"`
	Peak          int64 `json:"rssPeak"`
	After         int64 `json:"rssAfter"`
	PerConnection int64 `json:"bytesPerConnection"`
}

const (
	// holdKeepAlive is long enough for no PINGREQ to be due in a run, in seconds.
	holdKeepAlive = 1200
	// holdOpeners is how many connections are opened at a time.
	holdOpeners = 32
)

// Hold opens connections, lets each do what o says, and measures the server's
// memory when they are idle and it has settled.
func Hold(ctx context.Context, o HoldOptions) (*HoldResult, error) {
	o.Connections, o.Settle = cmp.Or(o.Connections, 10_000), cmp.Or(o.Settle, 30*time.Second)
	if err := inRange("connections", o.Connections, 10_000); err != nil {
		return nil, fmt.Errorf("hold: %w", err)
	}
	if o.ServerPID == 0 {
		return nil, errors.New("hold: server-pid: the server's process id is needed, or there is nothing to measure")
	}
	addr, err := checkAddress(ctx, o.Addr, o.AllowRemote)
	if err != nil {
		return nil, fmt.Errorf("hold: %w", err)
	}
	h := &holder{o: &o, opener: opener{addr: addr, certificates: o.Certificates}, conns: make([]net.Conn, o.Connections)}
	defer h.close()
	result, err := h.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold: %w", err)
	}
	return result, nil
}

type holder struct {
	o      *HoldOptions
	opener opener
	conns  []net.Conn
}

func (h *holder) run(ctx context.Context) (*HoldResult, error) {
	r := &HoldResult{Connections: h.o.Connections, TLS: len(h.o.Certificates) > 0, Subscribe: h.o.Subscribe, Publish: h.o.Publish}
	first := max(1, h.o.Connections/100)
	if err := h.openAll(ctx, 0, first); err != nil {
		return nil, err
	}
	var err error
	if r.Before, _, err = h.settle(ctx); err != nil {
		return nil, err
	}
	cpu, err := processCPU(h.o.ServerPID)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := h.openAll(ctx, first, len(h.conns)); err != nil {
		return nil, err
	}
	rest := len(h.conns) - first
	r.ConnectsPerSecond = float64(rest) / time.Since(began).Seconds()
	after, err := processCPU(h.o.ServerPID)
	if err != nil {
		return nil, err
	}
	if r.After, r.Peak, err = h.settle(ctx); err != nil {
		return nil, err
	}
	if rest > 0 {
		r.ServerCPU = float64((after - cpu).Microseconds()) / float64(rest)
		r.PerConnection = (r.After - r.Before) / int64(rest)
	}
	return r, h.check()
}

// openAll opens the connections [from, to), several at a time.
func (h *holder) openAll(ctx context.Context, from, to int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	next.Store(int64(from))
	var workers sync.WaitGroup
	for range holdOpeners {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= to {
					return
				}
				if err := h.open(ctx, i); err != nil {
					cancel(fmt.Errorf("connection %d: %w", i, err))
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

func (h *holder) open(ctx context.Context, i int) error {
	c, err := h.opener.open(ctx, i)
	if err != nil {
		return err
	}
	h.conns[i] = c
	r := bufio.NewReader(c)
	if err := exchange(c, r, appendConnect(nil, deviceName(i), holdKeepAlive), packet.connected); err != nil {
		return err
	}
	if h.o.Subscribe {
		if err := exchange(c, r, appendSubscribe(nil, 1, []string{"bench/" + deviceName(i) + "/commands"}), packet.subscribed); err != nil {
			return err
		}
	}
	if h.o.Publish {
		return exchange(c, r, appendPublish(nil, 2, "bench/"+deviceName(i)+"/data", []byte(body)), packet.published)
	}
	return nil
}

// settle reads the server's memory every second until it has not fallen for a while, but
// no longer than the time that it is given.
func (h *holder) settle(ctx context.Context) (least, peak int64, err error) {
	const quiet = 6
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	deadline := time.Now().Add(h.o.Settle)
	for still := 0; still < quiet && time.Now().Before(deadline); still++ {
		rss, high, err := processMemory(h.o.ServerPID)
		if err != nil {
			return 0, 0, err
		}
		if peak = high; least == 0 || rss < least-least/500 {
			least, still = rss, 0
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
	least, peak, err = processMemory(h.o.ServerPID)
	return least, peak, err
}

// check sees that the connections are all there: a server that hangs up needs no
// memory.
func (h *holder) check() error {
	for i, c := range h.conns {
		if err := exchange(c, bufio.NewReaderSize(c, 16), []byte{packetPingreq, 0}, func(packet) error { return nil }); err != nil {
			return fmt.Errorf("connection %d was lost: %w", i, err)
		}
	}
	return nil
}

func (h *holder) close() {
	for _, c := range h.conns {
		if c != nil {
			_, _ = c.Write([]byte{packetDisconnect, 0})
			_ = c.Close()
		}
	}
}

// processMemory returns the resident memory of a process of this machine, now and at
// its highest, in bytes (proc(5), VmRSS and VmHWM of /proc/PID/status).
func processMemory(pid int) (now, peak int64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		to := &now
		switch name {
		case "VmHWM":
			to = &peak
		case "VmRSS":
		default:
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("read memory of process %d: %w", pid, err)
		}
		*to = kib << 10
	}
	return now, peak, nil
}
