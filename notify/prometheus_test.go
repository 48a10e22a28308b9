package notify_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vedette/notify"
)

// startPrometheus runs a Prometheus that takes remote writes, and returns its URL.
func startPrometheus(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("SKIPPED: needs prometheus: apt-get install prometheus")
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, []byte("global: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr, "--web.enable-remote-write-receiver")
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	for give := time.Now().Add(time.Minute); ; {
		answer, err := http.Get("http://" + addr + "/-/ready")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return "http://" + addr
			}
		}
		select {
		case <-ended:
			t.Fatalf("prometheus ended: %s", log.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(give) {
			t.Fatalf("prometheus is not ready: %v", err)
		}
	}
}

// queryPrometheus returns what a query finds at a time, as METRIC{labels} value.
func queryPrometheus(t *testing.T, at, query string, when time.Time) (found []string) {
	t.Helper()
	answer, err := http.Get(fmt.Sprintf("%s/api/v1/query?query=%s&time=%d", at, url.QueryEscape(query), when.Unix()))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var said struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Values [][2]any
			}
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	for _, r := range said.Data.Result {
		labels, _ := json.Marshal(r.Metric)
		for _, v := range r.Values {
			found = append(found, fmt.Sprintf("%s %v", labels, v[1]))
		}
	}
	return found
}

// TestPrometheus writes to a real Prometheus: values are there once, also when a batch
// came twice, and what is too old for it is dropped.
func TestPrometheus(t *testing.T) {
	at := startPrometheus(t)
	http.DefaultClient.CloseIdleConnections()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	w := remoteWrite(t, notify.RemoteWriteOptions{URL: at + "/api/v1/write"})
	now := time.Now().Truncate(time.Second)
	value := func(name, value string, ago time.Duration) string {
		return fmt.Sprintf(`{"name":%q,"thing":"lamp-7","value":%s,"version":1,"timestamp":%d}`, name, value, now.Add(-ago).UnixMilli())
	}
	list := []notify.Export{
		message(1, value("aws:all-bytes-out", `{"count":5}`, 10*time.Minute), value("aws:listening-tcp-ports", `{"ports":[22,80]}`, 10*time.Minute)),
		message(2, value("aws:all-bytes-out", `{"count":7}`, 5*time.Minute)),
	}
	send(t, w, list...)
	send(t, w, list[1])
	if w.Dropped() != 0 {
		t.Errorf("%d messages were dropped", w.Dropped())
	}
	labels := func(name, metric string) string {
		return fmt.Sprintf(`{"__name__":%q,"metric":%q,"security_profile":"p \"1\"","thing":"lamp-7"} `, name, metric)
	}
	bytes := labels("vedette_aws_all_bytes_out", "aws:all-bytes-out")
	want := []string{bytes + "5", bytes + "7", labels("vedette_aws_listening_tcp_ports_elements", "aws:listening-tcp-ports") + "2"}
	if diff := cmp.Diff(want, queryPrometheus(t, at, `{__name__=~"vedette_.*"}[1h]`, now)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	send(t, w, message(3, value("aws:all-bytes-out", `{"count":1}`, 24*time.Hour)))
	if w.Dropped() != 1 {
		t.Errorf("%d messages were dropped, want the one that is too old", w.Dropped())
	}
}
