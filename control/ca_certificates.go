package control

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"vedette/api"
	"vedette/principal"
	"vedette/store"
)

// GetRegistrationCode returns the code that verification certificates are made
// out to; the first call makes it.
func (s *Service) GetRegistrationCode(ctx context.Context, _ *api.GetRegistrationCodeRequest) (*api.GetRegistrationCodeResponse, error) {
	var code string
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		code, err = tx.RegistrationCode()
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = s.write(ctx, func(tx *store.Tx) (err error) {
			if code, err = tx.RegistrationCode(); !errors.Is(err, store.ErrNotFound) {
				return err
			}
			code = newRegistrationCode()
			return tx.InsertRegistrationCode(code)
		})
	}
	if err != nil {
		return nil, err
	}
	return &api.GetRegistrationCodeResponse{RegistrationCode: &code}, nil
}

// newRegistrationCode returns 64 random hex digits.
func newRegistrationCode() string {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	return hex.EncodeToString(random)
}

// RegisterCACertificate makes a CA known. In DEFAULT mode the caller shows that it
// has the CA's key, by a certificate for the registration code.
func (s *Service) RegisterCACertificate(ctx context.Context, in *api.RegisterCACertificateRequest) (*api.RegisterCACertificateResponse, error) {
	c := &store.CACertificate{
		Status: api.CACertificateStatusInactive, AutoRegistration: api.Value(in.AllowAutoRegistration),
		RegistrationConfig: in.RegistrationConfig, Mode: api.CertificateModeDefault, Generation: api.NewUUID(),
	}
	if api.Value(in.SetAsActive) {
		c.Status = api.CACertificateStatusActive
	}
	if in.CertificateMode != nil {
		c.Mode = *in.CertificateMode
	}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	cert, err := s.caCertificate(c, *in.CaCertificate)
	if err != nil {
		return nil, err
	}
	codes, err := verifiedCode(c.Mode, cert, in.VerificationCertificate)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(tx *store.Tx) error {
		if err := checkRegistrationCode(tx, c.Mode, codes); err != nil {
			return err
		}
		if err := s.inserted(tx.InsertCACertificate(c), api.ARNCACertificate, c.ID); err != nil {
			return err
		}
		return tx.PutTags(store.Resource{Kind: api.ARNCACertificate, Name: c.ID}, tags)
	})
	if err != nil {
		return nil, err
	}
	return &api.RegisterCACertificateResponse{CertificateArn: new(s.arns.CACertificate(c.ID)), CertificateId: &c.ID}, nil
}

// caCertificate reads the certificate of a CA into c.
func (s *Service) caCertificate(c *store.CACertificate, text string) (*x509.Certificate, error) {
	cert, err := principal.ParseCertificate(text)
	if err == nil {
		err = principal.CheckKey(cert.PublicKey)
	}
	now := s.opts.Now()
	switch {
	case err != nil:
	case !cert.IsCA || !cert.BasicConstraintsValid:
		err = errors.New("it is not the certificate of a CA (basic constraints)")
	case now.After(cert.NotAfter):
		err = fmt.Errorf("it has expired on %s", cert.NotAfter.Format("2006-01-02"))
	}
	if err != nil {
		return nil, invalidCertificate("The CA certificate", err)
	}
	c.ID, c.PEM, c.SubjectHash = principal.CertificateID(cert.Raw), principal.CertificatePEM(cert), principal.SubjectHash(cert)
	c.NotBefore, c.NotAfter = cert.NotBefore.UnixMilli(), cert.NotAfter.UnixMilli()
	return cert, nil
}

// verifiedCode returns what a verification certificate, which the CA must have
// issued, is made out to; with SNI_ONLY there is none.
func verifiedCode(mode api.CertificateMode, ca *x509.Certificate, verification *string) (string, error) {
	given := api.Value(verification) != ""
	switch {
	case mode == api.CertificateModeSniOnly && given:
		return "", api.InvalidRequest("verificationCertificate must be left out with the certificateMode SNI_ONLY.")
	case mode == api.CertificateModeSniOnly:
		return "", nil
	case !given:
		return "", api.InvalidRequest("verificationCertificate is missing: the certificateMode DEFAULT needs it.")
	}
	cert, err := principal.ParseCertificate(*verification)
	if err == nil && !principal.SignedBy(cert, ca) {
		err = errors.New("the CA has not issued it")
	}
	if err != nil {
		return "", invalidCertificate("The verification certificate", err)
	}
	return cert.Subject.CommonName, nil
}

func checkRegistrationCode(tx *store.Tx, mode api.CertificateMode, given string) error {
	if mode == api.CertificateModeSniOnly {
		return nil
	}
	code, err := tx.RegistrationCode()
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || subtle.ConstantTimeCompare([]byte(code), []byte(given)) == 0 {
		return api.Errorf(api.RegistrationCodeValidationException, "The common name of the verification certificate is not the registration code.")
	}
	return nil
}

// DescribeCACertificate returns a registered CA.
func (s *Service) DescribeCACertificate(ctx context.Context, in *api.DescribeCACertificateRequest) (*api.DescribeCACertificateResponse, error) {
	var c *store.CACertificate
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		c, err = caCertificate(tx, *in.CertificateId)
		return err
	})
	if err != nil {
		return nil, err
	}
	auto := api.AutoRegistrationStatusDisable
	if c.AutoRegistration {
		auto = api.AutoRegistrationStatusEnable
	}
	return &api.DescribeCACertificateResponse{
		CertificateDescription: &api.CACertificateDescription{
			CertificateArn: new(s.arns.CACertificate(c.ID)), CertificateId: &c.ID, Status: &c.Status, CertificatePem: &c.PEM,
			OwnedBy: &s.arns.Account, CreationDate: new(millis(c.Created)), LastModifiedDate: new(millis(c.Modified)),
			AutoRegistrationStatus: &auto, CustomerVersion: new(int32(c.Version)), GenerationId: &c.Generation,
			Validity: validity(c.NotBefore, c.NotAfter), CertificateMode: &c.Mode,
		},
		RegistrationConfig: c.RegistrationConfig,
	}, nil
}

// UpdateCACertificate changes the status of a registered CA and how its
// certificates are registered.
func (s *Service) UpdateCACertificate(ctx context.Context, in *api.UpdateCACertificateRequest) (*struct{}, error) {
	if api.Value(in.RemoveAutoRegistration) && in.RegistrationConfig != nil {
		return nil, api.InvalidRequest("removeAutoRegistration cannot be true when registrationConfig is given.")
	}
	return nil, s.write(ctx, func(tx *store.Tx) error {
		c, err := caCertificate(tx, *in.CertificateId)
		if err != nil {
			return err
		}
		if in.NewStatus != nil {
			c.Status = *in.NewStatus
		}
		if in.NewAutoRegistrationStatus != nil {
			c.AutoRegistration = *in.NewAutoRegistrationStatus == api.AutoRegistrationStatusEnable
		}
		if in.RegistrationConfig != nil {
			c.RegistrationConfig = in.RegistrationConfig
		}
		if api.Value(in.RemoveAutoRegistration) {
			c.RegistrationConfig = nil
		}
		return tx.UpdateCACertificate(c)
	})
}

// DeleteCACertificate deletes a registered CA that is not active. The
// certificates that it issued stay.
func (s *Service) DeleteCACertificate(ctx context.Context, in *api.DeleteCACertificateRequest) (*api.DeleteCACertificateResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		c, err := caCertificate(tx, *in.CertificateId)
		if err != nil {
			return err
		}
		if c.Status == api.CACertificateStatusActive {
			return api.Errorf(api.CertificateStateException, "The CA certificate %s is ACTIVE. Deactivate it first.", c.ID)
		}
		return tx.DeleteCACertificate(c.ID)
	})
}

// ListCACertificates returns the registered CAs, newest first unless asked
// otherwise.
func (s *Service) ListCACertificates(ctx context.Context, in *api.ListCACertificatesRequest) (*api.ListCACertificatesResponse, error) {
	p, err := newMarkerPager[store.CreationKey](api.ListCACertificates, in.Marker, in.PageSize, in.TemplateName, in.AscendingOrder)
	if err != nil {
		return nil, err
	}
	out := &api.ListCACertificatesResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		list, err := tx.CACertificates(in.TemplateName, creationPage(p, in.AscendingOrder))
		list, token := cut(p, list, func(c store.CACertificate) store.CreationKey { return c.Key() })
		out.NextMarker = marker(token)
		out.Certificates = mapped(list, func(c store.CACertificate) api.CACertificate {
			return api.CACertificate{
				CertificateArn: new(s.arns.CACertificate(c.ID)), CertificateId: &c.ID, Status: &c.Status, CreationDate: new(millis(c.Created)),
			}
		})
		return err
	})
	return out, err
}

// caCertificate returns the CA with the id, or what the caller is told.
func caCertificate(tx *store.Tx, id string) (*store.CACertificate, error) {
	id = strings.ToLower(id)
	c, err := tx.CACertificate(id)
	return found(c, err, "CA certificate", id)
}
