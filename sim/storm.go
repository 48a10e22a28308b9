package sim

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// StormOptions configures a run of connections that come, say CONNECT and
// DISCONNECT, and go.
type StormOptions struct {
	Addr         string            // host:port of an MQTT listener
	AllowRemote  bool              // Addr need not be a loopback address
	Certificates []tls.Certificate // one for each client, in turn; empty: plain TCP
	Resume       bool              // resume TLS sessions where the server lets clients

	Clients   int           // that connect at a time, again and again; 0 means 32; at most 1000
	Duration  time.Duration // measured; 0 means 5 s; at most 1 h
	Warmup    time.Duration // before that; 0 means 1 s; at most 1 h
	ServerPID int           // process whose CPU time is measured; 0: none
}

// StormResult is what a storm of connections has measured. Its JSON form is what
// vedette sim storm prints. CPU time is in microseconds, user and system.
type StormResult struct {
	Connects   uint64  `json:"connects"` // answered with CONNACK in the measured time
	Resumed    uint64  `json:"resumed"`  // of these
	Seconds    float64 `json:"seconds"`
	PerSecond  float64 `json:"connectsPerSecond"`
	ServerCPU  float64 `json:"serverCpuMicrosPerConnect"`
	ClientsCPU float64 `json:"generatorCpuMicrosPerConnect"`
}

// storm counts what the clients do.
type storm struct {
	o                 *StormOptions
	addr              string
	measured          atomic.Bool
	connects, resumed atomic.Uint64
}

// Storm connects for the time given and returns what it measured. The first client
// that is refused or not answered ends it with an error.
func Storm(ctx context.Context, o StormOptions) (*StormResult, error) {
	o.Clients, o.Duration, o.Warmup = cmp.Or(o.Clients, 32), cmp.Or(o.Duration, 5*time.Second), cmp.Or(o.Warmup, time.Second)
	if err := inRange("clients", o.Clients, 1000); err != nil {
		return nil, fmt.Errorf("storm: %w", err)
	}
	switch {
	case o.Duration < 0 || o.Duration > time.Hour:
		return nil, fmt.Errorf("storm: duration %v: want at most 1h", o.Duration)
	case o.Warmup < 0 || o.Warmup > time.Hour:
		return nil, fmt.Errorf("storm: warmup %v: want at most 1h", o.Warmup)
	case o.Resume && len(o.Certificates) == 0:
		return nil, errors.New("storm: resume: only TLS sessions can be; certificates are needed")
	}
	addr, err := checkAddress(ctx, o.Addr, o.AllowRemote)
	if err != nil {
		return nil, fmt.Errorf("storm: %w", err)
	}
	s := &storm{o: &o, addr: addr}
	r, err := s.run(ctx)
	if err != nil {
		return nil, fmt.Errorf("storm: %w", err)
	}
	return r, nil
}

func (s *storm) run(ctx context.Context) (*StormResult, error) {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var clients sync.WaitGroup
	defer clients.Wait()
	for i := range s.o.Clients {
		clients.Go(func() {
			if err := s.client(running, i); err != nil {
				stop(fmt.Errorf("client %d: %w", i, err))
			}
		})
	}
	wait := func(d time.Duration) error {
		select {
		case <-time.After(d):
			return nil
		case <-running.Done():
			return context.Cause(running)
		}
	}
	if err := wait(s.o.Warmup); err != nil {
		return nil, err
	}
	server, own, err := s.cpu()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	s.measured.Store(true)
	if err := wait(s.o.Duration); err != nil {
		return nil, err
	}
	s.measured.Store(false)
	r := &StormResult{Connects: s.connects.Load(), Resumed: s.resumed.Load(), Seconds: time.Since(began).Seconds()}
	serverAfter, ownAfter, err := s.cpu()
	if err != nil {
		return nil, err
	}
	stop(errStormOver)
	if r.Connects == 0 {
		return nil, errors.New("nobody was connected")
	}
	r.PerSecond = float64(r.Connects) / r.Seconds
	r.ServerCPU = float64((serverAfter - server).Microseconds()) / float64(r.Connects)
	r.ClientsCPU = float64((ownAfter - own).Microseconds()) / float64(r.Connects)
	return r, nil
}

var errStormOver = errors.New("the storm is over")

func (s *storm) cpu() (server, own time.Duration, err error) {
	if s.o.ServerPID != 0 {
		if server, err = processCPU(s.o.ServerPID); err != nil {
			return 0, 0, err
		}
	}
	own, err = processCPU(os.Getpid())
	return server, own, err
}

// client connects again and again until ctx ends.
func (s *storm) client(ctx context.Context, i int) error {
	o := opener{addr: s.addr, certificates: s.o.Certificates}
	if s.o.Resume {
		o.sessions = tls.NewLRUClientSessionCache(1)
	}
	number := i
	for ctx.Err() == nil {
		resumed, err := connectOnce(ctx, &o, number)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		if s.measured.Load() {
			s.connects.Add(1)
			if resumed {
				s.resumed.Add(1)
			}
		}
		// Whoever resumes must come back as the same device. Others take turns with
		// certificates, so that none is known from before.
		if number += s.o.Clients; s.o.Resume {
			number = i
		}
	}
	return nil
}

// connectOnce opens a connection, CONNECTs and goes.
func connectOnce(ctx context.Context, o *opener, i int) (resumed bool, err error) {
	c, err := o.open(ctx, i)
	if err != nil {
		return false, err
	}
	defer c.Close()
	id := i
	if n := len(o.certificates); n > 0 {
		id %= n
	}
	if err := exchange(c, bufio.NewReaderSize(c, 64), appendConnect(nil, deviceName(id), 60), packet.connected); err != nil {
		return false, err
	}
	if secure, ok := c.(*tls.Conn); ok {
		resumed = secure.ConnectionState().DidResume
	}
	_, _ = c.Write([]byte{packetDisconnect, 0})
	return resumed, nil
}
