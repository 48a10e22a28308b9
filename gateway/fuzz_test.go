package gateway

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vedette/mqtt"
)

// FuzzReadMessage: whatever a request's path and query are, what is taken for a
// message has a topic and options that make sense.
func FuzzReadMessage(f *testing.F) {
	for _, seed := range [][2]string{
		{"lamps/7", "qos=1"}, {"lamps%2F7", "qos=0&retain=true"}, {"a//b", ""}, {"%", "qos=2"}, {"%00", ";"}, {"%23", "qos=1&qos=2"}, {"$aws/rules/x", "retain=%74rue"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		u, err := url.ParseRequestURI(topicsPath + path)
		if err != nil || len(path) > 8<<10 {
			return
		}
		u.RawQuery = query
		m, err := readMessage(&http.Request{Method: "POST", URL: u})
		if err != nil {
			return
		}
		if !mqtt.ValidTopic(m.Topic) || len(m.Topic) > maxWebTopic || m.QoS > 1 {
			t.Errorf("took %+v", m)
		}
		if plain, err := url.PathUnescape(strings.TrimPrefix(u.EscapedPath(), topicsPath)); err != nil || plain != string(m.Topic) {
			t.Errorf("took %q for %q", m.Topic, u.EscapedPath())
		}
	})
}
