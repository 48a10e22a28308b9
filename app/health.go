package app

import (
	"context"
	"time"

	"vedette/control"
)

// healthWithin is how long the parts may take to say how they are.
const healthWithin = 5 * time.Second

// health tells how the parts are.
func (a *App) health(ctx context.Context) []control.Health {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	var stalled error
	for _, o := range a.owners {
		if err := o.progress.stalled(); err != nil {
			stalled = err
		}
	}
	var list []control.Health
	for _, part := range []struct {
		name string
		err  error
	}{{control.HealthLog, a.log.Healthy()}, {control.HealthStore, a.db.Healthy(ctx)}, {control.HealthDetection, stalled}} {
		h := control.Health{Name: &part.name, Healthy: new(part.err == nil), Message: new("")}
		if part.err != nil {
			h.Message = new(part.err.Error())
		}
		list = append(list, h)
	}
	return list
}
