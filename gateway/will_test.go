package gateway

import (
	"net"
	"testing"

	"github.com/eclipse/paho.golang/paho"

	"vedette/mqtt"
)

// leaveWill connects a client with a will and takes its session over, which
// publishes the will before the second connection is accepted.
func leaveWill(t *testing.T, addr, topic, payload string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := paho.NewClient(paho.ClientConfig{Conn: conn})
	will := &paho.WillMessage{Topic: topic, Payload: []byte(payload), QoS: 1, Retain: true}
	if _, err := c.Connect(t.Context(), &paho.Connect{ClientID: "mortal", CleanStart: true, KeepAlive: 60, WillMessage: will}); err != nil {
		t.Fatalf("will on %s: %v", topic, err)
	}
	connect5(t, addr, "mortal")
	<-c.Done()
}

func TestWill(t *testing.T) {
	for topic, sent := range map[string]bool{
		"lamps/7/gone":                     true,
		lampTopic:                          false,
		lampTopic + "/accepted":            false,
		"$aws/rules/none":                  false,
		"$aws/events/presence/connected/a": false,
		"$SYS/broker":                      false,
	} {
		t.Run(topic, func(t *testing.T) {
			h := newHarness(Options{})
			p := &mqtt.Connect{ClientID: "mortal", Will: &mqtt.Will{Topic: []byte(topic)}}
			if h.Connect(&mqtt.Client{}, p); (p.Will != nil) != sent {
				t.Errorf("will kept: %v, want %v", p.Will != nil, sent)
			}
			addr := serve(t, h)
			all := connect5(t, addr, "all")
			all.subscribe(t, "lamps/#")
			all.subscribe(t, "$aws/#")
			leaveWill(t, addr, topic, reportWithID(1))
			if sent {
				if got := next(t, all); got.Topic != topic {
					t.Errorf("got %+v, want the will", got)
				}
			}
			all.subscribe(t, lampTopic+"/+") // nothing was retained either
			if err := all.publish(lampTopic, 1, false, []byte(reportWithID(2))); err != nil {
				t.Fatal(err)
			}
			if got, want := next(t, all), acceptedReply(2); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if n := len(h.log.appended()); n != 1 {
				t.Errorf("%d reports in the log, want 1", n)
			}
		})
	}
}
