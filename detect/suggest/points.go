package suggest

import (
	"vedette/metric/chunk"
	"vedette/violation"
)

// points reads the values of a thing out of its chunks, oldest first.
type points struct {
	chunk.Reader
	last  int64 // time of the value before
	any   bool  // there was one
	chunk int   // number of the chunk
}

// each calls fn at every value with from ≤ time < to.
func (p *points) each(chunks []violation.Chunk, from, to int64, fn func()) error {
	p.any = false
	for i := range chunks {
		p.chunk = i
		if err := p.Reset(chunks[i].Data, from, to); err != nil {
			return err
		}
		for p.Next() {
			fn()
			p.last, p.any = p.At(), true
		}
		if err := p.Err(); err != nil {
			return err
		}
	}
	return nil
}
