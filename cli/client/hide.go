package client

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"vedette/api"
	"vedette/cli/document"
)

// hidden stands for what is never logged.
const hidden = "(not shown)"

// debugs tells whether --debug is on: what it shows is made for it alone.
func (c *Client) debugs(ctx context.Context) bool { return c.Log.Enabled(ctx, slog.LevelDebug) }

// hide returns v without the values that the model calls sensitive.
func hide(shape *api.Shape, v document.Value) document.Value {
	if shape == nil {
		return v
	}
	if shape.Sensitive {
		return hidden
	}
	switch v := v.(type) {
	case *document.Map:
		shown := new(document.Map)
		for key, value := range v.All() {
			shown.Set(key, hide(inner(shape, key), value))
		}
		return shown
	case []document.Value:
		shown := make([]document.Value, len(v))
		for i, element := range v {
			shown[i] = hide(shape.Element, element)
		}
		return shown
	}
	return v
}

// hideBody returns a body as it may be logged. One that may hold something
// sensitive and is not understood stays out.
func hideBody(shape *api.Shape, body []byte) string {
	if shape == nil || len(body) == 0 || !hasSensitive(shape, nil) {
		return string(body)
	}
	v, err := document.Parse(string(body))
	if err != nil {
		return fmt.Sprintf("%d bytes that are no JSON", len(body))
	}
	return document.Compact(hide(shape, v))
}

// hasSensitive tells whether a value of the shape may hold something sensitive.
func hasSensitive(shape *api.Shape, seen []*api.Shape) bool {
	if shape == nil || slices.Contains(seen, shape) {
		return false
	}
	seen = append(seen, shape)
	for i := range shape.Members {
		if hasSensitive(shape.Members[i].Shape, seen) {
			return true
		}
	}
	return shape.Sensitive || hasSensitive(shape.Element, seen) || hasSensitive(shape.Value, seen)
}
