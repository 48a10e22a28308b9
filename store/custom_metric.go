package store

import (
	"errors"

	"vedette/api"
	"vedette/record"
)

// CustomMetric is a user-defined metric. Its type never changes.
type CustomMetric struct {
	Name        string
	Type        api.CustomMetricType
	DisplayName *string
	Token       string // clientRequestToken of the creation
	Request     string // digest of what the creation asked for
	Created     int64  // epoch milliseconds
	Modified    int64  // epoch milliseconds
}

const customMetricColumns = `name, type, display_name, token, request, created_ms, modified_ms`

func (m *CustomMetric) scan(row scanner) error {
	return row.Scan(&m.Name, &m.Type, &m.DisplayName, &m.Token, &m.Request, &m.Created, &m.Modified)
}

func (m *CustomMetric) change() *record.Change {
	return &record.Change{CustomMetric: &record.CustomMetric{Name: m.Name, Type: m.Type}}
}

// CustomMetric returns the custom metric called name, or ErrNotFound.
func (tx *Tx) CustomMetric(name string) (*CustomMetric, error) {
	return one[CustomMetric](tx, `SELECT `+customMetricColumns+` FROM custom_metric WHERE name = ?`, name)
}

// InsertCustomMetric stores a new custom metric.
func (tx *Tx) InsertCustomMetric(m *CustomMetric) error {
	m.Created, m.Modified = tx.Now, tx.Now
	if _, err := tx.Exec(`INSERT INTO custom_metric (`+customMetricColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		m.Name, string(m.Type), m.DisplayName, m.Token, m.Request, m.Created, m.Modified); err != nil {
		return err
	}
	return tx.AddChange(m.change())
}

// UpdateCustomMetric stores m's display name over that of the metric of its
// name and sets its modification time. Detection does not see it.
func (tx *Tx) UpdateCustomMetric(m *CustomMetric) error {
	m.Modified = tx.Now
	_, err := tx.Exec(`UPDATE custom_metric SET display_name = ?, modified_ms = ? WHERE name = ?`,
		m.DisplayName, m.Modified, m.Name)
	return err
}

// DeleteCustomMetric deletes the custom metric called name with its tags. It
// is no error if there is none. The caller has seen that no profile uses it.
func (tx *Tx) DeleteCustomMetric(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM custom_metric WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	return errors.Join(tx.deleteTags(Resource{api.ARNCustomMetric, name}),
		tx.AddChange(&record.Change{CustomMetric: &record.CustomMetric{Name: name, Deleted: true}}))
}

// CountCustomMetrics returns how many custom metrics there are.
func (tx *Tx) CountCustomMetrics() (int, error) {
	return tx.count(`SELECT COUNT(*) FROM custom_metric`)
}

// CustomMetricNames returns the names after the name after, in order, at most limit.
func (tx *Tx) CustomMetricNames(after string, limit int) ([]string, error) {
	return tx.strings(`SELECT name FROM custom_metric WHERE name > ? ORDER BY name LIMIT ?`, after, limit)
}

// CustomMetricTypes returns the types of all custom metrics by name.
func (tx *Tx) CustomMetricTypes() (map[string]api.CustomMetricType, error) {
	types := make(map[string]api.CustomMetricType)
	err := each(tx, func(m *CustomMetric) error {
		types[m.Name] = m.Type
		return nil
	}, `SELECT `+customMetricColumns+` FROM custom_metric`)
	return types, err
}
