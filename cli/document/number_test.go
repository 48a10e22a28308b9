package document_test

import (
	"strings"
	"testing"

	"vedette/cli/document"
)

func TestReadNumbers(t *testing.T) {
	const noInteger, noFloat = "invalid literal for int() with base 10: ", "could not convert string to float: "
	for _, c := range []struct{ name, text, integer, float string }{
		{"ok/digits", "12", "12", "12.0"},
		{"ok/zeros in front", "007", "7", "7.0"},
		{"ok/signs", "-5", "-5", "-5.0"},
		{"ok/blanks", " \t+5\u2003", "5", "5.0"},
		{"ok/underscores", "1_000", "1000", "1000.0"},
		{"ok/other digits", "٢٠\U0001d7d8", "200", "200.0"},
		{"ok/large", "99999999999999999999", "99999999999999999999", "1e+20"},
		{"ok/fraction", "1.5", noInteger + "'1.5'", "1.5"},
		{"ok/points at the ends", ".5", noInteger + "'.5'", "0.5"},
		{"ok/exponent", "1e400", noInteger + "'1e400'", "inf"},
		{"ok/infinity", "-InFinity", noInteger + "'-InFinity'", "-inf"},
		{"ok/nan", "-nan", noInteger + "'-nan'", "nan"},
		{"ok/underscores in a fraction", "1_0.2_5e1_0", noInteger + "'1_0.2_5e1_0'", "102500000000.0"},
		{"fail/empty", "", noInteger + "''", noFloat + "''"},
		{"fail/word", "it's", noInteger + `"it's"`, noFloat + `"it's"`},
		{"fail/hexadecimal", "0x10", noInteger + "'0x10'", noFloat + "'0x10'"},
		{"fail/blank inside", "+ 5", noInteger + "'+ 5'", noFloat + "'+ 5'"},
		{"fail/two signs", "--5", noInteger + "'--5'", noFloat + "'--5'"},
		{"fail/underscore at the end", "1_", noInteger + "'1_'", noFloat + "'1_'"},
		{"fail/two underscores", "1__0", noInteger + "'1__0'", noFloat + "'1__0'"},
		{"fail/underscore in a word", "i_nf", noInteger + "'i_nf'", noFloat + "'i_nf'"},
		{"fail/separator", "\x1c5", noInteger + `'\x1c5'`, noFloat + `'\x1c5'`},
		{"fail/superscript", "²", noInteger + "'²'", noFloat + "'²'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			integer, err := document.ReadInteger(c.text)
			if got := textOr(integer, err); got != c.integer {
				t.Errorf("integer: got %s, want %s", got, c.integer)
			}
			float, err := document.ReadFloat(c.text)
			if got := textOr(float, err); got != c.float {
				t.Errorf("float: got %s, want %s", got, c.float)
			}
		})
	}
}

func textOr(v document.Value, err error) string {
	if err != nil {
		return err.Error()
	}
	return document.Text(v)
}

func TestReadIntegerTooLong(t *testing.T) {
	if _, err := document.ReadInteger(strings.Repeat("1", 4300)); err != nil {
		t.Errorf("4300 digits: %v", err)
	}
	_, err := document.ReadInteger(strings.Repeat("1", 4301))
	if want := "Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = document.ReadInteger(strings.Repeat("x", 300))
	if want := "invalid literal for int() with base 10: '" + strings.Repeat("x", 199); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzReadNumbers(f *testing.F) {
	for _, seed := range []string{"12", "-1_0", "1.5e-3", "inf", "+nan", "0x1p-2", "٢", "\xff", "_", "-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		integer, err := document.ReadInteger(text)
		if err != nil {
			_, _ = document.ReadFloat(text)
			return
		}
		again, err := document.ReadInteger(document.Text(integer))
		if err != nil || document.Text(again) != document.Text(integer) {
			t.Errorf("ReadInteger(%q): %v reads back as %v, %v", text, integer, again, err)
		}
		if _, err := document.ReadFloat(text); err != nil {
			t.Errorf("ReadFloat(%q): %v, but it is an integer", text, err)
		}
	})
}

func TestCompactEscapesDelete(t *testing.T) {
	if got, want := document.Compact("\x7f"), `"\u007f"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := document.JSON("\x7f"), "\"\x7f\""; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
