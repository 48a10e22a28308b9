package settings

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"vedette/cli/document"
)

// address is a URL in the parts that Python's urlsplit makes of it: it takes
// almost anything, and parts print as they were.
type address struct {
	scheme, authority, path, query, fragment string
}

// likeDelimiters has the characters that turn into delimiters of a URL where
// names are normalized.
const likeDelimiters = "\u2047\u2048\u2049\u2100\u2101\u2105\u2106\u2a74\ufe13\ufe16\ufe55\ufe56\ufe5f\ufe6b\uff03\uff0f\uff1a\uff1f\uff20"

func splitURL(text string) (address, error) {
	var a address
	text = strings.TrimLeftFunc(text, func(r rune) bool { return r <= ' ' })
	text = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(text)
	if scheme, rest, found := strings.Cut(text, ":"); found && isScheme(scheme) {
		a.scheme, text = strings.ToLower(scheme), rest
	}
	if rest, found := strings.CutPrefix(text, "//"); found {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		a.authority, text = rest[:end], rest[end:]
		if err := checkBrackets(a.authority); err != nil {
			return a, err
		}
	}
	text, a.fragment, _ = strings.Cut(text, "#")
	a.path, a.query, _ = strings.Cut(text, "?")
	if strings.ContainsAny(a.authority, likeDelimiters) {
		return a, fail("netloc '%s' contains invalid characters under NFKC normalization", a.authority)
	}
	return a, nil
}

func isScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}

// checkBrackets makes sure that what stands in brackets is an IPv6 address.
func checkBrackets(authority string) error {
	opened, closed := strings.Contains(authority, "["), strings.Contains(authority, "]")
	if opened != closed {
		return fail("Invalid IPv6 URL")
	}
	if !opened {
		return nil
	}
	before, bracketed, found := strings.Cut(authority[strings.LastIndexByte(authority, '@')+1:], "[")
	host, after, _ := strings.Cut(bracketed, "]")
	if !found {
		host, _, _ = strings.Cut(before, ":")
	} else if before != "" || after != "" && after[0] != ':' {
		return fail("Invalid IPv6 URL")
	}
	if strings.HasPrefix(host, "v") {
		if regexp.MustCompile(`\Av[a-fA-F0-9]+\..+\z`).MatchString(host) {
			return nil
		}
		return fail("IPvFuture address is invalid")
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		return fail("%s does not appear to be an IPv4 or IPv6 address", document.Repr(host))
	case ip.Is4():
		return fail("An IPv4 address cannot be in brackets")
	}
	return nil
}

// hostPort returns host and port as they are written.
func (a address) hostPort() (host, port string) {
	text := a.authority[strings.LastIndexByte(a.authority, '@')+1:]
	if _, bracketed, found := strings.Cut(text, "["); found {
		host, port, _ = strings.Cut(bracketed, "]")
		_, port, _ = strings.Cut(port, ":")
		return host, port
	}
	host, port, _ = strings.Cut(text, ":")
	return host, port
}

// hostname returns the host in lower case; "" if there is none.
func (a address) hostname() string {
	host, _ := a.hostPort()
	host, zone, found := strings.Cut(host, "%")
	host = lower(host)
	if found {
		host += "%" + zone
	}
	return host
}

// checkPort refuses a port that is no number or too large.
func (a address) checkPort() error {
	_, port := a.hostPort()
	for _, c := range []byte(port) {
		if c < '0' || c > '9' {
			return fail("Port could not be cast to integer value as %s", document.Repr(port))
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n > 65535) {
		return fail("Port out of range 0-65535")
	}
	return nil
}

func (a address) user() (name, password string) {
	at := strings.LastIndexByte(a.authority, '@')
	if at < 0 {
		return "", ""
	}
	name, password, _ = strings.Cut(a.authority[:at], ":")
	return name, password
}

// String puts the parts of a URL with a host together again.
func (a address) String() string {
	text := a.path
	if text != "" && text[0] != '/' {
		text = "/" + text
	}
	text = a.scheme + "://" + a.authority + text
	if a.query != "" {
		text += "?" + a.query
	}
	if a.fragment != "" {
		text += "#" + a.fragment
	}
	return text
}

// join adds the path of an operation and a query to an endpoint.
func (a address) join(path, query string) address {
	switch {
	case path == "" || path == "/":
		if a.path == "" {
			a.path = "/"
		}
	case strings.HasSuffix(a.path, "/") && strings.HasPrefix(path, "/"):
		a.path += path[1:]
	default:
		a.path += path
	}
	if a.query != "" && query != "" {
		a.query += "&"
	}
	a.query += query
	return a
}

// url returns what net/http sends to the same effect. Characters that a request
// line cannot have are escaped.
func (a address) url() *url.URL {
	raw := escapeInvalid(a.path)
	path, _ := url.PathUnescape(raw)
	return &url.URL{
		Scheme:   a.scheme,
		Host:     a.authority[strings.LastIndexByte(a.authority, '@')+1:],
		Path:     path,
		RawPath:  raw,
		RawQuery: escapeInvalid(a.query),
	}
}

// escapeInvalid escapes what may not stand in a path or query. If any percent
// sign starts no escape, all are taken for plain text.
func escapeInvalid(s string) string {
	wellFormed := true
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			wellFormed = wellFormed && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		}
	}
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for _, c := range []byte(s) {
		if c == '%' && wellFormed || strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0 || isAlphanumeric(c) {
			out.WriteByte(c)
			continue
		}
		out.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return out.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// validHost tells whether a host is made of labels that DNS can have. A final
// point is fine.
func validHost(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if len(host) > 255 || host == "" {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if len(label) < 1 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if c != '-' && !isAlphanumeric(c) {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
