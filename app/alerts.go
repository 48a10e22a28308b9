package app

import (
	"context"

	"vedette/api"
	"vedette/notify"
	"vedette/task"
)

// wireAlerts makes what sends alerts, and the schedule of background work.
func (a *App) wireAlerts(context.Context) error {
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
	retention := task.Retention{Keep: a.options.ViolationRetention, Now: a.options.Now, Expire: a.db.Expire, Logger: a.logger}
	scheduler, err := task.NewScheduler(task.Options{Logger: a.logger, Now: a.options.Now}, retention.Job(), a.expireThresholds())
	a.scheduler = scheduler
	return err
}
