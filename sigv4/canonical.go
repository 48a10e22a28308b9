package sigv4

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest returns the text whose hash is signed. path and query are
// canonical already, signed are lower-case header names in order.
func canonicalRequest(r *http.Request, path, query string, signed []string, payloadHash string) string {
	var b strings.Builder
	b.WriteString(r.Method)
	b.WriteString("\n" + path + "\n" + query + "\n")
	for _, name := range signed {
		b.WriteString(name + ":" + headerValue(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(signed, ";") + "\n" + payloadHash)
	return b.String()
}

// headerValue returns the values of a header joined by commas, each without
// spaces around it and with single spaces in it.
func headerValue(r *http.Request, name string) string {
	values := r.Header.Values(name)
	switch {
	case name == "host":
		values = []string{host(r)}
	case name == "content-length" && len(values) == 0:
		values = []string{strconv.FormatInt(r.ContentLength, 10)}
	}
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = collapse(v)
	}
	return strings.Join(clean, ",")
}

// host returns the Host that the request was sent with or will be.
func host(r *http.Request) string {
	if r.Host == "" {
		return r.URL.Host
	}
	return r.Host
}

func collapse(v string) string {
	v = strings.Trim(v, " ")
	for strings.Contains(v, "  ") {
		v = strings.ReplaceAll(v, "  ", " ")
	}
	return v
}

// canonicalPath encodes the path, as it stands in the request line, once more.
func canonicalPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		return "/"
	}
	return escape(path, true)
}

// normalPath returns the path without empty, "." and ".." segments, encoded as
// canonicalPath does. Some of AWS's clients sign it so, others do not.
func normalPath(u *url.URL) string {
	var kept []string
	path := u.EscapedPath()
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	normal := "/" + strings.Join(kept, "/")
	if len(kept) > 0 && strings.HasSuffix(path, "/") {
		normal += "/"
	}
	return escape(normal, true)
}

// parameter is one name and value of a query, decoded unless said otherwise.
type parameter struct {
	name, value string
}

// splitQuery splits a raw query without decoding it. Unlike url.ParseQuery it
// keeps a semicolon, as AWS does.
func splitQuery(raw string) []parameter {
	var params []parameter
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		params = append(params, parameter{name, value})
	}
	return params
}

// parseQuery reads a raw query.
func parseQuery(raw string) ([]parameter, error) {
	params := splitQuery(raw)
	for i := range params {
		p := &params[i]
		var err error
		if p.name, err = url.QueryUnescape(p.name); err != nil {
			return nil, err
		}
		if p.value, err = url.QueryUnescape(p.value); err != nil {
			return nil, err
		}
	}
	return params, nil
}

// canonicalQuery returns the parameters encoded and then sorted, but for those
// called like one of omit.
func canonicalQuery(params []parameter, omit ...string) string {
	encoded := make([]parameter, len(params))
	for i, p := range params {
		encoded[i] = parameter{escape(p.name, false), escape(p.value, false)}
	}
	return joinQuery(encoded, omit)
}

// plainQuery returns the parameters of a raw query as they stand there, but
// sorted and without those called like one of omit.
func plainQuery(raw string, omit ...string) string {
	return joinQuery(splitQuery(raw), omit)
}

// joinQuery sorts params and joins those that are not called like one of omit.
// The names to omit need no encoding.
func joinQuery(params []parameter, omit []string) string {
	slices.SortFunc(params, func(a, b parameter) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for _, p := range params {
		if slices.Contains(omit, p.name) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name + "=" + p.value)
	}
	return b.String()
}

const upperHex = "0123456789ABCDEF"

// escape percent-encodes every byte but the unreserved characters of RFC 3986,
// and, where keepSlash says so, the slash.
func escape(s string, keepSlash bool) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if isUnreserved(c) || c == '/' && keepSlash {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
