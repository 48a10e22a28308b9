package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"vedette/api"
	"vedette/principal/policy"
	"vedette/store"
	"vedette/store/storetest"
)

const listOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:List*","Resource":"*"}]}`

// newTestKeyring returns a keyring over a database, of which it tells the reads.
func newTestKeyring(t *testing.T) (k *keyring, reads func() int, log *bytes.Buffer) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	o := storetest.SQLite(t)
	o.ObserveTx = func(kind string, _ time.Duration, _ error) {
		mu.Lock()
		defer mu.Unlock()
		if kind == "read" {
			n++
		}
	}
	log = &bytes.Buffer{}
	options := Options{Logger: slog.New(slog.NewTextHandler(log, nil))}.withDefaults()
	k = newKeyring(accessKey{"AKIAROOT", "root secret"}, storetest.Open(t, o), options)
	return k, func() int { mu.Lock(); defer mu.Unlock(); return n }, log
}

func (k *keyring) insert(t *testing.T, name, document string) *store.AccessKey {
	t.Helper()
	key := &store.AccessKey{ID: "AKIA" + name, Secret: "secret of " + name, Name: name, Policy: document}
	storetest.Write(t, k.db, func(tx *store.Tx) error { return tx.InsertAccessKey(key) })
	return key
}

// secretOf asks as the verifier does.
func (k *keyring) secretOf(t *testing.T, id string) string {
	t.Helper()
	secret, err := k.secret(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// TestRootKeyCostsNothing: the root user's key is known without the store.
func TestRootKeyCostsNothing(t *testing.T) {
	k, reads, _ := newTestKeyring(t)
	u, err := k.current(t.Context(), "AKIAROOT")
	if err != nil || !u.Root || k.secretOf(t, "AKIAROOT") != "root secret" || reads() != 0 {
		t.Errorf("got %+v, %v after %d questions", u, err, reads())
	}
	k.used(t.Context(), "AKIAROOT")
	if allocs := testing.AllocsPerRun(10, func() { k.user("AKIAROOT"); k.used(context.Background(), "AKIAROOT") }); allocs != 0 {
		t.Errorf("%g allocations", allocs)
	}
}

// TestKeyringFollows: every change acts with the next question, and a policy is
// compiled once.
func TestKeyringFollows(t *testing.T) {
	k, _, log := newTestKeyring(t)
	if got := k.secretOf(t, "AKIAci"); got != "" || k.user("AKIAci") != nil {
		t.Errorf("before there is a key: got %q", got)
	}
	key := k.insert(t, "ci", listOnly)
	k.insert(t, "other", listOnly)
	may := func() policy.Decision {
		return k.user("AKIAci").Policies.Evaluate(&policy.Request{Action: "iot:ListThings"})
	}
	if k.secretOf(t, "AKIAci") != key.Secret || may() != policy.Allowed {
		t.Errorf("a new key may not do what its policy allows")
	}
	set := k.user("AKIAother").Policies
	change := func(what func()) {
		what()
		storetest.Write(t, k.db, func(tx *store.Tx) error { return tx.UpdateAccessKey(key) })
	}
	change(func() { key.Status = store.KeyInactive })
	if k.secretOf(t, "AKIAci") != "" || k.user("AKIAci") != nil {
		t.Error("a disabled key can be used")
	}
	change(func() { key.Status, key.Policy = store.KeyActive, strings.Replace(listOnly, "Allow", "Deny", 1) })
	if k.secretOf(t, "AKIAci") == "" || may() != policy.ExplicitDeny {
		t.Error("the new policy is not in force")
	}
	change(func() { key.Policy = `{"Version":"2999"}` })
	if k.secretOf(t, "AKIAci") == "" || may() != policy.ImplicitDeny || !strings.Contains(log.String(), "name=ci") {
		t.Errorf("with a policy that cannot be read; the log:\n%s", log)
	}
	storetest.Write(t, k.db, func(tx *store.Tx) error { return tx.DeleteAccessKey(key.ID) })
	if k.secretOf(t, "AKIAci") != "" || k.user("AKIAci") != nil {
		t.Error("a deleted key can be used")
	}
	if k.user("AKIAother").Policies != set {
		t.Error("a policy that stayed was compiled again")
	}
	if strings.Contains(log.String(), "secret of") {
		t.Errorf("a secret is in the log:\n%s", log)
	}
}

// TestKeyringShares: many callers at once see a key that was there when they came,
// and do not ask the store each.
func TestKeyringShares(t *testing.T) {
	k, reads, _ := newTestKeyring(t)
	const callers = 50
	for round := range 20 {
		name := fmt.Sprintf("k%d", round)
		k.insert(t, name, listOnly)
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				if got := k.secretOf(t, "AKIA"+name); got == "" {
					t.Errorf("%s is not known", name)
				}
			})
		}
		wg.Wait()
	}
	if n := reads(); n > 20*callers {
		t.Errorf("%d questions for %d calls", n, 20*callers)
	}
}

// TestKeyringNotesUse: the day of the last use is written once a day.
func TestKeyringNotesUse(t *testing.T) {
	k, _, _ := newTestKeyring(t)
	now := time.Date(2026, 3, 1, 23, 59, 0, 0, time.UTC)
	k.now = func() time.Time { return now }
	key := k.insert(t, "ci", listOnly)
	use := func() string {
		k.secretOf(t, key.ID)
		k.used(t.Context(), key.ID)
		got := storetest.Read(t, k.db, func(tx *store.Tx) (*store.AccessKey, error) { return tx.AccessKey("ci") })
		return time.UnixMilli(*got.LastUsed).UTC().Format(time.DateOnly)
	}
	if got := use(); got != "2026-03-01" {
		t.Errorf("got %s", got)
	}
	now = now.Add(2 * time.Minute)
	if got := use(); got != "2026-03-02" {
		t.Errorf("got %s", got)
	}
}

// TestKeyringWithoutStore: what cannot be looked up is neither known nor unknown.
func TestKeyringWithoutStore(t *testing.T) {
	k, _, _ := newTestKeyring(t)
	k.insert(t, "ci", listOnly)
	k.secretOf(t, "AKIAci")
	if err := k.db.Close(); err != nil {
		t.Fatal(err)
	}
	if secret, err := k.secret(t.Context(), "AKIAci"); err == nil || secret != "" {
		t.Errorf("got %q, %v", secret, err)
	}
	if u, err := k.current(t.Context(), "AKIAci"); err == nil || u != nil {
		t.Errorf("got %+v, %v", u, err)
	}
	if k.secretOf(t, "AKIAROOT") == "" {
		t.Error("the root user is shut out")
	}
	if e, ok := errors.AsType[*api.Error](k.failed); ok && e.Code != api.ServiceUnavailableException {
		t.Errorf("got %v", e)
	}
}
