package stream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"vedette/record"
)

// cluster is three NATS servers that know each other.
type cluster struct {
	options []*server.Options
	servers []*server.Server
}

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	var routes []*url.URL
	for i := range 3 {
		port := freePort(t)
		routes = append(routes, &url.URL{Scheme: "nats", Host: fmt.Sprint("127.0.0.1:", port)})
		c.options = append(c.options, &server.Options{
			ServerName: fmt.Sprint("node-", i), Host: "127.0.0.1", Port: server.RANDOM_PORT,
			JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, NoLog: true, NoSigs: true,
			Cluster: server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: port},
		})
	}
	for _, o := range c.options {
		o.Routes = routes
	}
	for _, o := range c.options {
		c.servers = append(c.servers, runServer(t, o))
	}
	eventually(t, "the cluster has a leader", func() bool {
		return slices.ContainsFunc(c.servers, (*server.Server).JetStreamIsLeader)
	})
	return c
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (c *cluster) urls() string {
	var all []string
	for _, s := range c.servers {
		all = append(all, s.ClientURL())
	}
	return strings.Join(all, ",")
}

// TestCluster stops the server that leads the shard's stream while records are
// appended, and starts it again. Nothing is lost or read twice.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a cluster of three servers takes a while to start and to vote")
	}
	c := startCluster(t)
	var l *Log
	eventually(t, "the log opens", func() bool {
		var err error
		l, err = Open(t.Context(), Options{URL: c.urls(), Replicas: 3, MaxBatch: 1 << 10})
		return err == nil
	})
	t.Cleanup(func() { _ = l.Close(context.WithoutCancel(t.Context())) })
	r := openReader(t, l, 0, 0)
	w, number := newWaiters(), uint64(0)
	load := func(n uint64) {
		for end := number + n; number < end; number++ {
			l.Append(uint8(number%record.Partitions), record.KindReport, binary.BigEndian.AppendUint64(nil, number), w, number)
		}
	}
	load(5000)
	w.wait(t, 100)
	leader := slices.IndexFunc(c.servers, func(s *server.Server) bool {
		return s.JetStreamIsStreamLeader("$G", l.shards[0].streamName())
	})
	c.servers[leader].Shutdown()
	c.servers[leader].WaitForShutdown()
	load(5000)
	w.wait(t, 10_000)
	c.servers[leader] = runServer(t, c.options[leader])
	load(5000)
	committed := map[uint64]bool{}
	for _, told := range w.wait(t, int(number)) {
		switch {
		case told.err == nil:
			committed[told.token] = true
		case !errors.Is(told.err, ErrUnavailable):
			t.Fatalf("told %v", told.err)
		}
	}
	t.Logf("%d of %d were committed; %+v", len(committed), number, l.Stats())
	readUntil(t, l, r, committed)
	if len(committed) > 0 {
		t.Errorf("%d records are missing", len(committed))
	}
	checkCommitted(t, l, committed)
}
