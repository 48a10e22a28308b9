package store

import (
	"errors"
	"slices"

	"vedette/api"
	"vedette/record"
)

// ThingGroup is a set of things. Groups form hierarchies: a group's parent is
// fixed when it is created.
type ThingGroup struct {
	Name        string
	ID          string // UUID
	Parent      string // empty: a root
	Root        string // of its hierarchy; a root's own name
	Depth       int    // 1 for a root
	Description *string
	Attributes  map[string]string
	Version     int64 // 1 at creation
	Created     int64 // epoch milliseconds
}

// ThingGroupFilter narrows a list of groups. Empty members do not narrow.
type ThingGroupFilter struct {
	Parent    string
	Recursive bool // with Parent: not only its children but all below it
	Roots     bool // without Parent: those that have none
	Prefix    string
}

const groupColumns = `name, id, parent, root, depth, description, attributes, version, created_ms`

func (g *ThingGroup) scan(row scanner) error {
	return row.Scan(&g.Name, &g.ID, &g.Parent, &g.Root, &g.Depth, &g.Description,
		asJSON(&g.Attributes), &g.Version, &g.Created)
}

func (g *ThingGroup) change() *record.Change {
	return &record.Change{Group: &record.Group{Name: g.Name, Parent: g.Parent}}
}

// ThingGroup returns the group called name, or ErrNotFound.
func (tx *Tx) ThingGroup(name string) (*ThingGroup, error) {
	return one[ThingGroup](tx, `SELECT `+groupColumns+` FROM thing_group WHERE name = ?`, name)
}

// InsertThingGroup stores a new group as version 1. The caller has seen that
// the parent exists and set Root and Depth by it.
func (tx *Tx) InsertThingGroup(g *ThingGroup) error {
	g.Version, g.Created = 1, tx.Now
	_, err := tx.Exec(`INSERT INTO thing_group (`+groupColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.Name, g.ID, g.Parent, g.Root, g.Depth, g.Description, asJSON(&g.Attributes), g.Version, g.Created)
	if err != nil {
		return err
	}
	return tx.AddChange(g.change())
}

// UpdateThingGroup stores g's properties over those of the group of its name
// as the next version, and sets g's version. Detection does not see it.
func (tx *Tx) UpdateThingGroup(g *ThingGroup) error {
	g.Version++
	_, err := tx.Exec(`UPDATE thing_group SET description = ?, attributes = ?, version = ? WHERE name = ?`,
		g.Description, asJSON(&g.Attributes), g.Version, g.Name)
	return err
}

// DeleteThingGroup deletes the group called name with its memberships,
// attachments, of policies too, and tags. It is no error if there is none. The caller has seen
// that it has no children.
func (tx *Tx) DeleteThingGroup(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM thing_group WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	_, err = tx.Exec(`DELETE FROM attachment WHERE target = ?`, Target{record.ThingGroup, name}.String())
	return errors.Join(err,
		tx.detachPolicies(Resource{api.ARNThingGroup, name}),
		tx.deleteTags(Resource{api.ARNThingGroup, name}),
		tx.AddChange(&record.Change{Group: &record.Group{Name: name, Deleted: true}}),
		tx.touchIdentity(SubjectGoneGroup, name))
}

// hierarchy is a table of the names of the group given and all groups below it.
const hierarchy = `WITH RECURSIVE hierarchy (name) AS (
		SELECT name FROM thing_group WHERE name = ?
		UNION ALL SELECT g.name FROM thing_group g JOIN hierarchy ON g.parent = hierarchy.name) `

// ThingGroupNames returns the names of the groups that f lets through, after
// the name after, in order, at most limit.
func (tx *Tx) ThingGroupNames(f ThingGroupFilter, after string, limit int) ([]string, error) {
	query, args := `SELECT name FROM thing_group WHERE name > ?`, []any{after}
	switch {
	case f.Parent != "" && f.Recursive:
		query, args = hierarchy+`SELECT name FROM hierarchy WHERE name <> ? AND name > ?`, []any{f.Parent, f.Parent, after}
	case f.Parent != "":
		query, args = query+` AND parent = ?`, append(args, f.Parent)
	case f.Roots:
		query += ` AND parent = ''`
	}
	if f.Prefix != "" {
		query, args = query+` AND name >= ? AND name < ?`, append(args, f.Prefix, prefixEnd(f.Prefix))
	}
	return tx.strings(query+` ORDER BY name LIMIT ?`, append(args, limit)...)
}

// Ancestors returns the names of the groups above the group called name, the
// root first.
func (tx *Tx) Ancestors(name string) ([]string, error) {
	var names []string
	for {
		parents, err := tx.strings(`SELECT parent FROM thing_group WHERE name = ?`, name)
		if err != nil {
			return nil, err
		}
		if len(parents) == 0 || parents[0] == "" {
			break
		}
		name = parents[0]
		names = append(names, name)
	}
	slices.Reverse(names)
	return names, nil
}
