package detect

import (
	"encoding/json"

	"vedette/api"
	"vedette/metric"
)

// Behavior is a behavior of a security profile in the form that judges. It
// never changes and may be shared.
type Behavior struct {
	name       string
	definition string // JSON of the api.Behavior
	criteria   string // JSON of its criteria alone
	suppressed bool
	kind       api.BehaviorCriteriaType
	confidence api.ConfidenceLevel

	info      metric.Info // of a custom metric: ID Custom and its name
	cloud     bool        // the metric is a cloud-side one
	dimension string      // the dimension and its operator; empty: none
	unjudged  string      // why this release does not judge it; empty: it does

	criterion criterion
	percent   float64 // of a statistical threshold
	duration  int64   // of the window, milliseconds; 0: there is none
	toAlarm   uint8
	toClear   uint8

	dimensionName string
	notIn         bool // its operator
}

// Judged tells whether this release judges the behavior and, if not, why. It
// takes the behavior to be sound.
func Judged(b *api.Behavior) (ok bool, why string) {
	switch criteriaType(b) {
	case api.BehaviorCriteriaTypeMachineLearning:
		return false, "ML Detect behaviors are not judged by this release"
	}
	return true, ""
}

// criteriaType returns which of the three kinds of criteria b has.
func criteriaType(b *api.Behavior) api.BehaviorCriteriaType {
	switch c := b.Criteria; {
	case c == nil:
		return api.BehaviorCriteriaTypeStatic
	case c.MlDetectionConfig != nil:
		return api.BehaviorCriteriaTypeMachineLearning
	case c.StatisticalThreshold != nil:
		return api.BehaviorCriteriaTypeStatistical
	}
	return api.BehaviorCriteriaTypeStatic
}

// same tells whether b and other differ at most in their criteria, not in what
// they are about.
func (b *Behavior) same(other *Behavior) bool {
	return b.info == other.info && b.dimension == other.dimension && b.kind == other.kind
}

// malformed stands in for a behavior that does not compile, which the control
// plane would have refused: it judges nothing.
func malformed(b *api.Behavior, why Fault) *Behavior {
	definition, err := json.Marshal(b)
	if err != nil {
		definition = []byte("{}")
	}
	return &Behavior{
		name:       api.Value(b.Name),
		definition: string(definition),
		suppressed: api.Value(b.SuppressAlerts),
		kind:       criteriaType(b),
		unjudged:   why.Error(),
	}
}
