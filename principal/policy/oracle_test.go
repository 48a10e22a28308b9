package policy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vedette/api"
)

// The oracle decides as docs/format/policy.md tells, from the text of the
// documents and with nothing of the code under test: no compiling, no matching
// in place. It substitutes variables, then compares rune by rune.

var own = api.ARNs{Account: "123456789012", Region: "us-east-1"}

// facts are what is known of a request: the values by the name of the key, in
// lower case but for the argument of Attributes[…].
type facts map[string][]string

// Value implements Context.
func (f facts) Value(k Key, i int) (string, bool) {
	values := f[keyName(k)]
	if i >= len(values) {
		return "", false
	}
	return values[i], true
}

func keyName(k Key) string {
	switch k.ID {
	case KeyClientID:
		return "iot:clientid"
	case KeySourceIP:
		return "aws:sourceip"
	case KeyDomainName:
		return "iot:domainname"
	case KeyConnectAttributes:
		return "iot:connectattributes"
	case KeyThingName:
		return "iot:connection.thing.thingname"
	case KeyThingTypeName:
		return "iot:connection.thing.thingtypename"
	case KeyThingBillingGroupName:
		return "iot:connection.thing.billinggroupname"
	case KeyThingIsAttached:
		return "iot:connection.thing.isattached"
	case KeyThingAttribute:
		return "iot:connection.thing.attributes[" + k.Arg + "]"
	case KeyCertificateID:
		return "iot:certificateid"
	case KeyCertificateSerialNumber:
		return "iot:certificate.serialnumber"
	case KeyCertificateSubject:
		return "iot:certificate.subject." + strings.ToLower(k.Arg)
	case KeyCertificateIssuer:
		return "iot:certificate.issuer." + strings.ToLower(k.Arg)
	case KeySubjectAlternativeName:
		return "iot:certificate.subject.alternativename." + strings.ToLower(k.Arg)
	case KeyIssuerAlternativeName:
		return "iot:certificate.issuer.alternativename." + strings.ToLower(k.Arg)
	case KeyRequestTag:
		return "aws:requesttag/" + strings.ToLower(k.Arg)
	case KeyResourceTag:
		return "aws:resourcetag/" + strings.ToLower(k.Arg)
	case KeyTagKeys:
		return "aws:tagkeys"
	}
	return strings.ToLower(k.Arg)
}

// oracle decides by one document.
func oracle(t testing.TB, document string, r *Request) Decision {
	t.Helper()
	var doc map[string]any
	dec := json.NewDecoder(strings.NewReader(document))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("oracle cannot read %s: %v", document, err)
	}
	o := asker{known: facts{}, variables: doc["Version"] == "2012-10-17"}
	if r.Context != nil {
		o.known = r.Context.(facts)
	}
	if !r.At.IsZero() {
		o.epoch = strconv.FormatInt(r.At.Unix(), 10)
		o.current = r.At.UTC().Format("2006-01-02T15:04:05Z")
	}
	decision := ImplicitDeny
	for _, s := range asList(doc["Statement"]) {
		st := s.(map[string]any)
		if !o.applies(st, r) {
			continue
		}
		if st["Effect"] == "Deny" {
			return ExplicitDeny
		}
		decision = Allowed
	}
	return decision
}

type asker struct {
	known          facts
	variables      bool
	epoch, current string
}

func asList(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (o asker) applies(st map[string]any, r *Request) bool {
	anyOf := func(name string, fits func(string) bool) bool {
		if v, ok := st[name]; ok {
			return slices.ContainsFunc(asList(v), func(v any) bool { return fits(v.(string)) })
		}
		return !slices.ContainsFunc(asList(st["Not"+name]), func(v any) bool { return fits(v.(string)) })
	}
	action := func(p string) bool {
		return fitsSymbols(plainSymbols(strings.ToLower(p)), strings.ToLower(string(r.Action)))
	}
	resource := func(p string) bool {
		if p == "*" {
			return true
		}
		return r.Type != "" && o.fitsARN(p, own.Of(api.ARNKind(r.Type), string(r.Name)))
	}
	if !anyOf("Action", action) || !anyOf("Resource", resource) {
		return false
	}
	conditions, _ := st["Condition"].(map[string]any)
	for op, keys := range conditions {
		for key, wanted := range keys.(map[string]any) {
			if !o.holds(op, key, asList(wanted)) {
				return false
			}
		}
	}
	return true
}

// values returns the values of a key by its name, and whether it is a set.
func (o asker) values(name string) (values []string, set bool) {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, "iot:connection.thing.attributes[") {
		lower = "iot:connection.thing.attributes[" + name[len("iot:connection.thing.attributes["):]
	}
	lower = strings.Replace(lower, "certificate.subjectalternativename.", "certificate.subject.alternativename.", 1)
	switch {
	case lower == "aws:currenttime" && o.current != "":
		return []string{o.current}, false
	case lower == "aws:epochtime" && o.epoch != "":
		return []string{o.epoch}, false
	case lower == "aws:tagkeys" || lower == "iot:connectattributes":
		return o.known[lower], true
	}
	if base, ok := strings.CutSuffix(lower, ".list"); ok && strings.HasPrefix(lower, "iot:certificate.") {
		return o.known[base], true
	}
	values = o.known[lower]
	if dot := strings.LastIndexByte(lower, '.'); dot >= 0 && strings.HasPrefix(lower, "iot:certificate.") {
		if n, err := strconv.Atoi(lower[dot+1:]); err == nil {
			if values = o.known[lower[:dot]]; n >= len(values) {
				return nil, false
			}
			return values[n : n+1], false
		}
	}
	if len(values) > 1 {
		values = values[:1]
	}
	return values, false
}

// symbol is a rune of a pattern, or a wildcard.
type symbol struct {
	r    rune
	wild bool
}

func plainSymbols(s string) (out []symbol) {
	for _, r := range s {
		out = append(out, symbol{r, r == '*' || r == '?'})
	}
	return out
}

// substitute returns the symbols of a pattern; false: a variable has no value.
func (o asker) substitute(s string, wildcards bool) (out []symbol, ok bool) {
	ok = true
	for s != "" {
		if o.variables && strings.HasPrefix(s, "${") {
			name, rest, _ := strings.Cut(s[2:], "}")
			s = rest
			text := name
			if name != "*" && name != "?" && name != "$" {
				values, set := o.values(name)
				lower := strings.ToLower(name)
				guarded := strings.HasPrefix(lower, "iot:certificate.") || strings.HasPrefix(lower, "iot:connection.thing.attributes[")
				if set || len(values) == 0 || guarded && strings.ContainsAny(values[0], "*?$+#") {
					ok = false
					continue
				}
				text = values[0]
			}
			for _, r := range text {
				out = append(out, symbol{r, false})
			}
			continue
		}
		r := []rune(s)[0]
		out = append(out, symbol{r, wildcards && (r == '*' || r == '?')})
		s = s[len(string(r)):]
	}
	return out, ok
}

// fitsSymbols is the textbook's table: reached[j] tells whether the pattern up
// to here can match the first j runes.
func fitsSymbols(pattern []symbol, s string) bool {
	runes := []rune(s)
	reached := make([]bool, len(runes)+1)
	reached[0] = true
	for _, p := range pattern {
		next := make([]bool, len(runes)+1)
		for j := range reached {
			switch {
			case p.wild && p.r == '*':
				next[j] = reached[j] || j > 0 && next[j-1]
			case j > 0:
				next[j] = reached[j-1] && (p.wild || runes[j-1] == p.r)
			}
		}
		reached = next
	}
	return reached[len(runes)]
}

func (o asker) fits(pattern string, wildcards bool, s string) bool {
	symbols, ok := o.substitute(pattern, wildcards)
	return ok && fitsSymbols(symbols, s)
}

// fitsARN compares the parts between colons one by one; the last part of the
// pattern sees all that is left.
func (o asker) fitsARN(pattern, arn string) bool {
	var parts []string
	for inside, begin, i := false, 0, 0; i < len(pattern); i++ {
		switch {
		case strings.HasPrefix(pattern[i:], "${"):
			inside = true
		case pattern[i] == '}':
			inside = false
		case pattern[i] == ':' && !inside && len(parts) < 5:
			parts, begin = append(parts, pattern[begin:i]), i+1
		}
		if i == len(pattern)-1 {
			parts = append(parts, pattern[begin:])
		}
	}
	sees := strings.SplitN(arn, ":", len(parts))
	if len(sees) != len(parts) {
		return false
	}
	for i := range parts {
		if !o.fits(parts[i], true, sees[i]) {
			return false
		}
	}
	return true
}

func (o asker) holds(op, key string, wanted []any) bool {
	base, all := strings.CutPrefix(op, "ForAllValues:")
	base, some := strings.CutPrefix(base, "ForAnyValue:")
	base, ifExists := strings.CutSuffix(base, "IfExists")
	values, _ := o.values(key)
	if base == "Null" {
		return slices.ContainsFunc(wanted, func(w any) bool { return strings.EqualFold(asText(w), "true") == (len(values) == 0) })
	}
	positive := strings.Replace(base, "Not", "", 1)
	negated := positive != base
	if len(values) == 0 && ifExists {
		return true
	}
	listed := func(v string) bool {
		return slices.ContainsFunc(wanted, func(w any) bool { return o.compare(positive, asText(w), v) })
	}
	listedAll, listedSome := true, false
	for _, v := range values {
		listedAll, listedSome = listedAll && listed(v), listedSome || listed(v)
	}
	switch {
	case all && negated: // no value is listed
		return !listedSome
	case all:
		return listedAll
	case some && negated: // a value is not listed
		return len(values) > 0 && !listedAll
	case some:
		return listedSome
	case negated:
		return !listedSome
	}
	return listedSome
}

func (o asker) compare(op, w, v string) bool {
	switch op {
	case "StringEquals":
		return o.fits(w, false, v)
	case "StringLike":
		return o.fits(w, true, v)
	case "StringEqualsIgnoreCase":
		symbols, ok := o.substitute(w, false)
		var text []rune
		for _, s := range symbols {
			text = append(text, s.r)
		}
		return ok && strings.EqualFold(string(text), v)
	case "ArnEquals", "ArnLike":
		return o.fitsARN(w, v)
	case "Bool":
		isBool := func(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") }
		return isBool(v) && (isBool(w) && strings.EqualFold(w, v) || o.fits(w, false, v))
	case "BinaryEquals":
		b, err := base64.StdEncoding.DecodeString(w)
		return err == nil && bytes.Equal(b, []byte(v))
	case "IpAddress":
		ip := net.ParseIP(v)
		if !strings.Contains(w, "/") {
			return ip != nil && ip.Equal(net.ParseIP(w))
		}
		_, network, err := net.ParseCIDR(w)
		return err == nil && ip != nil && network.Contains(ip)
	}
	if rest, ok := strings.CutPrefix(op, "Numeric"); ok {
		a, ok1 := oracleNumber(v)
		b, ok2 := oracleNumber(w)
		return ok1 && ok2 && (a < b && strings.HasPrefix(rest, "Less") || a > b && strings.HasPrefix(rest, "Greater") || a == b && strings.HasSuffix(rest, "Equals"))
	}
	rest := strings.TrimPrefix(op, "Date")
	a, ok1 := oracleDate(v)
	b, ok2 := oracleDate(w)
	return ok1 && ok2 && (a.Before(b) && strings.HasPrefix(rest, "Less") || a.After(b) && strings.HasPrefix(rest, "Greater") || a.Equal(b) && strings.HasSuffix(rest, "Equals"))
}

func oracleNumber(s string) (float64, bool) {
	for _, c := range s {
		if !strings.ContainsRune("0123456789+-.eE", c) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && len(s) <= 64
}

func oracleDate(s string) (time.Time, bool) {
	if n, err := strconv.ParseUint(s, 10, 62); err == nil && s[0] != '+' {
		return time.Unix(int64(n), 0), n <= 1e12
	}
	for _, layout := range []string{"2006-01", "2006-01-02", "2006-01-02T15:04Z07:00", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && (len(s) < 14 || s[13] == ':') {
			return t, true
		}
	}
	return time.Time{}, false
}
