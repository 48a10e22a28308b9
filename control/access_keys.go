package control

import (
	"context"
	"errors"
	"regexp"

	"vedette/api"
	"vedette/principal"
	"vedette/principal/policy"
	"vedette/restjson"
	"vedette/store"
)

// AccessKeys manages the access keys in a store. Its errors are *api.Error, unless the
// store fails.
type AccessKeys struct{ Store *store.DB }

var (
	keyNamePattern = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`) // of IAM's users
	keyIDPattern   = regexp.MustCompile(`^AKIA[A-Z0-9]{16}$`)
)

// Create makes an access key with a policy document. The name is new, and may be a
// user's name in IAM. What is returned holds the secret, which no other method returns.
func (k AccessKeys) Create(ctx context.Context, name, document string) (*store.AccessKey, error) {
	switch {
	case !keyNamePattern.MatchString(name):
		return nil, api.InvalidRequest("The name %q cannot be that of an access key: want up to 64 letters, digits and characters of _+=,.@-", name)
	case name == store.RootName || keyIDPattern.MatchString(name):
		return nil, api.InvalidRequest("The name %q cannot be that of an access key: want one that is not root and does not look like the id of a key.", name)
	}
	if err := checkKeyPolicy(document); err != nil {
		return nil, err
	}
	key := &store.AccessKey{Name: name, Policy: document}
	key.ID, key.Secret = principal.NewAccessKey()
	err := k.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertAccessKey(key) })
	if errors.Is(err, store.ErrConflict) {
		return nil, api.Errorf(api.ResourceAlreadyExistsException, "There is an access key %s already: choose another name, or delete that one.", name)
	}
	if err != nil {
		return nil, err
	}
	return key, nil
}

// checkKeyPolicy says what is wrong with the policy document of an access key.
func checkKeyPolicy(document string) error {
	if _, err := policy.Parse(document, policy.Options{Profile: policy.AccessKey}); err != nil {
		return api.Errorf(api.MalformedPolicyException, "The policy document is malformed: %w.", err)
	}
	return nil
}

// List returns all access keys by name, the root user's too, without secrets.
func (k AccessKeys) List(ctx context.Context) (list []store.AccessKey, err error) {
	err = k.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.AccessKeys()
		return err
	})
	for i := range list {
		list[i].Secret = ""
	}
	return list, err
}

// Show returns the access key with a name or id, without its secret.
func (k AccessKeys) Show(ctx context.Context, nameOrID string) (key *store.AccessKey, err error) {
	err = k.Store.Read(ctx, func(tx *store.Tx) (err error) {
		key, err = accessKey(tx, nameOrID)
		return err
	})
	if err != nil {
		return nil, err
	}
	key.Secret = ""
	return key, nil
}

// SetPolicy gives an access key another policy document.
func (k AccessKeys) SetPolicy(ctx context.Context, nameOrID, document string) error {
	if err := checkKeyPolicy(document); err != nil {
		return err
	}
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error {
		key.Policy = document
		return tx.UpdateAccessKey(key)
	})
}

// SetStatus disables an access key or enables it again.
func (k AccessKeys) SetStatus(ctx context.Context, nameOrID string, status store.KeyStatus) error {
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error {
		key.Status = status
		return tx.UpdateAccessKey(key)
	})
}

// Delete deletes an access key.
func (k AccessKeys) Delete(ctx context.Context, nameOrID string) error {
	return k.change(ctx, nameOrID, func(tx *store.Tx, key *store.AccessKey) error { return tx.DeleteAccessKey(key.ID) })
}

// change changes an access key that is not the root user's.
func (k AccessKeys) change(ctx context.Context, nameOrID string, fn func(tx *store.Tx, key *store.AccessKey) error) error {
	return k.Store.Write(ctx, func(tx *store.Tx) error {
		key, err := accessKey(tx, nameOrID)
		if err != nil {
			return err
		}
		if key.Name == store.RootName {
			return api.InvalidRequest("The root user's access key may always do all: it cannot be limited, disabled or deleted.")
		}
		return fn(tx, key)
	})
}

func accessKey(tx *store.Tx, nameOrID string) (*store.AccessKey, error) {
	key, err := tx.AccessKey(nameOrID)
	return found(key, err, "access key", nameOrID)
}

// ListAccessKeys lists all access keys, the root user's too.
func (s *Service) ListAccessKeys(ctx context.Context, _ *ListAccessKeysRequest) (*ListAccessKeysResponse, error) {
	list, err := s.keys().List(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	return &ListAccessKeysResponse{AccessKeys: mapped(list, accessKeyOf)}, nil
}

func (s *Service) keys() AccessKeys { return AccessKeys{s.store} }

func accessKeyOf(k store.AccessKey) AccessKey {
	out := AccessKey{
		AccessKeyID: &k.ID, Name: &k.Name, Root: new(k.Name == store.RootName), Status: new(string(k.Status)), CreatedAt: new(millis(k.Created)),
	}
	if !*out.Root {
		out.Policy = &k.Policy
	}
	if k.LastUsed != nil {
		out.LastUsedAt = new(millis(*k.LastUsed))
	}
	return out
}

// noPolicy allows nothing.
const noPolicy = `{"Version":"2012-10-17","Statement":[]}`

// CreateAccessKey makes an access key. Only the root user gives it a policy: what anybody
// else could give away may come to more than what that one may do, as conditions may ask
// for the name of the key.
func (s *Service) CreateAccessKey(ctx context.Context, in *CreateAccessKeyRequest) (*CreateAccessKeyResponse, error) {
	document := noPolicy
	if in.Policy != nil {
		if !s.root(ctx) {
			return nil, api.Errorf(api.AccessDeniedException,
				"Only the root user can create an access key with a policy. Leave the policy out: the key may do nothing then, until `vedette key update` gives it a policy.")
		}
		document = *in.Policy
	}
	key, err := s.keys().Create(ctx, *in.Name, document)
	if err != nil {
		return nil, unavailable(err)
	}
	return &CreateAccessKeyResponse{
		AccessKeyID: &key.ID, SecretAccessKey: &key.Secret, Name: &key.Name, Status: new(string(key.Status)), Policy: &key.Policy, CreatedAt: new(millis(key.Created)),
	}, nil
}

// root tells whether the caller may do all.
func (s *Service) root(ctx context.Context) bool {
	if s.opts.User == nil {
		return true
	}
	user := s.opts.User(restjson.CallerFrom(ctx))
	return user != nil && user.Root
}

// UpdateAccessKey disables an access key or enables it again.
func (s *Service) UpdateAccessKey(ctx context.Context, in *UpdateAccessKeyRequest) (*UpdateAccessKeyResponse, error) {
	return &UpdateAccessKeyResponse{}, unavailable(s.keys().SetStatus(ctx, *in.AccessKeyID, store.KeyStatus(*in.Status)))
}

// DeleteAccessKey deletes an access key.
func (s *Service) DeleteAccessKey(ctx context.Context, in *DeleteAccessKeyRequest) (*DeleteAccessKeyResponse, error) {
	return &DeleteAccessKeyResponse{}, unavailable(s.keys().Delete(ctx, *in.AccessKeyID))
}
