package chunk

import "math/bits"

// The codes of errors: an error u is written with the parameter k as u >> k
// ones, a zero and the low k bits of u; from escape ones on there is no zero,
// but 8 bits: the length of u, and u follows; or one of the codes that no length
// is like.
const (
	escape     = 16
	firstScale = 65  // and above: a new scale
	surprise   = 255 // what was expected to be omitted is written after all
)

// writer appends bits, the highest first, to bytes. The free bits of the last
// byte are zero.
type writer struct {
	buf  []byte
	free uint8 // bits of the last byte that are free, at most 7
}

// put writes the low n bits of v, which has no others; n is at most 64.
func (w *writer) put(v uint64, n uint) {
	if n <= uint(w.free) {
		w.free -= uint8(n)
		w.buf[len(w.buf)-1] |= byte(v << w.free)
		return
	}
	if w.free > 0 {
		n -= uint(w.free)
		w.buf[len(w.buf)-1] |= byte(v >> n)
	}
	for n >= 8 {
		n -= 8
		w.buf = append(w.buf, byte(v>>n))
	}
	w.free = 0
	if n > 0 {
		w.free = uint8(8 - n)
		w.buf = append(w.buf, byte(v<<w.free))
	}
}

// rice writes an error.
func (w *writer) rice(u uint64, k uint) {
	q := uint(min(u>>k, escape))
	switch {
	case q == escape:
		w.put(1<<escape-1, escape)
		w.long(u)
	case q+1+k <= 64:
		w.put((1<<q-1)<<(k+1)|u&(1<<k-1), q+1+k)
	default:
		w.put((1<<q-1)<<1, q+1)
		w.put(u&(1<<k-1), k)
	}
}

// long writes an integer that nothing is known of.
func (w *writer) long(u uint64) {
	n := uint(bits.Len64(u))
	w.put(uint64(n), 8)
	w.put(u, n)
}

// gamma writes a positive integer of at most 32 bits: one bit less than its
// length as ones, a zero, and its bits without the first.
func (w *writer) gamma(u uint64) {
	n := uint(bits.Len64(u)) - 1
	w.put((1<<n-1)<<(n+1)|u&(1<<n-1), 2*n+1)
}

// bitReader reads what writer wrote. Behind the end it reads zeros.
type bitReader struct {
	buf []byte
	pos int // in bits
}

// over tells whether more was read than there is.
func (r *bitReader) over() bool { return r.pos > 8*len(r.buf) }

// peek returns the next 57 bits or more, the first one highest.
func (r *bitReader) peek() uint64 {
	at := r.pos >> 3
	if at+8 <= len(r.buf) {
		b := r.buf[at : at+8]
		return (uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24 |
			uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56) << (r.pos & 7)
	}
	var v uint64
	for i := range 8 {
		v <<= 8
		if at+i < len(r.buf) {
			v |= uint64(r.buf[at+i])
		}
	}
	return v << (r.pos & 7)
}

// take returns the next n bits; n is at most 64.
func (r *bitReader) take(n uint) uint64 {
	if n > 56 {
		high := r.take(n - 32)
		return high<<32 | r.take(32)
	}
	v := r.peek() >> 1 >> (63 - n)
	r.pos += int(n)
	return v
}

// ones reads ones, at most most of them, and the zero after fewer.
func (r *bitReader) ones(most int) int {
	n := bits.LeadingZeros64(^r.peek())
	if n >= most {
		r.pos += most
		return most
	}
	r.pos += n + 1
	return n
}

// rice reads an error, or the code that is in its place: more than 64.
func (r *bitReader) rice(k uint) (u, code uint64) {
	q := r.ones(escape)
	if q < escape {
		return uint64(q)<<k | r.take(k), 0
	}
	if code = r.take(8); code > 64 {
		return 0, code
	}
	return r.take(uint(code)), 0
}

// surprise reads the escape and the code of a surprise, if that is next.
func (r *bitReader) surprise() bool {
	const ones = escape + 8 // the code, too, is all ones
	if r.peek()>>(64-ones) != 1<<ones-1 {
		return false
	}
	r.pos += ones
	return true
}

// gamma reads what writer.gamma wrote.
func (r *bitReader) gamma() uint64 {
	n := uint(r.ones(32))
	return 1<<n | r.take(n)
}
