package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// jsonColumn keeps a value in a TEXT column as JSON. A nil slice, map or
// pointer is NULL, and the other way round.
type jsonColumn[T any] struct{ value *T }

// asJSON reads and writes *value as a JSON column.
func asJSON[T any](value *T) jsonColumn[T] { return jsonColumn[T]{value} }

// Value implements driver.Valuer.
func (c jsonColumn[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(*c.value)
	if err != nil {
		return nil, fmt.Errorf("encode JSON column: %w", err)
	}
	if string(b) == "null" {
		return nil, nil
	}
	return string(b), nil
}

// Scan implements sql.Scanner.
func (c jsonColumn[T]) Scan(src any) error {
	var zero T
	*c.value = zero
	var text []byte
	switch src := src.(type) {
	case nil:
		return nil
	case string:
		text = []byte(src)
	case []byte:
		text = src
	default:
		return fmt.Errorf("decode JSON column: unexpected %T", src)
	}
	if err := json.Unmarshal(text, c.value); err != nil {
		return fmt.Errorf("decode JSON column: %w", err)
	}
	return nil
}
