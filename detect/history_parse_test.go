package detect_test

import (
	"fmt"
	"strconv"
	"strings"

	"vedette/api"
	"vedette/record"
)

// profile reads "profile NAME [-> TARGET]" and its behaviors, one to a line.
func (h *history) profile(head, behaviors []string) *record.Profile {
	p := &record.Profile{Name: head[0]}
	if len(head) == 3 {
		p.AlertTargets = map[api.AlertTargetType]api.AlertTarget{
			api.AlertTargetTypeSns: {AlertTargetArn: new(head[2]), RoleArn: new("role")},
		}
	}
	for _, line := range behaviors {
		if topic, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
			p.ExportTopic = topic
			continue
		}
		if retain, ok := strings.CutPrefix(strings.TrimSpace(line), "retain "); ok {
			b, err := parseBehavior("retain " + retain)
			if err != nil {
				h.tb.Fatalf("%q: %v", line, err)
			}
			p.Retain = append(p.Retain, api.MetricToRetain{Metric: b.Metric, MetricDimension: b.MetricDimension, ExportMetric: b.ExportMetric})
			continue
		}
		b, err := parseBehavior(line)
		if err != nil {
			h.tb.Fatalf("behavior %q: %v", line, err)
		}
		p.Behaviors = append(p.Behaviors, *b)
	}
	return p
}

// parseBehavior reads "NAME METRIC OPERATOR VALUE [OPTION=…]".
func parseBehavior(line string) (*api.Behavior, error) {
	f := strings.Fields(line)
	if len(f) < 2 {
		return nil, fmt.Errorf("too few words")
	}
	c := &api.BehaviorCriteria{}
	b := &api.Behavior{Name: new(f[0]), Metric: new(f[1]), Criteria: c}
	options := f[2:]
	if len(options) > 0 && !strings.Contains(options[0], "=") && options[0] != "suppress" && options[0] != "exported" {
		c.ComparisonOperator = new(api.ComparisonOperator(options[0]))
		options = options[1:]
	}
	if len(options) > 0 && !strings.Contains(options[0], "=") && options[0] != "suppress" && options[0] != "exported" {
		v, err := parseValue(*c.ComparisonOperator, options[0])
		if err != nil {
			return nil, err
		}
		c.Value, options = v, options[1:]
	}
	for _, o := range options {
		if err := setOption(b, o); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func setOption(b *api.Behavior, option string) error {
	key, v, _ := strings.Cut(option, "=")
	c := b.Criteria
	if key == "duration" || key == "alarm" || key == "clear" {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil {
			return err
		}
		switch key {
		case "duration":
			c.DurationSeconds = new(int32(n))
		case "alarm":
			c.ConsecutiveDatapointsToAlarm = new(int32(n))
		default:
			c.ConsecutiveDatapointsToClear = new(int32(n))
		}
		return nil
	}
	switch key {
	case "suppress":
		b.SuppressAlerts = new(true)
	case "exported":
		b.ExportMetric = new(true)
	case "statistic":
		c.StatisticalThreshold = &api.StatisticalThreshold{Statistic: &v}
	case "ml":
		c.MlDetectionConfig = &api.MachineLearningDetectionConfig{ConfidenceLevel: new(api.ConfidenceLevel(v))}
	case "dimension":
		b.MetricDimension = &api.MetricDimension{DimensionName: &v}
		if name, not := strings.CutPrefix(v, "!"); not {
			b.MetricDimension = &api.MetricDimension{DimensionName: &name, Operator: new(api.DimensionValueOperatorNotIn)}
		}
	default:
		return fmt.Errorf("unknown option %q", option)
	}
	return nil
}

// parseValue reads a criteria value: "60" (count), "number:1.5", "22,443",
// "10.0.0.0/8,::1", "numbers:1,2" or "a,b", whatever the operator asks for.
func parseValue(op api.ComparisonOperator, s string) (*api.MetricValue, error) {
	v := &api.MetricValue{}
	member, rest, ok := strings.Cut(s, ":")
	if !ok || member != "number" && member != "numbers" {
		member, rest = "", s
	}
	switch {
	case member == "number":
		f, err := strconv.ParseFloat(rest, 64)
		v.Number = &f
		return v, err
	case member == "numbers":
		for _, e := range strings.Split(rest, ",") {
			f, err := strconv.ParseFloat(e, 64)
			if err != nil {
				return nil, err
			}
			v.Numbers = append(v.Numbers, f)
		}
	case strings.HasSuffix(string(op), "cidr-set"):
		v.Cidrs = strings.Split(rest, ",")
	case strings.HasSuffix(string(op), "port-set"):
		for _, e := range strings.Split(rest, ",") {
			n, err := strconv.ParseInt(e, 10, 32)
			if err != nil {
				return nil, err
			}
			v.Ports = append(v.Ports, int32(n))
		}
	case strings.HasSuffix(string(op), "in-set"):
		v.Strings = strings.Split(rest, ",")
	default:
		n, err := strconv.ParseInt(rest, 10, 64)
		v.Count = &n
		return v, err
	}
	return v, nil
}
