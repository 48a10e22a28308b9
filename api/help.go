package api

import (
	_ "embed"
	"strings"
)

//go:embed help.txt
var helpText string

//go:embed sentences.txt
var sentences string

// Sentence returns how AWS's model describes an input member (Behavior.metric)
// in one sentence, or "".
func Sentence(name string) string {
	text, _ := lookUp(sentences, name)
	return text
}

// Help says what an operation (CreateThing) or a member of a shape
// (Behavior.metric) is for: one sentence or a few short ones, in plain text. A
// member without words of its own gets those of *.member. Empty: help.txt says
// nothing about it, or the name does not exist.
func Help(name string) string {
	if text, found := lookUp(helpText, name); found {
		return text
	}
	if _, member, ok := strings.Cut(name, "."); ok {
		text, _ := lookUp(helpText, "*."+member)
		return text
	}
	return ""
}

// lookUp returns what the line of a text says that begins with name and two
// blanks. It halves the sorted text where it lies, so that a start costs nothing.
func lookUp(text, name string) (string, bool) {
	low, high := 0, len(text) // the line, if any, begins in [low, high)
	for low < high {
		middle := low + (high-low)/2
		start := low + strings.LastIndexByte(text[low:middle], '\n') + 1
		line, _, _ := strings.Cut(text[start:], "\n")
		key, rest, _ := strings.Cut(line, "  ")
		switch c := strings.Compare(key, name); {
		case c == 0:
			return rest, true
		case c < 0:
			low = min(start+len(line)+1, high)
		default:
			high = start
		}
	}
	return "", false
}
