package store

import (
	"errors"

	"vedette/record"
)

// Membership is one thing directly in one group.
type Membership struct {
	Thing string `json:"thing"`
	Group string `json:"group"`
}

func (m *Membership) scan(row scanner) error { return row.Scan(&m.Thing, &m.Group) }

func (m *Membership) change(member bool) *record.Change {
	return &record.Change{Membership: &record.Membership{Thing: m.Thing, Group: m.Group, Member: member}}
}

// AddMember stores m. The caller has seen that the thing and the group exist
// and the membership does not.
func (tx *Tx) AddMember(m Membership) error {
	if _, err := tx.Exec(`INSERT INTO membership (thing, group_name) VALUES (?, ?)`, m.Thing, m.Group); err != nil {
		return err
	}
	return errors.Join(tx.AddChange(m.change(true)), tx.touchIdentity(SubjectThing, m.Thing))
}

// RemoveMember deletes m. It is no error if it does not exist.
func (tx *Tx) RemoveMember(m Membership) error {
	deleted, err := tx.deleteRows(`DELETE FROM membership WHERE thing = ? AND group_name = ?`, m.Thing, m.Group)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(tx.AddChange(m.change(false)), tx.touchIdentity(SubjectThing, m.Thing))
}

// GroupsOf returns the groups that a thing is directly in, after the group
// called after, by name, at most limit.
func (tx *Tx) GroupsOf(thing, after string, limit int) ([]ThingGroup, error) {
	return all[ThingGroup](tx, `SELECT `+groupColumns+` FROM membership JOIN thing_group ON name = group_name
		WHERE thing = ? AND group_name > ? ORDER BY group_name LIMIT ?`, thing, after, limit)
}

// Members returns the memberships of a group after the membership after, by
// group and thing, at most limit; with recursive also those of all groups
// below it. No thing comes twice: it is in one group of a hierarchy only.
func (tx *Tx) Members(group string, recursive bool, after Membership, limit int) ([]Membership, error) {
	if !recursive {
		return all[Membership](tx, `SELECT thing, group_name FROM membership
			WHERE group_name = ? AND thing > ? ORDER BY thing LIMIT ?`, group, after.Thing, limit)
	}
	return all[Membership](tx, hierarchy+`SELECT thing, group_name FROM membership
		WHERE group_name IN (SELECT name FROM hierarchy WHERE name >= ?) AND (group_name, thing) > (?, ?)
		ORDER BY group_name, thing LIMIT ?`, group, after.Group, after.Group, after.Thing, limit)
}
