package store

import (
	"errors"

	"vedette/api"
)

// ThingType is a kind of thing. Nothing but its deprecation ever changes.
type ThingType struct {
	Name       string
	ID         string // UUID
	Properties *api.ThingTypeProperties
	Deprecated *int64 // when, epoch milliseconds; nil: it is not
	Created    int64  // epoch milliseconds
}

const thingTypeColumns = `name, id, properties, deprecated_ms, created_ms`

func (t *ThingType) scan(row scanner) error {
	return row.Scan(&t.Name, &t.ID, asJSON(&t.Properties), &t.Deprecated, &t.Created)
}

// ThingType returns the thing type called name, or ErrNotFound.
func (tx *Tx) ThingType(name string) (*ThingType, error) {
	return one[ThingType](tx, `SELECT `+thingTypeColumns+` FROM thing_type WHERE name = ?`, name)
}

// InsertThingType stores a new thing type.
func (tx *Tx) InsertThingType(t *ThingType) error {
	t.Created = tx.Now
	_, err := tx.Exec(`INSERT INTO thing_type (`+thingTypeColumns+`) VALUES (?, ?, ?, ?, ?)`,
		t.Name, t.ID, asJSON(&t.Properties), t.Deprecated, t.Created)
	return err
}

// DeprecateThingType sets when the thing type called name was deprecated; nil
// takes the deprecation back.
func (tx *Tx) DeprecateThingType(name string, at *int64) error {
	_, err := tx.Exec(`UPDATE thing_type SET deprecated_ms = ? WHERE name = ?`, at, name)
	return err
}

// DeleteThingType deletes the thing type called name with its tags. The caller
// has seen that no thing has it.
func (tx *Tx) DeleteThingType(name string) error {
	_, err := tx.Exec(`DELETE FROM thing_type WHERE name = ?`, name)
	return errors.Join(err, tx.deleteTags(Resource{api.ARNThingType, name}))
}

// ThingTypes returns the thing types after the name after, in order, at most
// limit; only the one called name when that is not nil.
func (tx *Tx) ThingTypes(name *string, after string, limit int) ([]ThingType, error) {
	query, args := `SELECT `+thingTypeColumns+` FROM thing_type WHERE name > ?`, []any{after}
	if name != nil {
		query, args = query+` AND name = ?`, append(args, *name)
	}
	return all[ThingType](tx, query+` ORDER BY name LIMIT ?`, append(args, limit)...)
}
