package sim

import (
	"slices"
	"testing"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
)

// demoCatalog knows the demo's own metrics and dimensions.
type demoCatalog struct{}

func (demoCatalog) CustomMetric(name string) (api.CustomMetricType, bool) {
	for _, m := range DemoMetrics() {
		if *m.MetricName == name {
			return *m.MetricType, true
		}
	}
	return "", false
}

func (demoCatalog) Dimension(name string) bool {
	return slices.ContainsFunc(DemoDimensions(), func(d *api.CreateDimensionRequest) bool { return *d.Name == name })
}

func TestProfilesAreValidAndJudged(t *testing.T) {
	profiles := []*api.CreateSecurityProfileRequest{LoadProfile()}
	for _, target := range DemoTargets() {
		profiles = append(profiles, target.Profile)
	}
	for _, profile := range profiles {
		for _, fault := range detect.Validate(profile.Behaviors, demoCatalog{}) {
			t.Errorf("%s: %v", *profile.SecurityProfileName, fault)
		}
		for i := range profile.Behaviors {
			if ok, why := detect.Judged(&profile.Behaviors[i]); !ok {
				t.Errorf("%s: behavior %s is not judged: %s", *profile.SecurityProfileName, *profile.Behaviors[i].Name, why)
			}
		}
	}
}

func TestReportsAreWellFormed(t *testing.T) {
	check := func(name string, payload []byte, want uint16, custom int) {
		t.Helper()
		var r metric.Report
		if err := metric.ParseReport(metric.JSON, payload, &r); err != nil {
			t.Errorf("%s: %v in %s", name, err, payload)
		}
		if r.Counted != want || len(r.Custom) != custom {
			t.Errorf("%s: counts %b and %d custom metrics, want %b and %d", name, r.Counted, len(r.Custom), want, custom)
		}
	}
	const all = 1<<metric.NumCounts - 1
	for _, d := range newFleet(3, 1) {
		for under := range attackSet(1 << attacks) {
			check(d.thing, d.report(time.Unix(1767225600, 0), time.Second, under), all, 1)
		}
	}
	tm := newTemplate(TopicReports, 10, 1_767_225_600)
	packet := tm.append(nil, 1, 1, 1, false)
	check("load", packet[tm.id+2:], all, 3)
}
