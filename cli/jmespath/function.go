package jmespath

import (
	"fmt"
	"strings"

	"vedette/cli/document"
)

// function is one that expressions can call.
type function struct {
	parameters []parameter
	variadic   bool // takes any number of arguments from len(parameters) on, whose types are not checked
	apply      func(r *run, arguments []Value) (Value, error)
}

// parameter says what a function takes.
type parameter struct {
	names string // as error texts show them; empty for anything
	kinds uint16 // a bit for each kind
	// elements holds the kinds of the elements of a list: the first that has
	// the first element's kind goes for all of them.
	elements []kind
}

var (
	anyValue  = parameter{}
	aNumber   = parameter{names: "['number']", kinds: 1 << kindNumber}
	aString   = parameter{names: "['string']", kinds: 1 << kindString}
	anArray   = parameter{names: "['array']", kinds: 1 << kindArray}
	anObject  = parameter{names: "['object']", kinds: 1 << kindObject}
	anExpref  = parameter{names: "['expref']", kinds: 1 << kindReference}
	sequence  = parameter{names: "['array', 'string']", kinds: 1<<kindArray | 1<<kindString}
	container = parameter{names: "['string', 'array', 'object']", kinds: 1<<kindArray | 1<<kindString | 1<<kindObject}
	numbers   = parameter{names: "['array-number']", kinds: 1 << kindArray, elements: []kind{kindNumber}}
	strs      = parameter{names: "['array-string']", kinds: 1 << kindArray, elements: []kind{kindString}}
	rankable  = parameter{names: "['array-number', 'array-string']", kinds: 1 << kindArray, elements: []kind{kindNumber, kindString}}
	sortable  = parameter{names: "['array-string', 'array-number']", kinds: 1 << kindArray, elements: []kind{kindString, kindNumber}}
)

// functionNamed returns the function of a name, or nil.
func functionNamed(name string) *function {
	switch name {
	case "abs":
		return simple(abs, aNumber)
	case "avg":
		return simple(average, numbers)
	case "ceil":
		return simple(ceil, aNumber)
	case "contains":
		return &function{parameters: []parameter{sequence, anyValue}, apply: contains}
	case "ends_with":
		return &function{parameters: []parameter{aString, aString}, apply: endsWith}
	case "floor":
		return simple(floor, aNumber)
	case "join":
		return &function{parameters: []parameter{aString, strs}, apply: join}
	case "keys":
		return simple(keys, anObject)
	case "length":
		return simple(length, container)
	case "map":
		return &function{parameters: []parameter{anExpref, anArray}, apply: mapElements}
	case "max":
		return simple(maximum, rankable)
	case "max_by":
		return &function{parameters: []parameter{anArray, anExpref}, apply: maximumBy}
	case "merge":
		return &function{parameters: []parameter{anObject}, variadic: true, apply: merge}
	case "min":
		return simple(minimum, rankable)
	case "min_by":
		return &function{parameters: []parameter{anArray, anExpref}, apply: minimumBy}
	case "not_null":
		return &function{parameters: []parameter{anyValue}, variadic: true, apply: notNull}
	case "reverse":
		return simple(reverse, sequence)
	case "sort":
		return simple(sortElements, sortable)
	case "sort_by":
		return &function{parameters: []parameter{anArray, anExpref}, apply: sortBy}
	case "starts_with":
		return &function{parameters: []parameter{aString, aString}, apply: startsWith}
	}
	return plainFunctionNamed(name)
}

func plainFunctionNamed(name string) *function {
	switch name {
	case "sum":
		return simple(sum, numbers)
	case "to_array":
		return simple(toArray, anyValue)
	case "to_number":
		return simple(toNumber, anyValue)
	case "to_string":
		return simple(toString, anyValue)
	case "type":
		return simple(typeName, anyValue)
	case "values":
		return simple(values, anObject)
	}
	return nil
}

// simple makes a function of one argument.
func simple(apply func(v Value) (Value, error), p parameter) *function {
	return &function{
		parameters: []parameter{p},
		apply:      func(_ *run, arguments []Value) (Value, error) { return apply(arguments[0]) },
	}
}

// call is a call of a function.
type call struct {
	name      string
	function  *function // nil: there is none, which only shows if it is called
	arguments []node
}

func newCall(name string, arguments []node) *call {
	return &call{name, functionNamed(name), arguments}
}

func (n *call) search(r *run, v Value) (Value, error) {
	arguments := make([]Value, len(n.arguments))
	for i, argument := range n.arguments {
		var err error
		if arguments[i], err = r.visit(argument, v); err != nil {
			return nil, err
		}
	}
	if n.function == nil {
		return nil, &SearchError{"Unknown function: " + n.name + "()"}
	}
	if err := n.checkCount(); err != nil {
		return nil, err
	}
	for i, p := range n.function.parameters {
		if err := p.check(n.name, arguments[i]); err != nil {
			return nil, err
		}
	}
	if r.frames+6 > frameLimit {
		return nil, &SearchError{tooDeep}
	}
	return n.function.apply(r, arguments)
}

func (n *call) checkCount() error {
	want, got := len(n.function.parameters), len(n.arguments)
	if got == want || n.function.variadic && got > want {
		return nil
	}
	atLeast, plural := "", "s"
	if n.function.variadic {
		atLeast = "at least "
	}
	if want == 1 {
		plural = ""
	}
	return &SearchError{fmt.Sprintf("Expected %s%d argument%s for function %s(), received %d", atLeast, want, plural, n.name, got)}
}

func typeError(function string, v Value, expected, received string) error {
	return &SearchError{fmt.Sprintf("In function %s(), invalid type for value: %s, expected one of: %s, received: \"%s\"",
		function, document.Text(v), expected, received)}
}

// check tells whether v is what the parameter takes. Of an element that is not,
// the error names the type in Python.
func (p parameter) check(function string, v Value) error {
	if p.names == "" {
		return nil
	}
	k := kindOf(v)
	if p.kinds&(1<<k) == 0 {
		return typeError(function, v, p.names, k.String())
	}
	elements, _ := v.([]Value)
	if len(p.elements) == 0 || len(elements) == 0 {
		return nil
	}
	want := p.elements[0]
	if len(p.elements) > 1 && kindOf(elements[0]) == p.elements[1] {
		want = p.elements[1]
	}
	for _, element := range elements {
		if kindOf(element) != want {
			return typeError(function, element, p.names, pythonType(element))
		}
	}
	return nil
}

// with applies the referenced expression to v, called from a function.
func (r *run) with(reference, v Value) (Value, error) {
	r.frames += 3
	result, err := r.visit(reference.(*Reference).body, v)
	r.frames -= 3
	return result, err
}

func join(_ *run, arguments []Value) (Value, error) {
	var b strings.Builder
	for i, element := range arguments[1].([]Value) {
		if i > 0 {
			b.WriteString(arguments[0].(string))
		}
		b.WriteString(element.(string))
	}
	return b.String(), nil
}

func startsWith(_ *run, arguments []Value) (Value, error) {
	return strings.HasPrefix(arguments[0].(string), arguments[1].(string)), nil
}

func endsWith(_ *run, arguments []Value) (Value, error) {
	return strings.HasSuffix(arguments[0].(string), arguments[1].(string)), nil
}

func contains(_ *run, arguments []Value) (Value, error) {
	if elements, ok := arguments[0].([]Value); ok {
		for _, element := range elements {
			if equal(element, arguments[1]) {
				return true, nil
			}
		}
		return false, nil
	}
	part, ok := arguments[1].(string)
	if !ok {
		return nil, &SearchError{"'in <string>' requires string as left operand, not " + longType(arguments[1])}
	}
	return strings.Contains(arguments[0].(string), part), nil
}

func notNull(_ *run, arguments []Value) (Value, error) {
	for _, argument := range arguments {
		if argument != nil {
			return argument, nil
		}
	}
	return nil, nil
}

func mapElements(r *run, arguments []Value) (Value, error) {
	elements := arguments[1].([]Value)
	found := make([]Value, len(elements))
	for i, element := range elements {
		var err error
		if found[i], err = r.with(arguments[0], element); err != nil {
			return nil, err
		}
	}
	return found, nil
}
