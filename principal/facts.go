package principal

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"strconv"

	"vedette/principal/policy"
)

// Facts is what is known of a connection; policies ask it about their conditions
// and variables (it implements policy.Context). Empty and nil members are not
// known. It must not be changed while it is asked.
type Facts struct {
	ClientID   string
	SourceIP   string // without a port
	DomainName string // in SNI or Host
	// ConnectAttributes are PersistentConnect and LastWill, as far as the CONNECT
	// has them.
	ConnectAttributes []string
	Thing             *ThingFacts       // the thing called like the client id
	Certificate       *CertificateFacts // that the device has shown
}

// ThingFacts is what policies can ask about a thing.
type ThingFacts struct {
	Name         string
	Type         string // empty: none
	BillingGroup string // empty: none
	Attributes   map[string]string
	Attached     bool // the certificate is attached to it
}

// Value implements policy.Context. Without a thing called like the client id
// iot:Connection.Thing.IsAttached is false, so that a policy can deny such
// clients.
func (f *Facts) Value(k policy.Key, i int) (string, bool) {
	switch k.ID {
	case policy.KeyConnectAttributes:
		if i >= len(f.ConnectAttributes) {
			return "", false
		}
		return f.ConnectAttributes[i], true
	case policy.KeyCertificateID, policy.KeyCertificateSerialNumber, policy.KeyCertificateSubject, policy.KeyCertificateIssuer,
		policy.KeySubjectAlternativeName, policy.KeyIssuerAlternativeName:
		return f.Certificate.value(k, i)
	}
	if i > 0 {
		return "", false
	}
	switch k.ID {
	case policy.KeyClientID:
		return f.ClientID, f.ClientID != ""
	case policy.KeySourceIP:
		return f.SourceIP, f.SourceIP != ""
	case policy.KeyDomainName:
		return f.DomainName, f.DomainName != ""
	case policy.KeyThingIsAttached:
		return strconv.FormatBool(f.Thing != nil && f.Thing.Attached), f.ClientID != ""
	}
	return f.Thing.value(k)
}

func (t *ThingFacts) value(k policy.Key) (string, bool) {
	if t == nil {
		return "", false
	}
	switch k.ID {
	case policy.KeyThingName:
		return t.Name, true
	case policy.KeyThingTypeName:
		return t.Type, t.Type != ""
	case policy.KeyThingBillingGroupName:
		return t.BillingGroup, t.BillingGroup != ""
	case policy.KeyThingAttribute:
		value, ok := t.Attributes[k.Arg]
		return value, ok
	}
	return "", false
}

// CertificateFacts is what policies can ask about a certificate. It is immutable;
// connections with the same certificate can share it.
type CertificateFacts struct{ values map[policy.Key][]string }

func (c *CertificateFacts) value(k policy.Key, i int) (string, bool) {
	if c == nil || i >= len(c.values[k]) {
		return "", false
	}
	return c.values[k][i], true
}

// nameAttributes are the parts of a distinguished name, by the last numbers of
// their identifiers 2.5.4.N.
var nameAttributes = map[int]string{
	3: "CommonName", 4: "Surname", 5: "SerialNumber", 6: "Country", 8: "State", 10: "Organization", 11: "OrganizationalUnit",
	12: "Title", 42: "GivenName", 43: "Initials", 44: "GenerationQualifier", 46: "DistinguishedNameQualifier", 65: "Pseudonym",
}

// The extensions that hold alternative names, and the tags of a GeneralName.
var (
	subjectAlternatives = asn1.ObjectIdentifier{2, 5, 29, 17}
	issuerAlternatives  = asn1.ObjectIdentifier{2, 5, 29, 18}
)

const (
	tagEmail     = 1
	tagDNS       = 2
	tagDirectory = 4
	tagURI       = 6
	tagIP        = 7
)

// NewCertificateFacts reads what policies can ask about a certificate. What cannot
// be read is not known.
func NewCertificateFacts(cert *x509.Certificate) *CertificateFacts {
	c := &CertificateFacts{values: map[policy.Key][]string{}}
	c.add(policy.Key{ID: policy.KeyCertificateID}, CertificateID(cert.Raw))
	c.add(policy.Key{ID: policy.KeyCertificateSerialNumber}, cert.SerialNumber.String())
	c.addName(policy.KeyCertificateSubject, cert.Subject)
	c.addName(policy.KeyCertificateIssuer, cert.Issuer)
	for _, e := range cert.Extensions {
		switch {
		case e.Id.Equal(subjectAlternatives):
			c.addAlternatives(policy.KeySubjectAlternativeName, e.Value)
		case e.Id.Equal(issuerAlternatives):
			c.addAlternatives(policy.KeyIssuerAlternativeName, e.Value)
		}
	}
	return c
}

func (c *CertificateFacts) add(k policy.Key, value string) { c.values[k] = append(c.values[k], value) }

func (c *CertificateFacts) addName(id policy.KeyID, name pkix.Name) {
	for _, part := range name.Names {
		if len(part.Type) != 4 || !part.Type[:3].Equal(asn1.ObjectIdentifier{2, 5, 4}) {
			continue
		}
		attribute, known := nameAttributes[part.Type[3]]
		if text, ok := part.Value.(string); ok && known {
			c.add(policy.Key{ID: id, Arg: attribute}, text)
		}
	}
}

// addAlternatives reads the GeneralNames of an extension.
func (c *CertificateFacts) addAlternatives(id policy.KeyID, der []byte) {
	var names []asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &names); err != nil || len(rest) > 0 {
		return
	}
	for _, n := range names {
		if n.Class != asn1.ClassContextSpecific {
			continue
		}
		switch n.Tag {
		case tagEmail:
			c.add(policy.Key{ID: id, Arg: "RFC822Name"}, string(n.Bytes))
		case tagDNS:
			c.add(policy.Key{ID: id, Arg: "DNSName"}, string(n.Bytes))
		case tagURI:
			c.add(policy.Key{ID: id, Arg: "UniformResourceIdentifier"}, string(n.Bytes))
		case tagIP:
			if len(n.Bytes) == net.IPv4len || len(n.Bytes) == net.IPv6len {
				c.add(policy.Key{ID: id, Arg: "IPAddress"}, net.IP(n.Bytes).String())
			}
		case tagDirectory:
			var name pkix.RDNSequence
			if rest, err := asn1.Unmarshal(n.Bytes, &name); err == nil && len(rest) == 0 {
				c.add(policy.Key{ID: id, Arg: "DirectoryName"}, name.String())
			}
		}
	}
}
