package jmespath

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// projectionStop is the least power of a token that goes on with a projection
// on the left of it; weaker ones end the projection.
const projectionStop = 10

// parser reads expressions by the powers of their operators. Its methods take
// the number of Python frames that the original has in use at the same place.
type parser struct {
	text   string
	tokens []token
	index  int
}

func (p *parser) token() token    { return p.tokens[p.index] }
func (p *parser) kind() tokenKind { return p.tokens[p.index].kind }

// caret returns the line that points at a character of the quoted expression.
func caret(column int) string { return strings.Repeat(" ", column+1) + "^" }

// fail returns an error that shows the place of t.
func (p *parser) fail(t token, message string) error {
	return p.failAt(utf8.RuneCountInString(p.text[:t.start]), t, message)
}

func (p *parser) failAt(column int, t token, message string) error {
	return &SyntaxError{fmt.Sprintf("%s: Parse error at column %d, token \"%s\" (%s), for expression:\n\"%s\"\n%s",
		message, column, t, strings.ToUpper(t.kind.String()), p.text, caret(column))}
}

func (p *parser) incomplete() error {
	return &SyntaxError{"Invalid jmespath expression: Incomplete expression:\n\"" + p.text + "\"\n" +
		caret(utf8.RuneCountInString(p.text))}
}

// expected returns the error for a token other than what the grammar wants here.
func (p *parser) expected(what string) error {
	t := p.token()
	if t.kind == tokenEOF {
		return p.incomplete()
	}
	return p.fail(t, fmt.Sprintf("Expecting: %s, got: %s", what, t.kind))
}

func (p *parser) match(kind tokenKind) error {
	if p.kind() != kind {
		return p.expected(kind.String())
	}
	p.index++
	return nil
}

// expression reads operands and operators as long as those bind more strongly
// than power.
func (p *parser) expression(power, frames int) (node, error) {
	if frames+2 > frameLimit {
		return nil, &SyntaxError{tooDeep}
	}
	t := p.token()
	p.index++
	left, err := p.operand(t, frames)
	for err == nil && power < grammar[p.kind()].power {
		t := p.token()
		p.index++
		left, err = p.operator(t, left, frames)
	}
	return left, err
}

// operand reads what starts with t and needs nothing on its left.
func (p *parser) operand(t token, frames int) (node, error) {
	switch t.kind {
	case tokenLiteral:
		return &literal{t.value}, nil
	case tokenUnquoted:
		return &field{t.text}, nil
	case tokenQuoted:
		if next := p.token(); next.kind == tokenLeftParen {
			return nil, p.failAt(0, next, "Quoted identifier not allowed for function names.")
		}
		return &field{t.text}, nil
	case tokenCurrent:
		return current{}, nil
	case tokenStar:
		right, err := p.projected(grammar[tokenStar].power, frames+2)
		return &valueProjection{current{}, right}, err
	case tokenFilter:
		return p.filter(current{}, frames+1)
	case tokenLeftBrace:
		return p.hash(frames + 2)
	case tokenLeftParen:
		inner, err := p.expression(0, frames+2)
		if err != nil {
			return nil, err
		}
		return inner, p.match(tokenRightParen)
	case tokenFlatten:
		right, err := p.projected(grammar[tokenFlatten].power, frames+2)
		return &projection{&flatten{current{}}, right}, err
	case tokenNot:
		inner, err := p.expression(grammar[tokenNot].power, frames+2)
		return &not{inner}, err
	case tokenReference:
		inner, err := p.expression(grammar[tokenReference].power, frames+2)
		return &reference{inner}, err
	case tokenLeftBracket:
		return p.bracket(frames)
	case tokenEOF:
		return nil, p.incomplete()
	}
	return nil, p.fail(t, "invalid token")
}

// bracket reads what follows a bracket that starts an operand.
func (p *parser) bracket(frames int) (node, error) {
	switch {
	case p.kind() == tokenNumber || p.kind() == tokenColon:
		return p.subscript(current{}, frames+2)
	case p.kind() == tokenStar && p.tokens[p.index+1].kind == tokenRightBracket:
		p.index += 2
		right, err := p.projected(grammar[tokenStar].power, frames+2)
		return &projection{current{}, right}, err
	}
	return p.list(frames + 2)
}

// operator reads what starts with the operator t and has left before it.
func (p *parser) operator(t token, left node, frames int) (node, error) {
	power := grammar[t.kind].power
	switch t.kind {
	case tokenDot:
		return p.dot(left, frames)
	case tokenPipe:
		right, err := p.expression(power, frames+2)
		return &pipe{left, right}, err
	case tokenOr:
		right, err := p.expression(power, frames+2)
		return &or{left, right}, err
	case tokenAnd:
		right, err := p.expression(power, frames+2)
		return &and{left, right}, err
	case tokenEqual, tokenNotEqual, tokenLess, tokenLessEqual, tokenGreater, tokenGreaterEqual:
		right, err := p.expression(power, frames+3)
		return &comparison{t.kind, left, right}, err
	case tokenLeftParen:
		return p.call(left, frames)
	case tokenFilter:
		return p.filter(left, frames)
	case tokenFlatten:
		right, err := p.projected(power, frames+2)
		return &projection{&flatten{left}, right}, err
	case tokenLeftBracket:
		return p.subscriptOrStar(left, frames)
	}
	return nil, p.fail(t, "invalid token")
}

func (p *parser) dot(left node, frames int) (node, error) {
	power := grammar[tokenDot].power
	if p.kind() == tokenStar {
		p.index++
		right, err := p.projected(power, frames+2)
		return &valueProjection{left, right}, err
	}
	right, err := p.member(power, frames+2)
	if chain, ok := left.(*subexpression); ok {
		chain.parts = append(chain.parts, right)
		return chain, err
	}
	return &subexpression{[]node{left, right}}, err
}

func (p *parser) call(left node, frames int) (node, error) {
	name, ok := left.(*field)
	if !ok {
		before := p.tokens[p.index-2]
		return nil, p.fail(before, fmt.Sprintf("Invalid function name '%s'", before))
	}
	var arguments []node
	for p.kind() != tokenRightParen {
		argument, err := p.expression(0, frames+2)
		if err != nil {
			return nil, err
		}
		// The comma may be missing, and one may follow the last argument.
		if p.kind() == tokenComma {
			p.index++
		}
		arguments = append(arguments, argument)
	}
	p.index++
	return newCall(name.name, arguments), nil
}

func (p *parser) filter(left node, frames int) (node, error) {
	condition, err := p.expression(0, frames+2)
	if err != nil {
		return nil, err
	}
	if err := p.match(tokenRightBracket); err != nil {
		return nil, err
	}
	if p.kind() == tokenFlatten {
		return &filter{left, current{}, condition}, nil
	}
	right, err := p.projected(grammar[tokenFilter].power, frames+2)
	return &filter{left, right, condition}, err
}

// subscriptOrStar reads what follows a bracket behind left.
func (p *parser) subscriptOrStar(left node, frames int) (node, error) {
	if p.kind() == tokenNumber || p.kind() == tokenColon {
		return p.subscript(left, frames+2)
	}
	if err := p.match(tokenStar); err != nil {
		return nil, err
	}
	if err := p.match(tokenRightBracket); err != nil {
		return nil, err
	}
	right, err := p.projected(grammar[tokenStar].power, frames+2)
	return &projection{left, right}, err
}

// subscript reads an index or a slice of left. A slice starts a projection,
// except behind another subscript: there the original does not, either.
func (p *parser) subscript(left node, frames int) (node, error) {
	part, err := p.indexOrSlice()
	if err != nil {
		return nil, err
	}
	if chain, ok := left.(*indexExpression); ok {
		chain.parts = append(chain.parts, part)
		return chain, nil
	}
	subscripted := &indexExpression{[]node{left, part}}
	if _, ok := part.(*slice); !ok {
		return subscripted, nil
	}
	right, err := p.projected(grammar[tokenStar].power, frames+1)
	return &projection{subscripted, right}, err
}

func (p *parser) indexOrSlice() (node, error) {
	if p.kind() == tokenColon || p.tokens[p.index+1].kind == tokenColon {
		return p.slice()
	}
	at := p.token().integer()
	p.index++
	return &index{at}, p.match(tokenRightBracket)
}

func (p *parser) slice() (node, error) {
	s, place := new(slice), 0
	for p.kind() != tokenRightBracket {
		switch t := p.token(); {
		case t.kind == tokenColon && place < 2:
			place++
		case t.kind == tokenNumber:
			s.bounds[place] = bound{t.integer(), true}
		default:
			return nil, p.fail(t, "syntax error")
		}
		p.index++
	}
	p.index++
	return s, nil
}

func (p *parser) list(frames int) (node, error) {
	var nodes []node
	for {
		element, err := p.expression(0, frames+1)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, element)
		if p.kind() == tokenRightBracket {
			p.index++
			return &list{nodes}, nil
		}
		if err := p.match(tokenComma); err != nil {
			return nil, err
		}
	}
}

func (p *parser) hash(frames int) (node, error) {
	h := new(hash)
	for {
		key := p.token()
		if key.kind != tokenQuoted && key.kind != tokenUnquoted {
			return nil, p.expected("['quoted_identifier', 'unquoted_identifier']")
		}
		p.index++
		if err := p.match(tokenColon); err != nil {
			return nil, err
		}
		value, err := p.expression(0, frames+1)
		if err != nil {
			return nil, err
		}
		h.keys, h.values = append(h.keys, key.text), append(h.values, value)
		switch p.kind() {
		case tokenComma: // may also be missing
			p.index++
		case tokenRightBrace:
			p.index++
			return h, nil
		}
	}
}

// projected reads what a projection applies to each element.
func (p *parser) projected(power, frames int) (node, error) {
	switch kind := p.kind(); {
	case frames+1 > frameLimit:
		return nil, &SyntaxError{tooDeep}
	case grammar[kind].power < projectionStop:
		return current{}, nil
	case kind == tokenLeftBracket || kind == tokenFilter:
		return p.expression(power, frames+1)
	case kind == tokenDot:
		p.index++
		return p.member(power, frames+1)
	}
	return nil, p.fail(p.token(), "syntax error")
}

// member reads what may follow a dot.
func (p *parser) member(power, frames int) (node, error) {
	switch t := p.token(); t.kind {
	case tokenQuoted, tokenUnquoted, tokenStar:
		return p.expression(power, frames+1)
	case tokenLeftBracket:
		p.index++
		return p.list(frames + 1)
	case tokenLeftBrace:
		p.index++
		return p.hash(frames + 1)
	default:
		return nil, p.fail(t, "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: "+t.kind.String())
	}
}
