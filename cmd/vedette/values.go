package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"vedette/api"
	"vedette/cli/plot"
)

// valuesQuery is what `vedette values` is asked.
type valuesQuery struct {
	server             serverFlags
	since, output, dim string
	notIn              bool
	rows               int
}

func newValuesCommand() *cobra.Command {
	q := &valuesQuery{}
	cmd := &cobra.Command{
		Use:   "values THING METRIC",
		Short: "Show the values of a thing's metric as a table and a plot",
		Long: `Values shows what a thing has reported, or the broker has counted for it, of a metric: a table
of the newest values and a plot of all of them, or a row for each member of a list. Values are
kept of the metrics that a behavior of an attached security profile names, or its
additionalMetricsToRetain.`,
		Example: `  vedette values cam-1 aws:all-bytes-out
  vedette values cam-1 aws:listening-tcp-ports --since 7d
  vedette values cam-1 aws:num-messages-sent --dimension telemetry --not-in --output json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("give a thing and a metric, as in `vedette values cam-1 aws:all-bytes-out`")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return q.run(cmd.Context(), cmd.OutOrStdout(), args[0], args[1])
		},
	}
	f := cmd.Flags()
	q.server.add(f)
	f.StringVar(&q.since, "since", "24h", "how far to look back, as in 90m, 24h or 14d")
	f.StringVar(&q.dim, "dimension", "", "dimension that narrows the metric")
	f.BoolVar(&q.notIn, "not-in", false, "what is outside of the dimension (NOT_IN)")
	f.StringVar(&q.output, "output", "text", "text or json")
	f.IntVar(&q.rows, "rows", 10, "newest values in the table; 0: none, -1: all")
	return cmd
}

// listing is the answer as JSON.
type listing struct {
	ThingName       string               `json:"thingName"`
	MetricName      string               `json:"metricName"`
	MetricDimension *api.MetricDimension `json:"metricDimension,omitempty"`
	StartTime       time.Time            `json:"startTime"`
	EndTime         time.Time            `json:"endTime"`
	MetricDatumList []api.MetricDatum    `json:"metricDatumList"` // newest first
}

func (q *valuesQuery) run(ctx context.Context, out io.Writer, thing, metric string) error {
	since, err := parseSince(q.since)
	if err == nil {
		err = oneOf("output", q.output, "text", "json")
	}
	if err == nil && q.notIn && q.dim == "" {
		err = fmt.Errorf("--not-in needs a --dimension")
	}
	if err != nil {
		return err
	}
	client, err := q.server.client(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	l := &listing{ThingName: thing, MetricName: metric, StartTime: now.Add(-since), EndTime: now, MetricDatumList: []api.MetricDatum{}}
	if q.dim != "" {
		l.MetricDimension = &api.MetricDimension{DimensionName: &q.dim, Operator: new(api.DimensionValueOperatorIn)}
		if q.notIn {
			l.MetricDimension.Operator = new(api.DimensionValueOperatorNotIn)
		}
	}
	if err := l.read(ctx, client); err != nil {
		return err
	}
	if q.output == "json" {
		return printJSON(out, l)
	}
	return l.show(out, q.rows, terminalWidth(out))
}

// read reads all pages.
func (l *listing) read(ctx context.Context, client *apiClient) error {
	in := &api.ListMetricValuesRequest{ThingName: &l.ThingName, MetricName: &l.MetricName, StartTime: &l.StartTime, EndTime: &l.EndTime, MaxResults: new(int32(250))}
	if d := l.MetricDimension; d != nil {
		in.DimensionName, in.DimensionValueOperator = d.DimensionName, d.Operator
	}
	for {
		page, err := ask[api.ListMetricValuesResponse](ctx, client, api.ListMetricValues, in)
		if err != nil {
			return err
		}
		l.MetricDatumList = append(l.MetricDatumList, page.MetricDatumList...)
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return nil
		}
	}
}

// show prints a table of the newest values and a plot of all.
func (l *listing) show(out io.Writer, rows, width int) error {
	list := l.MetricDatumList
	if len(list) == 0 {
		_, err := fmt.Fprintf(out, "No values of %s of %s since %s.\nIs it kept? A security profile attached to the thing has to name it, in a behavior or in additionalMetricsToRetainV2;\n"+
			"a longer --since looks further back.\n", l.MetricName, l.ThingName, l.StartTime.Format("Jan 02 15:04 MST"))
		return err
	}
	shown := list
	if rows >= 0 {
		shown = list[:min(rows, len(list))]
	}
	if len(shown) > 0 {
		w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "TIME\tVALUE")
		for _, d := range slices.Backward(shown) {
			fmt.Fprintf(w, "%s\t%s\n", api.Value(d.Timestamp).Local().Format("2006-01-02 15:04:05"), valueText(d.Value))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if left := len(list) - len(shown); left > 0 {
			fmt.Fprintf(out, "and %d older ones: --rows -1 shows all\n", left)
		}
		fmt.Fprintln(out)
	}
	frame := plot.Frame{From: l.StartTime.Local(), To: l.EndTime.Local(), Width: width, Height: 8}
	if v := list[0].Value; v.Count == nil && v.Number == nil {
		return l.showLists(out, frame)
	}
	var points []plot.Point
	for _, d := range list {
		points = append(points, plot.Point{At: *d.Timestamp, Value: numberOf(d.Value)})
	}
	fmt.Fprintf(out, "%s of %s, %d values\n", l.MetricName, l.ThingName, len(list))
	return plot.Line(out, frame, points)
}

// maxMembers is the number of members of lists that get a row.
const maxMembers = 20

// showLists draws when each member was in a list: the most frequent ones.
func (l *listing) showLists(out io.Writer, frame plot.Frame) error {
	var lists []time.Time
	seen := map[string][]time.Time{}
	for _, d := range l.MetricDatumList {
		lists = append(lists, *d.Timestamp)
		for _, m := range membersOf(d.Value) {
			seen[m] = append(seen[m], *d.Timestamp)
		}
	}
	rows := make([]plot.Row, 0, len(seen))
	for name, at := range seen {
		rows = append(rows, plot.Row{Name: name, At: at})
	}
	slices.SortFunc(rows, func(a, b plot.Row) int { return cmp.Or(cmp.Compare(len(b.At), len(a.At)), cmp.Compare(a.Name, b.Name)) })
	fmt.Fprintf(out, "%s of %s, %d lists of %d different members\n", l.MetricName, l.ThingName, len(lists), len(rows))
	if err := plot.Presence(out, frame, lists, rows[:min(len(rows), maxMembers)]); err != nil {
		return err
	}
	if left := len(rows) - maxMembers; left > 0 {
		fmt.Fprintf(out, "and %d members that were there less often: --output json has all\n", left)
	}
	return nil
}

func numberOf(v *api.MetricValue) float64 {
	if v.Number != nil {
		return *v.Number
	}
	return float64(api.Value(v.Count))
}

// membersOf returns the members of a list as text.
func membersOf(v *api.MetricValue) []string {
	list := slices.Clone(v.Cidrs)
	for _, p := range v.Ports {
		list = append(list, strconv.Itoa(int(p)))
	}
	for _, n := range v.Numbers {
		list = append(list, strconv.FormatFloat(n, 'g', -1, 64))
	}
	for _, s := range v.Strings {
		list = append(list, strings.Trim(strconv.Quote(s), `"`)) // what a device sent must not steer the terminal
	}
	return list
}

// valueText returns a value as the table has it.
func valueText(v *api.MetricValue) string {
	switch {
	case v.Count != nil:
		return strconv.FormatInt(*v.Count, 10)
	case v.Number != nil:
		return strconv.FormatFloat(*v.Number, 'g', -1, 64)
	}
	if list := membersOf(v); len(list) > 0 {
		return strings.Join(list, " ")
	}
	return "(empty)"
}

// terminalWidth returns the columns of the terminal that out is, 80 for anything else.
func terminalWidth(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(f.Fd()); err == nil && width > 0 {
			return width
		}
	}
	return 80
}
