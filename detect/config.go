package detect

import (
	"vedette/api"
	"vedette/metric"
	"vedette/violation"
)

// config is what the control plane has said. Profiles and rules never change:
// they are replaced. Only their statistics do.
type config struct {
	profiles      map[string]*profile
	rules         map[uint32]*rule        // in force, by id
	kept          map[metric.Series]*rule // those of them that keep values
	keepers       map[uint32]*rule        // the same by id, and others that have open chunks left
	customMetrics map[string]api.CustomMetricType
	dimensions    map[string][]string
	customNumbers map[string]uint32 // custom metrics that rules have used → place in current.customs

	groups     []group // by id; 0 is none
	groupIndex map[string]uint32

	classes     []class // by id; 0: unregistered, in no group
	classIndex  map[string]uint32
	freeClasses []uint32
	plans       []*plan // by id; 0: empty
	planIndex   map[string]uint32
	freePlans   []uint32

	generation uint32 // of the plans
	lastRule   uint32
}

func newConfig() config {
	c := config{
		profiles:      make(map[string]*profile),
		rules:         make(map[uint32]*rule),
		kept:          make(map[metric.Series]*rule),
		keepers:       make(map[uint32]*rule),
		customMetrics: make(map[string]api.CustomMetricType),
		dimensions:    make(map[string][]string),
		customNumbers: make(map[string]uint32),
		groups:        make([]group, 1),
		groupIndex:    make(map[string]uint32),
		classes:       make([]class, 1),
		classIndex:    make(map[string]uint32),
		plans:         []*plan{newPlan(nil)},
		planIndex:     make(map[string]uint32),
	}
	c.classIndex[c.classes[0].key()] = 0
	c.planIndex[planKey(nil)] = 0
	c.plans[0].refs = 1
	return c
}

// profile is a security profile in force.
type profile struct {
	name      string
	behaviors []api.Behavior
	retain    []api.MetricToRetain
	rules     []*rule
	kept      []*rule   // of the series that it names
	topic     string    // that it exports to; empty: it exports nothing
	exports   []*rule   // the kept rules of the series that it exports
	out       *outgoing // its message; nil without a topic
	targets   targets
	alerts    []violation.Alert // one for each alert target, by type
}

// targets are what a profile is attached to.
type targets struct {
	all, registered, unregistered bool
	groups                        []uint32 // ascending; never changed in place
}

func (t *targets) none() bool {
	return !t.all && !t.registered && !t.unregistered && len(t.groups) == 0
}

// rule is a behavior in force, or a series whose values are kept. Its id stands for it in states and violations:
// it stays while the behavior keeps its name, metric, dimension and type of
// criteria, and is never used again.
type rule struct {
	id       uint32
	version  uint32 // grows when the criteria are edited
	profile  string
	behavior *Behavior
	custom   uint32 // place in current.customs; custom metrics only
	kept     *kept  // it keeps values and judges nothing; nil: it judges

	statistic *statistic // of a statistical threshold; else nil. It goes along with id and version
}

// group is a thing group.
type group struct {
	name    string
	parent  uint32 // 0: a root
	deleted bool
}

// catalog lets Compile see the engine's custom metrics and dimensions.
type catalog struct{ *config }

func (c catalog) CustomMetric(name string) (api.CustomMetricType, bool) {
	t, ok := c.customMetrics[name]
	return t, ok
}

func (c catalog) Dimension(name string) bool {
	_, ok := c.dimensions[name]
	return ok
}
