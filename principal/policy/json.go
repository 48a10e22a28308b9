package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxDepth is how deep a document may nest; a policy needs six.
const maxDepth = 8

// kind is a type of JSON. It reads as "is KIND".
type kind string

const (
	object  kind = "an object"
	list    kind = "a list"
	text    kind = "a string"
	number  kind = "a number"
	boolean kind = "a boolean"
	null    kind = "null"
)

// node is a JSON value that keeps the order and the spelling of what it was
// read from.
type node struct {
	kind  kind
	text  string   // of a string; a number or boolean as written
	names []string // of an object's members, no two alike
	items []node   // of a list, or the values of names
}

// readJSON reads a document, and refuses a key that stands twice in an object
// and whatever follows the value.
func readJSON(document string) (node, error) {
	dec := json.NewDecoder(strings.NewReader(document))
	dec.UseNumber()
	root, err := readNode(dec, "", 0)
	if err == nil {
		if _, end := dec.Token(); end != io.EOF {
			err = fault("", "goes on after its end, at byte %d", dec.InputOffset())
		}
	}
	var own *Error
	if err != nil && !errors.As(err, &own) {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return node{}, fault("", "is not JSON: it ends too early")
		}
		return node{}, fault("", "is not JSON: %v, at byte %d", err, dec.InputOffset())
	}
	return root, err
}

func readNode(dec *json.Decoder, place string, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, fault(place, "is nested deeper than any policy")
	}
	token, err := dec.Token()
	if err != nil {
		return node{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return readList(dec, place, depth)
		}
		return readObject(dec, place, depth)
	case string:
		return node{kind: text, text: t}, nil
	case json.Number:
		return node{kind: number, text: t.String()}, nil
	case bool:
		return node{kind: boolean, text: fmt.Sprint(t)}, nil
	}
	return node{kind: null}, nil
}

func readList(dec *json.Decoder, place string, depth int) (node, error) {
	n := node{kind: list}
	for dec.More() {
		item, err := readNode(dec, fmt.Sprintf("%s[%d]", place, len(n.items)), depth+1)
		if err != nil {
			return n, err
		}
		n.items = append(n.items, item)
	}
	_, err := dec.Token()
	return n, err
}

func readObject(dec *json.Decoder, place string, depth int) (node, error) {
	n := node{kind: object}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return n, err
		}
		name, _ := token.(string) // the decoder takes nothing else for a name
		at := strings.TrimPrefix(place+"."+name, ".")
		if slices.Contains(n.names, name) {
			return n, fault(at, "is given twice")
		}
		item, err := readNode(dec, at, depth+1)
		if err != nil {
			return n, err
		}
		n.names, n.items = append(n.names, name), append(n.items, item)
	}
	_, err := dec.Token()
	return n, err
}

func (n node) string(place string) (string, error) {
	if n.kind != text {
		return "", fault(place, "is %s, want a string", n.kind)
	}
	return n.text, nil
}

// each calls fn for the one value or for every value of a list that may not be
// empty, with the place of each.
func (n node) each(place string, fn func(place string, n node) error) error {
	if n.kind != list {
		return fn(place, n)
	}
	if len(n.items) == 0 {
		return fault(place, "is an empty list, want at least one value")
	}
	for i, item := range n.items {
		if err := fn(fmt.Sprintf("%s[%d]", place, i), item); err != nil {
			return err
		}
	}
	return nil
}
