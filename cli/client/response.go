package client

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vedette/api"
	"vedette/cli/document"
)

// reply is what came back of one attempt.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// decoder reads an answer by the shapes of the model. Members that the model
// does not have, and those that are null, are left out; the others come in the
// order of the model. Types are not checked: a scalar is passed on as it came.
type decoder struct {
	timestamp func(document.Value) (document.Value, error)
}

// decode reads a reply: a good answer, or a failure that the service tells. An
// error means that the reply makes no sense.
func (r *reply) decode(op *api.Operation, timestamp func(document.Value) (document.Value, error)) (*document.Map, *failure, error) {
	if r.status >= 301 {
		f, err := r.failure()
		return nil, f, err
	}
	answer := new(document.Map)
	if op.Output != nil {
		body, err := r.parse()
		if err != nil {
			return nil, nil, err
		}
		d := decoder{timestamp}
		parsed, err := d.value(op.Output, body)
		if err != nil {
			return nil, nil, err
		}
		if parsed == nil {
			return nil, nil, fmt.Errorf("'NoneType' object is not iterable")
		}
		answer = parsed.(*document.Map)
		for _, member := range op.Output.Members {
			if member.Location == api.InStatus && !answer.Has(member.Name) { // the body counts more
				answer.Set(member.Name, int64(r.status))
			}
		}
	}
	if r.status >= 300 {
		return nil, &failure{code: "Unknown", message: "Unknown"}, nil
	}
	return answer, nil, nil
}

// parse reads the body as JSON. A body that is none stands for its message.
func (r *reply) parse() (document.Value, error) {
	if len(r.body) == 0 {
		return new(document.Map), nil
	}
	if err := document.CheckUTF8(r.body); err != nil {
		return nil, err
	}
	v, err := document.Parse(string(r.body))
	if _, deep := errors.AsType[*document.DepthError](err); deep {
		return nil, err
	}
	if err != nil {
		return document.NewMap("message", string(r.body)), nil
	}
	return v, nil
}

// lacks says that a value is not of the type that an answer has at its place.
func lacks(v document.Value, attribute string) error {
	return fmt.Errorf("'%s' object has no attribute '%s'", document.TypeName(v), attribute)
}

func (d decoder) value(shape *api.Shape, v document.Value) (document.Value, error) {
	switch shape.Type {
	case api.TypeStructure:
		return d.structure(shape, v)
	case api.TypeList:
		return d.list(shape, v)
	case api.TypeMap:
		m, ok := v.(*document.Map)
		if !ok {
			return nil, lacks(v, "items")
		}
		parsed := new(document.Map)
		for key, value := range m.All() {
			inner, err := d.value(shape.Value, value)
			if err != nil {
				return nil, err
			}
			parsed.Set(key, inner)
		}
		return parsed, nil
	case api.TypeTimestamp:
		return d.timestamp(v)
	}
	return v, nil
}

func (d decoder) structure(shape *api.Shape, v document.Value) (document.Value, error) {
	if v == nil {
		return nil, nil
	}
	m, ok := v.(*document.Map)
	if !ok && len(shape.Members) > 0 {
		return nil, lacks(v, "get")
	}
	parsed := new(document.Map)
	for _, member := range shape.Members {
		raw := m.Value(member.Name)
		if raw == nil {
			continue
		}
		inner, err := d.value(member.Shape, raw)
		if err != nil {
			return nil, err
		}
		parsed.Set(member.Name, inner)
	}
	return parsed, nil
}

func (d decoder) list(shape *api.Shape, v document.Value) (document.Value, error) {
	list, err := elements(v)
	if err != nil {
		return nil, err
	}
	parsed := make([]document.Value, len(list))
	for i, element := range list {
		if parsed[i], err = d.value(shape.Element, element); err != nil {
			return nil, err
		}
	}
	return parsed, nil
}

// elements returns what Python goes through: the letters of a text and the keys
// of an object too.
func elements(v document.Value) ([]document.Value, error) {
	var list []document.Value
	switch v := v.(type) {
	case []document.Value:
		return v, nil
	case string:
		for _, r := range v {
			list = append(list, string(r))
		}
	case *document.Map:
		for _, key := range v.Keys() {
			list = append(list, v.Key(key))
		}
	case document.Bytes:
		for _, b := range v {
			list = append(list, int64(b))
		}
	default:
		return nil, fmt.Errorf("'%s' object is not iterable", document.TypeName(v))
	}
	return list, nil
}

// failure is an error that the service tells.
type failure struct{ code, message string }

// failure reads an answer that tells an error.
func (r *reply) failure() (*failure, error) {
	if trimmed := bytes.TrimSpace(r.body); r.status >= 500 && (len(trimmed) == 0 || bytes.HasPrefix(trimmed, []byte("<html>"))) {
		return &failure{code: strconv.Itoa(r.status), message: http.StatusText(r.status)}, nil
	}
	v, err := r.parse()
	if err != nil {
		return nil, err
	}
	body, ok := v.(*document.Map)
	if !ok {
		return nil, lacks(v, "get")
	}
	first := func(otherwise document.Value, keys ...string) document.Value {
		for _, key := range keys {
			if v, there := body.Get(key); there {
				return v
			}
		}
		return otherwise
	}
	code, err := r.code(body, first(strconv.Itoa(r.status), "__type"))
	if err != nil {
		return nil, err
	}
	if kind, ok := r.header[http.CanonicalHeaderKey("x-amzn-errortype")]; ok {
		code, _, _ = strings.Cut(latin1(kind[0]), ":")
	} else {
		code = first(code, "code", "Code")
	}
	switch code.(type) {
	case *document.Map, []document.Value:
		return nil, fmt.Errorf("unhashable type: '%s'", document.TypeName(code))
	}
	return &failure{code: document.Text(code), message: document.Text(first("", "message", "Message"))}, nil
}

// latin1 returns the text of a header, whose bytes are letters of ISO 8859-1.
func latin1(header string) string {
	letters := make([]rune, len(header))
	for i := range len(header) {
		letters[i] = rune(header[i])
	}
	return string(letters)
}

// code returns the error code that header or body tell, without the namespace
// before it. A null stays one.
func (r *reply) code(body *document.Map, kind document.Value) (document.Value, error) {
	if code, rest, ok := strings.Cut(latin1(r.header.Get("x-amzn-query-error")), ";"); ok && code != "" && !strings.Contains(rest, ";") {
		kind = code
	}
	switch kind := kind.(type) {
	case nil:
		return "", nil
	case string:
		return kind[strings.LastIndexByte(kind, '#')+1:], nil
	case []document.Value:
		if i := slices.Index(kind, document.Value("#")); i < 0 {
			return kind, nil
		}
		return nil, lacks(kind, "rsplit")
	case *document.Map:
		if !kind.Has("#") {
			return kind, nil
		}
		return nil, lacks(kind, "rsplit")
	}
	return nil, fmt.Errorf("argument of type '%s' is not iterable", document.TypeName(kind))
}

// retryable tells whether the same request may succeed later.
func (f *failure) retryable(status int) bool {
	switch status {
	case 500, 502, 503, 504:
		return true
	}
	switch f.code {
	case "RequestTimeout", "RequestTimeoutException":
		return true
	}
	return f.throttled()
}

// throttled tells whether the service found the request one too many.
func (f *failure) throttled() bool {
	switch f.code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
		"TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
		"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException":
		return true
	}
	return false
}

// error puts a failure into AWS CLI's words. On the last attempt it says so.
func (f *failure) error(op *api.Operation, attempt int, last bool) error {
	retries := ""
	if last {
		retries = fmt.Sprintf(" (reached max retries: %d)", attempt-1)
	}
	return &ServiceError{Message: fmt.Sprintf("An error occurred (%s) when calling the %s operation%s: %s", f.code, op.Name, retries, f.message)}
}
