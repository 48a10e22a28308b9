package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// editor is one line of text with a cursor in it.
type editor struct {
	text   string
	cursor int    // in bytes, between two characters as a person sees them
	killed string // what was cut last
}

func (e *editor) before() string { return e.text[:e.cursor] }

func (e *editor) after() string { return e.text[e.cursor:] }

// set replaces the text; the cursor goes to its end.
func (e *editor) set(text string) { e.text, e.cursor = text, len(text) }

func (e *editor) insert(text string) {
	e.text = e.before() + text + e.after()
	e.cursor += len(text)
}

// clusters returns the characters of a text as a person sees them.
func clusters(text string) []string {
	var list []string
	for text != "" {
		cluster, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		if cluster == "" {
			_, size := utf8.DecodeRuneInString(text)
			cluster = text[:size]
		}
		list = append(list, cluster)
		text = text[len(cluster):]
	}
	return list
}

func (e *editor) left() {
	if all := clusters(e.before()); len(all) > 0 {
		e.cursor -= len(all[len(all)-1])
	}
}

func (e *editor) right() {
	if all := clusters(e.after()); len(all) > 0 {
		e.cursor += len(all[0])
	}
}

// wordLeft goes to the beginning of the word, of letters and digits.
func (e *editor) wordLeft() {
	end := strings.LastIndexFunc(e.before(), isWord)
	if end < 0 {
		e.cursor = 0
		return
	}
	e.cursor = startBehind(e.text, strings.LastIndexFunc(e.text[:end], func(r rune) bool { return !isWord(r) }))
}

// wordRight goes to the end of the word.
func (e *editor) wordRight() {
	start := strings.IndexFunc(e.after(), isWord)
	if start < 0 {
		e.cursor = len(e.text)
		return
	}
	rest := e.after()[start:]
	length := strings.IndexFunc(rest, func(r rune) bool { return !isWord(r) })
	if length < 0 {
		length = len(rest)
	}
	e.cursor += start + length
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// startBehind returns the place behind the character at a place; -1 is before all.
func startBehind(text string, at int) int {
	if at < 0 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return at + size
}

// cut removes what lies between the cursor and where move takes it.
func (e *editor) cut(move func()) {
	from := e.cursor
	move()
	start, end := min(from, e.cursor), max(from, e.cursor)
	if start == end {
		return
	}
	e.killed = e.text[start:end]
	e.text, e.cursor = e.text[:start]+e.text[end:], start
}

// backspace and del remove one character, which is not kept.
func (e *editor) backspace() { e.remove(e.left) }

func (e *editor) del() { e.remove(e.right) }

func (e *editor) remove(move func()) {
	killed := e.killed
	e.cut(move)
	e.killed = killed
}

func (e *editor) home() { e.cursor = 0 }

func (e *editor) end() { e.cursor = len(e.text) }

// blankLeft goes back to the blank before the word.
func (e *editor) blankLeft() {
	trimmed := strings.TrimRight(e.before(), " ")
	e.cursor = strings.LastIndexByte(trimmed, ' ') + 1
}

// edit does what a key does to the line, and tells whether it is such a key.
func (e *editor) edit(key string) bool {
	switch key {
	case "left", "ctrl+b":
		e.left()
	case "right", "ctrl+f":
		e.right()
	case "home", "ctrl+a":
		e.home()
	case "end", "ctrl+e":
		e.end()
	case "ctrl+left", "alt+left", "alt+b":
		e.wordLeft()
	case "ctrl+right", "alt+right", "alt+f":
		e.wordRight()
	case "backspace", "ctrl+h":
		e.backspace()
	case "delete":
		e.del()
	case "ctrl+w":
		e.cut(e.blankLeft)
	case "alt+backspace":
		e.cut(e.wordLeft)
	case "alt+d":
		e.cut(e.wordRight)
	case "ctrl+k":
		e.cut(e.end)
	case "ctrl+u":
		e.cut(e.home)
	case "ctrl+y":
		e.insert(e.killed)
	default:
		return false
	}
	return true
}

// oneLine makes pasted text fit for the line: of several lines one, without what
// would move the cursor.
func oneLine(text string) string {
	text = strings.NewReplacer("\\\r\n", " ", "\\\r", " ", "\\\n", " ", "\r\n", " ").Replace(text)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r == utf8.RuneError || unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
}
