package shorthand_test

import (
	"regexp"
	"strings"
)

// This is shorthand once more, slowly: a function for each rule of the grammar in
// the package comment, each of which takes what is left of the text and returns
// what is then left. It knows nothing of places in the text and of messages.

// rest is what is left of a text, and whether it fitted so far.
type rest struct {
	text string
	fits bool
}

var no = rest{}

const (
	blankSet = `\t-\r\x1c-\x20\x85\xa0\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}`
	highSet  = `\x{10000}-\x{10ffff}`
	noWord   = `\x00-\x08\x0e-\x1b"',` + highSet // what no word holds, but for its blanks
)

var (
	keyRule     = regexp.MustCompile(`^[a-zA-Z0-9\-_.#/:]*`)
	sepBlanks   = regexp.MustCompile(`^[ \t\n\r\v\f]*`)
	endBlanks   = regexp.MustCompile(`[` + blankSet + `]*$`)
	wordStart   = `^(?:\\,|[^\x00-\x20=\[{"',` + highSet + `])`
	valueRule   = regexp.MustCompile(wordStart + `(?:\\,|[^\]}` + noWord + `])*`)
	elementRule = regexp.MustCompile(wordStart + `(?:\\,|[^=` + noWord + `])*`)
	singleRule  = regexp.MustCompile(`^'(?:\\\\|\\'|[^'])*'`)
	doubleRule  = regexp.MustCompile(`^"(?:\\\\|\\"|[^"])*"`)
)

// referenceParse returns the pairs of a text, nil if it is no shorthand.
func referenceParse(text string) map[string]any {
	pairs := map[string]any{}
	r := rest{text, true}
	for {
		var key string
		var value any
		key, value, r = pairRule(r, valuesRule)
		if _, twice := pairs[key]; !r.fits || twice {
			return nil
		}
		pairs[key] = value
		if r.text == "" {
			return pairs
		}
		if r = separatorRule(r, ","); !r.fits {
			return nil
		}
	}
}

func pairRule(r rest, values func(rest) (any, rest)) (string, any, rest) {
	key := keyRule.FindString(r.text)
	if r = separatorRule(rest{r.text[len(key):], true}, "="); !r.fits {
		return "", nil, no
	}
	value, r := values(r)
	return key, value, r
}

func dropBlanks(text string) string { return text[len(sepBlanks.FindString(text)):] }

// literalRule takes a character.
func literalRule(r rest, c string) rest {
	after, ok := strings.CutPrefix(r.text, c)
	return rest{after, ok && r.fits}
}

// separatorRule takes a character and the blanks round it.
func separatorRule(r rest, c string) rest {
	r = literalRule(rest{dropBlanks(r.text), r.fits}, c)
	return rest{dropBlanks(r.text), r.fits}
}

func valuesRule(r rest) (any, rest) {
	if strings.HasPrefix(r.text, "[") || strings.HasPrefix(r.text, "{") {
		return innerRule(r)
	}
	first, r := scalarRule(r, valueRule)
	if !r.fits {
		return nil, no
	}
	list := []any{first}
	text := dropBlanks(r.text)
	for {
		afterComma, more := strings.CutPrefix(text, ",")
		if !more {
			break
		}
		element, next, place := elementAt(dropBlanks(afterComma))
		if next.fits {
			list, text = append(list, element), next.text
			continue
		}
		if place == "" {
			return nil, no
		}
		// The element fitted up to place; the last comma that is not behind it ends the list.
		taken := text[:len(text)-len(place)+1]
		text = text[strings.LastIndex(taken, ","):]
		break
	}
	if len(list) == 1 {
		return first, rest{text, true}
	}
	return list, rest{text, true}
}

// elementAt takes an element that a comma or the end follows; place is what is
// left where it did not fit.
func elementAt(text string) (element any, r rest, place string) {
	element, r = scalarRule(rest{text, true}, elementRule)
	if !r.fits || element == "" && r.text == text {
		return nil, no, text
	}
	r.text = dropBlanks(r.text)
	if r.text != "" && r.text[0] != ',' {
		return nil, no, r.text
	}
	return element, r, ""
}

func scalarRule(r rest, word *regexp.Regexp) (any, rest) {
	for quote, rule := range map[string]*regexp.Regexp{"'": singleRule, `"`: doubleRule} {
		if !strings.HasPrefix(r.text, quote) {
			continue
		}
		quoted := rule.FindString(r.text)
		if quoted == "" {
			return nil, no
		}
		inside := quoted[1 : len(quoted)-1]
		inside = strings.ReplaceAll(inside, `\`+quote, quote)
		return strings.ReplaceAll(inside, `\\`, `\`), rest{r.text[len(quoted):], true}
	}
	bare := word.FindString(r.text)
	r.text = r.text[len(bare):]
	return endBlanks.ReplaceAllString(strings.ReplaceAll(bare, `\,`, ","), ""), r
}

func innerRule(r rest) (any, rest) {
	switch {
	case strings.HasPrefix(r.text, "["):
		list := []any{}
		r = enclosedRule(r, "[", "]", func(r rest) rest {
			v, r := innerRule(r)
			list = append(list, v)
			return r
		})
		return list, r
	case strings.HasPrefix(r.text, "{"):
		hash := map[string]any{}
		r = enclosedRule(r, "{", "}", func(r rest) rest {
			key, v, r := pairRule(r, innerRule)
			hash[key] = v
			return r
		})
		return hash, r
	}
	return scalarRule(r, valueRule)
}

// enclosedRule takes brackets and what is between them: "[" [x *("," x) [","]] "]".
func enclosedRule(r rest, opening, closing string, element func(rest) rest) rest {
	r = separatorRule(r, opening)
	for r.fits {
		if end := literalRule(r, closing); end.fits {
			return end
		}
		if r = element(r); !r.fits {
			return no
		}
		r.text = dropBlanks(r.text)
		if end := literalRule(r, closing); end.fits {
			return end
		}
		r = separatorRule(r, ",")
	}
	return no
}
