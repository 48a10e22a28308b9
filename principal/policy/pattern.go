package policy

import (
	"strings"
	"unicode/utf8"
)

// pieceKind says what a piece of a pattern matches.
type pieceKind uint8

const (
	literal pieceKind = iota // its text
	one                      // any one character
	many                     // any run of characters, slashes and colons too
	value                    // the value of its key, literally
)

type piece struct {
	kind pieceKind
	text string // of a literal
	ref  *ref   // of a value
}

// pattern is a text with wildcards and variables, compiled. What a variable
// stands for is matched literally: a client that calls itself * does not turn
// into a wildcard. A variable that the request has no value for matches nothing
// (see docs/format/policy.md).
type pattern struct {
	prefix string    // what every match begins with
	suffix string    // what every match ends with, behind the prefix
	star   bool      // there is a *
	open   bool      // there is nothing but a * between prefix and suffix
	head   []piece   // from the prefix to the first *; without a * to the suffix
	middle [][]piece // what stands between two *
	tail   []piece   // from the last * to the suffix
}

// compile reads a pattern. Without wildcards * and ? are characters like all
// others; without variables ${…} is text.
func (p *parser) compile(place, s string, wildcards bool) (pattern, error) {
	var out pattern
	var chunks [][]piece
	var chunk []piece
	var plain []byte
	flush := func() {
		if len(plain) > 0 {
			chunk, plain = append(chunk, piece{kind: literal, text: string(plain)}), nil
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case wildcards && s[i] == '*':
			flush()
			chunks, chunk = append(chunks, chunk), nil
		case wildcards && s[i] == '?':
			flush()
			chunk = append(chunk, piece{kind: one})
		case p.variables && strings.HasPrefix(s[i:], "${"):
			end := strings.IndexByte(s[i:], '}')
			if end < 0 {
				return out, fault(place, "${ is not closed by }; write ${$}{ for the two characters")
			}
			name := s[i+2 : i+end]
			i += end
			if name == "*" || name == "?" || name == "$" {
				plain = append(plain, name...)
				continue
			}
			flush()
			chunk = append(chunk, piece{kind: value, ref: variable(name)})
		default:
			plain = append(plain, s[i])
		}
	}
	flush()
	out.arrange(append(chunks, chunk))
	return out, nil
}

// variable returns the key that a variable stands for. One that AWS does not
// have, and one with a set of values, never has a value to put in.
func variable(name string) *ref {
	r, known := parseKey(name)
	if !known || r.all {
		return &ref{name: name}
	}
	return &r
}

// arrange takes what stands before, between and behind the * of a pattern.
func (p *pattern) arrange(chunks [][]piece) {
	p.head = chunks[0]
	if len(p.head) > 0 && p.head[0].kind == literal {
		p.prefix, p.head = p.head[0].text, p.head[1:]
	}
	last := len(chunks) - 1
	if p.star = last > 0; !p.star {
		p.head, p.suffix = cutSuffix(p.head)
		return
	}
	p.tail, p.suffix = cutSuffix(chunks[last])
	for _, chunk := range chunks[1:last] {
		if len(chunk) > 0 { // ** is *
			p.middle = append(p.middle, chunk)
		}
	}
	p.open = len(p.head)+len(p.middle)+len(p.tail) == 0
}

// cutSuffix takes a literal off the end.
func cutSuffix(pieces []piece) ([]piece, string) {
	if n := len(pieces) - 1; n >= 0 && pieces[n].kind == literal {
		return pieces[:n], pieces[n].text
	}
	return pieces, ""
}

// everything tells whether p matches every text.
func (p *pattern) everything() bool { return p.open && p.prefix == "" && p.suffix == "" }

// constant tells whether p is a plain text, and which.
func (p *pattern) constant() (string, bool) { return p.prefix, !p.star && len(p.head) == 0 }

// match tells whether p matches s, in a time of at most the length of the
// pattern by the length of s: no * is ever tried again once what follows it was
// found, because the leftmost place leaves the most to what comes after.
func (p *pattern) match(r *Request, s string) bool {
	n, end := len(p.prefix), len(s)-len(p.suffix)
	switch {
	case end < n:
		return false
	case end < len(s) && s[len(s)-1] != p.suffix[len(p.suffix)-1]: // tells most texts apart at no cost
		return false
	case s[:n] != p.prefix || s[end:] != p.suffix:
		return false
	}
	return p.open || p.between(r, s[n:end])
}

// between matches what stands between prefix and suffix.
func (p *pattern) between(r *Request, s string) bool {
	n, ok := ahead(r, p.head, s)
	if !ok || !p.star {
		return ok && n == len(s)
	}
	s = s[n:]
	if n, ok = behind(r, p.tail, s); !ok {
		return false
	}
	s = s[:len(s)-n]
	for _, chunk := range p.middle {
		if s, ok = after(r, chunk, s); !ok {
			return false
		}
	}
	return true
}

// ahead tells how many bytes at the beginning of s the pieces match.
func ahead(r *Request, pieces []piece, s string) (n int, ok bool) {
	for i := range pieces {
		switch pc := &pieces[i]; pc.kind {
		case one:
			_, size := utf8.DecodeRuneInString(s[n:])
			if size == 0 {
				return 0, false
			}
			n += size
		default:
			text, ok := pc.value(r)
			if !ok || !strings.HasPrefix(s[n:], text) {
				return 0, false
			}
			n += len(text)
		}
	}
	return n, true
}

// behind tells how many bytes at the end of s the pieces match.
func behind(r *Request, pieces []piece, s string) (n int, ok bool) {
	for i := len(pieces) - 1; i >= 0; i-- {
		switch pc := &pieces[i]; pc.kind {
		case one:
			_, size := utf8.DecodeLastRuneInString(s[:len(s)-n])
			if size == 0 {
				return 0, false
			}
			n += size
		default:
			text, ok := pc.value(r)
			if !ok || !strings.HasSuffix(s[:len(s)-n], text) {
				return 0, false
			}
			n += len(text)
		}
	}
	return n, true
}

// after returns what follows the leftmost place in s that the pieces match.
func after(r *Request, pieces []piece, s string) (string, bool) {
	first, known := "", pieces[0].kind == one
	if !known {
		if first, known = pieces[0].value(r); !known {
			return "", false
		}
	}
	for {
		i := strings.Index(s, first) // 0 for one
		if i < 0 {
			return "", false
		}
		s = s[i:]
		if n, ok := ahead(r, pieces, s); ok {
			return s[n:], true
		}
		_, size := utf8.DecodeRuneInString(s)
		if size == 0 {
			return "", false
		}
		s = s[size:]
	}
}

// value returns what a literal or a value stands for.
func (pc *piece) value(r *Request) (string, bool) {
	if pc.kind == literal {
		return pc.text, true
	}
	text, ok := r.value(pc.ref, 0)
	return text, ok && !(pc.ref.guarded && strings.ContainsAny(text, "*?$+#"))
}

// glob matches a pattern that has wildcards but no variables and is about
// ASCII; fold: the pattern is lower case, s need not be.
func glob(pattern, s string, fold bool) bool {
	star, from := -1, 0 // the last * and where in s it ends
	p, i := 0, 0
	for i < len(s) {
		c := s[i]
		if fold && 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == c):
			p++
			i++
		case star >= 0:
			from++
			p, i = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
