package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"vedette/api"
	"vedette/principal"
	"vedette/store"
)

// loadPolicy is the name of the policy of the load generator's devices.
const loadPolicy = "load"

func newSimDevicesCommand() *cobra.Command {
	var dir, out string
	var count int
	cmd := &cobra.Command{
		Use:   "devices",
		Short: "Make certificates for the load generator's devices",
		Long: `Devices makes certificates (ECDSA on P-256) of a running server's own authority in its SQLite
database, and attaches a policy to each that lets a device use the topics below bench/CLIENT-ID
only. They are written to OUT/devices.pem with their keys. OUT/server.pem and OUT/server-key.pem are
for another broker: a certificate for localhost; that broker trusts DATA_DIR/ca.pem.`,
		Example: "  vedette sim devices --data-dir vedette-data --out devices --count 10000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if count < 1 || count > 100_000 {
				return fmt.Errorf("count %d should be in range[1,100000]", count)
			}
			if err := os.MkdirAll(out, 0o700); err != nil {
				return fmt.Errorf("make folder: %w", err)
			}
			if err := writeServerCertificate(out); err != nil {
				return err
			}
			return writeDevices(cmd.Context(), dir, filepath.Join(out, "devices.pem"), count)
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "data-dir", "vedette-data", "data directory of a running server")
	f.StringVar(&out, "out", "devices", "folder to write to")
	f.IntVar(&count, "count", 100, "certificates")
	return cmd
}

// writeServerCertificate writes a certificate of an authority of its own.
func writeServerCertificate(dir string) error {
	root, rootKey, err := principal.NewAuthority(time.Now())
	if err != nil {
		return err
	}
	authority, err := principal.ParseAuthority(root, rootKey)
	if err != nil {
		return err
	}
	cert, err := authority.IssueServer(nil, time.Now())
	if err != nil {
		return err
	}
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return fmt.Errorf("encode key: %w", err)
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "server.pem"), []byte(principal.CertificatePEM(cert.Leaf)), 0o600),
		os.WriteFile(filepath.Join(dir, "server-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600),
	)
}

// writeDevices has the authority of the server whose data directory dir is issue
// certificates, and writes them with their keys. They go into the database by
// themselves, many in a transaction: by the API each would be two.
func writeDevices(ctx context.Context, dir, path string, count int) (err error) {
	client, err := clientOf(ctx, dir)
	if err != nil {
		return err
	}
	if err := makeLoadPolicy(ctx, client); err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "vedette.db"), AsIs: true, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	root, rootKey, err := db.Authority(ctx, func() (string, string, error) { return principal.NewAuthority(time.Now()) })
	if err != nil {
		return err
	}
	authority, err := principal.ParseAuthority(root, rootKey)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write certificates: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for done := 0; done < count; {
		n := min(1000, count-done)
		if err := writeBatch(ctx, db, authority, file, n); err != nil {
			return err
		}
		done += n
	}
	return nil
}

// writeBatch makes n certificates, with the policy attached, in one transaction.
func writeBatch(ctx context.Context, db *store.DB, authority *principal.Authority, to io.Writer, n int) error {
	devices := make([]*x509.Certificate, n)
	for i := range devices {
		cert, text, err := issueDevice(authority)
		if err != nil {
			return err
		}
		if _, err := to.Write(text); err != nil {
			return fmt.Errorf("write certificates: %w", err)
		}
		devices[i] = cert
	}
	return db.Write(ctx, func(tx *store.Tx) error {
		for _, cert := range devices {
			id := principal.CertificateID(cert.Raw)
			if err := tx.InsertCertificate(&store.Certificate{
				ID: id, PEM: principal.CertificatePEM(cert), Status: api.CertificateStatusActive,
				Mode: api.CertificateModeDefault, Generation: api.NewUUID(),
				NotBefore: cert.NotBefore.UnixMilli(), NotAfter: cert.NotAfter.UnixMilli(),
			}); err != nil {
				return err
			}
			if err := tx.AttachPolicy(loadPolicy, store.Resource{Kind: api.ARNCertificate, Name: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// makeLoadPolicy makes the policy of the devices, unless it is there.
func makeLoadPolicy(ctx context.Context, client *apiClient) error {
	const document = `{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:*:*:client/load-*"},
{"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":"arn:aws:iot:*:*:topic/bench/${iot:ClientId}/*"},
{"Effect":"Allow","Action":"iot:Subscribe","Resource":"arn:aws:iot:*:*:topicfilter/bench/${iot:ClientId}/*"}]}`
	err := client.call(ctx, api.CreatePolicy, &api.CreatePolicyRequest{PolicyName: new(loadPolicy), PolicyDocument: new(document)}, &api.CreatePolicyResponse{})
	if e, known := errors.AsType[*api.Error](err); known && e.Code == api.ResourceAlreadyExistsException {
		return nil
	}
	return err
}

// issueDevice returns a fresh certificate, and the PEM of it and its key.
func issueDevice(authority *principal.Authority) (*x509.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make key: %w", err)
	}
	cert, err := authority.IssueRequested(&x509.CertificateRequest{PublicKey: key.Public()}, time.Now())
	if err != nil {
		return nil, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode key: %w", err)
	}
	return cert, append([]byte(principal.CertificatePEM(cert)), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...), nil
}
