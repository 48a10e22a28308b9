package restjson

import (
	"fmt"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"vedette/api"
)

// encodeResponse returns the body that answers op with out, a pointer to the
// Go type of its output. The list that a list operation is about is never left
// out: its readers loop over it.
func encodeResponse(op *api.Operation, out any) ([]byte, error) {
	if op.Output == nil {
		return []byte("{}"), nil
	}
	include := present
	if op.Paginate != nil {
		include = func(m *api.Member, v reflect.Value) bool {
			return !v.IsNil() || m.Name == op.Paginate.ResultKey && m.Shape.Type == api.TypeList
		}
	}
	body, err := appendStructure(make([]byte, 0, 512), op.Output, reflect.ValueOf(out).Elem(), include)
	if err != nil {
		return nil, fmt.Errorf("encode answer of %s: %w", op.Name, err)
	}
	return body, nil
}

// encodeError returns the status and the body that tell err, and sets its
// header. id names the failure in the log and to the caller, who does not get
// to see the cause of an internal one.
func encodeError(h http.Header, err error, id string) (status int, body []byte) {
	e := errorOf(err, id)
	h.Set("x-amzn-ErrorType", string(e.Code))
	body = appendString(append(body, `{"message":`...), e.Message)
	if e.ResourceID != "" {
		body = appendString(append(body, `,"resourceId":`...), e.ResourceID)
	}
	if e.ResourceARN != "" {
		body = appendString(append(body, `,"resourceArn":`...), e.ResourceARN)
	}
	return e.Status(), append(body, '}')
}

// present is the rule that absent members are left out.
func present(_ *api.Member, v reflect.Value) bool { return !v.IsNil() }

// appendStructure writes the members that include wants.
func appendStructure(b []byte, s *api.Shape, v reflect.Value, include func(*api.Member, reflect.Value) bool) ([]byte, error) {
	b = append(b, '{')
	first := true
	for i := range s.Members {
		m, field := &s.Members[i], v.Field(i)
		if !include(m, field) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(appendString(b, m.Name), ':')
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		var err error
		if b, err = appendValue(b, m.Shape, field); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
	}
	return append(b, '}'), nil
}

func appendValue(b []byte, s *api.Shape, v reflect.Value) ([]byte, error) {
	switch s.Type {
	case api.TypeStructure:
		return appendStructure(b, s, v, present)
	case api.TypeList:
		return appendList(b, s, v)
	case api.TypeMap:
		return appendMap(b, s, v)
	case api.TypeString:
		return appendString(b, v.String()), nil
	case api.TypeInteger, api.TypeLong:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case api.TypeDouble:
		return appendDouble(b, v.Float())
	case api.TypeBoolean:
		return strconv.AppendBool(b, v.Bool()), nil
	case api.TypeTimestamp:
		return appendEpoch(b, v.Interface().(time.Time)), nil
	}
	return nil, fmt.Errorf("shape %s has the unknown type %d", s.Name, s.Type)
}

func appendList(b []byte, s *api.Shape, v reflect.Value) (_ []byte, err error) {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, s.Element, v.Index(i)); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return append(b, ']'), nil
}

// appendMap writes the entries sorted by key: equal answers are equal bytes.
func appendMap(b []byte, s *api.Shape, v reflect.Value) (_ []byte, err error) {
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, key.String()), ':')
		if b, err = appendValue(b, s.Value, v.MapIndex(key)); err != nil {
			return nil, fmt.Errorf("[%s]: %w", key, err)
		}
	}
	return append(b, '}'), nil
}

// appendDouble writes a plain number, with an exponent only where it would be
// unreadably long without.
func appendDouble(b []byte, f float64) ([]byte, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, fmt.Errorf("%v is no JSON number", f)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, f, format, -1, 64), nil
}

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string; what is no UTF-8 in it becomes U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			b = append(append(b, s[start:i]...), "\uFFFD"...)
		} else {
			b = appendEscape(append(b, s[start:i]...), c)
		}
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
