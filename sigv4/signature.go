package sigv4

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxExpires is the longest that a presigned URL may be good for.
const maxExpires = 7 * 24 * time.Hour

// signature is a signature as it was sent, read but not verified.
type signature struct {
	presigned   bool
	accessKeyID string
	scope       scope
	at          time.Time
	expires     time.Duration // of a presigned URL; 0: not said
	headers     []string      // signed, in lower case, in the order of the canonical request
	value       string        // 64 hexadecimal digits
	token       string        // session token, "" where there is none
}

// readSignature reads the signature from the header or else from the query.
func readSignature(r *http.Request, params []parameter) (*signature, error) {
	if authorization := r.Header.Values(headerAuthorization); len(authorization) > 0 {
		if len(authorization) > 1 {
			return nil, errorf(Incomplete, "The request has more than one Authorization header.")
		}
		return readHeader(r, authorization[0])
	}
	for _, p := range params {
		if strings.HasPrefix(p.name, "X-Amz-") {
			return readQuery(params)
		}
	}
	return nil, errorf(Missing, "Missing Authentication Token")
}

// readHeader reads
//
//	AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…
func readHeader(r *http.Request, authorization string) (*signature, error) {
	scheme, rest, _ := strings.Cut(authorization, " ")
	if scheme != algorithm {
		return nil, errorf(Incomplete, "Unsupported AWS 'algorithm': '%s'. ", scheme)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := fields[name]; !ok || twice {
			return nil, errorf(Incomplete, "'%s' not a valid key=value pair (missing equal-sign) in Authorization header.", name)
		}
		fields[name] = value
	}
	for _, name := range []string{"Credential", "SignedHeaders", "Signature"} {
		if fields[name] == "" {
			return nil, errorf(Incomplete, "Authorization header requires '%s' parameter.", name)
		}
	}
	date := r.Header.Get(headerDate)
	if date == "" {
		date = httpDate(r.Header.Get("Date"))
	}
	if date == "" {
		return nil, errorf(Incomplete, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	s := &signature{value: fields["Signature"], token: r.Header.Get(headerToken)}
	return s, s.read(fields["Credential"], date, fields["SignedHeaders"])
}

// httpDate turns a Date header, in the form of HTTP or already in that of the
// protocol, into the latter.
func httpDate(value string) string {
	if t, err := http.ParseTime(value); err == nil {
		return t.UTC().Format(timeFormat)
	}
	return value
}

// readQuery reads the X-Amz-… parameters of a presigned URL.
func readQuery(params []parameter) (*signature, error) {
	fields := map[string]string{}
	for _, p := range params {
		if !strings.HasPrefix(p.name, "X-Amz-") {
			continue
		}
		if _, twice := fields[p.name]; twice {
			return nil, errorf(Incomplete, "AWS query-string parameter '%s' is given twice.", p.name)
		}
		fields[p.name] = p.value
	}
	for _, name := range []string{queryAlgorithm, queryCredential, queryDate, querySignedHeaders, querySignature} {
		if fields[name] == "" {
			return nil, errorf(Incomplete, "AWS query-string parameters must include '%s'. Re-examine the query-string parameters.", name)
		}
	}
	if fields[queryAlgorithm] != algorithm {
		return nil, errorf(Incomplete, "Unsupported AWS 'algorithm': '%s'. ", fields[queryAlgorithm])
	}
	s := &signature{presigned: true, value: fields[querySignature], token: fields[queryToken]}
	if text, ok := fields[queryExpires]; ok {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 1 || seconds > int(maxExpires/time.Second) {
			return nil, errorf(Incomplete, "X-Amz-Expires must be a number of seconds from 1 to %d, not '%s'.", int(maxExpires/time.Second), text)
		}
		s.expires = time.Duration(seconds) * time.Second
	}
	return s, s.read(fields[queryCredential], fields[queryDate], fields[querySignedHeaders])
}

// read fills in what header and query spell alike.
func (s *signature) read(credential, date, signedHeaders string) error {
	parts := strings.Split(credential, "/")
	if n := len(parts); n > 5 { // an access key id may hold slashes
		parts = append([]string{strings.Join(parts[:n-4], "/")}, parts[n-4:]...)
	}
	if len(parts) < 5 || parts[0] == "" {
		return errorf(Incomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", credential)
	}
	s.accessKeyID = parts[0]
	s.scope = scope{date: parts[1], region: parts[2], service: parts[3]}
	if parts[4] != terminator {
		return errorf(Invalid, "Credential should be scoped with a valid terminator: '%s', not '%s'. ", terminator, parts[4])
	}
	at, err := time.Parse(timeFormat, date)
	if err != nil {
		return errorf(Incomplete, "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", date)
	}
	if day := at.Format(dateFormat); day != s.scope.date {
		return errorf(Invalid, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			s.scope.date, day, date)
	}
	s.at = at
	s.headers = strings.Split(strings.ToLower(signedHeaders), ";")
	if !slices.IsSorted(s.headers) || slices.Contains(s.headers, "") {
		return errorf(Incomplete, "SignedHeaders must be sorted names of headers, got '%s'", signedHeaders)
	}
	if raw, err := hex.DecodeString(s.value); err != nil || len(raw) != 32 {
		return errorf(Incomplete, "Signature must be 64 hexadecimal digits")
	}
	return nil
}
