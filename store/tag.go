package store

import (
	"errors"

	"vedette/api"
)

// resourceTables says where the resources of each kind that carries tags are: the
// table, and its column of names; "" where none of that kind can be made yet.
var resourceTables = map[api.ARNKind]struct{ table, name string }{
	api.ARNSecurityProfile: {"security_profile", "name"},
	api.ARNDimension:       {"dimension", "name"},
	api.ARNCustomMetric:    {"custom_metric", "name"},
	api.ARNThingGroup:      {"thing_group", "name"},
	api.ARNThingType:       {"thing_type", "name"},
	api.ARNPolicy:          {"policy", "name"},
	api.ARNCACertificate:   {"ca_certificate", "id"},

	api.ARNMitigationAction: {},
	api.ARNScheduledAudit:   {},
}

// Resource is something that carries tags.
type Resource struct {
	Kind api.ARNKind
	Name string
}

// String returns the resource part of the resource's ARN.
func (r Resource) String() string { return string(r.Kind) + "/" + r.Name }

// Taggable tells whether resources of r's kind carry tags.
func (r Resource) Taggable() bool {
	_, ok := resourceTables[r.Kind]
	return ok
}

// Tag is a label on a resource.
type Tag struct {
	Key   string
	Value *string // nil: a key alone
}

func (t *Tag) scan(row scanner) error { return row.Scan(&t.Key, &t.Value) }

// ResourceExists tells whether r exists; r must be Taggable.
func (tx *Tx) ResourceExists(r Resource) (bool, error) {
	in := resourceTables[r.Kind]
	if in.table == "" {
		return false, nil
	}
	return tx.exists(`SELECT 1 FROM `+in.table+` WHERE `+in.name+` = ?`, r.Name)
}

// Tags returns the tags of r by key.
func (tx *Tx) Tags(r Resource) ([]Tag, error) {
	return all[Tag](tx, `SELECT tag_key, tag_value FROM tag WHERE resource = ? ORDER BY tag_key`, r.String())
}

// PutTags stores tags on r, over those with the same keys.
func (tx *Tx) PutTags(r Resource, tags []Tag) error {
	for _, t := range tags {
		if _, err := tx.Exec(`INSERT INTO tag (resource, tag_key, tag_value) VALUES (?, ?, ?)
			ON CONFLICT (resource, tag_key) DO UPDATE SET tag_value = excluded.tag_value`,
			r.String(), t.Key, t.Value); err != nil {
			return err
		}
	}
	return nil
}

// DeleteTags deletes the tags of r with the given keys; unknown ones are no error.
func (tx *Tx) DeleteTags(r Resource, keys []string) error {
	var errs error
	for _, key := range keys {
		_, err := tx.Exec(`DELETE FROM tag WHERE resource = ? AND tag_key = ?`, r.String(), key)
		errs = errors.Join(errs, err)
	}
	return errs
}

func (tx *Tx) deleteTags(r Resource) error {
	_, err := tx.Exec(`DELETE FROM tag WHERE resource = ?`, r.String())
	return err
}
