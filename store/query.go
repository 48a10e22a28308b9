package store

import (
	"errors"
	"fmt"
	"strings"
)

// scanner is a row of a result, or the only one.
type scanner interface{ Scan(dest ...any) error }

// entity is a pointer to a T that fills itself from a row.
type entity[T any] interface {
	*T
	scan(row scanner) error
}

// one returns the only row of a query, or ErrNotFound.
func one[T any, P entity[T]](tx *Tx, query string, args ...any) (*T, error) {
	rows, err := all[T, P](tx, query, args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return &rows[0], nil
}

// all returns every row of a query.
func all[T any, P entity[T]](tx *Tx, query string, args ...any) ([]T, error) {
	var list []T
	err := each[T, P](tx, func(v *T) error {
		list = append(list, *v)
		return nil
	}, query, args...)
	return list, err
}

// each calls fn with every row of a query. fn may not use tx, and v is its to keep.
func each[T any, P entity[T]](tx *Tx, fn func(v *T) error, query string, args ...any) (err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		v := new(T)
		if err := P(v).scan(rows); err != nil {
			return fmt.Errorf("read %T: %w", v, translate(err))
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// text is a row of one string.
type text string

func (s *text) scan(row scanner) error { return row.Scan((*string)(s)) }

// strings returns the only column of a query.
func (tx *Tx) strings(query string, args ...any) ([]string, error) {
	var list []string
	err := each(tx, func(s *text) error {
		list = append(list, string(*s))
		return nil
	}, query, args...)
	return list, err
}

// number is a row of one integer.
type number int64

func (n *number) scan(row scanner) error { return row.Scan((*int64)(n)) }

// numbers returns the only column of a query.
func (tx *Tx) numbers(query string, args ...any) ([]int64, error) {
	var list []int64
	err := each(tx, func(n *number) error {
		list = append(list, int64(*n))
		return nil
	}, query, args...)
	return list, err
}

// count returns the number that a query counts.
func (tx *Tx) count(query string, args ...any) (int, error) {
	var n int
	err := tx.QueryRow(query, args...).Scan(&n)
	return n, err
}

// exists tells whether a query has a row.
func (tx *Tx) exists(query string, args ...any) (bool, error) {
	err := tx.QueryRow(query, args...).Scan(new(int))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// deleteRows runs a DELETE and returns how many rows it took.
func (tx *Tx) deleteRows(query string, args ...any) (int64, error) {
	result, err := tx.Exec(query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// placeholders returns n placeholders for a list in parentheses.
func placeholders(n int) string {
	return strings.TrimSuffix(strings.Repeat("?, ", n), ", ")
}

// prefixEnd returns the least string that is greater than every string
// beginning with prefix, which is not empty and ASCII.
func prefixEnd(prefix string) string {
	last := len(prefix) - 1
	return prefix[:last] + string(prefix[last]+1)
}
