package control

import (
	"maps"

	"vedette/api"
)

// applyAttributes returns the attributes that payload makes of old: all new
// ones, or with merge the old ones with the new ones over them. An attribute with
// an empty value is none.
func applyAttributes(old map[string]string, payload *api.AttributePayload) map[string]string {
	if payload == nil || payload.Attributes == nil {
		return old
	}
	attributes := make(map[string]string)
	if api.Value(payload.Merge) {
		maps.Copy(attributes, old)
	}
	maps.Copy(attributes, payload.Attributes)
	maps.DeleteFunc(attributes, func(_, value string) bool { return value == "" })
	if len(attributes) == 0 {
		return nil
	}
	return attributes
}

// checkAttributes refuses more attributes than limit.
func checkAttributes(attributes map[string]string, limit int, what, name string) error {
	if len(attributes) > limit {
		return api.InvalidRequest("The %s %s would have %d attributes; the limit is %d.", what, name, len(attributes), limit)
	}
	return nil
}
