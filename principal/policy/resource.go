package policy

import (
	"slices"
	"strings"
)

// reach says how much of a resource's ARN is left to compare once the
// deployment's own account and Region are known.
type reach uint8

const (
	nothing  reach = iota // the ARN is another's: never
	anything              // *: every resource, and requests that are about none
	ours                  // every resource of the deployment
	typed                 // the type is fixed, the name is a pattern
	whole                 // the pattern begins before the slash behind the type
)

// resource is one entry of Resource or NotResource.
type resource struct {
	reach reach
	typ   string // of typed
	name  pattern
	// head is what the pattern of whole sees in front of TYPE/NAME: nothing, or
	// the parts of the ARN that its last * spans.
	head string
}

// resourceTypes are the types in ARNs of the service iot. A misspelled one would
// never match, which nobody would notice of a Deny.
var resourceTypes = strings.Fields(`client topic topicfilter thing thinggroup thingtype billinggroup cert cacert policy
securityprofile dimension custommetric mitigationaction scheduledaudit index fleetmetric job jobtemplate tunnel rolealias
authorizer stream otaupdate rule destination provisioningtemplate domainconfiguration certificateprovider package command`)

// resources reads Resource or NotResource.
func (p *parser) resources(place string, n node) ([]resource, error) {
	var out []resource
	err := n.each(place, func(place string, n node) error {
		s, err := n.string(place)
		if err != nil {
			return err
		}
		r, err := p.resource(place, s)
		if r.reach != nothing {
			out = append(out, r)
		}
		return err
	})
	return out, err
}

// resource reads * or an ARN with wildcards. The parts between its first five
// colons are compared one by one, so that no topic or client id can be made to
// look like part of the account ("x:topic/a" for arn:aws:iot:*:*:topic/a);
// behind the fifth colon, wildcards match colons and slashes too. An ARN that
// ends with * before the fifth colon, as arn:aws:iot:*, covers the rest.
func (p *parser) resource(place, s string) (resource, error) {
	if s == "*" {
		return resource{reach: anything}, nil
	}
	parts := strings.SplitN(s, ":", 6)
	if err := p.checkARN(place, s, parts); err != nil {
		return resource{}, err
	}
	own := []string{"arn", "aws", "iot", p.Own.Region, p.Own.Account}
	last := len(parts) - 1
	for i := range last {
		if !glob(parts[i], own[i], false) {
			return resource{}, nil
		}
	}
	r := resource{reach: whole}
	if last < 5 {
		r.head = strings.Join(own[last:], ":") + ":"
	}
	rest := parts[last]
	if typ, name, ok := strings.Cut(rest, "/"); ok && last == 5 && !strings.ContainsAny(typ, "*?$") {
		r.reach, r.typ, rest = typed, typ, name
	}
	var err error
	if r.name, err = p.compile(place, rest, true); err != nil {
		return resource{}, err
	}
	if r.reach == whole && r.name.everything() {
		r.reach = ours
	}
	return r, nil
}

// checkARN refuses what can be no ARN of AWS IoT.
func (p *parser) checkARN(place, s string, parts []string) error {
	const want = "want * or arn:aws:iot:REGION:ACCOUNT:TYPE/NAME, all but iot with wildcards if need be"
	last := len(parts) - 1
	switch {
	case parts[0] != "arn" || last < 3:
		return fault(place, "%q is no ARN; %s", s, want)
	case strings.Contains(strings.Join(parts[:min(last, 5)], ":"), "${"):
		return fault(place, "%q has a variable before its fifth colon", s)
	case !consistsOf(parts[1], lowercase+"-*?") || !strings.HasPrefix(parts[1], "aws") && !strings.ContainsAny(parts[1], "*?"):
		return fault(place, "%q has the partition %q; %s", s, parts[1], want)
	case p.foreign(parts[2]):
		return nil
	case parts[2] != "iot":
		return fault(place, "%q is of the service %q; %s", s, parts[2], want)
	case !consistsOf(parts[3], lowercase+digits+"-*?"):
		return fault(place, "%q has the Region %q; %s", s, parts[3], want)
	case last < 5 && !strings.HasSuffix(s, "*"):
		return fault(place, "%q has fewer than six parts; %s", s, want)
	case last >= 4 && !isAccountPattern(parts[4]):
		return fault(place, "%q has the account %q, want twelve digits or wildcards", s, parts[4])
	}
	if last < 5 {
		return nil
	}
	return p.checkName(place, s, parts[5])
}

// foreign tells whether a policy of this profile may name resources of that
// service, which match nothing here.
func (p *parser) foreign(service string) bool {
	if p.Profile == Device {
		return slices.Contains(deviceServices, service)
	}
	return service != "iot" && consistsOf(service, lowercase+digits+"-")
}

func isAccountPattern(s string) bool {
	return consistsOf(s, digits+"*?") && (len(s) == 12 || strings.Contains(s, "*"))
}

// checkName checks what stands behind the fifth colon. all/things and its like are
// targets of security profiles, which no device attaches.
func (p *parser) checkName(place, arn, s string) error {
	typ, name, slash := strings.Cut(s, "/")
	if strings.ContainsAny(typ, "*?$") {
		return nil
	}
	switch {
	case !slices.Contains(resourceTypes, typ) && (typ != "all" || p.Profile == Device):
		return fault(place, "%q has the type %q, want client, topic, topicfilter, thing, thinggroup or another of AWS IoT", arn, typ)
	case !slash || name == "":
		return fault(place, "%q has no name behind its type %s/", arn, typ)
	}
	return nil
}

// match tells whether the request is about the resource; name is r.Name.
func (rs *resource) match(r *Request, name string) bool {
	switch rs.reach {
	case typed:
		return r.Type == rs.typ && rs.name.match(r, name)
	case anything:
		return true
	case ours:
		return r.Type != ""
	}
	return r.Type != "" && rs.matchWhole(r, name)
}

// matchWhole puts head, type and name together for the few patterns that need
// it. It does not allocate as long as they have at most 512 bytes together, as
// topics within AWS's limits do.
//
//go:noinline
func (rs *resource) matchWhole(r *Request, name string) bool {
	var buf [512]byte
	b := append(buf[:0], rs.head...)
	b = append(b, r.Type...)
	b = append(b, '/')
	b = append(b, name...)
	return rs.name.match(r, view(b))
}
