package app

import (
	"context"
	"crypto/sha256"
	"net/http"

	"vedette/gateway"
	"vedette/principal"
	"vedette/restjson"
	"vedette/sigv4"
)

// accessKey is what signs a caller's requests.
type accessKey struct{ id, secret string }

// openCredentials takes the root user's access key from the store, which makes
// it on the first start, and writes it where AWS tools look for it.
func (a *App) openCredentials(ctx context.Context) error {
	id, secret, err := a.db.RootKey(ctx, principal.NewAccessKey)
	if err != nil {
		return err
	}
	a.keys = newKeyring(accessKey{id, secret}, a.db, a.options)
	return a.dir.writeCredentials(id, secret, a.options.Region)
}

// RootKey returns the access key of the root user.
func (a *App) RootKey() (id, secret string) { return a.keys.root.id, a.keys.root.secret }

// KeyUser returns who signs with an access key and what that user may do now; nil
// if the key is unknown or disabled. What was returned holds until
// store.(*DB).IdentityChanges names the key.
func (a *App) KeyUser(ctx context.Context, accessKeyID string) (*principal.User, error) {
	return a.keys.current(ctx, accessKeyID)
}

// openAuthority takes the certificate authority from the store, which makes it on
// the first start, and writes its root certificate into the data directory.
func (a *App) openAuthority(ctx context.Context) error {
	certificate, key, err := a.db.Authority(ctx, func() (string, string, error) { return principal.NewAuthority(a.options.Now()) })
	if err != nil {
		return err
	}
	if a.authority, err = principal.ParseAuthority(certificate, key); err != nil {
		return err
	}
	return a.dir.writeRoot(a.authority.PEM())
}

// verifier returns what tells who signed a request for one of the services; nil
// lets everybody in.
func (a *App) verifier(services ...string) func(*http.Request, [sha256.Size]byte) (restjson.Caller, error) {
	if a.options.Auth == AuthNone {
		return nil
	}
	verify := restjson.VerifySigV4(&sigv4.Verifier{
		Region:   a.options.Region,
		Services: services,
		Keys:     a.keys.secret,
	}, a.options.Now)
	return func(r *http.Request, bodySHA256 [sha256.Size]byte) (restjson.Caller, error) {
		caller, err := verify(r, bodySHA256)
		if err == nil {
			a.keys.used(r.Context(), caller.AccessKeyID)
		}
		return caller, err
	}
}

// verifyGateway is verifier for the gateway.
func (a *App) verifyGateway(services ...string) gateway.VerifyFunc {
	verify := a.verifier(services...)
	if verify == nil {
		return nil
	}
	return func(r *http.Request, bodySHA256 [sha256.Size]byte) (string, error) {
		caller, err := verify(r, bodySHA256)
		return caller.AccessKeyID, err
	}
}
