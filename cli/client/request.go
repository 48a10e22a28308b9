package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vedette/api"
	"vedette/cli/document"
	"vedette/cli/timestamp"
)

// request is a call on its way: the same for each attempt.
type request struct {
	method string
	path   string // escaped
	query  string
	header http.Header
	body   []byte // nil: none
}

// withTokens returns the parameters with the idempotency tokens that are absent
// filled in.
func withTokens(shape *api.Shape, parameters *document.Map) *document.Map {
	filled := new(document.Map)
	for key, v := range parameters.All() {
		filled.Set(key, v)
	}
	for _, member := range shape.Members {
		if member.IdempotencyToken && !filled.Has(member.Name) {
			filled.Set(member.Name, api.NewUUID())
		}
	}
	return filled
}

// encoder turns parameters into a request.
type encoder struct{ now time.Time }

func encode(op *api.Operation, parameters *document.Map, now time.Time) (*request, error) {
	e := encoder{now: now}
	r := &request{method: op.Method, path: op.URI, header: http.Header{}}
	var query []string
	body := new(document.Map)
	for key, v := range parameters.All() {
		if v == nil {
			continue
		}
		member := op.Input.Member(key)
		if member == nil {
			return nil, unknown(key)
		}
		switch member.Location {
		case api.InURI:
			text := document.Text(v)
			if err := document.CheckEncodable(text); err != nil {
				return nil, err
			}
			r.fillLabel(member.LocationName, text)
		case api.InQuery:
			pairs, err := e.query(member, v)
			if err != nil {
				return nil, err
			}
			query = append(query, pairs...)
		case api.InHeader:
			text := document.Text(v)
			if err := checkHeader(text); err != nil {
				return nil, err
			}
			r.header.Set(member.LocationName, text)
		default:
			body.Set(key, v)
		}
	}
	if label, ok := r.emptyLabel(); ok {
		return nil, unknown(label)
	}
	if err := e.body(r, op.Input, body); err != nil {
		return nil, err
	}
	r.query = strings.Join(query, "&")
	return r, nil
}

// unknown is what Python says of a key that is not there.
func unknown(key string) error { return errors.New(document.Repr(key)) }

// body sets the body of a request, if the operation has one.
func (e encoder) body(r *request, shape *api.Shape, members *document.Map) error {
	content := document.Value(members)
	switch {
	case shape.Payload != "":
		if content = members.Value(shape.Payload); content == nil {
			content = new(document.Map)
		}
	case !slices.ContainsFunc(shape.Members, func(m api.Member) bool { return m.Location == api.InBody }):
		return nil
	}
	encoded, err := e.value(bodyShape(shape), content)
	if err != nil {
		return err
	}
	r.body = []byte(document.Compact(encoded))
	r.header.Set("Content-Type", "application/json")
	return nil
}

// bodyShape returns the shape of the body of a request.
func bodyShape(input *api.Shape) *api.Shape {
	if input.Payload != "" {
		return input.Member(input.Payload).Shape
	}
	return input
}

// checkHeader refuses a text that cannot be the value of a header: the line end of
// a file, say.
func checkHeader(text string) error {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return wordsf("An HTTP Client raised an unhandled exception: Invalid header value %s", document.Repr(document.Bytes(text)))
	}
	return document.CheckEncodable(text)
}

// fillLabel puts a value into the path. Slashes stay where the label is greedy.
func (r *request) fillLabel(label, value string) {
	escaped := escape(value)
	r.path = strings.Replace(r.path, "{"+label+"}", escaped, 1)
	r.path = strings.Replace(r.path, "{"+label+"+}", strings.ReplaceAll(escaped, "%2F", "/"), 1)
}

// emptyLabel returns the first label of the path that nothing was put into.
func (r *request) emptyLabel() (string, bool) {
	_, rest, found := strings.Cut(r.path, "{")
	label, _, _ := strings.Cut(rest, "}")
	return strings.TrimSuffix(label, "+"), found
}

// escape escapes all but the unreserved characters of RFC 3986.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// query returns the pairs that a member adds to the query.
func (e encoder) query(member *api.Member, v document.Value) ([]string, error) {
	var pairs []string
	add := func(name string, v document.Value) error {
		list, ok := v.([]document.Value)
		if !ok {
			list = []document.Value{v}
		}
		for _, element := range list {
			text := document.Text(element)
			if err := document.CheckEncodable(text); err != nil {
				return err
			}
			pairs = append(pairs, escape(name)+"="+escape(text))
		}
		return nil
	}
	switch value := v.(type) {
	case *document.Map:
		for key, v := range value.All() {
			if err := add(key, v); err != nil {
				return nil, err
			}
		}
		return pairs, nil
	case bool:
		v = strconv.FormatBool(value)
	default:
		if member.Shape.Type == api.TypeTimestamp {
			at, err := timestamp.Parse(v, e.now)
			if err != nil {
				return nil, err
			}
			v = timestamp.Query(at)
		}
	}
	err := add(member.LocationName, v)
	return pairs, err
}

// value returns v as it goes into the body. What is not of the shape's type, as
// only unchecked parameters are, fails as it fails in Python.
func (e encoder) value(shape *api.Shape, v document.Value) (document.Value, error) {
	switch shape.Type {
	case api.TypeStructure, api.TypeMap:
		return e.object(shape, v)
	case api.TypeList:
		list, err := elements(v)
		if err != nil {
			return nil, err
		}
		encoded := make([]document.Value, len(list))
		for i, element := range list {
			if encoded[i], err = e.value(shape.Element, element); err != nil {
				return nil, err
			}
		}
		return encoded, nil
	case api.TypeTimestamp:
		at, err := timestamp.Parse(v, e.now)
		if err != nil {
			return nil, err
		}
		return timestamp.Body(at), nil
	case api.TypeBlob:
		switch v := v.(type) {
		case string:
			return base64.StdEncoding.EncodeToString([]byte(v)), nil
		case document.Bytes:
			return base64.StdEncoding.EncodeToString(v), nil
		}
		return nil, fmt.Errorf("a bytes-like object is required, not '%s'", document.TypeName(v))
	}
	return v, nil
}

func (e encoder) object(shape *api.Shape, v document.Value) (document.Value, error) {
	given, ok := v.(*document.Map)
	if !ok {
		return nil, lacks(v, "items")
	}
	encoded := new(document.Map)
	for key, value := range given.All() {
		inner := shape.Value
		if shape.Type == api.TypeStructure {
			member := shape.Member(key)
			if member == nil {
				return nil, unknown(key)
			}
			inner = member.Shape
		}
		value, err := e.value(inner, value)
		if err != nil {
			return nil, err
		}
		encoded.Set(key, value)
	}
	return encoded, nil
}

// http returns the request for one attempt.
func (r *request) http(ctx context.Context, target *url.URL) *http.Request {
	req := &http.Request{Method: r.method, URL: target, Host: target.Host, Header: r.header.Clone(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	switch {
	case r.body != nil:
		req.Body = io.NopCloser(bytes.NewReader(r.body))
		req.ContentLength = int64(len(r.body))
	case r.method == http.MethodGet:
		// What cannot be read twice is not sent twice behind our back when a
		// connection that was kept turns out to be gone: attempts are counted.
		req.Body = io.NopCloser(bytes.NewReader(nil))
	}
	return req.WithContext(ctx)
}
