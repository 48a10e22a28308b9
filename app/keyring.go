package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/store"
)

// keyring knows the access keys of this deployment, and what those who sign with
// them may do. For the root user's key it asks nobody; for all others it asks the
// store at every use whether a key has changed, so that changes, by whatever
// process, act at once. Policies are compiled when they change.
type keyring struct {
	root accessKey
	all  *principal.User // the root user
	db   *store.DB
	own  api.ARNs
	now  func() time.Time
	log  *slog.Logger

	begun atomic.Int64 // refreshes that were begun
	keys  atomic.Pointer[map[string]*heldKey]

	mu       sync.Mutex // held while a refresh runs
	revision int64      // of keys
	failed   error      // of the last refresh
}

// heldKey is a user's access key, by its id in keyring.keys.
type heldKey struct {
	store.AccessKey
	user *principal.User
	used atomic.Int64 // epoch milliseconds of the day's begin that was noted last
}

// refreshWithin is how long the store may take to say whether keys have changed.
const refreshWithin = 5 * time.Second

func newKeyring(root accessKey, db *store.DB, o Options) *keyring {
	k := &keyring{
		root: root, all: &principal.User{Name: store.RootName, Root: true}, db: db, own: api.ARNs{Account: o.AccountID, Region: o.Region}, now: o.Now, revision: -1,
		log: o.Logger.With("component", "keys"),
	}
	k.keys.Store(&map[string]*heldKey{})
	return k
}

// refresh returns when the keys are those of a moment after its call. Those who
// come while one asks the store share the next answer, so that no crowd of callers,
// with keys that do not exist for example, makes a crowd of questions.
func (k *keyring) refresh(ctx context.Context) error {
	before := k.begun.Load()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.begun.Load() > before { // by another, after our call
		return k.failed
	}
	k.begun.Add(1)
	// Whoever waits must not fail because this one's caller has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshWithin)
	defer cancel()
	keys, revision, err := k.db.KeysSince(ctx, k.revision)
	if errors.Is(err, store.ErrUnavailable) {
		err = &api.Error{Code: api.ServiceUnavailableException, Message: "The store is unavailable. Try again later.", Cause: err}
	}
	if k.failed = err; err != nil || revision == k.revision {
		return err
	}
	k.hold(keys)
	k.revision = revision
	return nil
}

// hold takes keys for those that there are. A policy that stayed is not compiled
// again.
func (k *keyring) hold(keys []store.AccessKey) {
	before, held := *k.keys.Load(), make(map[string]*heldKey, len(keys))
	for _, key := range keys {
		h := &heldKey{AccessKey: key}
		if key.LastUsed != nil {
			h.used.Store(*key.LastUsed)
		}
		if old := before[key.ID]; old != nil && old.Policy == key.Policy {
			h.user = old.user
		} else {
			h.user = k.compile(key)
		}
		held[key.ID] = h
	}
	k.keys.Store(&held)
}

// compile returns the user of a key. One whose policy cannot be read, because
// another release wrote it, may do nothing.
func (k *keyring) compile(key store.AccessKey) *principal.User {
	u := &principal.User{Name: key.Name}
	p, err := parseKeyPolicy(key.Policy, k.own)
	if err != nil {
		k.log.Error("the policy of an access key cannot be read: the key may do nothing until it gets another", "key", key.ID, "name", key.Name, "error", err)
		return u
	}
	u.Policies = policy.NewSet(p)
	return u
}

// parseKeyPolicy reads the policy document of an access key.
func parseKeyPolicy(document string, own api.ARNs) (*policy.Policy, error) {
	return policy.Parse(document, policy.Options{Profile: policy.AccessKey, Own: own})
}

// secret returns the secret of an access key, "" if it is unknown or disabled.
func (k *keyring) secret(ctx context.Context, id string) (string, error) {
	if id == k.root.id {
		return k.root.secret, nil
	}
	if err := k.refresh(ctx); err != nil {
		return "", err
	}
	if h := k.active(id); h != nil {
		return h.Secret, nil
	}
	return "", nil
}

// active returns a user's key that can be used, as far as the last refresh saw.
func (k *keyring) active(id string) *heldKey {
	h := (*k.keys.Load())[id]
	if h == nil || h.Status != store.KeyActive {
		return nil
	}
	return h
}

// user returns who signs with an access key, nil if it is unknown or disabled, as
// far as the last call of secret or current saw.
func (k *keyring) user(id string) *principal.User {
	if id == k.root.id {
		return k.all
	}
	if h := k.active(id); h != nil {
		return h.user
	}
	return nil
}

// current is user as of now.
func (k *keyring) current(ctx context.Context, id string) (*principal.User, error) {
	if _, err := k.secret(ctx, id); err != nil {
		return nil, err
	}
	return k.user(id), nil
}

// used notes, once a day, that a request was signed with a key.
func (k *keyring) used(ctx context.Context, id string) {
	h := k.active(id) // nil of the root user's
	if h == nil {
		return
	}
	now := k.now()
	day := now.UTC().Truncate(24 * time.Hour).UnixMilli()
	if noted := h.used.Load(); noted >= day || !h.used.CompareAndSwap(noted, day) {
		return
	}
	if err := k.db.NoteKeyUse(context.WithoutCancel(ctx), id, now); err != nil {
		k.log.Warn("the use of an access key could not be noted", "key", id, "error", err)
	}
}
