package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// certificateSource gives the certificate that the listeners show.
type certificateSource interface {
	// next returns the certificate to show after current (nil: none yet), or nil
	// when current is still the right one.
	next(current *tls.Certificate, now time.Time) (*tls.Certificate, error)
}

// certificateFiles are PEM files that somebody else renews.
type certificateFiles struct {
	cert, key string
	seen      string // what the files looked like when they were read
}

func (f *certificateFiles) next(current *tls.Certificate, _ time.Time) (*tls.Certificate, error) {
	looks, err := looksOf(f.cert, f.key)
	if err != nil {
		return nil, err
	}
	if current != nil && looks == f.seen {
		return nil, nil
	}
	c, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", f.cert, f.key, err)
	}
	f.seen = looks
	return &c, nil
}

// looksOf tells files from what they were before.
func looksOf(paths ...string) (looks string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		looks += fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size(), " ")
	}
	return looks, nil
}

// issuedCertificate is one of the deployment's own authority, made anew at each
// start and when a third of its time is left.
type issuedCertificate struct {
	issue func(hosts []string, now time.Time) (tls.Certificate, error)
	hosts []string
}

func (s *issuedCertificate) next(current *tls.Certificate, now time.Time) (*tls.Certificate, error) {
	if current != nil {
		life := current.Leaf.NotAfter.Sub(current.Leaf.NotBefore)
		if current.Leaf.NotAfter.Sub(now) > life/3 {
			return nil, nil
		}
	}
	c, err := s.issue(s.hosts, now)
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// serverCertificate is the certificate that all TLS listeners show. It is replaced
// while they run.
type serverCertificate struct {
	now     func() time.Time
	logger  *slog.Logger
	current atomic.Pointer[tls.Certificate]

	mu      sync.Mutex
	source  certificateSource
	trouble string // the last error, logged once
}

// newServerCertificate returns one that has a certificate.
func newServerCertificate(source certificateSource, now func() time.Time, logger *slog.Logger) (*serverCertificate, error) {
	s := &serverCertificate{source: source, now: now, logger: logger}
	return s, s.refresh()
}

// get is for tls.Config.GetCertificate.
func (s *serverCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return s.current.Load(), nil
}

// refresh takes a new certificate if there is one. After an error the old one
// stays.
func (s *serverCertificate) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.source.next(s.current.Load(), s.now())
	if err != nil {
		err = fmt.Errorf("server certificate: %w", err)
		if s.current.Load() != nil && err.Error() != s.trouble {
			s.logger.Error("the old server certificate stays", "error", err)
		}
		s.trouble = err.Error()
		return err
	}
	s.trouble = ""
	if c == nil {
		return nil
	}
	s.current.Store(c)
	s.logger.Info("server certificate", "subject", c.Leaf.Subject.String(), "names", c.Leaf.DNSNames, "not_after", c.Leaf.NotAfter)
	if s.now().After(c.Leaf.NotAfter) {
		s.logger.Warn("the server certificate has expired: clients will refuse it", "not_after", c.Leaf.NotAfter)
	}
	return nil
}

// watch refreshes until ctx ends.
func (s *serverCertificate) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = s.refresh() // it logs its errors
		case <-ctx.Done():
			return
		}
	}
}
