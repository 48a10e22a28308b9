package store

import (
	"errors"

	"vedette/api"
	"vedette/record"
)

// Profile is a security profile. Nil members were never given or were deleted.
type Profile struct {
	Name         string
	Description  *string
	Behaviors    []api.Behavior
	AlertTargets map[api.AlertTargetType]api.AlertTarget
	Retain       []api.MetricToRetain // both forms of the API merged, see U6
	Export       *api.MetricsExportConfig
	Version      int64 // 1 at creation
	Created      int64 // epoch milliseconds
	Modified     int64 // epoch milliseconds
}

// ProfileFilter narrows a list of profiles to those that mention a metric or a
// dimension, in a behavior or to retain it. Empty members do not narrow.
type ProfileFilter struct {
	Metric    string
	Dimension string
}

const profileColumns = `name, description, behaviors, alert_targets, retain, export_config, version, created_ms, modified_ms`

func (p *Profile) scan(row scanner) error {
	return row.Scan(&p.Name, &p.Description, asJSON(&p.Behaviors), asJSON(&p.AlertTargets),
		asJSON(&p.Retain), asJSON(&p.Export), &p.Version, &p.Created, &p.Modified)
}

// change returns the profile as detection sees it.
func (p *Profile) change() *record.Change {
	c := &record.Profile{Name: p.Name, Behaviors: p.Behaviors, AlertTargets: p.AlertTargets, Retain: p.Retain}
	if p.Export != nil {
		c.ExportTopic = api.Value(p.Export.MqttTopic)
	}
	return &record.Change{Profile: c}
}

// Profile returns the security profile called name, or ErrNotFound.
func (tx *Tx) Profile(name string) (*Profile, error) {
	return one[Profile](tx, `SELECT `+profileColumns+` FROM security_profile WHERE name = ?`, name)
}

// InsertProfile stores a new profile as version 1.
func (tx *Tx) InsertProfile(p *Profile) error {
	p.Version, p.Created, p.Modified = 1, tx.Now, tx.Now
	_, err := tx.Exec(`INSERT INTO security_profile (`+profileColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.Name, p.Description, asJSON(&p.Behaviors), asJSON(&p.AlertTargets),
		asJSON(&p.Retain), asJSON(&p.Export), p.Version, p.Created, p.Modified)
	if err != nil {
		return err
	}
	return errors.Join(tx.insertProfileMetrics(p), tx.AddChange(p.change()))
}

// UpdateProfile stores p over the profile of its name as the next version, and
// sets p's version and modification time.
func (tx *Tx) UpdateProfile(p *Profile) error {
	p.Version, p.Modified = p.Version+1, tx.Now
	_, err := tx.Exec(`UPDATE security_profile SET description = ?, behaviors = ?, alert_targets = ?,
		retain = ?, export_config = ?, version = ?, modified_ms = ? WHERE name = ?`,
		p.Description, asJSON(&p.Behaviors), asJSON(&p.AlertTargets),
		asJSON(&p.Retain), asJSON(&p.Export), p.Version, p.Modified, p.Name)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM security_profile_metric WHERE profile = ?`, p.Name); err != nil {
		return err
	}
	return errors.Join(tx.insertProfileMetrics(p), tx.AddChange(p.change()))
}

func (tx *Tx) insertProfileMetrics(p *Profile) error {
	type use struct{ metric, dimension string }
	uses := make(map[use]bool)
	add := func(metric *string, d *api.MetricDimension) {
		u := use{metric: api.Value(metric)}
		if d != nil {
			u.dimension = api.Value(d.DimensionName)
		}
		uses[u] = true
	}
	for i := range p.Behaviors {
		add(p.Behaviors[i].Metric, p.Behaviors[i].MetricDimension)
	}
	for i := range p.Retain {
		add(p.Retain[i].Metric, p.Retain[i].MetricDimension)
	}
	for u := range uses {
		if _, err := tx.Exec(`INSERT INTO security_profile_metric (profile, metric, dimension) VALUES (?, ?, ?)`,
			p.Name, u.metric, u.dimension); err != nil {
			return err
		}
	}
	return nil
}

// DeleteProfile deletes the profile called name with its attachments and tags.
// It is no error if there is none.
func (tx *Tx) DeleteProfile(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM security_profile WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(
		tx.deleteTags(Resource{api.ARNSecurityProfile, name}),
		tx.AddChange(&record.Change{Profile: &record.Profile{Name: name, Deleted: true}}))
}

// ProfileNames returns the names of the profiles that f lets through, after
// the name after, in order, at most limit.
func (tx *Tx) ProfileNames(f ProfileFilter, after string, limit int) ([]string, error) {
	switch {
	case f.Metric != "":
		return tx.strings(`SELECT DISTINCT profile FROM security_profile_metric
			WHERE metric = ? AND profile > ? ORDER BY profile LIMIT ?`, f.Metric, after, limit)
	case f.Dimension != "":
		return tx.strings(`SELECT DISTINCT profile FROM security_profile_metric
			WHERE dimension = ? AND profile > ? ORDER BY profile LIMIT ?`, f.Dimension, after, limit)
	default:
		return tx.strings(`SELECT name FROM security_profile WHERE name > ? ORDER BY name LIMIT ?`, after, limit)
	}
}
