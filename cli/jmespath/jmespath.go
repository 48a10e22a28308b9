// Package jmespath runs the queries of --query over documents. It gives the
// results and the error texts of the Python library jmespath 1.0.1, which AWS
// CLI v2 uses: maps keep their order, integers stay integers of any size, and
// where Python's operators shine through the language they do so here too.
package jmespath

import "vedette/cli/document"

// Value is a JSON value; see document.Value. A result may also hold a
// *Reference, which JSON cannot show.
type Value = document.Value

// Expression is a query that was read and can be run any number of times, also
// at the same time.
type Expression struct {
	text string
	root node
}

// String returns the expression as it was written.
func (e *Expression) String() string { return e.text }

// SyntaxError says why a text is no expression. Its text is that of the Python
// exception, caret picture included, several lines long.
type SyntaxError struct{ Message string }

func (e *SyntaxError) Error() string { return e.Message }

// SearchError says why an expression that is well formed has no result for a
// document. Its text is that of the Python exception.
type SearchError struct{ Message string }

func (e *SearchError) Error() string { return e.Message }

// Reference is the value of the expression &x: x itself, which functions such
// as sort_by apply to elements.
type Reference struct{ body node }

// String names the reference as Python does, but for the address.
func (*Reference) String() string {
	return "<jmespath.visitor._Expression object at 0x7f0000000000>"
}

// Python bounds the depth of calls, so AWS CLI rejects what is nested too
// deeply. These are the frames in use where its calls reach the library.
const (
	frameLimit    = 1000
	compileFrames = 20 // the parser's outermost expression
	searchFrames  = 18 // what is below the interpreter's first visit
	tooDeep       = "maximum recursion depth exceeded"
)

// Compile reads an expression. The error is a *SyntaxError.
func Compile(expression string) (*Expression, error) {
	if expression == "" {
		return nil, &SyntaxError{"Invalid JMESPath expression: cannot be empty."}
	}
	tokens, err := tokenize(expression)
	if err != nil {
		return nil, err
	}
	p := &parser{text: expression, tokens: tokens}
	root, err := p.expression(0, compileFrames)
	if err != nil {
		return nil, err
	}
	if t := p.token(); t.kind != tokenEOF {
		return nil, p.fail(t, "Unexpected token: "+t.String())
	}
	return &Expression{text: expression, root: root}, nil
}

// Search runs the expression on a document. The result shares parts with the
// document and with the expression's literals, so neither may be changed. The
// error is a *SearchError.
func (e *Expression) Search(v Value) (Value, error) {
	r := &run{frames: searchFrames}
	return r.visit(e.root, v)
}
