package store

import (
	"cmp"
	"strings"
)

// maxBatch is the number of rows that one statement carries at most. More make
// statements that are slower to read, for nothing.
const maxBatch = 64

// batch describes a statement that carries many rows: head, then row as often as
// there are rows, with sep between (empty: a comma), then tail.
type batch struct {
	head, row, sep, tail string
}

// inBatches runs b over n rows and calls args to append the arguments of row i.
// The batches have a power of two rows, so that few different statements exist for
// PostgreSQL to prepare.
func (tx *Tx) inBatches(b batch, n int, args func(dst []any, i int) []any, run func(query string, args []any) error) error {
	sep := cmp.Or(b.sep, ", ")
	for done, size := 0, maxBatch; done < n; done += size {
		for size > n-done {
			size /= 2
		}
		query := b.head + strings.Repeat(b.row+sep, size-1) + b.row + b.tail
		var dst []any
		for i := done; i < done+size; i++ {
			dst = args(dst, i)
		}
		if err := run(query, dst); err != nil {
			return err
		}
	}
	return nil
}

// execBatches is inBatches for statements that return nothing.
func (tx *Tx) execBatches(b batch, n int, args func(dst []any, i int) []any) error {
	return tx.inBatches(b, n, args, func(query string, args []any) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}
