package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vedette/api"
	"vedette/record"
	"vedette/store"
)

func testProfiles(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/names by metric and dimension": testProfileNames,
		"ok/deleted with all it has":       testDeleteProfile,
		"fail/missing and repeated":        testProfileErrors,
	})
	t.Run("ok/life", func(t *testing.T) { RunOptions(t, testProfileLife) })
}

// lampRules returns a profile with everything that a profile can have.
func lampRules() *store.Profile {
	return &store.Profile{
		Name:        "LampRules",
		Description: new("naïve 'quotes' \\ ? \u2028"),
		Behaviors: []api.Behavior{{
			Name: new("quiet"), Metric: new("aws:num-messages-sent"),
			MetricDimension: &api.MetricDimension{DimensionName: new("Auth"), Operator: new(api.DimensionValueOperatorNotIn)},
			Criteria: &api.BehaviorCriteria{
				ComparisonOperator: new(api.ComparisonOperatorLessThan),
				Value:              &api.MetricValue{Count: new(int64(1<<62 + 1))},
			},
			SuppressAlerts: new(false),
		}},
		AlertTargets: map[api.AlertTargetType]api.AlertTarget{"SNS": {AlertTargetArn: new("topic"), RoleArn: new("role")}},
		Retain:       []api.MetricToRetain{{Metric: new("battery"), ExportMetric: new(true)}},
		Export:       &api.MetricsExportConfig{MqttTopic: new("t"), RoleArn: new("role")},
	}
}

func testProfileLife(t *testing.T, o store.Options) {
	now := time.UnixMilli(1000)
	o.Now = func() time.Time { return now }
	db := Open(t, o)
	w := writer{TB: t, db: db}
	read := func() *store.Profile {
		return Read(t, db, func(tx *store.Tx) (*store.Profile, error) { return tx.Profile("LampRules") })
	}
	p := lampRules()
	w.write(func(tx *store.Tx) error { return tx.InsertProfile(p) },
		`"profile":{"name":"LampRules","behaviors":[{"name":"quiet","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth","operator":"NOT_IN"},`+
			`"criteria":{"comparisonOperator":"less-than","value":{"count":4611686018427387905}},"suppressAlerts":false}],`+
			`"alertTargets":{"SNS":{"alertTargetArn":"topic","roleArn":"role"}},"retain":[{"metric":"battery","exportMetric":true}],"exportTopic":"t"}`)
	want := lampRules()
	want.Version, want.Created, want.Modified = 1, 1000, 1000
	equal(t, "profile as returned", want, p)
	equal(t, "profile as read", want, read())

	now = time.UnixMilli(2000)
	bare := &store.Profile{Name: "LampRules", Version: 1, Created: 1000}
	w.write(func(tx *store.Tx) error { return tx.UpdateProfile(bare) }, `"profile":{"name":"LampRules"}`)
	equal(t, "updated profile", &store.Profile{Name: "LampRules", Version: 2, Created: 1000, Modified: 2000}, read())
}

func testProfileNames(t *testing.T, db *store.DB) {
	metric := func(name, metric, dimension string) *store.Profile {
		p := &store.Profile{Name: name, Retain: []api.MetricToRetain{{Metric: &metric}}}
		if dimension != "" {
			p.Retain[0].MetricDimension = &api.MetricDimension{DimensionName: &dimension}
		}
		return p
	}
	both := lampRules() // the same metric twice, once with a dimension
	both.Name = "b"
	both.Retain = []api.MetricToRetain{{Metric: new("aws:num-messages-sent")}}
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertProfile(metric("c", "aws:num-messages-sent", "Auth")), tx.InsertProfile(both),
			tx.InsertProfile(metric("a", "battery", "")), tx.InsertProfile(metric("B", "battery", "")))
	})
	expect := func(what string, f store.ProfileFilter, want ...string) {
		t.Helper()
		for limit := 1; limit <= 5; limit++ {
			got := pages(t, db, limit, itself, func(tx *store.Tx, after string, limit int) ([]string, error) {
				return tx.ProfileNames(f, after, limit)
			})
			equal(t, fmt.Sprintf("%s in pages of %d", what, limit), want, got)
		}
	}
	expect("all", store.ProfileFilter{}, "B", "a", "b", "c")
	expect("metric", store.ProfileFilter{Metric: "aws:num-messages-sent"}, "b", "c")
	expect("dimension", store.ProfileFilter{Dimension: "Auth"}, "b", "c")
	expect("nothing", store.ProfileFilter{Metric: "other"})
	Write(t, db, func(tx *store.Tx) error { return tx.UpdateProfile(metric("b", "other", "")) })
	expect("metric after an update", store.ProfileFilter{Metric: "aws:num-messages-sent"}, "c")
	expect("new metric", store.ProfileFilter{Metric: "other"}, "b")
}

func testDeleteProfile(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	resource := store.Resource{Kind: api.ARNSecurityProfile, Name: "LampRules"}
	everything := store.Attachment{Profile: "LampRules", Target: store.Target{Kind: record.AllThings}}
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertProfile(lampRules()), tx.Attach(everything), tx.PutTags(resource, []store.Tag{{Key: "k"}}))
	})
	w.seen = Read(t, db, (*store.Tx).LastRevision)
	remove := func(tx *store.Tx) error { return tx.DeleteProfile("LampRules") }
	w.write(remove, `"profile":{"name":"LampRules","deleted":true}`)
	w.write(remove) // it is gone already
	equal(t, "metrics", []string(nil), Read(t, db, func(tx *store.Tx) ([]string, error) {
		return tx.ProfileNames(store.ProfileFilter{Metric: "battery"}, "", 10)
	}))
	equal(t, "attached", false, Read(t, db, func(tx *store.Tx) (bool, error) { return tx.Attached(everything) }))
	equal(t, "tags", []store.Tag(nil), Read(t, db, func(tx *store.Tx) ([]store.Tag, error) { return tx.Tags(resource) }))
}

func testProfileErrors(t *testing.T, db *store.DB) {
	refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
		_, err := tx.Profile("LampRules")
		return err
	})
	Write(t, db, func(tx *store.Tx) error { return tx.InsertProfile(lampRules()) })
	refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.InsertProfile(lampRules()) })
}

func testAttachments(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/attach, count, list, detach": testAttach,
		"fail/profile that is not there": func(t *testing.T, db *store.DB) {
			refused(t, db, store.ErrReferenced, func(tx *store.Tx) error {
				return tx.Attach(store.Attachment{Profile: "nope", Target: store.Target{Kind: record.AllThings}})
			})
		},
	})
	t.Run("ok/targets as text", func(t *testing.T) {
		for _, text := range []string{"all/things", "all/registered-things", "all/unregistered-things", "thinggroup/g", "thinggroup/a:b"} {
			if target, ok := store.ParseTarget(text); !ok || target.String() != text {
				t.Errorf("%q: got %q, %t", text, target, ok)
			}
		}
		for _, text := range []string{"", "all", "all/", "all/robots", "thing/t", "thinggroup", "thinggroup/"} {
			if target, ok := store.ParseTarget(text); ok || target != (store.Target{}) {
				t.Errorf("%q: got target %q", text, target)
			}
		}
	})
}

func testAttach(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	at := func(profile, target string) store.Attachment {
		parsed, _ := store.ParseTarget(target)
		return store.Attachment{Profile: profile, Target: parsed}
	}
	attach := func(a store.Attachment) func(*store.Tx) error {
		return func(tx *store.Tx) error { return tx.Attach(a) }
	}
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertProfile(&store.Profile{Name: "p"}), tx.InsertProfile(&store.Profile{Name: "q"}))
	})
	w.seen = Read(t, db, (*store.Tx).LastRevision)
	w.write(attach(at("q", "thinggroup/g")), `"attachment":{"profile":"q","kind":"thinggroup","group":"g","attached":true}`)
	w.write(attach(at("p", "all/things")), `"attachment":{"profile":"p","kind":"all/things","attached":true}`)
	w.write(attach(at("q", "all/things")), `"attachment":{"profile":"q","kind":"all/things","attached":true}`)
	refused(t, db, store.ErrConflict, attach(at("q", "all/things")))

	equal(t, "profiles of all things", 2, Read(t, db, func(tx *store.Tx) (int, error) { return tx.CountProfiles(store.Target{Kind: record.AllThings}) }))
	for limit := 1; limit <= 4; limit++ {
		equal(t, "targets of q", []store.Target{at("", "all/things").Target, at("", "thinggroup/g").Target},
			pages(t, db, limit, itself, func(tx *store.Tx, after store.Target, limit int) ([]store.Target, error) {
				return tx.TargetsOf("q", after.String(), limit)
			}))
		equal(t, "attachments", []store.Attachment{at("p", "all/things"), at("q", "all/things")},
			pages(t, db, limit, itself, func(tx *store.Tx, after store.Attachment, limit int) ([]store.Attachment, error) {
				return tx.AttachmentsTo(store.Target{Kind: record.AllThings}, true, after, limit)
			}))
	}
	detach := func(tx *store.Tx) error { return tx.Detach(at("q", "thinggroup/g")) }
	w.write(detach, `"attachment":{"profile":"q","kind":"thinggroup","group":"g","attached":false}`)
	w.write(detach) // it is gone already
}
