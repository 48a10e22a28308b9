package policy

import (
	"strconv"
	"strings"
)

// KeyID says which fact about a request a key of a condition or a variable is.
type KeyID uint8

// The keys that a Context is asked for. Those with an argument give it in
// Key.Arg. Booleans are "true" and "false".
const (
	keyUnknown KeyID = iota // never asked for: never there
	keyClock                // answered from Request.At: aws:CurrentTime, aws:EpochTime

	KeyClientID              // iot:ClientId
	KeySourceIP              // aws:SourceIp, without a port
	KeyDomainName            // iot:DomainName: the name in SNI or Host
	KeyConnectAttributes     // iot:ConnectAttributes: PersistentConnect, LastWill
	KeyThingName             // iot:Connection.Thing.ThingName
	KeyThingTypeName         // iot:Connection.Thing.ThingTypeName
	KeyThingBillingGroupName // iot:Connection.Thing.BillingGroupName
	KeyThingIsAttached       // iot:Connection.Thing.IsAttached
	KeyThingAttribute        // iot:Connection.Thing.Attributes[Arg]

	KeyCertificateID           // iot:CertificateId: 64 hexadecimal digits
	KeyCertificateSerialNumber // iot:Certificate.SerialNumber: decimal
	KeyCertificateSubject      // iot:Certificate.Subject.Arg: CommonName, Country, …
	KeyCertificateIssuer       // iot:Certificate.Issuer.Arg: the same
	KeySubjectAlternativeName  // iot:Certificate.Subject.AlternativeName.Arg: DNSName, IPAddress, …
	KeyIssuerAlternativeName   // iot:Certificate.Issuer.AlternativeName.Arg: the same

	KeyRequestTag  // aws:RequestTag/Arg; keys of tags are compared without regard to case
	KeyResourceTag // aws:ResourceTag/Arg, the same
	KeyTagKeys     // aws:TagKeys
	KeyOther       // every other key; Arg is its whole name
)

// Key is what a Context is asked for.
type Key struct {
	ID  KeyID
	Arg string // as AWS spells it where it is one of a fixed list, else as the policy does
}

// ref is a key as a policy names it: which key and which of its values.
type ref struct {
	Key
	name  string // as AWS spells it
	index int    // the value that is meant, unless all are
	all   bool   // the key has a set of values: aws:TagKeys, ….List
	// guarded values are not put in for a variable if they hold one of the
	// characters * ? $ + # (facts §13.5: attribute values must not contain
	// wildcards when used).
	guarded bool
}

// singles are the keys without an argument and what a Context knows them as.
var singles = map[string]KeyID{
	"iot:ClientId":                          KeyClientID,
	"iot:DomainName":                        KeyDomainName,
	"iot:ConnectAttributes":                 KeyConnectAttributes,
	"iot:CertificateId":                     KeyCertificateID,
	"iot:Certificate.SerialNumber":          KeyCertificateSerialNumber,
	"iot:Connection.Thing.ThingName":        KeyThingName,
	"iot:Connection.Thing.ThingTypeName":    KeyThingTypeName,
	"iot:Connection.Thing.BillingGroupName": KeyThingBillingGroupName,
	"iot:Connection.Thing.IsAttached":       KeyThingIsAttached,
	"aws:SourceIp":                          KeySourceIP,
	"aws:TagKeys":                           KeyTagKeys,
	"aws:CurrentTime":                       keyClock,
	"aws:EpochTime":                         keyClock,
}

// others are keys that AWS has and a Context may know by their names.
var others = strings.Fields(`
iot:ClientMode iot:Delete iot:ThingGroupArn iot:TunnelDestinationService
aws:CalledVia aws:CalledViaFirst aws:CalledViaLast aws:Ec2InstanceSourceVpc aws:Ec2InstanceSourcePrivateIPv4
aws:FederatedProvider aws:MultiFactorAuthAge aws:MultiFactorAuthPresent aws:PrincipalAccount aws:PrincipalArn
aws:PrincipalIsAWSService aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalServiceName
aws:PrincipalServiceNamesList aws:PrincipalType aws:Referer aws:RequestedRegion aws:ResourceAccount
aws:ResourceOrgID aws:ResourceOrgPaths aws:SecureTransport aws:SourceAccount aws:SourceArn aws:SourceIdentity
aws:SourceOrgID aws:SourceOrgPaths aws:SourceVpc aws:SourceVpcArn aws:SourceVpce aws:TokenIssueTime
aws:UserAgent aws:ViaAWSService aws:VpcSourceIp aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths aws:userid aws:username`)

// sets are the keys with any number of values.
var sets = strings.Fields(`iot:ConnectAttributes aws:TagKeys iot:ThingGroupArn iot:TunnelDestinationService aws:CalledVia
aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths aws:SourceOrgPaths aws:VpceOrgPaths`)

// nameAttributes and alternativeNames are what a certificate says of its
// subject and its issuer (facts §13.5).
var (
	nameAttributes = strings.Fields(`CommonName Country Organization OrganizationalUnit State SerialNumber Title Surname
GivenName Initials Pseudonym GenerationQualifier DistinguishedNameQualifier`)
	alternativeNames = strings.Fields(`RFC822Name DNSName DirectoryName UniformResourceIdentifier IPAddress`)
)

// family is a group of keys that share a prefix.
type family struct {
	prefix string
	id     KeyID
	args   []string // what may follow, and may be followed by .List or .N; nil: anything
}

var families = []family{
	{"aws:RequestTag/", KeyRequestTag, nil},
	{"aws:ResourceTag/", KeyResourceTag, nil},
	{"aws:PrincipalTag/", KeyOther, nil},
	{"iot:Certificate.Subject.AlternativeName.", KeySubjectAlternativeName, alternativeNames},
	{"iot:Certificate.SubjectAlternativeName.", KeySubjectAlternativeName, alternativeNames},
	{"iot:Certificate.Issuer.AlternativeName.", KeyIssuerAlternativeName, alternativeNames},
	{"iot:Certificate.Subject.", KeyCertificateSubject, nameAttributes},
	{"iot:Certificate.Issuer.", KeyCertificateIssuer, nameAttributes},
}

// parseKey reads the name of a key, in which case does not matter except in the
// name of an attribute of a thing. False: AWS has no such key. Names of
// services other than iot and aws are taken for keys that are never there.
func parseKey(text string) (ref, bool) {
	for name, id := range singles {
		if strings.EqualFold(name, text) {
			return ref{Key: Key{ID: id}, name: name, all: oneOf(sets, name) != "", guarded: id == KeyCertificateSerialNumber}, true
		}
	}
	if name := oneOf(others, text); name != "" {
		return ref{Key: Key{ID: KeyOther, Arg: name}, name: name, all: oneOf(sets, name) != ""}, true
	}
	if name, ok := between(text, "iot:Connection.Thing.Attributes[", "]"); ok {
		return ref{Key: Key{ID: KeyThingAttribute, Arg: name}, name: "iot:Connection.Thing.Attributes[" + name + "]", guarded: true}, true
	}
	for _, f := range families {
		if arg, ok := between(text, f.prefix, ""); ok {
			return f.parse(arg)
		}
	}
	service, name, ok := strings.Cut(text, ":")
	foreign := ok && service != "" && name != "" && !strings.EqualFold(service, "iot") && !strings.EqualFold(service, "aws")
	return ref{Key: Key{ID: KeyOther, Arg: text}, name: text}, foreign
}

// parse reads what follows the prefix of a family.
func (f family) parse(arg string) (ref, bool) {
	r := ref{Key: Key{ID: f.id, Arg: arg}, name: f.prefix + arg}
	if f.args == nil {
		if f.id == KeyOther {
			r.Arg = r.name
		}
		return r, true
	}
	base, which, chosen := strings.Cut(arg, ".")
	r.Arg = oneOf(f.args, base)
	r.name = f.prefix + r.Arg
	r.guarded = true
	if !chosen {
		return r, r.Arg != ""
	}
	if strings.EqualFold(which, "List") {
		r.all, r.name = true, r.name+".List"
		return r, r.Arg != ""
	}
	n, err := strconv.ParseUint(which, 10, 8)
	r.index, r.name = int(n), r.name+"."+which
	return r, r.Arg != "" && err == nil
}

// oneOf returns the name in list that text is, without regard to case.
func oneOf(list []string, text string) string {
	for _, name := range list {
		if strings.EqualFold(name, text) {
			return name
		}
	}
	return ""
}

// between returns what stands between a prefix, taken without regard to case,
// and a suffix, unless that is nothing.
func between(text, prefix, suffix string) (string, bool) {
	if len(text) <= len(prefix)+len(suffix) || !strings.EqualFold(text[:len(prefix)], prefix) || !strings.HasSuffix(text, suffix) {
		return "", false
	}
	return text[len(prefix) : len(text)-len(suffix)], true
}
