package store

import (
	"errors"

	"vedette/api"
	"vedette/record"
)

// Dimension is a dimension: topic filters that narrow a metric.
type Dimension struct {
	Name     string
	Type     api.DimensionType
	Values   []string
	Token    string // clientRequestToken of the creation
	Request  string // digest of what the creation asked for
	Created  int64  // epoch milliseconds
	Modified int64  // epoch milliseconds
}

const dimensionColumns = `name, type, string_values, token, request, created_ms, modified_ms`

func (d *Dimension) scan(row scanner) error {
	return row.Scan(&d.Name, &d.Type, asJSON(&d.Values), &d.Token, &d.Request, &d.Created, &d.Modified)
}

func (d *Dimension) change() *record.Change {
	return &record.Change{Dimension: &record.Dimension{Name: d.Name, Values: d.Values}}
}

// Dimension returns the dimension called name, or ErrNotFound.
func (tx *Tx) Dimension(name string) (*Dimension, error) {
	return one[Dimension](tx, `SELECT `+dimensionColumns+` FROM dimension WHERE name = ?`, name)
}

// InsertDimension stores a new dimension.
func (tx *Tx) InsertDimension(d *Dimension) error {
	d.Created, d.Modified = tx.Now, tx.Now
	if _, err := tx.Exec(`INSERT INTO dimension (`+dimensionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		d.Name, string(d.Type), asJSON(&d.Values), d.Token, d.Request, d.Created, d.Modified); err != nil {
		return err
	}
	return tx.AddChange(d.change())
}

// UpdateDimension stores d's values over those of the dimension of its name
// and sets its modification time.
func (tx *Tx) UpdateDimension(d *Dimension) error {
	d.Modified = tx.Now
	if _, err := tx.Exec(`UPDATE dimension SET string_values = ?, modified_ms = ? WHERE name = ?`,
		asJSON(&d.Values), d.Modified, d.Name); err != nil {
		return err
	}
	return tx.AddChange(d.change())
}

// DeleteDimension deletes the dimension called name with its tags. It is no
// error if there is none. The caller has seen that no profile uses it.
func (tx *Tx) DeleteDimension(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM dimension WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(tx.deleteTags(Resource{api.ARNDimension, name}),
		tx.AddChange(&record.Change{Dimension: &record.Dimension{Name: name, Deleted: true}}))
}

// CountDimensions returns how many dimensions there are.
func (tx *Tx) CountDimensions() (int, error) {
	return tx.count(`SELECT COUNT(*) FROM dimension`)
}

// DimensionNames returns the names after the name after, in order, at most limit.
func (tx *Tx) DimensionNames(after string, limit int) ([]string, error) {
	return tx.strings(`SELECT name FROM dimension WHERE name > ? ORDER BY name LIMIT ?`, after, limit)
}
