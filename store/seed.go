package store

import (
	"context"
	"fmt"

	"vedette/record"
)

// AllChanges calls fn with everything that detection knows of the control
// plane, as if it were made now, in an order in which nothing is named before it
// exists: this is how an empty log gets its start. The changes carry no revision,
// so none of them is taken for one that was applied before; it returns the
// revision that they stand for, up to which the change table may be dropped. fn may
// not keep the change, nor write to the database while it runs.
func (db *DB) AllChanges(ctx context.Context, fn func(*record.Change) error) (revision int64, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		if revision, err = tx.LastRevision(); err != nil {
			return err
		}
		for _, list := range []func(func(*record.Change) error) error{
			tx.customMetricChanges, tx.dimensionChanges, tx.groupChanges, tx.thingChanges,
			tx.membershipChanges, tx.profileChanges, tx.attachmentChanges,
		} {
			if err := list(fn); err != nil {
				return err
			}
		}
		return nil
	})
	return revision, err
}

// Seeding tells whether a log's start was begun, and not finished: the process
// died in between.
func (db *DB) Seeding(ctx context.Context) (under bool, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT value FROM counter WHERE name = 'seeding'`).Scan(&under)
	})
	if err != nil {
		return false, fmt.Errorf("read whether the log was seeded: %w", err)
	}
	return under, nil
}

// SetSeeding notes that a log's start begins, or is finished.
func (db *DB) SetSeeding(ctx context.Context, under bool) error {
	err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE counter SET value = ? WHERE name = 'seeding'`, under)
		return err
	})
	if err != nil {
		return fmt.Errorf("note whether the log was seeded: %w", err)
	}
	return nil
}

// LastRevision returns the revision of the last change, this transaction's own
// included; 0 when there was none.
func (tx *Tx) LastRevision() (int64, error) {
	var revision int64
	err := tx.QueryRow(`SELECT value FROM counter WHERE name = 'revision'`).Scan(&revision)
	return revision, err
}

func (tx *Tx) customMetricChanges(emit func(*record.Change) error) error {
	return each(tx, func(m *CustomMetric) error { return emit(m.change()) },
		`SELECT `+customMetricColumns+` FROM custom_metric ORDER BY name`)
}

func (tx *Tx) dimensionChanges(emit func(*record.Change) error) error {
	return each(tx, func(d *Dimension) error { return emit(d.change()) },
		`SELECT `+dimensionColumns+` FROM dimension ORDER BY name`)
}

// groupChanges lists parents before their children.
func (tx *Tx) groupChanges(emit func(*record.Change) error) error {
	return each(tx, func(g *ThingGroup) error { return emit(g.change()) },
		`SELECT `+groupColumns+` FROM thing_group ORDER BY depth, name`)
}

func (tx *Tx) thingChanges(emit func(*record.Change) error) error {
	return each(tx, func(name *text) error {
		return emit(&record.Change{Thing: &record.Thing{Name: string(*name)}})
	}, `SELECT name FROM thing ORDER BY name`)
}

func (tx *Tx) membershipChanges(emit func(*record.Change) error) error {
	return each(tx, func(m *Membership) error { return emit(m.change(true)) },
		`SELECT thing, group_name FROM membership ORDER BY thing, group_name`)
}

func (tx *Tx) profileChanges(emit func(*record.Change) error) error {
	return each(tx, func(p *Profile) error { return emit(p.change()) },
		`SELECT `+profileColumns+` FROM security_profile ORDER BY name`)
}

func (tx *Tx) attachmentChanges(emit func(*record.Change) error) error {
	return each(tx, func(a *Attachment) error { return emit(a.change(true)) },
		`SELECT profile, target FROM attachment ORDER BY profile, target`)
}
