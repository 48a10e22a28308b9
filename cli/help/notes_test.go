package help

import (
	"strings"
	"testing"

	"vedette/api"
)

func TestNotes(t *testing.T) {
	text := func(source string, enum ...string) *api.Shape {
		return &api.Shape{Type: api.TypeString, Min: new(1.0), Max: new(128.0), Source: source, Enum: enum}
	}
	tests := []struct {
		name string
		m    api.Member
		want string
	}{
		{"ok/required string", api.Member{Shape: text("[a-z]+"), Required: true}, "Required. 1 to 128 characters. Form: [a-z]+"},
		{"ok/any string", api.Member{Shape: &api.Shape{Type: api.TypeString, Min: new(0.0), Source: `[\s\S]*`}}, ""},
		{"ok/printable", api.Member{Shape: &api.Shape{Type: api.TypeString, Max: new(9.0), Source: `[\p{Graph}\x20]*`}}, "At most 9 characters. Printable characters and blanks."},
		{"ok/bytes", api.Member{Shape: &api.Shape{Type: api.TypeString, Max: new(1.0), Bytes: true}}, "At most 1 byte."},
		{"ok/enum", api.Member{Shape: text("", "A"), Deprecated: true}, "Deprecated. "},
		{"ok/exact", api.Member{Shape: &api.Shape{Type: api.TypeString, Min: new(64.0), Max: new(64.0)}}, "Exactly 64 characters."},
		{"ok/token", api.Member{Shape: text(""), Required: true, IdempotencyToken: true}, "A random UUID if it is not given. 1 to 128 characters."},
		{"ok/number", api.Member{Shape: &api.Shape{Type: api.TypeInteger, Min: new(0.0), Max: new(65535.0)}}, "From 0 to 65535."},
		{"ok/fraction", api.Member{Shape: &api.Shape{Type: api.TypeDouble, Max: new(0.5)}}, "At most 0.5."},
		{"ok/list", api.Member{Shape: &api.Shape{Type: api.TypeList, Min: new(1.0)}}, "At least 1 element."},
		{"ok/map", api.Member{Shape: &api.Shape{Type: api.TypeMap, Min: new(1.0), Max: new(50.0)}}, "1 to 50 entries."},
		{"ok/time", api.Member{Shape: &api.Shape{Type: api.TypeTimestamp}, Required: true}, "Required. A time such as 2026-01-02T03:04:05Z, or seconds since 1970."},
		{"ok/blob", api.Member{Shape: &api.Shape{Type: api.TypeBlob, Max: new(3.0)}}, "At most 3 bytes. Base64 text, unless --cli-binary-format says otherwise."},
		{"ok/structure", api.Member{Shape: &api.Shape{Type: api.TypeStructure}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := memberNotes(&tt.m); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name   string
		mark   string
		indent int
		text   string
		want   string
	}{
		{"ok/nothing", "", 4, " ", ""},
		{"ok/blanks do not count", "", 2, "a  b\n c", "  a b c\n"},
		{"ok/full lines", "", 10, "12345 78901234567890 2345678901 3456 8", `
          12345 78901234567890
          2345678901 3456 8
`},
		{"ok/behind a bullet", "o ", 10, "12345 78901234567890 2345678901", `
          o 12345 78901234567890
            2345678901
`},
		{"ok/a long word sticks out", "", 10, "a 1234567890123456789012345678901234567890 b", `
          a
          1234567890123456789012345678901234567890
          b
`},
		{"ok/deep", "", 30, "1234567890123456789012 45", "                1234567890123456789012\n                45\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &page{width: 40}
			p.wrap(tt.mark, tt.indent, tt.text, nil)
			if got := p.text.String(); got != strings.TrimPrefix(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
