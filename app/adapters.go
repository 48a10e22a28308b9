package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"net/http"

	"vedette/api"
	"vedette/mqtt"
	"vedette/notify"
	"vedette/restjson"
	"vedette/sigv4"
	"vedette/store"
	"vedette/task"
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
	scheduler, err := task.NewScheduler(task.Options{Logger: a.logger, Now: a.options.Now}, retention.Job())
	a.scheduler = scheduler
	return err
}

// accessKey is what signs a caller's requests.
type accessKey struct{ id, secret string }

// openCredentials takes the root user's access key from the store, which makes
// it on the first start, and writes it where AWS tools look for it.
func (a *App) openCredentials(ctx context.Context) error {
	id, secret, err := a.db.RootKey(ctx, newAccessKey)
	if err != nil {
		return err
	}
	a.key = accessKey{id, secret}
	return a.dir.writeCredentials(id, secret)
}

// RootKey returns the access key of the root user.
func (a *App) RootKey() (id, secret string) { return a.key.id, a.key.secret }

// newAccessKey returns a random key of AWS's form: AKIA and 16 letters and
// digits; 40 letters, digits, + and /.
func newAccessKey() (id, secret string) {
	random := make([]byte, 10+30)
	_, _ = rand.Read(random) // never fails: crypto/rand
	return "AKIA" + base32.StdEncoding.EncodeToString(random[:10]), base64.StdEncoding.EncodeToString(random[10:])
}

// verifier returns what tells who signed a request; nil lets everybody in.
func (a *App) verifier() func(*http.Request, [sha256.Size]byte) (restjson.Caller, error) {
	if a.options.Auth == AuthNone {
		return nil
	}
	return restjson.VerifySigV4(&sigv4.Verifier{
		Region:   a.options.Region,
		Services: []string{"iot", "execute-api"}, // older AWS CLIs sign for execute-api
		Keys: func(id string) (string, bool) {
			return a.key.secret, id == a.key.id
		},
	}, a.options.Now)
}
