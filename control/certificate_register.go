package control

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"

	"vedette/api"
	"vedette/principal"
	"vedette/store"
)

// RegisterCertificate makes a certificate known that a registered CA has issued.
func (s *Service) RegisterCertificate(ctx context.Context, in *api.RegisterCertificateRequest) (*api.RegisterCertificateResponse, error) {
	cert, err := foreignCertificate(*in.CertificatePem)
	if err != nil {
		return nil, err
	}
	c := newCertificate(cert, issuedStatus(in.SetAsActive))
	if err := registeredStatus(c, in.Status); err != nil {
		return nil, err
	}
	var named *x509.Certificate
	if in.CaCertificatePem != nil {
		if named, err = principal.ParseCertificate(*in.CaCertificatePem); err != nil {
			return nil, invalidCertificate("The CA certificate", err)
		}
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		ca, err := issuer(tx, cert, named)
		if err != nil {
			return err
		}
		if ca.Status != api.CACertificateStatusActive {
			return api.Errorf(api.CertificateStateException, "The CA certificate %s is not ACTIVE.", ca.ID)
		}
		c.CA, c.Mode = ca.ID, ca.Mode
		return s.inserted(tx.InsertCertificate(c), api.ARNCertificate, c.ID)
	})
	if err != nil {
		return nil, err
	}
	return &api.RegisterCertificateResponse{CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID}, nil
}

// RegisterCertificateWithoutCA makes a certificate known whoever has issued it.
// Its devices must name the server in TLS.
func (s *Service) RegisterCertificateWithoutCA(ctx context.Context, in *api.RegisterCertificateWithoutCARequest) (*api.RegisterCertificateWithoutCAResponse, error) {
	cert, err := foreignCertificate(*in.CertificatePem)
	if err != nil {
		return nil, err
	}
	c := newCertificate(cert, api.CertificateStatusInactive)
	c.Mode = api.CertificateModeSniOnly
	if err := registeredStatus(c, in.Status); err != nil {
		return nil, err
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		return s.inserted(tx.InsertCertificate(c), api.ARNCertificate, c.ID)
	})
	if err != nil {
		return nil, err
	}
	return &api.RegisterCertificateWithoutCAResponse{CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID}, nil
}

// RegisterJustInTime makes a certificate known as PENDING_ACTIVATION that a device
// has just shown, if an active registered CA with automatic registration has
// issued it. It returns the id of that CA, or nothing when there is none such or
// the certificate is known already.
func (s *Service) RegisterJustInTime(ctx context.Context, cert *x509.Certificate) (ca string, err error) {
	if principal.CheckKey(cert.PublicKey) != nil {
		return "", nil
	}
	c := newCertificate(cert, api.CertificateStatusPendingActivation)
	find := func(tx *store.Tx) error {
		c.CA = ""
		if known, err := absent(tx.Certificate(c.ID)); known != nil || err != nil {
			return err
		}
		by, err := issuer(tx, cert, nil)
		if _, nobody := errors.AsType[*api.Error](err); nobody {
			return nil
		}
		if err == nil && by.AutoRegistration && by.Status == api.CACertificateStatusActive {
			c.CA, c.Mode = by.ID, by.Mode
		}
		return err
	}
	// Most who come with an unknown certificate are strangers: they take no turn
	// among the writers.
	if err := s.read(ctx, find); err != nil || c.CA == "" {
		return "", err
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		if err := find(tx); err != nil || c.CA == "" {
			return err
		}
		return tx.InsertCertificate(c)
	})
	if err != nil {
		return "", err
	}
	return c.CA, nil
}

// foreignCertificate reads the certificate of a device that others have issued.
func foreignCertificate(text string) (*x509.Certificate, error) {
	cert, err := principal.ParseCertificate(text)
	if err == nil {
		err = principal.CheckKey(cert.PublicKey)
	}
	if err != nil {
		return nil, invalidCertificate("The certificate", err)
	}
	return cert, nil
}

func invalidCertificate(what string, err error) error {
	return api.Errorf(api.CertificateValidationException, "%s is not accepted: %w.", what, err)
}

// registeredStatus gives a certificate the status with which it is registered,
// INACTIVE if it has none.
func registeredStatus(c *store.Certificate, status *api.CertificateStatus) error {
	switch s := api.Value(status); s {
	case "":
	case api.CertificateStatusActive, api.CertificateStatusInactive, api.CertificateStatusRevoked, api.CertificateStatusRegisterInactive:
		c.Status = s
	default:
		return api.InvalidRequest("A certificate cannot be registered with the status %s.", s)
	}
	return nil
}

// issuer returns the registered CA that has issued a certificate: the one named,
// or the only one that can have. A fault of the caller is an *api.Error.
func issuer(tx *store.Tx, cert, named *x509.Certificate) (*store.CACertificate, error) {
	candidates, err := tx.CACertificatesBySubject(principal.IssuerHash(cert))
	if err != nil {
		return nil, err
	}
	var signers []store.CACertificate
	for _, ca := range candidates {
		parsed, err := principal.ParseCertificate(ca.PEM)
		if err != nil {
			return nil, err
		}
		if principal.SignedBy(cert, parsed) && (named == nil || parsed.Equal(named)) {
			signers = append(signers, ca)
		}
	}
	switch {
	case len(signers) == 1:
		return &signers[0], nil
	case len(signers) > 1:
		ids := mapped(signers, func(ca store.CACertificate) string { return ca.ID })
		return nil, api.Errorf(api.CertificateConflictException,
			"Several registered CA certificates have the subject and the key of the issuer (%s). Say which in caCertificatePem.", strings.Join(ids, ", "))
	case named != nil:
		return nil, api.Errorf(api.CertificateValidationException, "The CA certificate is not registered, or did not issue the certificate.")
	}
	return nil, api.Errorf(api.CertificateValidationException, "No registered CA certificate has issued the certificate.")
}
