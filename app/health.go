package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vedette/control"
)

// part is a part of the server and what is wrong with it; nil: nothing.
type part struct {
	name string
	err  error
}

// healthWithin is how long the parts may take to say how they are.
const healthWithin = 5 * time.Second

// parts tells how the parts of the server are.
func (a *App) parts(ctx context.Context) []part {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	return []part{{control.HealthLog, a.log.Healthy()}, {control.HealthStore, a.db.Healthy(ctx)}, {control.HealthDetection, a.judging()}}
}

// judging tells what keeps reports from being judged.
func (a *App) judging() error {
	if !a.ready.Load() {
		return errors.New("starting: what the last run left in the log is being judged")
	}
	for _, o := range a.owners {
		if err := o.progress.stalled(); err != nil {
			return fmt.Errorf("shard %d: %w", o.shard, err)
		}
	}
	return nil
}

// health is for control.Options.Health.
func (a *App) health(ctx context.Context) []control.Health {
	var list []control.Health
	for _, p := range a.parts(ctx) {
		h := control.Health{Name: &p.name, Healthy: new(p.err == nil), Message: new("")}
		if p.err != nil {
			h.Message = new(p.err.Error())
		}
		list = append(list, h)
	}
	return list
}
