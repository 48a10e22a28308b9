// Package yaml reads and prints YAML as AWS CLI v2 does, which has ruamel.yaml
// for it: what --cli-input-yaml takes (Parse), what --output yaml and
// yaml-stream print (Dump, DumpStreamElement), and the commented sample input of
// --generate-cli-skeleton yaml-input (DumpSkeleton). The original reads with a
// scanner in Python and prints with one in C, libyaml. Both differ from the Go
// libraries in what a user can see - tabs, ':' in flow collections, %YAML, the
// choice of quotes, folding - so this package has its own.
package yaml

import (
	"io"

	"vedette/cli/document"
)

// Dump writes v as --output yaml does. A scalar alone is written as JSON, since
// YAML would need an end marker after it. The empty map prints as {}: that an
// answer without members prints nothing is for the caller to know.
func Dump(w io.Writer, v document.Value) error {
	_, err := w.Write(Append(nil, v))
	return err
}

// DumpStreamElement writes v as --output yaml-stream writes one page: as the
// one element of a list.
func DumpStreamElement(w io.Writer, v document.Value) error {
	_, err := w.Write(Append(nil, []document.Value{v}))
	return err
}

// Append appends what Dump writes to b. Maps and lists that are in v at several
// places are written once, with an anchor, and then as aliases, as the original
// does; they are told by their pointers. Maps must not contain themselves.
func Append(b []byte, v document.Value) []byte {
	switch v.(type) {
	case []document.Value, *document.Map, document.Bytes:
	default:
		b = append(b, document.JSON(v)...)
		return append(b, '\n')
	}
	e := &emitter{out: b, indent: -1, whitespace: true, indention: true}
	e.findShared(v, map[identity]bool{})
	e.node(v, root)
	e.newLine()
	return e.out
}
