package complete

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Directives of cobra's protocol between a shell's script and the program, which
// our scripts speak: bits of the number behind the colon on the last line.
const (
	NoSpace = 2 // no blank belongs behind the word
	NoFiles = 4 // file names are no candidates
)

// mostHelp is how many characters of a help text a shell shows.
const mostHelp = 80

// Print writes the candidates for a shell: one a line, its help behind a tab, and
// the directives at the end.
func (r Result) Print(w io.Writer) error {
	var b strings.Builder
	open := len(r.Candidates) > 0
	for _, c := range r.Candidates {
		open = open && c.Open
		b.WriteString(oneLine(c.Text))
		if text := c.description(); text != "" {
			b.WriteString("\t" + text)
		}
		b.WriteByte('\n')
	}
	directives := NoFiles
	if open {
		directives |= NoSpace
	}
	fmt.Fprintf(&b, ":%d\n", directives)
	_, err := io.WriteString(w, b.String())
	return err
}

// description says in a few words what a candidate is.
func (c *Candidate) description() string {
	text := c.Help
	if text == "" && c.Kind == Resource {
		text = c.Type
	}
	if short, _, more := strings.Cut(text, ". "); more {
		text = short + "."
	}
	if c.Required {
		text = "Required. " + text
	}
	if text = oneLine(text); utf8.RuneCountInString(text) > mostHelp {
		text = string([]rune(text)[:mostHelp-1]) + "…"
	}
	return text
}

// oneLine makes a text fit for a line of its own: what a server calls its things
// must not look like two candidates, or move the cursor.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// PrintBash writes candidates, which are whole words, for bash: what takes the
// place of the part of the word that bash completes, quoted as that part is. Line
// is what stands before the cursor, breaks are the characters of COMP_WORDBREAKS.
// The first line has the directives. A candidate that needs a quote left open comes
// twice, since bash closes the quote of a single one.
func PrintBash(w io.Writer, candidates []string, directives int, line, breaks string) error {
	words := Split(line)
	last := words[len(words)-1]
	cut := last.Inside
	if last.Quote == 0 {
		cut = lastBreak(last.Raw, breaks)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", directives)
	for _, c := range candidates {
		if cut > len(c) {
			continue
		}
		c = quoteRest(c[cut:], last.Quote)
		b.WriteString(c + "\n")
		if len(candidates) == 1 && last.Quote != 0 && (directives&NoSpace != 0 || IsOpen(c)) {
			b.WriteString(c + " \n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// IsOpen tells by its end whether a word goes on: keys, folders and brackets do.
func IsOpen(word string) bool {
	return word != "" && strings.IndexByte("=/{[,", word[len(word)-1]) >= 0
}

// lastBreak returns how much of the text of a word stands up to the last character
// at which bash breaks words, quoted ones aside.
func lastBreak(raw, breaks string) int {
	cut := 0
	for at := 1; at <= len(raw); at++ {
		w, _ := scanWord(raw[:at], 0)
		before, _ := scanWord(raw[:at-1], 0)
		if w.Quote == 0 && before.Quote == 0 && strings.IndexByte(breaks, raw[at-1]) >= 0 && strings.IndexByte("'\"\\", raw[at-1]) < 0 && !escaped(raw, at-1) {
			cut = len(w.Text)
		}
	}
	return cut
}

func escaped(raw string, at int) bool { return at > 0 && raw[at-1] == '\\' }

// quoteRest quotes the rest of a word, the quote being open or none.
func quoteRest(text string, quote byte) string {
	special := " \t\\'\"`$&|;()<>*?[]{}~#!"
	switch quote {
	case '\'':
		return strings.ReplaceAll(text, "'", `'\''`)
	case '"':
		special = "\"\\$`"
	}
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
