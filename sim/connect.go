package sim

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// share is the part of the things that one connection reports for.
type share struct{ first, count int }

func shareOf(i, connections, things int) share {
	first := i * things / connections
	return share{first, (i+1)*things/connections - first}
}

// connectAll opens the connections of a run, several at a time. When one fails
// all are closed.
func connectAll(ctx context.Context, o *LoadOptions, t *template) (conns []net.Conn, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conns = make([]net.Conn, o.Connections)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(16, o.Connections) {
		workers.Go(func() {
			for i := range next {
				c, err := connect(ctx, o, t, i)
				if err != nil {
					cancel(fmt.Errorf("connection %d: %w", i, err))
					continue
				}
				conns[i] = c
			}
		})
	}
	for i := range conns {
		next <- i
	}
	close(next)
	workers.Wait()
	if err := context.Cause(ctx); err != nil {
		for _, c := range conns {
			if c != nil {
				c.Close()
			}
		}
		return nil, err
	}
	return conns, nil
}

// filtersPerPacket is AWS's limit for one SUBSCRIBE.
const filtersPerPacket = 8

func connect(ctx context.Context, o *LoadOptions, t *template, i int) (net.Conn, error) {
	dialer := opener{addr: o.Addr, certificates: o.Certificates}
	c, err := dialer.open(ctx, i)
	if err != nil {
		return nil, err
	}
	if err := introduce(c, o, t, i); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// introduce sends CONNECT and the subscriptions.
func introduce(c net.Conn, o *LoadOptions, t *template, i int) error {
	r := bufio.NewReader(c)
	if err := exchange(c, r, appendConnect(nil, deviceName(i), 0), packet.connected); err != nil {
		return err
	}
	if o.Subscribe {
		filters := replyFilters(t, shareOf(i, o.Connections, o.Things))
		for id := uint16(1); len(filters) > 0; id++ {
			n := min(filtersPerPacket, len(filters))
			if err := exchange(c, r, appendSubscribe(nil, id, filters[:n]), packet.subscribed); err != nil {
				return fmt.Errorf("%w (fewer things, or none of the replies, need fewer subscriptions)", err)
			}
			filters = filters[n:]
		}
	}
	return c.SetDeadline(time.Time{})
}

func replyFilters(t *template, s share) []string {
	filters := make([]string, 0, 2*s.count)
	for thing := s.first; thing < s.first+s.count; thing++ {
		topic := "$aws/things/" + t.thingName(thing) + "/defender/metrics/json"
		filters = append(filters, topic+"/accepted", topic+"/rejected")
	}
	return filters
}
