package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"vedette/api"
	"vedette/restjson"
	"vedette/sigv4"
)

// apiClient calls the API of a deployment with its root user's access key.
type apiClient struct {
	endpoint string
	signer   sigv4.Signer
	http     *http.Client     // nil: http.DefaultClient
	now      func() time.Time // nil: time.Now
}

// call sends in and reads the answer into out.
func (c *apiClient) call(ctx context.Context, op *api.Operation, in, out any) error {
	r, err := restjson.EncodeRequest(ctx, op, in, c.endpoint)
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	var body []byte
	if r.GetBody != nil {
		reader, err := r.GetBody()
		if err == nil {
			body, err = io.ReadAll(reader)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", op.Name, err)
		}
	}
	now := time.Now
	if c.now != nil {
		now = c.now
	}
	c.signer.Sign(r, sha256.Sum256(body), now())
	resp, err := cmp.Or(c.http, http.DefaultClient).Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	defer resp.Body.Close()
	if err := restjson.DecodeResponse(op, resp, out); err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	return nil
}

// trusting returns a client that trusts a server's own authority, whose root is in
// its data directory, beside those that the machine trusts.
func trusting(dir string) *http.Client {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if root, err := os.ReadFile(filepath.Join(dir, "ca.pem")); err == nil {
		roots.AppendCertsFromPEM(root)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return &http.Client{Transport: transport}
}
