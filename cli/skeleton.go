package cli

import (
	"slices"
	"strings"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/yaml"
)

// sampler makes samples of shapes: what a request or an answer looks like.
type sampler struct {
	names bool     // strings are the names of their members; otherwise empty, or the first value of an enum
	stack []string // of the shapes around, for those that contain themselves
}

func (s *sampler) value(shape *api.Shape, name string) document.Value {
	s.stack = append(s.stack, shape.Name)
	defer func() { s.stack = s.stack[:len(s.stack)-1] }()
	switch shape.Type {
	case api.TypeStructure:
		return s.structure(shape)
	case api.TypeList:
		if s.names {
			name = shape.Element.Name
		}
		return []document.Value{s.value(shape.Element, name)}
	case api.TypeMap:
		return document.NewMap("KeyName", s.value(shape.Value, ""))
	}
	return s.scalar(shape, name)
}

func (s *sampler) structure(shape *api.Shape) *document.Map {
	m := new(document.Map)
	if s.again(shape) {
		return m
	}
	for _, member := range shape.Members {
		m.Set(member.Name, s.value(member.Shape, member.Name))
	}
	return m
}

// again tells whether the shape on top of the stack lies below itself.
func (s *sampler) again(shape *api.Shape) bool {
	return slices.Index(s.stack, shape.Name) < len(s.stack)-1
}

func (s *sampler) scalar(shape *api.Shape, name string) document.Value {
	switch shape.Type {
	case api.TypeString:
		switch {
		case s.names:
			return name
		case shape.Enum != nil:
			return shape.Enum[0]
		}
		return ""
	case api.TypeInteger, api.TypeLong:
		return int64(0)
	case api.TypeDouble:
		return 0.0
	case api.TypeBoolean:
		return true
	case api.TypeTimestamp:
		return document.Timestamp(time.Unix(0, 0).UTC())
	}
	return nil // JSON has no blobs
}

// inputSkeleton returns the sample of --generate-cli-skeleton input.
func inputSkeleton(op *api.Operation) string {
	s := &sampler{}
	return document.JSON(s.value(op.Input, "")) + "\n"
}

// yamlSkeleton returns the sample of --generate-cli-skeleton yaml-input, which
// says beside each member what it is.
func yamlSkeleton(op *api.Operation) string {
	s := &sampler{}
	return yaml.Skeleton(s.commented(op.Input))
}

func (s *sampler) commented(shape *api.Shape) *yaml.Commented {
	s.stack = append(s.stack, shape.Name)
	defer func() { s.stack = s.stack[:len(s.stack)-1] }()
	c := new(yaml.Commented)
	if s.again(shape) {
		return c
	}
	for _, member := range shape.Members {
		c.Add(member.Name, s.commentedValue(member.Shape), comment(shape, &member))
	}
	return c
}

// commentedValue is value with structures that carry comments.
func (s *sampler) commentedValue(shape *api.Shape) document.Value {
	switch shape.Type {
	case api.TypeStructure:
		return s.commented(shape)
	case api.TypeList:
		s.stack = append(s.stack, shape.Name)
		defer func() { s.stack = s.stack[:len(s.stack)-1] }()
		return []document.Value{s.commentedValue(shape.Element)}
	case api.TypeMap:
		s.stack = append(s.stack, shape.Name)
		defer func() { s.stack = s.stack[:len(s.stack)-1] }()
		return document.NewMap("KeyName", s.commentedValue(shape.Value))
	case api.TypeBlob:
		return document.Bytes{}
	}
	return s.scalar(shape, "")
}

// comment says what a member is.
func comment(shape *api.Shape, member *api.Member) string {
	var parts []string
	if member.Required {
		parts = append(parts, "[REQUIRED]")
	}
	parts = append(parts, api.Sentence(shape.Name+"."+member.Name))
	if member.Shape.Enum != nil {
		parts = append(parts, "Valid values are: "+strings.Join(member.Shape.Enum, ", ")+".")
	}
	return strings.Join(parts, " ")
}
