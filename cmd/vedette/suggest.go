package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"vedette/api"
	"vedette/cli/plot"
	"vedette/control"
)

// suggestQuery is what `vedette suggest` is asked.
type suggestQuery struct {
	server               serverFlags
	group, since, output string
	name                 string
	metrics              []string
	all                  bool
}

func newSuggestCommand() *cobra.Command {
	q := &suggestQuery{}
	cmd := &cobra.Command{
		Use:   "suggest (--thing-group GROUP | --all)",
		Short: "Find thresholds: what is normal for the fleet, as a security profile",
		Long: `Suggest looks at the values that are kept of a fleet's metrics and says, for each metric, what is
normal, and which behavior says so: a threshold for numbers, the smallest set of ports, networks or
strings for lists. It counts the alarms that the behavior would have raised over the same time,
and names the devices: either they are odd, or they want a thing group of their own.

A threshold is a quarter above what 98 of 100 things keep to, their own worst one in a thousand values
left out, rounded up to a number that people can read.

Values are kept of the metrics that a security profile attached to the things names. To begin with,
make one with additionalMetricsToRetainV2 alone, attach it, and wait some days.`,
		Example: `  vedette suggest --all
  vedette suggest --thing-group cameras --since 7d --metric aws:all-bytes-out
  vedette suggest --thing-group cameras --output json > profile.json
  vedette iot create-security-profile --cli-input-json file://profile.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return q.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	q.server.add(f)
	f.StringVar(&q.group, "thing-group", "", "the fleet: things of this group and of those below it")
	f.BoolVar(&q.all, "all", false, "the fleet: all things that are registered or have values")
	f.StringVar(&q.since, "since", "14d", "how far to look back, as in 24h or 14d")
	f.StringArrayVar(&q.metrics, "metric", nil, "only this metric; may be given more than once")
	f.StringVar(&q.output, "output", "text", "text; json: input of create-security-profile; behaviors: the list of its behaviors")
	f.StringVar(&q.name, "security-profile-name", "", "name of the profile in the JSON; by default suggested-GROUP")
	return cmd
}

func (q *suggestQuery) run(ctx context.Context, out, diagnostics io.Writer) error {
	since, err := parseSince(q.since)
	if err == nil {
		err = oneOf("output", q.output, "text", "json", "behaviors")
	}
	if err == nil && q.all == (q.group != "") {
		err = errors.New("say which things: --thing-group GROUP, or --all")
	}
	if err != nil {
		return err
	}
	client, err := q.server.client(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	in := &control.GetSuggestionsRequest{StartTime: new(now.Add(-since)), EndTime: &now}
	fleet := "all things"
	if q.group != "" {
		in.ThingGroupName, fleet = &q.group, "thing group "+q.group
	}
	if len(q.metrics) > 0 {
		in.MetricNames = new(strings.Join(q.metrics, ","))
	}
	found, err := ask[control.GetSuggestionsResponse](ctx, client, control.GetSuggestionsOperation(), in)
	if err != nil {
		return err
	}
	if api.Value(found.Things) == 0 {
		return fmt.Errorf("%s: there are none. %s", fleet, whereThingsAre(q.group))
	}
	if q.output == "text" {
		return showSuggestions(out, fleet, found)
	}
	return q.print(out, diagnostics, fleet, found)
}

// whereThingsAre says what to do about a fleet without things.
func whereThingsAre(group string) string {
	if group != "" {
		return "`vedette iot add-thing-to-thing-group` puts things into a group"
	}
	return "`vedette iot create-thing` registers one; things that are not registered count once values of them are kept: `vedette suggest --help` says how"
}

// print prints the behaviors as JSON, and what else there is to say apart from it.
func (q *suggestQuery) print(out, diagnostics io.Writer, fleet string, found *control.GetSuggestionsResponse) error {
	profile := &api.CreateSecurityProfileRequest{SecurityProfileName: &q.name}
	if q.name == "" {
		profile.SecurityProfileName = new("suggested")
		if q.group != "" {
			profile.SecurityProfileName = new("suggested-" + q.group)
		}
	}
	profile.SecurityProfileDescription = new(fmt.Sprintf("What was normal for %s from %s to %s.", strings.Map(described, fleet),
		found.StartTime.UTC().Format(time.DateOnly), found.EndTime.UTC().Format(time.DateOnly)))
	for i := range found.Suggestions {
		s := &found.Suggestions[i]
		if s.Behavior != nil {
			profile.Behaviors = append(profile.Behaviors, *s.Behavior)
		}
		for _, warning := range s.Warnings {
			fmt.Fprintf(diagnostics, "%s: %s\n", title(s), warning)
		}
	}
	if len(profile.Behaviors) == 0 {
		return fmt.Errorf("%s: there are no values that a behavior could rest on. `vedette suggest --help` says how to have some kept", fleet)
	}
	if q.output == "behaviors" {
		return printJSON(out, profile.Behaviors)
	}
	return printJSON(out, profile)
}

// described keeps of a text what a description may have.
func described(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}

// title names a metric, with its dimension.
func title(s *control.Suggestion) string {
	name := api.Value(s.MetricName)
	if d := s.MetricDimension; d != nil {
		name += fmt.Sprintf(" %s %s", api.Value(d.Operator), api.Value(d.DimensionName))
	}
	return name
}

// showSuggestions prints the answer for a person.
func showSuggestions(out io.Writer, fleet string, found *control.GetSuggestionsResponse) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d things, %s to %s\n", fleet, api.Value(found.Things), localTime(found.StartTime), localTime(found.EndTime))
	if len(found.Suggestions) == 0 {
		b.WriteString("\nNo values are kept of any metric. Make a security profile with additionalMetricsToRetainV2, attach it to\n" +
			"these things, and ask again in some days; `vedette suggest --help` has more.\n")
	}
	for i := range found.Suggestions {
		showSuggestion(&b, &found.Suggestions[i])
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func localTime(t *time.Time) string { return api.Value(t).Local().Format("2006-01-02 15:04 MST") }

func showSuggestion(b *strings.Builder, s *control.Suggestion) {
	fmt.Fprintf(b, "\n%s\n", title(s))
	if api.Value(s.Things) == 0 && s.CumulativeThings == nil && s.ConvertedThings == nil {
		b.WriteString("  no values\n")
		return
	}
	fmt.Fprintf(b, "  rests on     %d things, %d datapoints, %.1f device-days\n", api.Value(s.Things), api.Value(s.Datapoints), api.Value(s.DeviceDays))
	if s.P50 != nil {
		fmt.Fprintf(b, "  fleet        p50 %s  p99 %s  p99.9 %s  maximum %s  %s\n", plot.Short(*s.P50), plot.Short(*s.P99), plot.Short(*s.P999), plot.Short(*s.Max), api.Value(s.Unit))
	}
	if s.Members != nil {
		fmt.Fprintf(b, "  members      %d different ones, %d of them normal\n", *s.Members, api.Value(s.NormalMembers))
	}
	for _, m := range s.RareMembers {
		fmt.Fprintf(b, "  rare         %s: %s\n", api.Value(m.Member), names(api.Value(m.Things), m.ThingNames))
	}
	if s.CumulativeThings != nil {
		fmt.Fprintf(b, "  totals       sent by %s\n", names(*s.CumulativeThings, s.CumulativeThingNames))
	}
	if s.ConvertedThings != nil {
		fmt.Fprintf(b, "  converted    from totals, of %s\n", names(*s.ConvertedThings, s.ConvertedThingNames))
	}
	if s.Behavior != nil {
		fmt.Fprintf(b, "  normal is    %s\n", criterion(s.Behavior.Criteria))
		a := s.FalseAlarms
		fmt.Fprintf(b, "  false alarms %d, %.2g a device and day", api.Value(a.Alarms), api.Value(a.PerDeviceDay))
		if api.Value(a.Things) > 0 {
			fmt.Fprintf(b, "; on %s", names(*a.Things, a.ThingNames))
		}
		b.WriteString("\n")
		if text, err := json.Marshal(s.Behavior); err == nil {
			fmt.Fprintf(b, "  behavior     %s\n", text)
		}
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(b, "  WARNING      %s\n", warning)
	}
}

// names lists things, of which there may be more.
func names(n int64, first []string) string {
	text := fmt.Sprintf("%d things: %s", n, strings.Join(first, ", "))
	if n == 1 {
		text = "1 thing: " + strings.Join(first, ", ")
	}
	if more := n - int64(len(first)); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// criterion says what a behavior calls normal.
func criterion(c *api.BehaviorCriteria) string {
	text := fmt.Sprintf("%s %s", api.Value(c.ComparisonOperator), valueText(c.Value))
	if c.DurationSeconds != nil {
		text += fmt.Sprintf(" in %d s", *c.DurationSeconds)
	}
	if n := api.Value(c.ConsecutiveDatapointsToAlarm); n > 1 {
		text += fmt.Sprintf(", not exceeded by %d datapoints in a row", n)
	}
	return text
}
