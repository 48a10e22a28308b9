package restjson

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vedette/api"
)

// filler makes random values that api.Validate accepts.
type filler struct {
	t        *testing.T
	rnd      *rand.Rand
	optional int // of 10 optional members, so many are filled
}

func newFiller(t *testing.T, seed uint64, optional int) *filler {
	return &filler{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), optional: optional}
}

// fill fills v, a pointer to the Go type of shape, and returns it.
func (f *filler) fill(shape *api.Shape, v any) any {
	if shape != nil {
		f.value(shape, reflect.ValueOf(v).Elem())
	}
	return v
}

func (f *filler) value(s *api.Shape, v reflect.Value) {
	switch s.Type {
	case api.TypeStructure:
		for i := range s.Members {
			if m := &s.Members[i]; m.Required || f.rnd.IntN(10) < f.optional {
				f.member(m, v.Field(i))
			}
		}
	case api.TypeList:
		v.Set(reflect.MakeSlice(v.Type(), f.length(s), 8))
		for i := range v.Len() {
			f.value(s.Element, v.Index(i))
		}
	case api.TypeMap:
		v.Set(reflect.MakeMap(v.Type()))
		for range f.length(s) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			f.value(s.Key, key)
			f.value(s.Value, value)
			v.SetMapIndex(key, value)
		}
	case api.TypeString:
		v.SetString(f.text(s))
	case api.TypeInteger, api.TypeLong:
		v.SetInt(f.integer(s))
	case api.TypeDouble:
		v.SetFloat([]float64{0.5, 12.25, 99.999, 1e-7, 33}[f.rnd.IntN(5)])
	case api.TypeBoolean:
		v.SetBool(f.rnd.IntN(4) > 0)
	case api.TypeTimestamp:
		v.Set(reflect.ValueOf(time.UnixMilli(1767225600000 + f.rnd.Int64N(1e9)).UTC()))
	}
}

func (f *filler) member(m *api.Member, field reflect.Value) {
	if field.Kind() != reflect.Pointer {
		f.value(m.Shape, field)
		return
	}
	value := reflect.New(field.Type().Elem())
	f.value(m.Shape, value.Elem())
	field.Set(value)
}

func (f *filler) length(s *api.Shape) int {
	n := f.rnd.IntN(3)
	if s.Max != nil {
		n = min(n, int(*s.Max))
	}
	return max(n, int(api.Value(s.Min)))
}

func (f *filler) integer(s *api.Shape) int64 {
	low, high := int64(0), int64(1<<31-1)
	if s.Type == api.TypeLong {
		high = 1<<53 + 1
	}
	if s.Min != nil {
		low = int64(*s.Min)
	}
	if s.Max != nil {
		high = int64(*s.Max)
	}
	return low + f.rnd.Int64N(high-low+1)
}

// texts are strings of which one fits each pattern of the model.
func texts() []string {
	return []string{
		"Lamp-Rules_1", "gw/7 €", "a:b", "arn:aws:iot:us-east-1:000000000000:thinggroup/lamps", "7", "0x1f", "p99.9", "LAST",
		"10.0.0.0/8", "\"quoted\" \\ <&>", "ab+c=", "00:11:22:ff", "äöü", "line\nbreak\ttab", "000000000000", "a%2Fb", "𝄞",
	}
}

func (f *filler) text(s *api.Shape) string {
	if s.Enum != nil {
		return s.Enum[f.rnd.IntN(len(s.Enum))]
	}
	candidates := texts()
	f.rnd.Shuffle(len(candidates), func(i, j int) { candidates[i], candidates[j] = candidates[j], candidates[i] })
	for _, c := range candidates {
		for range 7 {
			fits := api.Validate(s, c) == nil
			if fits {
				return c
			}
			c = strings.Repeat(c, 2)
			if s.Max != nil && utf8.RuneCountInString(c) > int(*s.Max) {
				c = c[:int(*s.Max)]
			}
		}
	}
	f.t.Fatalf("no text fits shape %s", s.Name)
	return ""
}
