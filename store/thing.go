package store

import (
	"errors"
	"strings"

	"vedette/record"
)

// Thing is an entry of the registry.
type Thing struct {
	Name         string
	ID           string // UUID
	Type         string // thing type; empty: none
	Attributes   map[string]string
	BillingGroup *string
	Version      int64 // 1 at creation
}

// ThingFilter narrows a list of things. Nil members do not narrow; Value is
// used only together with Attribute.
type ThingFilter struct {
	Type      *string
	Attribute *string // the thing has an attribute of this name
	Value     *string // with this value
	Prefix    bool    // Value is only how the value begins
}

// ThingKey is a thing's place in a list.
type ThingKey struct {
	Value string `json:"value,omitempty"` // of the attribute filtered by; empty without Attribute
	Name  string `json:"name"`
}

const thingColumns = `thing.name, thing.id, thing.type, thing.attributes, thing.billing_group, thing.version`

func (t *Thing) scan(row scanner) error {
	return row.Scan(&t.Name, &t.ID, &t.Type, asJSON(&t.Attributes), &t.BillingGroup, &t.Version)
}

func (t *Thing) change() *record.Change {
	return &record.Change{Thing: &record.Thing{Name: t.Name}}
}

// Key returns t's place in a list narrowed by f.
func (t *Thing) Key(f ThingFilter) ThingKey {
	key := ThingKey{Name: t.Name}
	if f.Attribute != nil {
		key.Value = t.Attributes[*f.Attribute]
	}
	return key
}

// Thing returns the thing called name, or ErrNotFound.
func (tx *Tx) Thing(name string) (*Thing, error) {
	return one[Thing](tx, `SELECT `+thingColumns+` FROM thing WHERE name = ?`, name)
}

// ThingExists tells whether there is a thing called name.
func (tx *Tx) ThingExists(name string) (bool, error) {
	return tx.exists(`SELECT 1 FROM thing WHERE name = ?`, name)
}

// thingTypeOf is the type of a thing.
type thingTypeOf struct{ thing, name string }

func (t *thingTypeOf) scan(row scanner) error { return row.Scan(&t.thing, &t.name) }

// TypesOf returns the types of those of the things called so that have one.
func (tx *Tx) TypesOf(things []string) (map[string]string, error) {
	types := make(map[string]string)
	if len(things) == 0 {
		return types, nil
	}
	args := make([]any, len(things))
	for i, name := range things {
		args[i] = name
	}
	err := each(tx, func(t *thingTypeOf) error {
		types[t.thing] = t.name
		return nil
	}, `SELECT name, type FROM thing WHERE type <> '' AND name IN (`+placeholders(len(things))+`)`, args...)
	return types, err
}

// InsertThing stores a new thing as version 1.
func (tx *Tx) InsertThing(t *Thing) error {
	t.Version = 1
	_, err := tx.Exec(`INSERT INTO thing (name, id, type, attributes, billing_group, version) VALUES (?, ?, ?, ?, ?, ?)`,
		t.Name, t.ID, t.Type, asJSON(&t.Attributes), t.BillingGroup, t.Version)
	if err != nil {
		return err
	}
	return errors.Join(tx.insertThingAttributes(t), tx.AddChange(t.change()), tx.touchIdentity(SubjectThing, t.Name))
}

// UpdateThing stores t over the thing of its name as the next version, and
// sets t's version. Detection does not see it.
func (tx *Tx) UpdateThing(t *Thing) error {
	t.Version++
	_, err := tx.Exec(`UPDATE thing SET type = ?, attributes = ?, billing_group = ?, version = ? WHERE name = ?`,
		t.Type, asJSON(&t.Attributes), t.BillingGroup, t.Version, t.Name)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM thing_attribute WHERE thing = ?`, t.Name); err != nil {
		return err
	}
	return errors.Join(tx.insertThingAttributes(t), tx.touchIdentity(SubjectThing, t.Name))
}

func (tx *Tx) insertThingAttributes(t *Thing) error {
	if len(t.Attributes) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(t.Attributes))
	for name, value := range t.Attributes {
		args = append(args, t.Name, name, value)
	}
	rows := strings.Repeat(`(?, ?, ?), `, len(t.Attributes))
	_, err := tx.Exec(`INSERT INTO thing_attribute (thing, name, value) VALUES `+strings.TrimSuffix(rows, ", "), args...)
	return err
}

// DeleteThing deletes the thing called name with its memberships. It is no
// error if there is none. The caller has seen that no principal is attached.
func (tx *Tx) DeleteThing(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM thing WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(tx.AddChange(&record.Change{Thing: &record.Thing{Name: name, Deleted: true}}), tx.touchIdentity(SubjectThing, name))
}

// Things returns the things that f lets through, after the key after (the zero
// key: from the first), at most limit: by name, or by value and name with
// f.Attribute.
func (tx *Tx) Things(f ThingFilter, after ThingKey, limit int) ([]Thing, error) {
	from, order := "thing", "thing.name"
	var c conditions
	if f.Attribute == nil {
		c.add("thing.name > ?", after.Name)
	} else {
		from, order = "thing_attribute a JOIN thing ON thing.name = a.thing", "a.value, a.thing"
		c.attribute(f)
		c.add("(a.value, a.thing) > (?, ?)", after.Value, after.Name)
	}
	if f.Type != nil {
		c.add("thing.type = ?", *f.Type)
	}
	return all[Thing](tx, "SELECT "+thingColumns+" FROM "+from+c.where()+" ORDER BY "+order+" LIMIT ?", append(c.args, limit)...)
}

// attribute adds the terms of a filter by an attribute.
func (c *conditions) attribute(f ThingFilter) {
	c.add("a.name = ?", *f.Attribute)
	switch {
	case f.Value == nil:
	case !f.Prefix:
		c.add("a.value = ?", *f.Value)
	case *f.Value != "":
		c.add("a.value >= ? AND a.value < ?", *f.Value, prefixEnd(*f.Value))
	}
}
