package restjson

import (
	"net/url"
	"slices"
	"strings"

	"vedette/api"
)

// router finds the operation of a method and a path. Its tree has a level for
// each segment of the operations' URIs.
type router struct {
	root node
}

type node struct {
	literals map[string]*node
	label    *node // any segment that is not empty
	methods  map[string]*api.Operation
}

func newRouter(ops []*api.Operation) *router {
	r := &router{}
	for _, op := range ops {
		r.add(op)
	}
	return r
}

func (r *router) add(op *api.Operation) {
	n := &r.root
	for segment := range strings.SplitSeq(strings.TrimPrefix(op.URI, "/"), "/") {
		n = n.child(segment)
	}
	if n.methods == nil {
		n.methods = map[string]*api.Operation{}
	}
	n.methods[op.Method] = op
}

func (n *node) child(segment string) *node {
	if isLabel(segment) {
		if n.label == nil {
			n.label = &node{}
		}
		return n.label
	}
	next, ok := n.literals[segment]
	if !ok {
		next = &node{}
		if n.literals == nil {
			n.literals = map[string]*node{}
		}
		n.literals[segment] = next
	}
	return next
}

// isLabel reports whether a segment of an operation's URI is a label: {name}.
func isLabel(segment string) bool { return strings.HasPrefix(segment, "{") }

// find returns the operation of method and path, and the path's segments,
// decoded. path is as it came, escaped: it is split before it is decoded. Where
// no operation fits it returns nil and the methods that the path has.
func (r *router) find(method, path string) (op *api.Operation, segments, allowed []string) {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return nil, nil, nil
	}
	segments = strings.Split(rest, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return nil, nil, nil
		}
		segments[i] = plain
	}
	op = r.root.find(method, segments, &allowed)
	slices.Sort(allowed)
	return op, segments, slices.Compact(allowed)
}

// find prefers literals to labels, but goes back to the label when the literal
// leads nowhere: a thing group may be called addThingToThingGroup.
func (n *node) find(method string, segments []string, allowed *[]string) *api.Operation {
	if len(segments) == 0 {
		for m := range n.methods {
			*allowed = append(*allowed, m)
		}
		return n.methods[method]
	}
	if next, ok := n.literals[segments[0]]; ok {
		if op := next.find(method, segments[1:], allowed); op != nil {
			return op
		}
	}
	if n.label == nil || segments[0] == "" {
		return nil
	}
	return n.label.find(method, segments[1:], allowed)
}
