package app

import (
	"maps"
	"slices"
	"time"

	"vedette/control"
)

// deployment returns what DescribeDeployment says of this one; nothing secret.
func (a *App) deployment() control.DescribeDeploymentResponse {
	o := &a.options
	days := func(d time.Duration) *float64 { return new(d.Hours() / 24) }
	optional := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	endpoints := a.Endpoints()
	out := control.DescribeDeploymentResponse{
		StartedAt: new(a.started),
		Endpoints: &control.DeploymentEndpoints{
			HTTP: &endpoints.HTTP, MQTT: &endpoints.MQTT, MQTTS: optional(endpoints.MQTTS), HTTPSDevice: optional(endpoints.HTTPSDevice), Hostname: &o.Hostname,
		},
		Storage: &control.DeploymentStorage{Database: new(control.DatabaseSQLite), Log: new(control.LogEmbedded)},
		Retention: &control.DeploymentRetention{
			ViolationDays: days(o.ViolationRetention), MetricValueDays: days(o.MetricRetention), SilenceDays: days(o.SilenceAfter),
		},
		MQTTRules: &o.MQTTRules,
		Limits:    a.limitsInForce(),
		Exports:   []control.DeploymentExport{},
	}
	if o.DatabaseURL != "" {
		out.Storage.Database = new(control.DatabasePostgreSQL)
	}
	if o.NATSURL != "" {
		out.Storage.Log = new(control.LogNATS)
	}
	for _, sink := range o.Exports {
		kind := "file"
		if sink.RemoteWrite != nil {
			kind = "remote-write"
		}
		out.Exports = append(out.Exports, control.DeploymentExport{Name: &sink.Name, Kind: &kind})
	}
	return out
}

// limitsInForce returns the quotas by the names of the configuration file, defaults
// filled in.
func (a *App) limitsInForce() []control.DeploymentLimit {
	o := a.options
	o.Limits = a.service.Limits()
	rules := a.broker.Options()
	o.Broker = BrokerLimits{
		Sessions: rules.MaxSessions, SessionsPerPrincipal: rules.MaxSessionsPerOwner, Subscriptions: rules.MaxSubscriptions,
		QueuedMessages: rules.MaxQueued, QueuedBytes: rules.MaxQueuedBytes, TotalQueuedBytes: rules.MaxQueuedTotal,
		OutboundBytes: rules.MaxOutbound, RetainedMessages: rules.MaxRetained, RetainedBytes: rules.MaxRetainedBytes,
	}
	values := o.limits()
	list := []control.DeploymentLimit{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list = append(list, control.DeploymentLimit{Name: &name, Value: new(int64(*values[name]))})
	}
	return list
}
