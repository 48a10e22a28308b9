package app

import (
	"context"
	"time"

	"vedette/api"
	"vedette/notify"
	"vedette/task"
)

// wireAlerts makes what sends alerts, and the schedule of background work.
func (a *App) wireAlerts(context.Context) (err error) {
	sns := notify.NewSNS(notify.SNSOptions{
		Endpoint: a.options.SNSEndpoint, AssumeRole: a.options.SNSAssumeRole, Credentials: a.options.SNSCredentials,
	})
	a.later(func(context.Context) error { sns.Close(); return nil })
	a.dispatcher = notify.NewDispatcher(notify.Options{
		Outbox:      outbox{a.db},
		Targets:     map[string]notify.Target{string(api.AlertTargetTypeSns): sns},
		Logger:      a.logger,
		Now:         a.options.Now,
		ObserveSend: a.metrics.observeSend,
	})
	a.scheduler, err = task.NewScheduler(task.Options{Logger: a.logger, Now: a.options.Now}, a.retention()...)
	return err
}

// retention is what forgets old violations and metric values.
func (a *App) retention() []task.Job {
	o := &a.options
	violations := task.Retention{Name: "violations", What: "violations", Keep: o.ViolationRetention, Now: o.Now, Expire: a.db.Expire, Logger: a.logger}
	values := task.Retention{Name: "metric-values", What: "days of metric values", Keep: o.MetricRetention, Now: o.Now, Expire: a.db.ExpireChunks, Logger: a.logger}
	exports := task.Retention{Name: "exports", What: "exported messages that some sink has not taken", Keep: o.ExportRetention, Now: o.Now, Expire: a.db.ExpireExports, Logger: a.logger}
	deleted := task.Job{Name: "deleted-metrics", Every: time.Hour, Run: func(ctx context.Context) error {
		n, err := a.db.PurgeChunks(ctx)
		if n > 0 {
			a.logger.Info("values of deleted metrics removed", "component", "task", "chunks", n)
		}
		return err
	}}
	thresholds := task.Retention{Name: "thresholds", What: "statistical thresholds", Keep: o.MetricRetention, Now: o.Now, Expire: a.db.ExpireThresholds, Logger: a.logger}
	return []task.Job{violations.Job(), values.Job(), thresholds.Job(), exports.Job(), deleted}
}
