package store

import (
	"strings"

	"vedette/record"
)

// Target is what a security profile is attached to: all things, all registered
// or all unregistered ones, or a thing group.
type Target struct {
	Kind  record.TargetKind `json:"kind"`
	Group string            `json:"group,omitempty"` // record.ThingGroup only
}

// String returns the resource part of the target's ARN: "all/things",
// "thinggroup/lamps".
func (t Target) String() string {
	if t.Kind == record.ThingGroup {
		return string(record.ThingGroup) + "/" + t.Group
	}
	return string(t.Kind)
}

// ParseTarget is the inverse of String; false if s is no target.
func ParseTarget(s string) (Target, bool) {
	switch kind := record.TargetKind(s); kind {
	case record.AllThings, record.RegisteredThings, record.UnregisteredThings:
		return Target{Kind: kind}, true
	}
	group, ok := strings.CutPrefix(s, string(record.ThingGroup)+"/")
	if !ok || group == "" {
		return Target{}, false
	}
	return Target{Kind: record.ThingGroup, Group: group}, true
}

// Attachment is one security profile attached to one target.
type Attachment struct {
	Profile string `json:"profile"`
	Target  Target `json:"target"`
}

func (a *Attachment) scan(row scanner) error {
	var target string
	if err := row.Scan(&a.Profile, &target); err != nil {
		return err
	}
	a.Target, _ = ParseTarget(target)
	return nil
}

func (a *Attachment) change(attached bool) *record.Change {
	return &record.Change{Attachment: &record.Attachment{
		Profile: a.Profile, Kind: a.Target.Kind, Group: a.Target.Group, Attached: attached,
	}}
}

// Attached tells whether a exists.
func (tx *Tx) Attached(a Attachment) (bool, error) {
	return tx.exists(`SELECT 1 FROM attachment WHERE profile = ? AND target = ?`, a.Profile, a.Target.String())
}

// Attach stores a. The caller has seen that the profile and the group exist
// and the attachment does not.
func (tx *Tx) Attach(a Attachment) error {
	if _, err := tx.Exec(`INSERT INTO attachment (profile, target) VALUES (?, ?)`, a.Profile, a.Target.String()); err != nil {
		return err
	}
	return tx.AddChange(a.change(true))
}

// Detach deletes a. It is no error if it does not exist.
func (tx *Tx) Detach(a Attachment) error {
	deleted, err := tx.deleteRows(`DELETE FROM attachment WHERE profile = ? AND target = ?`, a.Profile, a.Target.String())
	if err != nil || deleted == 0 {
		return err
	}
	return tx.AddChange(a.change(false))
}

// CountProfiles returns how many profiles are attached to t.
func (tx *Tx) CountProfiles(t Target) (int, error) {
	return tx.count(`SELECT COUNT(*) FROM attachment WHERE target = ?`, t.String())
}

// TargetsOf returns the targets of a profile after the target after, in the
// order of their strings, at most limit.
func (tx *Tx) TargetsOf(profile, after string, limit int) ([]Target, error) {
	names, err := tx.strings(`SELECT target FROM attachment WHERE profile = ? AND target > ? ORDER BY target LIMIT ?`,
		profile, after, limit)
	targets := make([]Target, len(names))
	for i, name := range names {
		targets[i], _ = ParseTarget(name)
	}
	return targets, err
}

// AttachmentsToAny returns the attachments to any of some targets, by profile and target.
func (tx *Tx) AttachmentsToAny(targets []Target) ([]Attachment, error) {
	args := make([]any, len(targets))
	for i, t := range targets {
		args[i] = t.String()
	}
	return all[Attachment](tx, `SELECT profile, target FROM attachment WHERE target IN (`+placeholders(len(targets))+`) ORDER BY profile, target`, args...)
}

// AttachmentsTo returns the attachments to t, recursively for a group also
// those to the groups above and below it, after the attachment after (the zero
// one: from the first), by profile and target, at most limit.
func (tx *Tx) AttachmentsTo(t Target, recursive bool, after Attachment, limit int) ([]Attachment, error) {
	with, below, args := ``, ``, []any(nil)
	targets := []any{t.String()}
	if recursive && t.Kind == record.ThingGroup {
		above, err := tx.Ancestors(t.Group)
		if err != nil {
			return nil, err
		}
		for _, group := range above {
			targets = append(targets, Target{record.ThingGroup, group}.String())
		}
		with, below, args = hierarchy, ` OR target IN (SELECT 'thinggroup/' || name FROM hierarchy)`, []any{t.Group}
	}
	args = append(append(args, targets...), after.Profile, after.Target.String(), limit)
	return all[Attachment](tx, with+`SELECT profile, target FROM attachment
		WHERE (target IN (`+placeholders(len(targets))+`)`+below+`) AND (profile, target) > (?, ?)
		ORDER BY profile, target LIMIT ?`, args...)
}
