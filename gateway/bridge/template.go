package bridge

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// topicVariable stands in a template for the topic that a report came on.
const topicVariable = "{topic}"

// template makes the topic of a reply: {topic} is the report's topic, {thing} its
// thing.
type template string

func parseTemplate(text string) (template, error) {
	bare := strings.NewReplacer(topicVariable, "", thingLevel, "").Replace(text)
	switch {
	case strings.ContainsAny(bare, "+#{}"):
		return "", errors.New("want a topic without wildcards, in which {topic} stands for the report's topic and {thing} for its thing")
	case len(text) > maxTopic || !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return "", errors.New("want UTF-8 without zeros")
	}
	return template(text), nil
}

func (t template) topic(topic, thing string) string {
	return strings.NewReplacer(topicVariable, topic, thingLevel, thing).Replace(string(t))
}

// filter returns a topic filter that matches the replies to reports of the pattern. A
// level that {thing} is a part of may be any.
func (t template) filter(of pattern) string {
	levels := strings.Split(strings.ReplaceAll(string(t), topicVariable, of.filter()), "/")
	for i, level := range levels {
		if strings.Contains(level, thingLevel) || strings.ContainsAny(level, "+#") {
			levels[i] = "+"
		}
	}
	return strings.Join(levels, "/")
}
