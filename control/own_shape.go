package control

import "vedette/api"

// Operations of Vedette's own live below /vedette/v1. They are signed and answered
// like those of AWS, whose API model has no such operations: what follows describes
// their inputs and outputs.

var (
	text   = &api.Shape{Name: "Text", Type: api.TypeString}
	texts  = listShape("Texts", text)
	moment = &api.Shape{Name: "Moment", Type: api.TypeTimestamp}
	whole  = &api.Shape{Name: "Whole", Type: api.TypeLong}
	double = &api.Shape{Name: "Number", Type: api.TypeDouble}
	flag   = &api.Shape{Name: "Flag", Type: api.TypeBoolean}

	wholes  = listShape("Wholes", whole)
	doubles = listShape("Numbers", double)
)

// oneOf is a text that is one of a few.
func oneOf(name string, values ...string) *api.Shape {
	return &api.Shape{Name: name, Type: api.TypeString, Enum: values}
}

func structure(name string, members ...api.Member) *api.Shape {
	return &api.Shape{Name: name, Type: api.TypeStructure, Members: members}
}

func listShape(name string, element *api.Shape) *api.Shape {
	return &api.Shape{Name: name, Type: api.TypeList, Element: element}
}

// field is a member of a body.
func field(name string, shape *api.Shape) api.Member { return api.Member{Name: name, Shape: shape} }

// parameter is a member of an input that stands in the query of the URL.
func parameter(name string, shape *api.Shape) api.Member {
	return api.Member{Name: name, Location: api.InQuery, LocationName: name, Shape: shape}
}

// label is a member of an input that stands in the path of the URL.
func label(name string, shape *api.Shape) api.Member {
	return api.Member{Name: name, Location: api.InURI, LocationName: name, Shape: shape}
}

// required marks a member that a request must have, or that an answer always has.
func required(m api.Member) api.Member { m.Required = true; return m }

// memberOf returns the shape of a member; it panics if there is none, which is a
// mistake in the program.
func memberOf(s *api.Shape, name string) *api.Shape {
	for _, m := range s.Members {
		if m.Name == name {
			return m.Shape
		}
	}
	panic("control: " + s.Name + " has no member " + name)
}
