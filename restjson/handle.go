package restjson

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"vedette/api"
)

// binding is the function of one operation, without its types.
type binding struct {
	newInput func() any
	call     func(ctx context.Context, in any) (any, error)
	stream   func(ctx context.Context, in any, out *Stream) error // instead of call
}

// Handle binds fn to op: I must be the Go type of op's input, O that of its
// output (struct{} where the operation has none). fn gets a decoded and
// validated input of its own; a nil output is answered like an empty one, and
// an error that is no *api.Error as InternalFailureException. All operations
// must be bound before the server serves. Handle panics when the types do not
// fit or op is bound already: that is a mistake in the program.
func Handle[I, O any](s *Server, op *api.Operation, fn func(context.Context, *I) (*O, error)) {
	checkType(op, op.Input, reflect.TypeFor[I]())
	checkType(op, op.Output, reflect.TypeFor[O]())
	s.bind(op, binding{
		newInput: func() any { return new(I) },
		call: func(ctx context.Context, in any) (any, error) {
			out, err := fn(ctx, in.(*I))
			if err != nil {
				return nil, err
			}
			if out == nil {
				out = new(O)
			}
			return out, nil
		},
	})
}

func (s *Server) bind(op *api.Operation, b binding) {
	if _, ok := s.bindings[op]; ok {
		panic(fmt.Sprintf("restjson: %s is bound twice", op.Name))
	}
	if !slices.Contains(api.Operations(), op) {
		s.router.add(op) // an operation of Vedette's own
	}
	s.bindings[op] = b
}

// checkType panics unless t is the struct that was generated for shape, or an
// empty one where there is no shape.
func checkType(op *api.Operation, shape *api.Shape, t reflect.Type) {
	want, members := "struct{}", 0
	if shape != nil {
		want, members = "api."+shape.Name, len(shape.Members)
	}
	named := shape == nil || t.Name() == shape.Name
	if t.Kind() != reflect.Struct || t.NumField() != members || !named {
		panic(fmt.Sprintf("restjson: %s: want %s, got %s", op.Name, want, t))
	}
}

// Unhandled returns the names of the operations that nothing is bound to,
// sorted.
func (s *Server) Unhandled() []string {
	var names []string
	for _, op := range api.Operations() {
		if _, ok := s.bindings[op]; !ok {
			names = append(names, op.Name)
		}
	}
	slices.Sort(names)
	return names
}
