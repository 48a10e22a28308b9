package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"vedette/gateway/bridge/brokertest"
)

// bridgeFile writes a bridge file for a broker that speaks TLS.
func bridgeFile(t *testing.T, b *brokertest.Broker, version string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bridge.yaml")
	text := fmt.Sprintf(`
brokers:
  - name: fleet
    url: %s
    version: %q
    client-id: vedette-fleet
    tls: {ca: %s, cert: %s, key: %s}
    reconnect: {least: 50ms, most: 500ms}
    reports:
      - topic: fleet/{thing}/defender
        qos: 1
`, b.URL(), version, b.File("ca.pem"), b.File("client.pem"), b.File("client.key"))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestKillBridge has devices report to another broker. That broker and the server are
// killed in turn; no report may be lost, or count twice.
func TestKillBridge(t *testing.T) {
	for _, version := range []string{"5", "3.1.1"} {
		t.Run(version, func(t *testing.T) {
			sns := startSNS(t)
			broker := brokertest.Start(t, brokertest.Options{TLS: true})
			d := newDeployment(t, "", "--sns-endpoint", sns.URL(), "--min-report-interval", "0", "--bridge", bridgeFile(t, broker, version))
			if !d.start() {
				t.Fatal("the server did not start")
			}
			watchTelnet(t, d)
			f := startFleet(&fleetBroker{
				url: func() string { return "ssl://" + broker.Addr }, tls: broker.ClientTLS(),
				topic: func(thing string) string { return "fleet/" + thing + "/defender" },
			})
			for i := range 8 {
				waitForProgress(t, f)
				wait := time.NewTimer(time.Duration(100+rand.IntN(400)) * time.Millisecond)
				<-wait.C
				if i%2 == 0 {
					broker.Kill()
					broker.Start()
					continue
				}
				d.kill()
				if !d.start() {
					t.Fatal("the server did not start again")
				}
			}
			waitForProgress(t, f)
			f.stop(t)
			checkNothingLost(t, d, f, sns)
			d.stop()
		})
	}
}

// waitForProgress returns when every device has had a report accepted since.
func waitForProgress(t *testing.T, f *fleet) {
	t.Helper()
	before := make([]int64, len(f.devices))
	for i, d := range f.devices {
		before[i] = d.progress.Load()
	}
	for i, d := range f.devices {
		for deadline := time.Now().Add(patience); d.progress.Load() == before[i]; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: no report was accepted in %v", d.thing, patience)
			}
		}
	}
}
