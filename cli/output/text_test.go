package output

import "testing"

func TestUpper(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ok/empty", "", ""},
		{"ok/ASCII", "things2", "THINGS2"},
		{"ok/one for one", "éñωя", "ÉÑΩЯ"},
		{"ok/longer", "straße", "STRASSE"},
		{"ok/ligature", "ﬃ", "FFI"},
		{"ok/last of the list", "ﬗ", "ՄԽ"},
		{"ok/title case", "ǅ", "Ǆ"},
		{"ok/combining", "ǰ", "J\u030c"},
		{"ok/no letters", "日本 1", "日本 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := upper(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTextWidth(t *testing.T) {
	tests := []struct {
		name, in string
		want     int
	}{
		{"ok/empty", "", 0},
		{"ok/ASCII", "abc\t\n\x1b", 6},
		{"ok/wide", "日本", 4},
		{"ok/full width", "ａｂ", 4},
		{"ok/half width", "ｶﾅ", 2},
		{"ok/ambiguous", "é±Ω", 6},
		{"ok/not ambiguous", "ÇÄ", 2},
		{"ok/combining", "e\u0301", 3},
		{"ok/emoji", "🙂", 2},
		{"ok/invisible", "\u200b\u00ad\ufe0f", 5},
		{"ok/private", "\ue000\U0010fffd", 4},
		{"ok/no character", "\u0378\U000e0fff\U0010ffff", 6},
		{"ok/broken UTF-8", "\xff", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := textWidth(tt.in); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// TestWideRanges holds the list of ranges to its form, which the search needs.
func TestWideRanges(t *testing.T) {
	if len(wide)%wideLine != 0 {
		t.Fatalf("%d bytes are no lines of %d", len(wide), wideLine)
	}
	last := ""
	for i := 0; i < len(wide); i += wideLine {
		from, to := wide[i:i+6], wide[i+7:i+13]
		if from <= last || to < from || wide[i+6] != ' ' || wide[i+13] != '\n' {
			t.Errorf("line %q after %s", wide[i:i+wideLine], last)
		}
		last = to
	}
}
