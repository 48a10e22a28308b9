package stream

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"vedette/record"
)

// The batch format, version 1 (docs/format/log.md).
const (
	batchMagic   = "VLB"
	batchVersion = 1
	headerSize   = 4 + 8 + 8 + 8 + 4   // magic and version, writer, counter, base time, record count
	crcSize      = 4                   // CRC32C of everything before it
	maxRecords   = 1 << 16             // what record.Pos can tell apart
	recordSize   = 1 + 1 + 2*maxVarint // upper bound of what a record takes beside its body
	maxVarint    = binary.MaxVarintLen64
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errNewerBatch = errors.New("it was written by a newer version of vedette")

// writerID names one process that writes to the log; it is random.
type writerID [8]byte

func newWriterID() (id writerID) {
	_, _ = rand.Read(id[:]) // it never fails
	return id
}

// batchID is the identity of a batch: a batch that is sent again after its
// acknowledgement was lost has the same one.
type batchID struct {
	writer  writerID
	counter uint64 // grows by one with each batch of the writer in a shard
}

func (id batchID) String() string { return fmt.Sprintf("%x-%d", id.writer, id.counter) }

// batch gathers the records of one commit in their wire format, with those
// who wait for it.
type batch struct {
	buf     []byte
	waiting []waiting
	count   int
	bodies  int   // bytes of the bodies
	base    int64 // arrival time of the first record
	last    int64 // arrival time of the last record
	id      batchID
}

// waiting is one Append that was not answered yet.
type waiting struct {
	waiter record.Waiter
	token  uint64
	at     int64
	err    error // the append was refused: it is answered in its turn
}

func newBatch() *batch { return &batch{buf: make([]byte, headerSize, 64<<10)} }

func (b *batch) reset() {
	clear(b.waiting)
	*b = batch{buf: b.buf[:headerSize], waiting: b.waiting[:0]}
}

func (b *batch) empty() bool { return len(b.waiting) == 0 }

// fits tells whether a record with a body of n bytes can join the batch.
func (b *batch) fits(n, limit int) bool {
	return b.count < maxRecords && len(b.buf)+recordSize+n+crcSize <= limit
}

func (b *batch) add(kind record.Kind, partition uint8, at int64, body []byte) {
	if b.count == 0 {
		b.base, b.last = at, at
	}
	b.buf = append(b.buf, byte(kind), partition)
	b.buf = binary.AppendUvarint(b.buf, uint64(at-b.last))
	b.buf = binary.AppendUvarint(b.buf, uint64(len(body)))
	b.buf = append(b.buf, body...)
	b.last = at
	b.bodies += len(body)
	b.count++
}

// seal completes the header and the checksum; nothing can be added any more.
func (b *batch) seal(id batchID) {
	b.id = id
	h := b.buf[:headerSize]
	copy(h, batchMagic)
	h[3] = batchVersion
	copy(h[4:], id.writer[:])
	binary.LittleEndian.PutUint64(h[12:], id.counter)
	binary.LittleEndian.PutUint64(h[20:], uint64(b.base))
	binary.LittleEndian.PutUint32(h[28:], uint32(b.count))
	b.buf = appendCRC(b.buf)
}

// decodeBatch reads a sealed batch into dst, whose records point into data.
func decodeBatch(data []byte, dst *record.Batch) (batchID, error) {
	id, at, count, err := decodeHeader(data)
	if err != nil {
		return id, err
	}
	dst.Records = dst.Records[:0]
	rest := data[headerSize : len(data)-crcSize]
	for i := range count {
		r := record.Record{Pos: record.Pos(dst.Seq, i)}
		if rest, err = decodeRecord(rest, &at, &r); err != nil {
			return id, fmt.Errorf("record %d of %d: %w", i, count, err)
		}
		dst.Records = append(dst.Records, r)
	}
	if len(rest) > 0 {
		return id, fmt.Errorf("%d bytes follow the last record", len(rest))
	}
	return id, nil
}

// decodeHeader checks the checksum and returns what the header says.
func decodeHeader(data []byte) (id batchID, base int64, count int, err error) {
	body, err := checkCRC(data)
	if err != nil {
		return id, 0, 0, err
	}
	if len(body) < headerSize || string(body[:3]) != batchMagic {
		return id, 0, 0, errors.New("it is not a batch of records")
	}
	if body[3] > batchVersion {
		return id, 0, 0, errNewerBatch
	}
	copy(id.writer[:], body[4:])
	id.counter = binary.LittleEndian.Uint64(body[12:])
	base = int64(binary.LittleEndian.Uint64(body[20:]))
	n := binary.LittleEndian.Uint32(body[28:])
	if n > maxRecords || base < 0 {
		return id, 0, 0, fmt.Errorf("impossible header: %d records from %d on", n, base)
	}
	return id, base, int(n), nil
}

func decodeRecord(b []byte, at *int64, r *record.Record) (rest []byte, err error) {
	if len(b) < 2 {
		return nil, errors.New("it is cut short")
	}
	r.Kind, r.Partition = record.Kind(b[0]), b[1]
	if r.Partition >= record.Partitions {
		return nil, fmt.Errorf("there is no partition %d", r.Partition)
	}
	b = b[2:]
	delta, n := binary.Uvarint(b)
	if n <= 0 || delta > uint64(math.MaxInt64-*at) {
		return nil, errors.New("impossible time")
	}
	b = b[n:]
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, errors.New("impossible length")
	}
	*at += int64(delta)
	r.At = *at
	end := n + int(size)
	r.Body = b[n:end:end]
	return b[end:], nil
}

// lastTime returns the arrival time of the last record of a batch.
func lastTime(data []byte) (int64, error) {
	b := record.Batch{}
	if _, err := decodeBatch(data, &b); err != nil {
		return 0, err
	}
	if len(b.Records) == 0 {
		return 0, nil
	}
	return b.Records[len(b.Records)-1].At, nil
}

// appendCRC ends b with the CRC32C of what is in it.
func appendCRC(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// checkCRC returns b without the checksum that appendCRC put at its end.
func checkCRC(b []byte) ([]byte, error) {
	if len(b) < crcSize {
		return nil, errors.New("it is cut short")
	}
	body := b[:len(b)-crcSize]
	want := binary.LittleEndian.Uint32(b[len(body):])
	if got := crc32.Checksum(body, castagnoli); got != want {
		return nil, fmt.Errorf("its checksum is %08x instead of %08x", got, want)
	}
	return body, nil
}
