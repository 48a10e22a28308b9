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

// CreateKeysAndCertificate makes a key pair and a certificate for it. The private
// key is in the answer and nowhere else.
func (s *Service) CreateKeysAndCertificate(ctx context.Context, in *api.CreateKeysAndCertificateRequest) (*api.CreateKeysAndCertificateResponse, error) {
	cert, keys, err := s.opts.Authority.IssueKeys(s.opts.Now())
	if err != nil {
		return nil, err
	}
	c := newCertificate(cert, issuedStatus(in.SetAsActive))
	if err := s.write(ctx, func(tx *store.Tx) error { return tx.InsertCertificate(c) }); err != nil {
		return nil, err
	}
	return &api.CreateKeysAndCertificateResponse{
		CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID, CertificatePem: &c.PEM,
		KeyPair: &api.KeyPair{PublicKey: &keys.Public, PrivateKey: &keys.Private},
	}, nil
}

// CreateCertificateFromCsr makes a certificate for the key of a certificate
// signing request. The same request again makes another certificate.
func (s *Service) CreateCertificateFromCsr(ctx context.Context, in *api.CreateCertificateFromCsrRequest) (*api.CreateCertificateFromCsrResponse, error) {
	csr, err := principal.ParseRequest(*in.CertificateSigningRequest)
	if err != nil {
		return nil, api.InvalidRequest("The certificate signing request is not accepted: %w.", err)
	}
	cert, err := s.opts.Authority.IssueRequested(csr, s.opts.Now())
	if err != nil {
		return nil, err
	}
	c := newCertificate(cert, issuedStatus(in.SetAsActive))
	if err := s.write(ctx, func(tx *store.Tx) error { return tx.InsertCertificate(c) }); err != nil {
		return nil, err
	}
	return &api.CreateCertificateFromCsrResponse{
		CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID, CertificatePem: &c.PEM,
	}, nil
}

// newCertificate returns the entry of a certificate, in DEFAULT mode and of no
// registered CA.
func newCertificate(cert *x509.Certificate, status api.CertificateStatus) *store.Certificate {
	return &store.Certificate{
		ID: principal.CertificateID(cert.Raw), PEM: principal.CertificatePEM(cert), Status: status,
		Mode: api.CertificateModeDefault, Generation: api.NewUUID(),
		NotBefore: cert.NotBefore.UnixMilli(), NotAfter: cert.NotAfter.UnixMilli(),
	}
}

func issuedStatus(active *bool) api.CertificateStatus {
	if api.Value(active) {
		return api.CertificateStatusActive
	}
	return api.CertificateStatusInactive
}

// DescribeCertificate returns a certificate.
func (s *Service) DescribeCertificate(ctx context.Context, in *api.DescribeCertificateRequest) (*api.DescribeCertificateResponse, error) {
	var c *store.Certificate
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		c, err = certificate(tx, *in.CertificateId)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.DescribeCertificateResponse{CertificateDescription: &api.CertificateDescription{
		CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID, CaCertificateId: given(c.CA),
		Status: &c.Status, CertificatePem: &c.PEM, OwnedBy: &s.arns.Account,
		CreationDate: new(millis(c.Created)), LastModifiedDate: new(millis(c.Modified)),
		CustomerVersion: new(int32(c.Version)), GenerationId: &c.Generation,
		Validity: validity(c.NotBefore, c.NotAfter), CertificateMode: &c.Mode,
	}}, nil
}

func validity(notBefore, notAfter int64) *api.CertificateValidity {
	return &api.CertificateValidity{NotBefore: new(millis(notBefore)), NotAfter: new(millis(notAfter))}
}

// UpdateCertificate changes the status of a certificate. A certificate that is no
// longer active loses its connections.
func (s *Service) UpdateCertificate(ctx context.Context, in *api.UpdateCertificateRequest) (*struct{}, error) {
	switch *in.NewStatus {
	case api.CertificateStatusPendingTransfer, api.CertificateStatusPendingActivation:
		return nil, api.InvalidRequest("newStatus %s cannot be set.", *in.NewStatus)
	}
	return nil, s.write(ctx, func(tx *store.Tx) error {
		c, err := certificate(tx, *in.CertificateId)
		if err != nil || c.Status == *in.NewStatus {
			return err
		}
		c.Status = *in.NewStatus
		return tx.UpdateCertificate(c)
	})
}

// DeleteCertificate deletes a certificate that is not active and attached to no
// thing; one with policies only with forceDelete.
func (s *Service) DeleteCertificate(ctx context.Context, in *api.DeleteCertificateRequest) (*struct{}, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		c, err := certificate(tx, *in.CertificateId)
		if err != nil {
			return err
		}
		if c.Status == api.CertificateStatusActive {
			return api.Errorf(api.CertificateStateException, "The certificate %s is ACTIVE. Deactivate or revoke it first.", c.ID)
		}
		things, err := tx.ThingsOf(c.ID, "", 1)
		if err != nil {
			return err
		}
		if len(things) > 0 {
			return api.Errorf(api.DeleteConflictException, "The certificate %s is attached to the thing %s. Detach it first.", c.ID, things[0].Thing)
		}
		policies, err := tx.AttachedPolicies([]store.Resource{c.Resource()}, "", 1)
		if err != nil {
			return err
		}
		if len(policies) > 0 && !api.Value(in.ForceDelete) {
			return api.Errorf(api.DeleteConflictException, "The policy %s is attached to the certificate %s. Detach it first, or use forceDelete.", policies[0], c.ID)
		}
		return tx.DeleteCertificate(c.ID)
	})
}

// ListCertificates returns the certificates, newest first unless asked otherwise.
func (s *Service) ListCertificates(ctx context.Context, in *api.ListCertificatesRequest) (*api.ListCertificatesResponse, error) {
	p, err := newMarkerPager[store.CreationKey](api.ListCertificates, in.Marker, in.PageSize, in.AscendingOrder)
	if err != nil {
		return nil, err
	}
	out := &api.ListCertificatesResponse{}
	out.Certificates, out.NextMarker, err = s.certificates(ctx, "", p, in.AscendingOrder)
	return out, err
}

// ListCertificatesByCA returns the certificates that a registered CA issued; those
// of an unknown one are none.
func (s *Service) ListCertificatesByCA(ctx context.Context, in *api.ListCertificatesByCARequest) (*api.ListCertificatesByCAResponse, error) {
	p, err := newMarkerPager[store.CreationKey](api.ListCertificatesByCA, in.Marker, in.PageSize, in.CaCertificateId, in.AscendingOrder)
	if err != nil {
		return nil, err
	}
	out := &api.ListCertificatesByCAResponse{}
	out.Certificates, out.NextMarker, err = s.certificates(ctx, strings.ToLower(*in.CaCertificateId), p, in.AscendingOrder)
	return out, err
}

// certificates returns a page of the certificates: all, or those of a CA.
func (s *Service) certificates(ctx context.Context, ca string, p *pager[store.CreationKey], ascending *bool) (page []api.Certificate, next *string, err error) {
	err = s.read(ctx, func(tx *store.Tx) error {
		list, err := tx.Certificates(ca, creationPage(p, ascending))
		list, token := cut(p, list, func(c store.Certificate) store.CreationKey { return c.Key() })
		next = marker(token)
		page = mapped(list, func(c store.Certificate) api.Certificate {
			return api.Certificate{
				CertificateArn: new(s.arns.Certificate(c.ID)), CertificateId: &c.ID, Status: &c.Status,
				CertificateMode: &c.Mode, CreationDate: new(millis(c.Created)),
			}
		})
		return err
	})
	return page, next, err
}

// certificate returns the certificate with the id, or what the caller is told.
func certificate(tx *store.Tx, id string) (*store.Certificate, error) {
	id = strings.ToLower(id)
	c, err := tx.Certificate(id)
	return found(c, err, "certificate", id)
}

// principalARN returns the id of the certificate whose ARN a call names as
// principal.
func (s *Service) principalARN(arn string) (string, error) {
	a, err := api.ParseARN(arn)
	if err != nil || a.Kind() != api.ARNCertificate || !s.arns.Own(a) {
		return "", api.InvalidRequest("%s is not the ARN of a certificate of this account and Region: no other principals are known here.", arn)
	}
	return strings.ToLower(a.Name()), nil
}

// certificateExists is the answer to a second registration.
func (s *Service) certificateExists(kind api.ARNKind, id string) error {
	e := api.Errorf(api.ResourceAlreadyExistsException, "The certificate %s is registered already.", id)
	e.ResourceID, e.ResourceARN = id, s.arns.Of(kind, id)
	return e
}

// inserted makes a second registration the caller's fault.
func (s *Service) inserted(err error, kind api.ARNKind, id string) error {
	if errors.Is(err, store.ErrConflict) {
		return s.certificateExists(kind, id)
	}
	return err
}
