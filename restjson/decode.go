package restjson

import (
	"bytes"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"vedette/api"
)

// decodeRequest fills in, a pointer to the Go type of op's input, from the path
// segments (decoded), the query, the header and the body of a request. An error
// is an *api.Error that names the member at fault.
func decodeRequest(op *api.Operation, segments []string, r *http.Request, body []byte, in any) error {
	v := reflect.ValueOf(in).Elem()
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return api.InvalidRequest("The query of the request could not be read: %w", err)
	}
	inBody := false
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		var values []string
		switch m.Location {
		case api.InBody:
			inBody = true
			continue
		case api.InURI:
			values = label(op.URI, m.LocationName, segments)
		case api.InQuery:
			values = query[m.LocationName]
		case api.InHeader:
			values = r.Header.Values(m.LocationName)
		}
		if len(values) == 0 {
			continue
		}
		if err := setText(m, v.Field(i), values[0]); err != nil {
			return err
		}
	}
	if !inBody {
		return nil
	}
	return decodeBody(op.Input, body, v)
}

// label returns the segment that stands for {name} in uri.
func label(uri, name string, segments []string) []string {
	for i, want := range strings.Split(uri[1:], "/") {
		if isLabel(want) && want[1:len(want)-1] == name {
			return segments[i : i+1]
		}
	}
	return nil
}

// setText sets a member to what a label, a query parameter or a header says.
func setText(m *api.Member, field reflect.Value, text string) error {
	value := reflect.New(field.Type().Elem())
	if must := parseText(m.Shape, value.Elem(), text); must != "" {
		return invalid(m.Name, must)
	}
	field.Set(value)
	return nil
}

// parseText sets v to what text means for the shape, or says what it must be.
func parseText(s *api.Shape, v reflect.Value, text string) (must string) {
	switch s.Type {
	case api.TypeString:
		if must := checkText(text); must != "" {
			return must
		}
		v.SetString(text)
	case api.TypeInteger, api.TypeLong:
		return setInteger(s, v, text)
	case api.TypeDouble:
		return setDouble(v, text)
	case api.TypeBoolean:
		if text != "true" && text != "false" {
			return "be true or false"
		}
		v.SetBool(text == "true")
	case api.TypeTimestamp:
		return setTimestamp(v, text)
	}
	return ""
}

func checkText(text string) (must string) {
	if !utf8.ValidString(text) {
		return "be UTF-8"
	}
	if strings.IndexByte(text, 0) >= 0 {
		return "not contain the character U+0000"
	}
	return ""
}

func setInteger(s *api.Shape, v reflect.Value, text string) (must string) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text[0] == '+' {
		d, ok := parseDecimal(text)
		if !ok {
			return "be an integer"
		}
		if n, ok = d.integer(); !ok {
			if d.exponent < 0 {
				return "be an integer"
			}
			return outOfRange(s)
		}
	}
	if v.OverflowInt(n) {
		return outOfRange(s)
	}
	v.SetInt(n)
	return ""
}

func outOfRange(s *api.Shape) (must string) {
	if s.Type == api.TypeInteger {
		return "be an integer of 32 bits"
	}
	return "be an integer of 64 bits"
}

func setDouble(v reflect.Value, text string) (must string) {
	f, err := strconv.ParseFloat(text, 64)
	if !isNumber(text) {
		return "be a number"
	}
	if err != nil {
		return "be a number within the range of double precision"
	}
	v.SetFloat(f)
	return ""
}

func setTimestamp(v reflect.Value, text string) (must string) {
	t, err := parseTimestamp(text)
	if err != nil {
		return "be a timestamp: epoch seconds or ISO 8601"
	}
	v.Set(reflect.ValueOf(t))
	return ""
}

// decodeBody fills the members of v that are not bound elsewhere from a JSON
// object.
func decodeBody(s *api.Shape, body []byte, v reflect.Value) error {
	if len(bytes.Trim(body, " \t\r\n")) == 0 {
		return nil
	}
	r := &reader{data: body}
	if !r.null() {
		if r.next() != '{' {
			if kind := r.kind(); kind != "" {
				return api.InvalidRequest("The body must be a JSON object, not %s.", kind)
			}
			return r.malformed("a value is missing")
		}
		if err := r.structure(s, v); err != nil {
			return err
		}
	}
	if r.next() != 0 || r.pos < len(r.data) {
		return r.malformed("something stands behind the object")
	}
	return nil
}

// member returns the index of the member called name, -1 if there is none in
// the body.
func member(s *api.Shape, name []byte) int {
	for i := range s.Members {
		if m := &s.Members[i]; m.Name == string(name) && m.Location == api.InBody {
			return i
		}
	}
	return -1
}

func (r *reader) structure(s *api.Shape, v reflect.Value) error {
	return r.object(func(name []byte) error {
		i := member(s, name)
		if i < 0 {
			return r.skip()
		}
		r.push(step{name: s.Members[i].Name})
		defer r.pop()
		field := v.Field(i)
		field.SetZero()
		if r.null() {
			return nil
		}
		target := field
		if field.Kind() == reflect.Pointer {
			target = reflect.New(field.Type().Elem()).Elem()
		}
		if err := r.value(s.Members[i].Shape, target); err != nil {
			return err
		}
		if field.Kind() == reflect.Pointer {
			field.Set(target.Addr())
		}
		return nil
	})
}

// value takes a value of the shape; null is not one.
func (r *reader) value(s *api.Shape, v reflect.Value) error {
	kind := r.kind()
	want := kindOf(s)
	if kind == "" {
		return r.malformed("a value is missing")
	}
	if kind != want && !(s.Type == api.TypeTimestamp && kind == "a string") {
		return r.unsuitable("be " + want + ", not " + kind)
	}
	switch s.Type {
	case api.TypeStructure:
		return r.structure(s, v)
	case api.TypeList:
		return r.list(s, v)
	case api.TypeMap:
		return r.mapping(s, v)
	}
	text, err := r.scalar(kind)
	if err != nil {
		return err
	}
	if must := parseText(s, v, text); must != "" {
		return r.unsuitable(must)
	}
	return nil
}

// kindOf says which kind of JSON value a shape wants.
func kindOf(s *api.Shape) string {
	switch s.Type {
	case api.TypeStructure, api.TypeMap:
		return "an object"
	case api.TypeList:
		return "an array"
	case api.TypeString:
		return "a string"
	case api.TypeBoolean:
		return "a boolean"
	}
	return "a number"
}

// scalar takes a string, a number or a boolean and returns its text.
func (r *reader) scalar(kind string) (string, error) {
	switch kind {
	case "a string":
		text, err := r.text()
		return string(text), err
	case "a number":
		if text, ok := r.number(); ok {
			return text, nil
		}
		return "", r.malformed("a number is malformed")
	}
	if r.word("true") {
		return "true", nil
	}
	if r.word("false") {
		return "false", nil
	}
	return "", r.malformed("a value is missing")
}

func (r *reader) list(s *api.Shape, v reflect.Value) error {
	list := reflect.MakeSlice(v.Type(), 0, 0)
	element := reflect.New(v.Type().Elem()).Elem()
	err := r.array(func(i int) error {
		r.push(step{kind: stepIndex, index: i})
		defer r.pop()
		if r.kind() == "null" {
			return r.unsuitable("not be null")
		}
		element.SetZero()
		if err := r.value(s.Element, element); err != nil {
			return err
		}
		list = reflect.Append(list, element)
		return nil
	})
	v.Set(list)
	return err
}

func (r *reader) mapping(s *api.Shape, v reflect.Value) error {
	entries := reflect.MakeMap(v.Type())
	key := reflect.New(v.Type().Key()).Elem()
	value := reflect.New(v.Type().Elem()).Elem()
	err := r.object(func(name []byte) error {
		r.push(step{kind: stepKey, name: string(name)})
		defer r.pop()
		if must := checkText(string(name)); must != "" {
			return r.unsuitable(must)
		}
		key.SetString(string(name))
		if r.null() {
			entries.SetMapIndex(key, reflect.Value{})
			return nil
		}
		value.SetZero()
		if err := r.value(s.Value, value); err != nil {
			return err
		}
		entries.SetMapIndex(key, value)
		return nil
	})
	v.Set(entries)
	return err
}
