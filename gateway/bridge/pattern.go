package bridge

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// thingLevel stands in a pattern for the level that names the thing.
const thingLevel = "{thing}"

// maxTopic is the most bytes of a topic that MQTT can carry.
const maxTopic = 65535

// pattern is a topic filter of which one level names the thing, such as
// fleet/{thing}/defender.
type pattern []string

// parsePattern reads a pattern. deep allows a # at its end.
func parsePattern(text string, deep bool) (pattern, error) {
	switch {
	case text == "":
		return nil, errors.New("is missing: give a topic such as fleet/{thing}/defender")
	case len(text) > maxTopic || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, fmt.Errorf("want at most %d bytes of UTF-8 without zeros", maxTopic)
	case strings.HasPrefix(text, "$share/"):
		return nil, errors.New("shared subscriptions are not supported: a thing's reports must come in order")
	}
	p := pattern(strings.Split(text, "/"))
	things := 0
	for i, level := range p {
		switch {
		case level == thingLevel:
			things++
		case level == "+":
		case level == "#" && i == len(p)-1 && deep:
		case level == "#":
			return nil, errors.New("has a # where none can be: name the levels, or put + for one level of any name")
		case strings.ContainsAny(level, "+#{}"):
			return nil, fmt.Errorf("level %q: want a name, + or {thing}, each as a whole level", level)
		}
	}
	if things != 1 {
		return nil, fmt.Errorf("has %d levels {thing}, want one: it says where the thing's name is, as in fleet/{thing}/defender", things)
	}
	return p, nil
}

// filter returns the topic filter to subscribe to.
func (p pattern) filter() string {
	return strings.Replace(strings.Join(p, "/"), thingLevel, "+", 1)
}

// match returns the name of the thing in a topic.
func (p pattern) match(topic string) (thing string, ok bool) {
	if strings.HasPrefix(topic, "$") && wild(p[0]) {
		return "", false // [MQTT-4.7.2-1]
	}
	rest, more := topic, true
	for _, want := range p {
		if want == "#" {
			return thing, true
		}
		if !more {
			return "", false
		}
		var level string
		level, rest, more = strings.Cut(rest, "/")
		switch want {
		case thingLevel:
			thing = level
		case "+":
		case level:
		default:
			return "", false
		}
	}
	return thing, !more
}

func wild(level string) bool { return level == "+" || level == "#" || level == thingLevel }

// covers tells whether every topic that the filter b matches is matched by a. A topic is
// a filter, too, that matches itself alone.
func covers(a, b string) bool {
	if strings.HasPrefix(b, "$") && wild(first(a)) {
		return false
	}
	for {
		one, restA, moreA := strings.Cut(a, "/")
		two, restB, moreB := strings.Cut(b, "/")
		switch {
		case one == "#":
			return true
		case two == "#" || one != "+" && one != two:
			return false
		case !moreB && moreA:
			return restA == "#" // "a/#" matches "a" (section 4.7.1.2)
		case !moreA:
			return !moreB
		}
		a, b = restA, restB
	}
}

// overlap tells whether there may be a topic that two filters match.
func overlap(a, b string) bool {
	if strings.HasPrefix(a, "$") && wild(first(b)) || strings.HasPrefix(b, "$") && wild(first(a)) {
		return false
	}
	for {
		one, restA, moreA := strings.Cut(a, "/")
		two, restB, moreB := strings.Cut(b, "/")
		switch {
		case one == "#" || two == "#":
			return true
		case one != two && one != "+" && two != "+":
			return false
		case !moreA && !moreB:
			return true
		case !moreA:
			return restB == "#"
		case !moreB:
			return restA == "#"
		}
		a, b = restA, restB
	}
}

func first(filter string) string {
	level, _, _ := strings.Cut(filter, "/")
	return level
}
