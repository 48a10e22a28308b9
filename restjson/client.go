package restjson

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"vedette/api"
)

// maxAnswer is the greatest answer that a client reads, in bytes.
const maxAnswer = 64 << 20

// EncodeRequest returns the request that calls op with in, a pointer to the Go
// type of its input, at endpoint (http://127.0.0.1:8080). Idempotency tokens
// that are absent are filled with a random UUID; in itself is not changed.
// Nothing but the presence of path labels is checked: see api.Validate. The
// request is not signed.
func EncodeRequest(ctx context.Context, op *api.Operation, in any, endpoint string) (*http.Request, error) {
	base, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("parse endpoint: %w", err)
	}
	v := withTokens(op.Input, reflect.ValueOf(in).Elem())
	path, err := requestPath(op, v)
	if err != nil {
		return nil, err
	}
	body, err := requestBody(op, v)
	if err != nil {
		return nil, err
	}
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	address := strings.TrimSuffix(base.Scheme+"://"+base.Host+base.EscapedPath(), "/") + path
	if query := requestQuery(op, v); query != "" {
		address += "?" + query
	}
	r, err := http.NewRequestWithContext(ctx, op.Method, address, content)
	if err != nil {
		return nil, fmt.Errorf("make request of %s: %w", op.Name, err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i, m := range op.Input.Members {
		if m.Location == api.InHeader && !v.Field(i).IsNil() {
			r.Header.Set(m.LocationName, formatText(m.Shape, v.Field(i).Elem()))
		}
	}
	return r, nil
}

// withTokens returns a copy of v in which the idempotency tokens are filled.
func withTokens(s *api.Shape, v reflect.Value) reflect.Value {
	filled := reflect.New(v.Type()).Elem()
	filled.Set(v)
	for i, m := range s.Members {
		if m.IdempotencyToken && filled.Field(i).IsNil() {
			filled.Field(i).Set(reflect.ValueOf(new(api.NewUUID())))
		}
	}
	return filled
}

// requestPath returns op's URI with its labels filled in and escaped.
func requestPath(op *api.Operation, v reflect.Value) (string, error) {
	path := op.URI
	for i, m := range op.Input.Members {
		if m.Location != api.InURI {
			continue
		}
		if v.Field(i).IsNil() || v.Field(i).Elem().Len() == 0 {
			return "", fmt.Errorf("encode %s: %s is a part of the path and must not be empty", op.Name, m.Name)
		}
		path = strings.Replace(path, "{"+m.LocationName+"}", escapeLabel(formatText(m.Shape, v.Field(i).Elem())), 1)
	}
	return path, nil
}

// escapeLabel escapes all but the unreserved characters of RFC 3986, as AWS's
// own clients do.
func escapeLabel(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func requestQuery(op *api.Operation, v reflect.Value) string {
	query := url.Values{}
	for i, m := range op.Input.Members {
		if m.Location == api.InQuery && !v.Field(i).IsNil() {
			query.Set(m.LocationName, formatText(m.Shape, v.Field(i).Elem()))
		}
	}
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}

// formatText is the inverse of parseText.
func formatText(s *api.Shape, v reflect.Value) string {
	switch s.Type {
	case api.TypeInteger, api.TypeLong:
		return strconv.FormatInt(v.Int(), 10)
	case api.TypeDouble:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case api.TypeBoolean:
		return strconv.FormatBool(v.Bool())
	case api.TypeTimestamp:
		return formatISO(v.Interface().(time.Time))
	}
	return v.String()
}

// requestBody returns nil for an operation that has no members in the body.
func requestBody(op *api.Operation, v reflect.Value) ([]byte, error) {
	inBody := func(m *api.Member, field reflect.Value) bool { return m.Location == api.InBody && !field.IsNil() }
	for i := range op.Input.Members {
		if op.Input.Members[i].Location == api.InBody {
			body, err := appendStructure(nil, op.Input, v, inBody)
			if err != nil {
				return nil, fmt.Errorf("encode %s: %w", op.Name, err)
			}
			return body, nil
		}
	}
	return nil, nil
}

// DecodeResponse fills out, a pointer to the Go type of op's output (or
// anything, where it has none), from an answer. An answer that tells an error
// is returned as an *api.Error. The caller closes the answer's body.
func DecodeResponse(op *api.Operation, resp *http.Response, out any) error {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("read answer of %s: %w", op.Name, err)
	}
	if len(body) > maxAnswer {
		return fmt.Errorf("read answer of %s: it is larger than %d bytes", op.Name, maxAnswer)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return decodeError(resp, body)
	}
	if op.Output == nil {
		return nil
	}
	if err := decodeBody(op.Output, body, reflect.ValueOf(out).Elem()); err != nil {
		return fmt.Errorf("decode answer of %s: %v", op.Name, err)
	}
	return nil
}

// decodeError reads an error as AWS's clients do: the code from the header, or
// from the body where the header is missing. A server that is no AWS service,
// a proxy say, has neither; its status stands for the code then.
func decodeError(resp *http.Response, body []byte) *api.Error {
	var answer struct {
		Code        string `json:"code"`
		Type        string `json:"__type"`
		Message     string `json:"message"` // also Message: names match in any case
		ResourceID  string `json:"resourceId"`
		ResourceARN string `json:"resourceArn"`
	}
	if err := json.Unmarshal(body, &answer); err != nil && answer.Message == "" {
		answer.Message = fmt.Sprintf("the server answered %q", bytes.TrimSpace(body[:min(len(body), 512)]))
	}
	code := resp.Header.Get("x-amzn-ErrorType")
	for _, other := range []string{answer.Code, answer.Type, "HTTP " + resp.Status} {
		if code == "" {
			code = other
		}
	}
	code, _, _ = strings.Cut(code, ":")
	if _, after, ok := strings.Cut(code, "#"); ok {
		code = after
	}
	return &api.Error{
		Code:        api.ErrorCode(code),
		Message:     answer.Message,
		ResourceID:  answer.ResourceID,
		ResourceARN: answer.ResourceARN,
	}
}
