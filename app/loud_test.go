package app_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iot"
	"github.com/aws/aws-sdk-go-v2/service/iot/types"
	paho "github.com/eclipse/paho.mqtt.golang"

	"vedette/app"
)

// fleetDir tells the test binary to be a server: the folder with its data and its clock.
const fleetDir = "VEDETTE_FLEET_DIR"

// TestFleetServer is no test, but the server that TestLoudDevice kills. Its clock stands
// where a file says.
func TestFleetServer(t *testing.T) {
	dir := os.Getenv(fleetDir)
	if dir == "" {
		return
	}
	a, err := app.New(t.Context(), app.Options{
		DataDir: filepath.Join(dir, "data"), HTTPAddr: "127.0.0.1:0", MQTTAddr: "127.0.0.1:0", MinReportInterval: app.NoMinReportInterval, Auth: app.AuthNone,
		DeltaFromTotals: []string{"meters"},
		Now: func() time.Time {
			text, err := os.ReadFile(filepath.Join(dir, "clock"))
			if err != nil {
				panic(err)
			}
			ms, err := strconv.ParseInt(string(text), 10, 64)
			if err != nil {
				panic(err)
			}
			return time.UnixMilli(ms)
		},
	})
	check(t, err)
	check(t, a.Start(t.Context()))
	select {} // until it is killed
}

// fleet is a server in a process of its own, and a hundred devices.
type fleet struct {
	t      *testing.T
	dir    string
	cmd    *exec.Cmd
	at     app.Endpoints
	client *iot.Client
	mqtt   paho.Client
	kills  bool // the server dies wherever it may
}

func newFleet(t *testing.T, kills bool) *fleet {
	f := &fleet{t: t, dir: t.TempDir(), kills: kills}
	f.clock(0)
	f.start()
	t.Cleanup(f.kill)
	return f
}

var fleetBegin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// clock sets the server's clock to a time after the begin.
func (f *fleet) clock(d time.Duration) {
	f.t.Helper()
	next := filepath.Join(f.dir, "next")
	check(f.t, os.WriteFile(next, []byte(strconv.FormatInt(fleetBegin.Add(d).UnixMilli(), 10)), 0o600))
	check(f.t, os.Rename(next, filepath.Join(f.dir, "clock")))
}

func (f *fleet) start() {
	f.t.Helper()
	endpoints := filepath.Join(f.dir, "data", "endpoints.json")
	_ = os.Remove(endpoints)
	f.cmd = exec.Command(os.Args[0], "-test.run=^TestFleetServer$", "-test.timeout=0")
	f.cmd.Env = append(os.Environ(), fleetDir+"="+f.dir)
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := f.cmd.StdoutPipe()
	check(f.t, err)
	f.cmd.Stderr = f.cmd.Stdout
	check(f.t, f.cmd.Start())
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	eventually(f.t, "the server is ready", func() bool {
		text, err := os.ReadFile(endpoints)
		return err == nil && json.Unmarshal(text, &f.at) == nil
	})
	f.client = iot.New(iot.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(f.at.HTTP), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	})
	f.mqtt = paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + f.at.MQTT).SetClientID("devices").SetAutoReconnect(false).SetKeepAlive(0))
	f.await(f.mqtt.Connect())
}

func (f *fleet) await(token paho.Token) {
	f.t.Helper()
	if !token.WaitTimeout(patience) {
		f.t.Fatalf("no answer to a packet in %v", patience)
	}
	check(f.t, token.Error())
}

func (f *fleet) kill() {
	f.mqtt.Disconnect(0)
	_ = f.cmd.Process.Kill()
	_ = f.cmd.Wait()
}

// die kills the server and starts it again, if this fleet's does that.
func (f *fleet) die() {
	f.t.Helper()
	if f.kills {
		f.kill()
		f.start()
	}
}

// report lets all devices report how many connections they have; the loud one has more.
func (f *fleet) report(id, loud int) {
	f.t.Helper()
	var tokens []paho.Token
	for i := range 100 {
		n := min(2+i%10, 10) // a fifth has 10
		if i == 42 {
			n = loud
		}
		payload := fmt.Sprintf(`{"header":{"report_id":%d,"version":"1.0"},"metrics":{"tcp_connections":{"established_connections":{"total":%d}}}}`, id, n)
		tokens = append(tokens, f.mqtt.Publish(fmt.Sprintf("$aws/things/dev-%d/defender/metrics/json", i), 1, false, payload))
	}
	for _, token := range tokens {
		f.await(token)
	}
}

// thresholds returns what the API lists of the behavior.
func (f *fleet) thresholds() string {
	f.t.Helper()
	resp, err := http.Get(f.at.HTTP + "/vedette/v1/thresholds?profile=fleet&behavior=loud&maxResults=10")
	check(f.t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	check(f.t, err)
	return string(text)
}

func (f *fleet) waitForThreshold(end time.Duration) {
	f.t.Helper()
	want := fmt.Sprintf(`"windowEnd":%d`, fleetBegin.Add(end).Unix())
	eventually(f.t, want, func() bool { return strings.Contains(f.thresholds(), want) })
}

func (f *fleet) events() []string {
	f.t.Helper()
	out, err := f.client.ListViolationEvents(f.t.Context(), &iot.ListViolationEventsInput{
		StartTime: aws.Time(fleetBegin), EndTime: aws.Time(fleetBegin.Add(24 * time.Hour)), MaxResults: aws.Int32(250),
	})
	check(f.t, err)
	var list []string
	for _, e := range out.ViolationEvents {
		list = append(list, fmt.Sprint(e.ViolationEventTime.Sub(fleetBegin), " ", e.ViolationEventType, " ", *e.ThingName, " ", *e.MetricValue.Count))
	}
	slices.Reverse(list)
	return list
}

// TestLoudDevice: a percentile finds the one device in a hundred that is loud, and
// clears when it is quiet; also when the server is killed again and again.
func TestLoudDevice(t *testing.T) {
	t.Parallel()
	for name, kills := range map[string]bool{"ok/undisturbed": false, "ok/kill -9": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, kills)
			f.profile()
			f.clock(time.Minute)
			f.report(1, 5)
			f.die() // what was reported is not ranked yet
			f.clock(5*time.Minute + 16*time.Second)
			f.die() // the window closes, or has
			f.waitForThreshold(5 * time.Minute)
			f.clock(6 * time.Minute)
			f.report(2, 500)
			f.die() // in alarm
			f.clock(10*time.Minute + 5*time.Second)
			f.report(3, 501) // waits for the threshold of the window that ended
			f.die()
			f.clock(10*time.Minute + 16*time.Second)
			f.waitForThreshold(10 * time.Minute)
			f.clock(12 * time.Minute)
			f.report(4, 9)
			f.die()

			want := []string{"6m0s in-alarm dev-42 500", "12m0s alarm-cleared dev-42 9"}
			eventually(t, "the violation is cleared", func() bool { return len(f.events()) >= len(want) })
			if got := f.events(); !slices.Equal(got, want) {
				t.Errorf("events: got %q, want %q", got, want)
			}
			const thresholds = `{"thresholds":[{"windowEnd":1767226200,"count":10,"things":100},{"windowEnd":1767225900,"count":10,"things":100}]}`
			if got := strings.TrimSpace(f.thresholds()); got != thresholds {
				t.Errorf("thresholds: got %s, want %s", got, thresholds)
			}
		})
	}
}

func (f *fleet) profile() {
	f.t.Helper()
	_, err := f.client.CreateSecurityProfile(f.t.Context(), &iot.CreateSecurityProfileInput{
		SecurityProfileName: aws.String("fleet"), Behaviors: []types.Behavior{{
			Name: aws.String("loud"), Metric: aws.String("aws:num-established-tcp-connections"), Criteria: &types.BehaviorCriteria{
				ComparisonOperator: types.ComparisonOperatorLessThanEquals, DurationSeconds: aws.Int32(300),
				StatisticalThreshold: &types.StatisticalThreshold{Statistic: aws.String("p90")},
			},
		}},
	})
	check(f.t, err)
	_, err = f.client.AttachSecurityProfile(f.t.Context(), &iot.AttachSecurityProfileInput{SecurityProfileName: aws.String("fleet"), SecurityProfileTargetArn: aws.String(allThings)})
	check(f.t, err)
}
