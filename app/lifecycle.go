package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Start binds the listeners and runs everything. It returns when the log that an
// earlier run left has been judged: the deployment is ready then. An error stops
// what had started.
func (a *App) Start(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if err := a.listen(); err != nil {
		return err
	}
	a.background("gateway alive", a.pulse(ctx))
	a.background("alerts", a.dispatcher.Run)
	a.background("schedules", a.scheduler.Run)
	if err := errors.Join(a.setMetricMemory(ctx), a.setExportInterval(ctx), a.setDeltaFromTotals(ctx)); err != nil {
		return err
	}
	a.judge()
	a.background("changes", a.feeder.run)
	a.serve()
	a.background("live", a.live.run) // its streams end before the listeners wait for them
	a.export()
	if err := a.catchUp(ctx); err != nil {
		return err
	}
	a.caughtUp = true
	a.background("thresholds", a.coordinator.run)
	a.resumeElsewhere(ctx)
	if a.bridge != nil {
		a.background("bridge", a.bridge.Run)
	}
	a.ready.Store(true)
	endpoints := a.Endpoints()
	if err := a.dir.writeEndpoints(endpoints); err != nil {
		return err
	}
	a.later(func(context.Context) error { a.dir.removeEndpoints(); a.ready.Store(false); return nil })
	a.logger.Info("ready", append(endpoints.attributes(), "data_dir", a.options.DataDir)...)
	return nil
}

// Stop ends everything in the reverse order of its start: nobody new comes in,
// what was accepted is judged and its effects are stored, then all is closed. It
// may be called again.
func (a *App) Stop(ctx context.Context) error {
	a.stopOnce.Do(func() {
		a.logger.Info("stopping")
		a.stopError = a.undo(ctx)
		a.running.Wait()
	})
	return a.stopError
}

// background runs fn until the deployment stops.
func (a *App) background(name string, fn func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	a.running.Go(func() {
		defer close(done)
		fn(ctx)
	})
	a.later(func(stop context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-stop.Done():
			return fmt.Errorf("stop %s: %w", name, stop.Err())
		}
	})
}

// judge runs the owners of the shards. They stop after everybody who writes to
// the log, once they have judged all of it.
func (a *App) judge() {
	for _, o := range a.owners {
		a.background("detection", func(ctx context.Context) {
			if err := o.run(ctx); err != nil {
				a.fail(err)
			}
		})
		a.background("clock", o.tick)
	}
	a.later(func(ctx context.Context) error { return a.drained(ctx) })
}

// drained waits until the whole log has been judged. A start that was given up
// waits for nothing: the log keeps what an earlier run left.
func (a *App) drained(ctx context.Context) error {
	if !a.caughtUp {
		return nil
	}
	for _, o := range a.owners {
		seq, err := a.log.LastSeq(ctx, o.shard)
		if err == nil {
			err = o.progress.wait(ctx, seq)
		}
		if err != nil {
			return fmt.Errorf("stopped before all reports were judged, the next start goes on: %w", err)
		}
	}
	return nil
}

// catchUp waits until what an earlier run left in the log has been judged.
func (a *App) catchUp(ctx context.Context) error {
	for _, o := range a.owners {
		seq, err := a.log.LastSeq(ctx, o.shard)
		if err != nil {
			return fmt.Errorf("read log of shard %d: %w", o.shard, err)
		}
		waiting, cancel := context.WithCancel(ctx)
		caught := make(chan error, 1)
		go func() { caught <- o.progress.wait(waiting, seq) }()
		for done := false; !done; {
			select {
			case err = <-caught:
				done = true
			case err = <-a.failed:
				done = true
			case <-time.After(5 * time.Second):
				a.logger.Info("judging the log again", "shard", o.shard, "done", o.progress.reached(), "of", seq)
			}
		}
		cancel()
		if err == nil {
			err = a.checkRevision(ctx, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkRevision refuses a database that is older than the log: the engine would take
// the changes that are made next for repetitions of those that it knows.
func (a *App) checkRevision(ctx context.Context, o *owner) error {
	applied := o.engine.Stats().Revision
	made, err := a.db.LastRevision(ctx)
	if err == nil && applied > made {
		err = fmt.Errorf("the log has changes up to revision %d, but the database was last changed by revision %d: the database is older than the log, or another one; "+
			"restore both from the same backup, or start with an empty log", applied, made)
	}
	return err
}
