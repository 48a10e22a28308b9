package app

import (
	"context"

	"vedette/api"
	"vedette/detect"
	"vedette/gateway"
	"vedette/mqtt"
	"vedette/notify"
	"vedette/record"
	"vedette/store"
)

// Store, mqtt and notify know nothing of each other: here the words of one are
// put into those of the other.

// sessionStorage keeps the broker's sessions in the store.
type sessionStorage struct{ db *store.DB }

func (s sessionStorage) Load(ctx context.Context, fn func(mqtt.Entry) error) error {
	return s.db.LoadSessions(ctx, func(e store.SessionEntry) error { return fn(mqtt.Entry(e)) })
}

func (s sessionStorage) Save(ctx context.Context, entries []mqtt.Entry) error {
	rows := make([]store.SessionEntry, len(entries))
	for i, e := range entries {
		rows[i] = store.SessionEntry(e)
	}
	return s.db.SaveSessions(ctx, rows)
}

// setDimensions tells the gateway what the behaviors of an engine need to be told
// apart. Every engine has all behaviors.
func (a *App) setDimensions(e *detect.Engine) {
	var list []gateway.Dimension
	for _, d := range e.Dimensions() {
		list = append(list, gateway.Dimension(d))
	}
	a.gateway.SetDimensions(list)
}

// registered tells whether the registry has a thing.
func (a *App) registered(thing string) bool {
	return a.owners[a.log.Shard(record.Partition([]byte(thing)))].engine.Registered(thing)
}

// resumeElsewhere has the gateway go on with the sessions at brokers elsewhere that
// were open when the last process ended. Those at a broker that is not configured any
// more end.
func (a *App) resumeElsewhere(ctx context.Context) {
	gone := map[uint32]bool{}
	for _, o := range a.owners {
		o.engine.Online(func(thing []byte, session uint64) {
			process := record.SessionProcess(session)
			if record.Elsewhere(process) && !a.gateway.Resume(thing, session) {
				gone[process] = true
			}
		})
	}
	for process := range gone {
		if err := a.log.AppendGateway(ctx, record.AppendGateway(nil, record.Gateway{Process: process, State: record.GatewayGone})); err != nil {
			a.logger.Warn("the end of the sessions at a broker that is not configured any more was not stored; the next start tries again", "error", err)
		}
	}
}

// outbox gives the dispatcher the alerts that wait in the store.
type outbox struct{ *store.DB }

func (o outbox) Pending(ctx context.Context, after int64, limit int) ([]notify.Delivery, error) {
	rows, err := o.DB.Pending(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	deliveries := make([]notify.Delivery, len(rows))
	for i := range rows {
		d := &rows[i]
		deliveries[i] = notify.Delivery{
			ID: d.ID, ViolationID: d.Event.ID, Thing: d.Event.Thing, Profile: d.Event.Profile, Definition: d.Event.Definition,
			Type: string(d.Event.Type), Time: d.Event.Time, Value: d.Event.Value, Confidence: string(d.Event.Confidence),
			VerificationState: string(d.Verification), VerificationDescription: api.Value(d.VerificationDescription),
			TargetType: string(d.TargetType), Target: d.Target, RoleARN: d.RoleARN, Attempts: d.Attempts,
		}
	}
	return deliveries, nil
}
