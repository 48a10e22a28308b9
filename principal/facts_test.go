package principal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"net/url"
	"slices"
	"testing"

	"vedette/principal/policy"
)

// values returns all values that facts have for a key.
func values(f *Facts, k policy.Key) (list []string) {
	for i := 0; ; i++ {
		v, ok := f.Value(k, i)
		if !ok {
			return list
		}
		list = append(list, v)
	}
}

// newFactsCertificate makes a certificate that says much.
func newFactsCertificate(t testing.TB) *x509.Certificate {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	directory := must(asn1.Marshal(pkix.Name{CommonName: "dir"}.ToRDNSequence()))
	issuerNames := must(asn1.Marshal([]asn1.RawValue{
		{Class: asn1.ClassContextSpecific, Tag: tagDNS, Bytes: []byte("ca.example.com")},
		{Class: asn1.ClassContextSpecific, Tag: tagDirectory, IsCompound: true, Bytes: directory},
		{Class: asn1.ClassContextSpecific, Tag: tagIP, Bytes: []byte{1, 2, 3}}, // no address
	}))
	title := pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 12}, Value: "Dr"}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(4711), NotBefore: now, NotAfter: lastDay,
		Subject: pkix.Name{
			CommonName: "lamp", Country: []string{"NL"}, Organization: []string{"Lamps", "Lights"}, OrganizationalUnit: []string{"u"},
			Province: []string{"ZH"}, SerialNumber: "s", ExtraNames: []pkix.AttributeTypeAndValue{title},
		},
		DNSNames: []string{"a.example.com", "b.example.com"}, EmailAddresses: []string{"a@example.com"},
		IPAddresses: []net.IP{net.ParseIP("192.0.2.1"), net.ParseIP("2001:db8::1")}, URIs: []*url.URL{{Scheme: "urn", Opaque: "x"}},
		ExtraExtensions: []pkix.Extension{{Id: issuerAlternatives, Value: issuerNames}},
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))))
}

func TestCertificateFacts(t *testing.T) {
	cert := newFactsCertificate(t)
	f := &Facts{Certificate: NewCertificateFacts(cert)}
	subject := func(arg string) policy.Key { return policy.Key{ID: policy.KeyCertificateSubject, Arg: arg} }
	alternative := func(arg string) policy.Key { return policy.Key{ID: policy.KeySubjectAlternativeName, Arg: arg} }
	ofIssuer := func(arg string) policy.Key { return policy.Key{ID: policy.KeyIssuerAlternativeName, Arg: arg} }
	for _, c := range []struct {
		key  policy.Key
		want []string
	}{
		{policy.Key{ID: policy.KeyCertificateID}, []string{CertificateID(cert.Raw)}},
		{policy.Key{ID: policy.KeyCertificateSerialNumber}, []string{"4711"}},
		{subject("CommonName"), []string{"lamp"}},
		{subject("Country"), []string{"NL"}},
		{subject("Organization"), []string{"Lamps", "Lights"}},
		{subject("OrganizationalUnit"), []string{"u"}},
		{subject("State"), []string{"ZH"}},
		{subject("SerialNumber"), []string{"s"}},
		{subject("Title"), []string{"Dr"}},
		{subject("Surname"), nil},
		{policy.Key{ID: policy.KeyCertificateIssuer, Arg: "CommonName"}, []string{"lamp"}},
		{alternative("DNSName"), []string{"a.example.com", "b.example.com"}},
		{alternative("RFC822Name"), []string{"a@example.com"}},
		{alternative("IPAddress"), []string{"192.0.2.1", "2001:db8::1"}},
		{alternative("UniformResourceIdentifier"), []string{"urn:x"}},
		{ofIssuer("DNSName"), []string{"ca.example.com"}},
		{ofIssuer("DirectoryName"), []string{"CN=dir"}},
		{ofIssuer("IPAddress"), nil},
	} {
		if got := values(f, c.key); !slices.Equal(got, c.want) {
			t.Errorf("%+v: got %q, want %q", c.key, got, c.want)
		}
		if got := values(&Facts{}, c.key); got != nil {
			t.Errorf("%+v without a certificate: got %q", c.key, got)
		}
	}
}

func TestConnectionFacts(t *testing.T) {
	nobody := &Facts{}
	lamp := &Facts{
		ClientID: "lamp", SourceIP: "192.0.2.7", DomainName: "iot.example.com", ConnectAttributes: []string{"LastWill", "PersistentConnect"},
		Thing: &ThingFacts{Name: "lamp", Type: "bulb", BillingGroup: "b", Attributes: map[string]string{"floor": "7"}, Attached: true},
	}
	for _, c := range []struct {
		facts *Facts
		key   policy.Key
		want  []string
	}{
		{lamp, policy.Key{ID: policy.KeyClientID}, []string{"lamp"}},
		{lamp, policy.Key{ID: policy.KeySourceIP}, []string{"192.0.2.7"}},
		{lamp, policy.Key{ID: policy.KeyDomainName}, []string{"iot.example.com"}},
		{lamp, policy.Key{ID: policy.KeyConnectAttributes}, []string{"LastWill", "PersistentConnect"}},
		{lamp, policy.Key{ID: policy.KeyThingName}, []string{"lamp"}},
		{lamp, policy.Key{ID: policy.KeyThingTypeName}, []string{"bulb"}},
		{lamp, policy.Key{ID: policy.KeyThingBillingGroupName}, []string{"b"}},
		{lamp, policy.Key{ID: policy.KeyThingAttribute, Arg: "floor"}, []string{"7"}},
		{lamp, policy.Key{ID: policy.KeyThingAttribute, Arg: "color"}, nil},
		{lamp, policy.Key{ID: policy.KeyThingIsAttached}, []string{"true"}},
		{lamp, policy.Key{ID: policy.KeyOther, Arg: "aws:userid"}, nil},
		{&Facts{ClientID: "x", Thing: &ThingFacts{Name: "x"}}, policy.Key{ID: policy.KeyThingIsAttached}, []string{"false"}},
		{&Facts{ClientID: "x", Thing: &ThingFacts{Name: "x"}}, policy.Key{ID: policy.KeyThingTypeName}, nil},
		{&Facts{ClientID: "x"}, policy.Key{ID: policy.KeyThingIsAttached}, []string{"false"}},
		{&Facts{ClientID: "x"}, policy.Key{ID: policy.KeyThingName}, nil},
		{nobody, policy.Key{ID: policy.KeyThingIsAttached}, nil},
		{nobody, policy.Key{ID: policy.KeyClientID}, nil},
		{nobody, policy.Key{ID: policy.KeyConnectAttributes}, nil},
	} {
		if got := values(c.facts, c.key); !slices.Equal(got, c.want) {
			t.Errorf("%+v of %+v: got %q, want %q", c.key, c.facts, got, c.want)
		}
	}
}

func TestFactsDoNotAllocate(t *testing.T) {
	f := &Facts{ClientID: "lamp", Thing: &ThingFacts{Name: "lamp", Attributes: map[string]string{"a": "b"}}, Certificate: NewCertificateFacts(newFactsCertificate(t))}
	allocations := testing.AllocsPerRun(100, func() {
		for _, k := range []policy.Key{{ID: policy.KeyClientID}, {ID: policy.KeyThingIsAttached}, {ID: policy.KeyThingAttribute, Arg: "a"}, {ID: policy.KeyCertificateSubject, Arg: "CommonName"}} {
			f.Value(k, 0)
		}
	})
	if allocations > 0 {
		t.Errorf("got %v allocations, want none", allocations)
	}
}
