package detect

import (
	"encoding/binary"
	"encoding/json"
	"io"

	"github.com/cespare/xxhash/v2"
)

// snapshotWriter writes little-endian values and hashes them, a buffer at a
// time. The first error stays.
type snapshotWriter struct {
	w    io.Writer
	hash *xxhash.Digest
	buf  []byte
	n    int64 // bytes written
	err  error
}

// snapshotBuffer is how much is written, hashed and read at a time.
const snapshotBuffer = 64 << 10

func newSnapshotWriter(w io.Writer) *snapshotWriter {
	return &snapshotWriter{w: w, hash: xxhash.New(), buf: make([]byte, 0, snapshotBuffer)}
}

func (out *snapshotWriter) bytes(b []byte) {
	if len(out.buf)+len(b) > cap(out.buf) {
		out.flush()
	}
	out.buf = append(out.buf, b...)
}

func (out *snapshotWriter) uint32(v uint32) {
	if len(out.buf)+4 > cap(out.buf) {
		out.flush()
	}
	out.buf = binary.LittleEndian.AppendUint32(out.buf, v)
}

func (out *snapshotWriter) uint64(v uint64) {
	if len(out.buf)+8 > cap(out.buf) {
		out.flush()
	}
	out.buf = binary.LittleEndian.AppendUint64(out.buf, v)
}

func (out *snapshotWriter) flush() {
	if out.err == nil {
		_, _ = out.hash.Write(out.buf) // never fails
		var n int
		n, out.err = out.w.Write(out.buf)
		out.n += int64(n)
	}
	out.buf = out.buf[:0]
}

// section begins a section of count items of size bytes each.
func (out *snapshotWriter) section(kind byte, size uint32, count int) {
	out.bytes([]byte{kind})
	out.uint32(size)
	out.uint64(uint64(count))
}

func (out *snapshotWriter) json(kind byte, v any) {
	b, err := json.Marshal(v)
	if err != nil && out.err == nil {
		out.err = err
	}
	out.section(kind, 1, len(b))
	out.bytes(b)
}
