package app

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"testing"
	"time"

	"vedette/principal"
)

// TestRenewal: the certificate of our own authority is replaced when a third of its
// time is left, and stays when that fails.
func TestRenewal(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	certificate, key, err := principal.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := principal.ParseAuthority(certificate, key)
	if err != nil {
		t.Fatal(err)
	}
	var fault error
	issue := func(hosts []string, now time.Time) (tls.Certificate, error) {
		if fault != nil {
			return tls.Certificate{}, fault
		}
		return authority.IssueServer(hosts, now)
	}
	s, err := newServerCertificate(&issuedCertificate{issue: issue, hosts: []string{"iot.example"}}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	first, _ := s.get(nil)
	if err := first.Leaf.VerifyHostname("iot.example"); err != nil {
		t.Error(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1"} {
		if err := first.Leaf.VerifyHostname(host); err != nil {
			t.Error(err)
		}
	}
	for _, step := range []struct {
		days  int
		fault error
		same  bool
	}{{200, nil, true}, {64, nil, true}, {2, errors.New("no entropy"), true}, {0, nil, false}} {
		now, fault = now.AddDate(0, 0, step.days), step.fault
		if err := s.refresh(); !errors.Is(err, step.fault) {
			t.Errorf("%v: got %v, want %v", now, err, step.fault)
		}
		if got, _ := s.get(nil); (got == first) != step.same {
			t.Errorf("%v: the same certificate: %v, want %v", now, got == first, step.same)
		}
	}
	if got, _ := s.get(nil); !got.Leaf.NotAfter.After(first.Leaf.NotAfter) {
		t.Error("the new one is no better")
	}
}
