package app

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"

	"vedette/api"
	"vedette/mqtt"
	"vedette/principal"
)

// registered is the event of a certificate that was registered because a device
// has shown it. Its form is AWS's.
type registered struct {
	CertificateID     string                `json:"certificateId"`
	CACertificateID   string                `json:"caCertificateId"`
	Timestamp         int64                 `json:"timestamp"` // epoch milliseconds
	CertificateStatus api.CertificateStatus `json:"certificateStatus"`
	AccountID         string                `json:"awsAccountId"`
	RegisteredAt      int64                 `json:"certificateRegistrationTimestamp"` // epoch milliseconds
}

// registerJustInTime registers a certificate that is not known, if an active CA
// with automatic registration issued it, and tells so on
// $aws/events/certificates/registered/CA. Somebody has to activate it then.
func (a *App) registerJustInTime(ctx context.Context, cert *x509.Certificate) error {
	ca, err := a.service.RegisterJustInTime(ctx, cert)
	if err != nil || ca == "" {
		return err
	}
	id, now := principal.CertificateID(cert.Raw), a.options.Now().UnixMilli()
	a.logger.Info("certificate registered just in time", "certificate", id, "ca", ca)
	payload, err := json.Marshal(registered{id, ca, now, api.CertificateStatusPendingActivation, a.options.AccountID, now})
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	a.broker.Publish(mqtt.Message{Topic: []byte("$aws/events/certificates/registered/" + ca), Payload: payload})
	return nil
}
