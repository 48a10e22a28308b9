package detect

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"vedette/api"
	"vedette/metric"
)

// Catalog tells which custom metrics and dimensions exist.
type Catalog interface {
	CustomMetric(name string) (api.CustomMetricType, bool)
	Dimension(name string) bool
}

// durations are the values of durationSeconds that AWS IoT takes.
var durations = []int32{300, 600, 900, 1800, 3600}

// defaultDuration stands in for an absent durationSeconds, in seconds (U27).
const defaultDuration = 300

// statistics are the values of statisticalThreshold.statistic.
var statistics = []string{"p0", "p0.01", "p0.1", "p1", "p10", "p50", "p90", "p99", "p99.9", "p99.99", "p100"}

// namePattern is compiled when it is first needed: its 128 letters take a while,
// and a command line links this package too.
var namePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9:_-]{1,128}$`) })

// Compile turns a behavior into the form that judges. The faults are all that
// make it malformed, in the order of its members; with a fault there is no
// Behavior. A behavior that Judged refuses compiles too: it is sound, but
// no datapoint is judged by it.
func Compile(b *api.Behavior, c Catalog) (*Behavior, []Fault) {
	k := compiler{in: b, catalog: c, out: &Behavior{
		name:       api.Value(b.Name),
		suppressed: api.Value(b.SuppressAlerts),
		kind:       criteriaType(b),
		toAlarm:    1,
		toClear:    1,
	}}
	k.checkName()
	k.checkMetric()
	k.checkDimension()
	k.checkCriteria()
	if len(k.faults) > 0 {
		return nil, k.faults
	}
	if _, why := Judged(b); why != "" {
		k.out.unjudged = why
	}
	definition, err := json.Marshal(b)
	if err != nil {
		k.fault("it has no JSON form: %v", err)
		return nil, k.faults
	}
	criteria, err := json.Marshal(b.Criteria)
	if err != nil {
		k.fault("its criteria have no JSON form: %v", err)
		return nil, k.faults
	}
	k.out.definition, k.out.criteria = string(definition), string(criteria)
	return k.out, nil
}

// compiler reads one behavior and gathers what is wrong with it.
type compiler struct {
	in      *api.Behavior
	catalog Catalog
	out     *Behavior
	known   bool // the metric exists
	faults  []Fault
}

func (k *compiler) fault(format string, args ...any) {
	if len(k.faults) == maxFaults {
		return
	}
	k.faults = append(k.faults, Fault{Behavior: k.out.name, Detail: fmt.Sprintf(format, args...)})
}

func (k *compiler) checkName() {
	switch name := k.out.name; {
	case k.in.Name == nil:
		k.fault("name is required")
	case !namePattern().MatchString(name):
		k.fault("name should be 1 to 128 characters of [a-zA-Z0-9:_-]")
	}
}

func (k *compiler) checkMetric() {
	name := api.Value(k.in.Metric)
	if name == "" {
		k.fault("metric is required")
		return
	}
	if info, ok := metric.Lookup(name); ok {
		k.out.info, k.out.cloud, k.known = info, !info.Device, true
		return
	}
	if t, ok := k.catalog.CustomMetric(name); ok {
		number := t == api.CustomMetricTypeNumber
		k.out.info = metric.Info{ID: metric.Custom, Name: name, Kind: metric.KindOf(t), Device: true, Statistical: number, ML: number}
		k.known = k.out.info.Kind != 0
	}
	if !k.known {
		k.fault("metric %.256s is not supported", name)
	}
}

func (k *compiler) checkDimension() {
	d := k.in.MetricDimension
	if d == nil {
		return
	}
	if k.known && !k.out.info.Dimension {
		k.fault("metricDimension is not supported for metric %s", k.out.info.Name)
	}
	name := api.Value(d.DimensionName)
	switch {
	case name == "":
		k.fault("metricDimension.dimensionName is required")
	case !k.catalog.Dimension(name):
		k.fault("dimension %.256s does not exist", name)
	}
	operator := api.DimensionValueOperatorIn
	if d.Operator != nil {
		operator = *d.Operator
	}
	if operator != api.DimensionValueOperatorIn && operator != api.DimensionValueOperatorNotIn {
		k.fault("metricDimension.operator %.256s should be one of IN, NOT_IN", operator)
	}
	k.out.dimension = string(operator) + " " + name
	k.out.dimensionName, k.out.notIn = name, operator == api.DimensionValueOperatorNotIn
}

func (k *compiler) checkCriteria() {
	c := k.in.Criteria
	if c == nil {
		k.fault("criteria is required")
		return
	}
	switch {
	case c.MlDetectionConfig != nil:
		k.checkML(c)
	case c.StatisticalThreshold != nil:
		k.checkStatistical(c)
	case c.Value != nil:
		k.checkOperator(c)
		k.checkValue(c)
	default:
		k.fault("criteria must contain value, statisticalThreshold or mlDetectionConfig")
	}
	k.checkDuration(c)
	k.out.toAlarm = k.consecutive("consecutiveDatapointsToAlarm", c.ConsecutiveDatapointsToAlarm)
	k.out.toClear = k.consecutive("consecutiveDatapointsToClear", c.ConsecutiveDatapointsToClear)
}

func (k *compiler) checkML(c *api.BehaviorCriteria) {
	for _, other := range []struct {
		name string
		set  bool
	}{
		{"value", c.Value != nil},
		{"statisticalThreshold", c.StatisticalThreshold != nil},
		{"comparisonOperator", c.ComparisonOperator != nil},
	} {
		if other.set {
			k.fault("mlDetectionConfig and %s cannot be used together", other.name)
		}
	}
	if k.known && !k.out.info.ML {
		k.fault("mlDetectionConfig is not supported for metric %s", k.out.info.Name)
	}
	switch level := c.MlDetectionConfig.ConfidenceLevel; {
	case level == nil:
		k.fault("mlDetectionConfig.confidenceLevel is required")
	case *level != api.ConfidenceLevelLow && *level != api.ConfidenceLevelMedium && *level != api.ConfidenceLevelHigh:
		k.fault("confidenceLevel %.256s should be one of LOW, MEDIUM, HIGH", *level)
	default:
		k.out.confidence = *level
	}
}

func (k *compiler) checkStatistical(c *api.BehaviorCriteria) {
	if c.Value != nil {
		k.fault("value and statisticalThreshold cannot be used together")
	}
	if k.known && !k.out.info.Statistical {
		k.fault("statisticalThreshold is not supported for metric %s", k.out.info.Name)
	}
	switch statistic := c.StatisticalThreshold.Statistic; {
	case statistic == nil:
		k.fault("statisticalThreshold.statistic is required")
	case !slices.Contains(statistics, *statistic):
		k.fault("statistic %.256s is not supported", *statistic)
	default:
		k.out.percent, _ = strconv.ParseFloat((*statistic)[1:], 64) // they all are "p" and a number
	}
	k.checkOperator(c)
}

// checkOperator asks for an operator that the metric takes.
func (k *compiler) checkOperator(c *api.BehaviorCriteria) {
	if c.ComparisonOperator == nil {
		k.fault("comparisonOperator is required")
		return
	}
	op, ok := operators[*c.ComparisonOperator]
	switch {
	case !ok:
		k.fault("comparisonOperator %.256s is not supported", *c.ComparisonOperator)
	case k.known && !k.takes(op):
		k.fault("comparisonOperator %.256s is not supported for metric %s", *c.ComparisonOperator, k.out.info.Name)
	}
	k.out.criterion.op = op
}

func (k *compiler) takes(op operator) bool {
	switch k.out.info.Kind {
	case metric.Ports:
		return op == inPortSet || op == notInPortSet
	case metric.Addresses:
		return op == inCIDRSet || op == notInCIDRSet
	case metric.Numbers, metric.Strings:
		return op == inSet || op == notInSet
	}
	if k.out.info.ID == metric.DisconnectDuration {
		return op == lessThan || op == lessThanEquals
	}
	return op.numeric()
}

// checkDuration follows V13 and V14, U7 and U28: where a duration means
// nothing it is stored and ignored, except on lists.
func (k *compiler) checkDuration(c *api.BehaviorCriteria) {
	info := &k.out.info
	statistical := k.out.kind == api.BehaviorCriteriaTypeStatistical && info.Statistical
	used := info.Duration && (info.Kind != metric.Size || statistical)
	switch {
	case !k.known || c.DurationSeconds == nil:
	case isList(info.Kind):
		k.fault("durationSeconds is not supported for metric %s", info.Name)
	case used && !slices.Contains(durations, *c.DurationSeconds):
		k.fault("durationSeconds %d should be one of 300, 600, 900, 1800, 3600", *c.DurationSeconds)
	}
	if k.known && (k.hasWindow() || statistical) {
		seconds := int32(defaultDuration)
		if c.DurationSeconds != nil && (used || statistical && slices.Contains(durations, *c.DurationSeconds)) {
			seconds = *c.DurationSeconds
		}
		k.out.duration = int64(seconds) * 1000
	}
}

// hasWindow tells whether a datapoint is of a window, not of one moment.
func (k *compiler) hasWindow() bool {
	switch k.out.info.Kind {
	case metric.Delta, metric.Counter, metric.Size:
		return true
	}
	return k.out.info.ID == metric.SourceIPAddress
}

func (k *compiler) consecutive(member string, n *int32) uint8 {
	if n == nil {
		return 1
	}
	if *n < 1 || *n > maxConsecutive {
		k.fault("%s %d should be in range[1,%d]", member, *n, maxConsecutive)
		return 1
	}
	return uint8(*n)
}

func isList(k metric.Kind) bool {
	switch k {
	case metric.Ports, metric.Addresses, metric.Numbers, metric.Strings:
		return true
	}
	return false
}
