package mqtt

import (
	"bytes"
	"strings"
)

// maxLevels is how many levels a topic or filter may have. It bounds the depth
// of the tree.
const maxLevels = 128

// validTopic tells whether t, known to be valid UTF-8, is a topic name: not
// empty and without wildcards [MQTT-4.7.0-1] [MQTT-4.7.3-1].
func validTopic(t []byte) bool {
	return len(t) > 0 && bytes.IndexByte(t, '+') < 0 && bytes.IndexByte(t, '#') < 0 &&
		bytes.Count(t, []byte{'/'}) < maxLevels
}

// validFilter tells whether f, known to be valid UTF-8, is a topic filter: a
// wildcard fills a whole level, and # is the last one [MQTT-4.7.1-1] [MQTT-4.7.1-2].
func validFilter(f string) bool {
	if f == "" || strings.Count(f, "/") >= maxLevels {
		return false
	}
	for rest, more := f, true; more; {
		var level string
		level, rest, more = strings.Cut(rest, "/")
		switch {
		case level == "+":
		case level == "#":
			if more {
				return false
			}
		case strings.ContainsAny(level, "+#"):
			return false
		}
	}
	return true
}

func hasWildcard(filter string) bool { return strings.ContainsAny(filter, "+#") }

// cutLevel splits off the first level of a topic or filter.
func cutLevel[T string | []byte](t T) (level, rest T, more bool) {
	for i := range len(t) {
		if t[i] == '/' {
			return t[:i], t[i+1:], true
		}
	}
	return t, t[len(t):], false
}

// matchRest tells whether a topic matches a filter. Both are what is left after
// some levels; rules about the first level are the caller's. An exhausted
// filter or topic is told from an empty level by more.
func matchRest[T string | []byte](filter string, topic T) bool {
	for {
		var want string
		var level T
		var moreWant, moreTopic bool
		want, filter, moreWant = cutLevel(filter)
		if want == "#" {
			return true
		}
		level, topic, moreTopic = cutLevel(topic)
		if want != "+" && want != string(level) {
			return false
		}
		switch {
		case !moreTopic && !moreWant:
			return true
		case !moreTopic:
			return filter == "#" // "a/#" matches "a" (section 4.7.1.2)
		case !moreWant:
			return false
		}
	}
}

// onlyParent tells whether topic, which matches filter, does so only because a
// filter that ends with # also matches the level above.
func onlyParent[T string | []byte](filter string, topic T) bool {
	slashes := 0
	for i := range len(topic) {
		if topic[i] == '/' {
			slashes++
		}
	}
	return strings.HasSuffix(filter, "#") && slashes < strings.Count(filter, "/")
}
