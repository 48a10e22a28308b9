package app

import (
	"context"

	"vedette/control"
	"vedette/detect"
)

// fleetFigures returns what the overview tells that is not in the store. What the engines
// know is of all things, whichever process they are connected to; what comes in is of this one.
func (a *App) fleetFigures(ctx context.Context) control.FleetFigures {
	var all detect.FleetCounts
	since := a.options.Now().Add(-control.ReportingFor).UnixMilli()
	for _, o := range a.owners {
		c := o.engine.CountFleet(since)
		all.Seen += c.Seen
		all.Registered += c.Registered
		all.Online += c.Online
		all.Reporting += c.Reporting
	}
	r := a.rates.now()
	return control.FleetFigures{
		Things: control.ThingCounts{
			Seen: new(int64(all.Seen)), Registered: new(int64(all.Registered)), Connected: new(int64(all.Online)),
			Reporting: new(int64(all.Reporting)), Silent: new(int64(all.Seen - all.Reporting)),
		},
		Ingest: control.Ingest{ReportsPerSecond: &r.Reports, MessagesPerSecond: &r.Messages, Connections: &r.Connections},
		Health: a.health(ctx),
	}
}

// ingested returns how much came in since the start.
func (a *App) ingested() ingested {
	return ingested{at: a.options.Now(), reports: a.gateway.Accepted(), messages: a.broker.Stats().MessagesIn}
}

// activeViolations returns how many violations are active, as the engines know.
func (a *App) activeViolations() (n int) {
	for _, o := range a.owners {
		n += o.engine.ActiveViolations()
	}
	return n
}
