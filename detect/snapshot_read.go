package detect

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// snapshotReader reads little-endian values and hashes them. After an error,
// which stays, everything is zero.
type snapshotReader struct {
	r      io.Reader
	hash   *xxhash.Digest
	buf    []byte // what has been read from r
	at     int    // place in buf of what comes next
	hashed int    // buf is hashed up to here
	err    error
	zeros  [256]byte
}

func newSnapshotReader(r io.Reader) *snapshotReader {
	return &snapshotReader{r: r, hash: xxhash.New(), buf: make([]byte, 0, snapshotBuffer)}
}

// bytes returns the next n bytes, at most 256, until the next call.
func (in *snapshotReader) bytes(n int) []byte {
	if len(in.buf)-in.at < n {
		in.fill(n)
	}
	if in.err != nil {
		return in.zeros[:n]
	}
	in.at += n
	return in.buf[in.at-n : in.at]
}

// fill reads on until buf has n bytes that nobody has seen.
func (in *snapshotReader) fill(n int) {
	in.sum()
	rest := copy(in.buf[:cap(in.buf)], in.buf[in.at:])
	in.buf, in.at, in.hashed = in.buf[:rest], 0, 0
	if in.err != nil {
		return
	}
	read, err := io.ReadAtLeast(in.r, in.buf[rest:cap(in.buf)], n-rest)
	in.buf = in.buf[:rest+read]
	if err != nil {
		in.err = errors.Join(errSnapshot, err)
	}
}

// sum returns the hash of all bytes that were handed out.
func (in *snapshotReader) sum() uint64 {
	_, _ = in.hash.Write(in.buf[in.hashed:in.at]) // never fails
	in.hashed = in.at
	return in.hash.Sum64()
}

func (in *snapshotReader) uint32() uint32 { return binary.LittleEndian.Uint32(in.bytes(4)) }

func (in *snapshotReader) uint64() uint64 { return binary.LittleEndian.Uint64(in.bytes(8)) }

func (in *snapshotReader) section() (kind byte, size uint32, count uint64) {
	kind = in.bytes(1)[0]
	size = in.uint32()
	return kind, size, in.uint64()
}

// text appends the next size bytes to dst. Its memory grows with what is there, not
// with what is claimed.
func (in *snapshotReader) text(dst []byte, size uint64) []byte {
	for size > 0 && in.err == nil {
		b := in.bytes(int(min(size, uint64(len(in.zeros)))))
		dst, size = append(dst, b...), size-uint64(len(b))
	}
	return dst
}

// json reads size bytes of JSON into v.
func (in *snapshotReader) json(size uint64, v any) bool {
	text := in.text(nil, size)
	if in.err == nil {
		if err := json.Unmarshal(text, v); err != nil {
			in.err = errors.Join(errSnapshot, err)
		}
	}
	return in.err == nil
}

func (in *snapshotReader) skip(size uint32, count uint64) {
	high, left := bits.Mul64(uint64(size), count)
	if high != 0 && in.err == nil {
		in.err = errSnapshot
	}
	for left > 0 && in.err == nil {
		left -= uint64(len(in.bytes(int(min(left, uint64(len(in.zeros)))))))
	}
}
