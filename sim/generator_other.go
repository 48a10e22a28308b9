//go:build !linux

package sim

import (
	"context"
	"errors"
	"net"
	"time"
)

// generator needs epoll; see generator_linux.go.
type generator struct{ conns []net.Conn }

func newGenerator(_ *LoadOptions, _ *template, conns []net.Conn) *generator {
	return &generator{conns}
}

func (g *generator) run(context.Context, time.Time) error {
	return errors.New("the load generator runs on Linux only")
}

func (g *generator) result() *LoadResult { return &LoadResult{} }

func (g *generator) close() {
	for _, c := range g.conns {
		c.Close()
	}
}
