package detect_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vedette/detect"
	"vedette/metric"
	"vedette/record"
)

// script returns a history in the language of testdata.
func script(entries []entry) string {
	var out strings.Builder
	h := history{}
	at := epoch.UnixMilli()
	written := make(map[int64]bool)
	for _, e := range entries {
		switch {
		case e.report != nil:
			fmt.Fprintf(&out, "report t=%s thing=%s id=%d%s\n", h.since(e.at), e.thing, e.report.ID, reportText(e.report))
		case e.usage != nil:
			fmt.Fprintf(&out, "usage t=%s window=%s %s\n", h.since(e.at), h.since(e.usage.Window), usageText(e.usage))
		case e.gateway != nil:
			state := map[record.GatewayState]string{record.GatewayAlive: "alive", record.GatewayGone: "gone", record.GatewayAlone: "alone"}[e.gateway.State]
			fmt.Fprintf(&out, "gateway t=%s process=%d %s\n", h.since(e.at), e.gateway.Process, state)
		case e.presence != nil:
			fmt.Fprintf(&out, "presence t=%s %s\n", h.since(e.at), presenceText(e.presence))
		case e.broken != nil:
			fmt.Fprintf(&out, "at %s\n# a record that is damaged: kind %d, %q\n", h.since(e.at), e.broken.Kind, e.broken.Body)
		case e.change == nil:
			fmt.Fprintf(&out, "tick t=%s\n", h.since(e.at))
		default:
			if e.at != at {
				fmt.Fprintf(&out, "at %s\n", h.since(e.at))
			}
			if written[e.change.Revision] {
				out.WriteString("# written again, with the old revision: ")
			}
			written[e.change.Revision] = true
			out.WriteString(strings.Join(e.lines, "\n") + "\n")
		}
		at = e.at
	}
	return out.String()
}

// TestOracleScript checks that the histories that TestOracle prints are what was
// run: they give the same events when pasted into testdata.
func TestOracleScript(t *testing.T) {
	event := regexp.MustCompile(`(?m)^(\S+) v\d+ ((?:in-|alarm-).*)$`)
	for seed := range uint64(50) {
		entries := drawHistory(t, seed, oracleThings, 100, conditions{silence: detect.DefaultSilenceAfter})
		_, said, err := runEngine(entries, conditions{})
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, j := range said {
			if j.Type != updated {
				want = append(want, j.line())
			}
		}
		for _, m := range event.FindAllStringSubmatch(runHistory(t, script(entries), history{}), -1) {
			got = append(got, m[1]+" "+m[2])
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := differences(want, got); diff != "" {
			t.Fatalf("-oracle.seed=%d: - as it was, + as a script:\n%s", seed, diff)
		}
	}
}

// line returns an event as testdata has it, but for the violation's name.
func (j judgment) line() string {
	words := []string{(&history{}).since(j.Time), string(j.Type), j.Thing, j.Profile + "/" + j.Behavior}
	if j.Value != "" {
		words = append(words, j.Value)
	}
	for _, a := range j.alerts {
		words = append(words, "-> "+a.Target)
	}
	return strings.Join(words, " ")
}

// reportText returns what a report carries, as the fields of a report line.
func reportText(r *metric.Report) string {
	s := ""
	for _, field := range slices.Sorted(maps.Keys(countFields)) {
		if n, ok := r.Count(countFields[field]); ok {
			s += fmt.Sprintf(" %s=%d", field, n)
		}
	}
	for _, l := range []struct {
		field string
		id    metric.ID
		text  string
	}{
		{"tcp", metric.ListeningTCPPorts, join(r.TCPPorts)},
		{"udp", metric.ListeningUDPPorts, join(r.UDPPorts)},
		{"destinations", metric.DestinationIPAddresses, join(r.Destinations)},
	} {
		if r.Listed&(1<<(l.id-1)) != 0 {
			s += " " + l.field + "=" + l.text
		}
	}
	for _, c := range r.Custom {
		switch c.Kind {
		case metric.Number:
			s += fmt.Sprintf(" number:%s=%v", c.Name, c.Number)
		case metric.Numbers:
			s += fmt.Sprintf(" numbers:%s=%s", c.Name, join(c.Numbers))
		case metric.Strings:
			s += fmt.Sprintf(" strings:%s=%s", c.Name, join(texts(c.Strings)))
		case metric.Addresses:
			s += fmt.Sprintf(" addresses:%s=%s", c.Name, join(c.Addrs))
		}
	}
	return s
}

func join[T any](list []T) string {
	var words []string
	for _, e := range list {
		words = append(words, fmt.Sprint(e))
	}
	return strings.Join(words, ",")
}

func texts(list [][]byte) []string {
	var out []string
	for _, b := range list {
		out = append(out, string(b))
	}
	return out
}
