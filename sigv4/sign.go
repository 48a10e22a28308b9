package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Signer signs requests with one access key for one service in one Region.
type Signer struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string // of temporary credentials; empty: none
	Region          string // us-east-1
	Service         string // the signing name: iot
}

// unsigned are headers that proxies change or that change between attempts.
func unsigned(name string) bool {
	switch name {
	case "authorization", "user-agent", "x-amzn-trace-id", "expect", "transfer-encoding", "connection":
		return true
	}
	return false
}

// Sign adds the headers X-Amz-Date, X-Amz-Security-Token (where there is a
// session token) and Authorization to r. Nothing but those may change
// afterwards. bodySHA256 is the hash of the body, of "" where there is none.
func (s *Signer) Sign(r *http.Request, bodySHA256 [sha256.Size]byte, now time.Time) {
	at := now.UTC()
	r.Header.Del(headerAuthorization)
	r.Header.Set(headerDate, at.Format(timeFormat))
	r.Header.Del(headerToken)
	if s.SessionToken != "" {
		r.Header.Set(headerToken, s.SessionToken)
	}
	signed := []string{"host"}
	for name := range r.Header {
		if name = strings.ToLower(name); !unsigned(name) && name != "host" {
			signed = append(signed, name)
		}
	}
	if r.ContentLength > 0 && r.Header.Get("Content-Length") == "" {
		signed = append(signed, "content-length")
	}
	slices.Sort(signed)

	// A query that cannot be read is signed without the parts that cannot be;
	// the other side refuses it anyway.
	params, _ := parseQuery(r.URL.RawQuery)
	canonical := canonicalRequest(r, canonicalPath(r.URL), canonicalQuery(params), signed, hex.EncodeToString(bodySHA256[:]))
	sc := s.scope(at)
	r.Header.Set(headerAuthorization, algorithm+
		" Credential="+s.AccessKeyID+"/"+sc.String()+
		", SignedHeaders="+strings.Join(signed, ";")+
		", Signature="+sc.sign(s.SecretAccessKey, at, canonical))
}

// Presign adds the signature and what belongs to it to the query of r, which
// then is good for the given time, in whole seconds, without any header but
// Host. bodySHA256 is the hash of the body, of "" where there is none.
func (s *Signer) Presign(r *http.Request, bodySHA256 [sha256.Size]byte, now time.Time, expires time.Duration) {
	at := now.UTC()
	sc := s.scope(at)
	params, _ := parseQuery(r.URL.RawQuery)
	params = append(params,
		parameter{queryAlgorithm, algorithm},
		parameter{queryCredential, s.AccessKeyID + "/" + sc.String()},
		parameter{queryDate, at.Format(timeFormat)},
		parameter{queryExpires, strconv.FormatInt(int64(expires/time.Second), 10)},
		parameter{querySignedHeaders, "host"},
	)
	if s.SessionToken != "" {
		params = append(params, parameter{queryToken, s.SessionToken})
	}
	query := canonicalQuery(params)
	canonical := canonicalRequest(r, canonicalPath(r.URL), query, []string{"host"}, hex.EncodeToString(bodySHA256[:]))
	r.URL.RawQuery = query + "&" + querySignature + "=" + sc.sign(s.SecretAccessKey, at, canonical)
}

func (s *Signer) scope(at time.Time) scope {
	return scope{date: at.Format(dateFormat), region: s.Region, service: s.Service}
}
