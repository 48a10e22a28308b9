package app_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"vedette/app"
)

// TestConnectionLimits: what the options say is kept, and shown.
func TestConnectionLimits(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Gate = app.GateLimits{Connections: 9, PerAddress: 1}
	d := start(t, o)
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", d.Endpoints().MQTT)
		check(t, err)
		t.Cleanup(func() { conn.Close() })
		check(t, conn.SetDeadline(time.Now().Add(patience)))
		return conn
	}
	dial() // and says nothing
	if _, err := dial().Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("the second connection: got %v, want it closed", err)
	}
	for series, want := range map[string]float64{
		`vedette_connections_refused_total{limit="address"}`:     1,
		`vedette_connections_refused_total{limit="connections"}`: 0,
		`vedette_connections_refused_total{limit="sessions"}`:    0,
	} {
		if got := d.metric(series); got != want {
			t.Errorf("%s: got %v, want %v", series, got, want)
		}
	}
}

func TestBadLimits(t *testing.T) {
	for name, change := range map[string]func(*app.Options){
		"max-connections ":             func(o *app.Options) { o.Gate.Connections = -1 },
		"max-connects-per-client ":     func(o *app.Options) { o.Gate.ConnectsPerClient = -1 },
		"limits: queuedMessages 40000": func(o *app.Options) { o.Broker.QueuedMessages = 40000 },
	} {
		var o app.Options
		change(&o)
		if err := o.Check(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want an error about %s", err, name)
		}
	}
}
