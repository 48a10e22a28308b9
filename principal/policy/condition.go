package policy

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"time"
)

// condition is one key under one operator, compiled.
type condition struct {
	operator
	key   ref
	wants []want
}

// want is one value that a condition compares with.
type want struct {
	texts  []pattern // of strings, booleans with a variable and the parts of an ARN
	plain  string    // the one text, if constant; the bytes of a binary value
	fixed  bool      // plain is all there is to compare
	number float64
	at     time.Time
	net    netip.Prefix
}

// conditions reads Condition: {OPERATOR: {KEY: VALUE or LIST}}.
func (p *parser) conditions(place string, n node) ([]condition, error) {
	if n.kind != object {
		return nil, fault(place, "is %s, want an object", n.kind)
	}
	var out []condition
	for i, name := range n.names {
		at, keys := place+"."+name, n.items[i]
		op, ok := parseOperator(name)
		switch {
		case !ok:
			return nil, fault(at, "unknown operator; want one of %s, where need be with ForAllValues: or ForAnyValue: in front or IfExists behind", operatorNames())
		case keys.kind != object:
			return nil, fault(at, "is %s, want an object", keys.kind)
		case len(keys.names) == 0:
			return nil, fault(at, "is an empty object, want a key")
		}
		for j, key := range keys.names {
			c, err := p.condition(at+"."+key, op, key, keys.items[j])
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func (p *parser) condition(place string, op operator, name string, n node) (condition, error) {
	c := condition{operator: op}
	var known bool
	if c.key, known = parseKey(name); !known {
		return c, fault(place, "unknown key; want iot:ClientId, aws:SourceIp or another of AWS IoT, or a global key of AWS")
	}
	err := n.each(place, func(place string, n node) error {
		if n.kind != text && n.kind != number && n.kind != boolean {
			return fault(place, "is %s, want a string, a number or a boolean", n.kind)
		}
		w, err := p.want(place, op, n.text)
		c.wants = append(c.wants, w)
		return err
	})
	return c, err
}

// want reads a value as the operator takes it. Strings, ARNs and booleans may
// hold variables, as IAM has it.
func (p *parser) want(place string, op operator, s string) (w want, err error) {
	ok := true
	switch op.compares {
	case byText, byFold, byLike:
		err = w.compileText(p, place, s, op.compares == byLike)
	case byARN:
		return p.wantARN(place, s)
	case byBool:
		if err = w.compileText(p, place, s, false); err == nil && w.fixed {
			ok = isBool(w.plain)
		}
	case byPresence:
		w.plain, ok = strings.ToLower(s), isBool(s)
	case byNumber:
		w.number, ok = parseNumber(s)
	case byDate:
		w.at, ok = parseDate(s)
	case byNetwork:
		w.net, ok = parseNetwork(s)
	case byBytes:
		var b []byte
		b, err = base64.StdEncoding.DecodeString(s)
		w.plain, ok, err = string(b), err == nil, nil
	}
	if !ok {
		return w, fault(place, "%q is not %s", s, wanted[op.compares])
	}
	return w, err
}

func (w *want) compileText(p *parser, place, s string, wildcards bool) error {
	text, err := p.compile(place, s, wildcards)
	w.texts = []pattern{text}
	w.plain, w.fixed = text.constant()
	return err
}

// wantARN splits a pattern for ARNs at the colons outside of variables. As in
// Resource, the last part may span the rest if it ends with *.
func (p *parser) wantARN(place, s string) (w want, err error) {
	parts := splitARN(s)
	if len(parts) < 6 && !strings.HasSuffix(s, "*") || s != "*" && parts[0] != "arn" {
		return w, fault(place, "%q is not %s", s, wanted[byARN])
	}
	for _, part := range parts {
		text, err := p.compile(place, part, true)
		if err != nil {
			return w, err
		}
		w.texts = append(w.texts, text)
	}
	return w, nil
}

// splitARN cuts s at its first five colons that are not within ${…}.
func splitARN(s string) []string {
	var parts []string
	begin, inside := 0, false
	for i := 0; i < len(s) && len(parts) < 5; i++ {
		switch {
		case strings.HasPrefix(s[i:], "${"):
			inside = true
		case s[i] == '}':
			inside = false
		case s[i] == ':' && !inside:
			parts, begin = append(parts, s[begin:i]), i+1
		}
	}
	return append(parts, s[begin:])
}

// holds tells whether the condition is satisfied. Values that the policy lists
// are alternatives; a negated operator wants none of them (IAM: condition
// operators, conditions with several values).
func (c *condition) holds(r *Request) bool {
	v, there := c.look(r, 0)
	switch {
	case c.compares == byPresence:
		return c.presence(there)
	case !there:
		return c.ifMissing()
	}
	// Every value has to fit for ForAllValues, and for a negated operator
	// without a quantifier: it wants none of the values to be listed.
	every := c.quantifier == forAll || c.quantifier == plain && c.negated
	for i := 1; there; i++ {
		if fits := c.fits(r, v) != c.negated; fits != every {
			return fits
		}
		v, there = c.look(r, i)
	}
	return every
}

// ifMissing is the answer for a key that the request does not have: true for
// IfExists and ForAllValues, false for ForAnyValue; of the others, those that
// are negated are true.
func (c *condition) ifMissing() bool {
	switch {
	case c.ifExists || c.quantifier == forAll:
		return true
	case c.quantifier == forAny:
		return false
	}
	return c.negated
}

// presence answers Null: "true" wants the key to be missing.
func (c *condition) presence(there bool) bool {
	for i := range c.wants {
		if (c.wants[i].plain == "true") != there {
			return true
		}
	}
	return false
}

// fits tells whether v is one of the values that the policy lists.
func (c *condition) fits(r *Request, v string) bool {
	switch c.compares {
	case byNumber:
		return c.fitsNumber(r, v)
	case byDate:
		return c.fitsDate(r, v)
	case byNetwork:
		return c.fitsNetwork(v)
	}
	for i := range c.wants {
		if c.wants[i].fitsText(c.compares, r, v) {
			return true
		}
	}
	return false
}

func (w *want) fitsText(compares comparison, r *Request, v string) bool {
	switch {
	case compares == byARN:
		return w.fitsARN(r, v)
	case compares == byBytes:
		return w.plain == v
	case compares == byFold:
		return w.fitsFold(r, v)
	case compares == byBool && !isBool(v):
		return false
	case compares == byBool && w.fixed:
		return strings.EqualFold(w.plain, v)
	case w.fixed:
		return w.plain == v
	}
	return w.texts[0].match(r, v)
}

// fitsFold compares without regard to case; the pattern has no wildcards.
func (w *want) fitsFold(r *Request, v string) bool {
	if w.fixed {
		return strings.EqualFold(w.plain, v)
	}
	p := &w.texts[0]
	rest, ok := cutFold(v, p.prefix)
	for i := 0; ok && i < len(p.head); i++ {
		var text string
		if text, ok = p.head[i].value(r); ok {
			rest, ok = cutFold(rest, text)
		}
	}
	if ok {
		rest, ok = cutFold(rest, p.suffix)
	}
	return ok && rest == ""
}

// fitsARN compares part by part: a wildcard does not reach over a colon, except
// in the last part.
func (w *want) fitsARN(r *Request, v string) bool {
	last := len(w.texts) - 1
	for i := range last {
		part, rest, ok := strings.Cut(v, ":")
		if !ok || !w.texts[i].match(r, part) {
			return false
		}
		v = rest
	}
	return w.texts[last].match(r, v)
}
