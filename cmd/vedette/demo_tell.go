package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"vedette/api"
	"vedette/app"
	"vedette/notify/snstest"
	"vedette/sim"
	"vedette/store"
)

// welcome says what there is and how to look at it.
func (d *demo) welcome(a *app.App, o *demoOptions, reader *store.AccessKey) {
	id, secret := a.RootKey()
	at := a.Endpoints()
	fmt.Fprintf(d.out, `
Vedette watches %d simulated devices.

  Console  %s/console/
           sign in with the access key %s
           and its secret              %s
`, o.fleet.Devices, at.HTTP, id, secret)
	if reader != nil {
		fmt.Fprintf(d.out, `           or, to look only, with      %s
           and its secret              %s
`, reader.ID, reader.Secret)
	}
	fmt.Fprintf(d.out, `
  API      %s        metrics  %s/metrics
  MQTT     %s

Paste this into another terminal to look around with the command line; the AWS CLI takes it as well:

  export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_DEFAULT_REGION=us-east-1
  alias iot='%s iot --endpoint-url %s'      # or: alias iot='aws --endpoint-url %s iot'
  iot list-active-violations
  iot describe-security-profile --security-profile-name %s

`, at.HTTP, at.HTTP, at.MQTT, id, secret, os.Args[0], at.HTTP, at.HTTP, *sim.DemoProfile().SecurityProfileName)
	if n := d.alarms.Load(); n > 0 {
		fmt.Fprintf(d.out, "In its past there were %d alarms, and %d were cleared. ", n, d.cleared.Load())
	}
	if o.fleet.Calm {
		fmt.Fprint(d.out, "No further attack comes. Ctrl-C ends the demo.\n\n")
	} else {
		fmt.Fprint(d.out, "The next attack comes in a few seconds. Ctrl-C ends the demo.\n\n")
	}
}

// progressLine shows how far something is: on a terminal in place, elsewhere by a line at
// its beginning and one at its end.
type progressLine struct {
	out     io.Writer
	begun   time.Time
	percent int
	what    string
}

func (p *progressLine) show(done, of time.Duration, what string) {
	percent := int(100 * done / of)
	if first := p.begun.IsZero(); first {
		p.begun, p.what = time.Now(), what
		if !onTerminal(p.out) {
			fmt.Fprintf(p.out, "%s …\n", what)
		}
	} else if percent == p.percent {
		return
	}
	if p.percent = percent; onTerminal(p.out) {
		fmt.Fprintf(p.out, "\r%s … %d %%", what, percent)
	}
}

func (p *progressLine) end() {
	if onTerminal(p.out) {
		fmt.Fprint(p.out, "\r")
	}
	fmt.Fprintf(p.out, "%s, in %.1f s\n", p.what, time.Since(p.begun).Seconds())
}

func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (d *demo) say(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(d.out, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

func (d *demo) event(e sim.Event) {
	switch e.Kind {
	case sim.FleetConnected:
		d.say("the fleet is connected: %d devices report every %v", len(e.Things), d.interval)
	case sim.AttackBegins:
		d.say("ATTACK   %s (%s)", e.Story, strings.Join(e.Things, ", "))
	case sim.AttackEnds:
		d.say("over     %s (%s)", e.Story, strings.Join(e.Things, ", "))
	}
}

// alert prints what arrived at the stand-in for SNS.
func (d *demo) alert(m snstest.Message) {
	var alert struct {
		ThingName, ViolationEventType string
		ViolationEventTime            int64
		Behavior                      api.Behavior
		MetricValue                   api.MetricValue
	}
	if err := json.Unmarshal([]byte(m.Text), &alert); err != nil {
		d.say("an alert that cannot be read: %s", m.Text)
		return
	}
	b := &alert.Behavior
	what := fmt.Sprintf("%-11s %s: %s is %s", alert.ThingName, api.Value(b.Name), api.Value(b.Metric), brief(&alert.MetricValue))
	begin := d.begin.Load()
	past := begin == 0 || alert.ViolationEventTime < begin
	switch api.ViolationEventType(alert.ViolationEventType) {
	case api.ViolationEventTypeInAlarm:
		d.alarms.Add(1)
		if past {
			return
		}
		took := time.Now().UnixMilli() - alert.ViolationEventTime
		d.say("ALARM    %s; normal: %s %s  [%d ms after the report]", what, api.Value(b.Criteria.ComparisonOperator), normalValue(b), took)
	case api.ViolationEventTypeAlarmCleared:
		d.cleared.Add(1)
		if !past {
			d.say("cleared  %s", what)
		}
	default:
		d.say("%s %s", alert.ViolationEventType, what)
	}
}

// normalValue writes the value that a behavior compares with.
func normalValue(b *api.Behavior) string {
	if t := b.Criteria.StatisticalThreshold; t != nil {
		return "the fleet's " + api.Value(t.Statistic)
	}
	return brief(b.Criteria.Value)
}

// brief writes a metric value in few words.
func brief(v *api.MetricValue) string {
	switch {
	case v == nil:
		return "nothing"
	case v.Count != nil:
		return fmt.Sprint(*v.Count)
	case v.Number != nil:
		return fmt.Sprint(*v.Number)
	case v.Ports != nil:
		return briefList(v.Ports)
	case v.Cidrs != nil:
		return briefList(v.Cidrs)
	case v.Strings != nil:
		return briefList(v.Strings)
	}
	return briefList(v.Numbers)
}

func briefList[T any](values []T) string {
	const most = 4
	if len(values) <= most {
		return fmt.Sprint(values)
	}
	return fmt.Sprintf("%v and %d more", values[:most], len(values)-most)
}
