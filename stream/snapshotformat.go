package stream

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The snapshot format, version 1 (docs/format/log.md).
const (
	chunkMagic      = "VLC"
	chunkHeaderSize = 4 + 8 + 4
	coverMagic      = "VLS"
	coverFixedSize  = 4 + 8 + 4 + 8 + 8 + 4 + 8 + 4 + 8 + 4
	coverWriterSize = 8 + 8 + 8
	snapshotVersion = 1
)

var errNewerSnapshot = errors.New("it was written by a newer version of vedette: start that version")

// cover is the last message of a snapshot: without it the chunks before it are
// nothing.
type cover struct {
	id      uint64 // random, the same in each chunk
	shard   uint32
	seq     uint64 // the newest message of the log that the snapshot covers
	created int64  // epoch milliseconds
	chunks  uint32
	bytes   uint64 // of the payload
	crc     uint32 // CRC32C of the payload
	first   uint64 // the first chunk's message in the snapshot stream
	seen    seen   // as of seq
}

func (c *cover) encode() []byte {
	b := append(make([]byte, 0, coverFixedSize+len(c.seen)*coverWriterSize+crcSize), coverMagic...)
	b = append(b, snapshotVersion)
	b = binary.LittleEndian.AppendUint64(b, c.id)
	b = binary.LittleEndian.AppendUint32(b, c.shard)
	b = binary.LittleEndian.AppendUint64(b, c.seq)
	b = binary.LittleEndian.AppendUint64(b, uint64(c.created))
	b = binary.LittleEndian.AppendUint32(b, c.chunks)
	b = binary.LittleEndian.AppendUint64(b, c.bytes)
	b = binary.LittleEndian.AppendUint32(b, c.crc)
	b = binary.LittleEndian.AppendUint64(b, c.first)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(c.seen)))
	for w, m := range c.seen {
		b = append(b, w[:]...)
		b = binary.LittleEndian.AppendUint64(b, m.counter)
		b = binary.LittleEndian.AppendUint64(b, m.seq)
	}
	return appendCRC(b)
}

func decodeCover(data []byte) (*cover, error) {
	b, err := checkCRC(data)
	if err != nil {
		return nil, err
	}
	if len(b) < coverFixedSize || string(b[:3]) != coverMagic {
		return nil, errors.New("it is not the cover of a snapshot")
	}
	if b[3] > snapshotVersion {
		return nil, errNewerSnapshot
	}
	le := binary.LittleEndian
	c := &cover{
		id: le.Uint64(b[4:]), shard: le.Uint32(b[12:]), seq: le.Uint64(b[16:]), created: int64(le.Uint64(b[24:])),
		chunks: le.Uint32(b[32:]), bytes: le.Uint64(b[36:]), crc: le.Uint32(b[44:]),
		first: le.Uint64(b[48:]), seen: seen{},
	}
	n := le.Uint32(b[56:])
	b = b[coverFixedSize:]
	if uint64(len(b)) != uint64(n)*coverWriterSize {
		return nil, fmt.Errorf("%d bytes cannot be %d writers", len(b), n)
	}
	for ; len(b) > 0; b = b[coverWriterSize:] {
		c.seen[writerID(b[:8])] = mark{le.Uint64(b[8:]), le.Uint64(b[16:])}
	}
	return c, nil
}

// appendChunkHeader begins a chunk; its payload and the checksum follow.
func appendChunkHeader(b []byte, id uint64, index uint32) []byte {
	b = append(append(b, chunkMagic...), snapshotVersion)
	b = binary.LittleEndian.AppendUint64(b, id)
	return binary.LittleEndian.AppendUint32(b, index)
}

// decodeChunk returns the payload of chunk index of the snapshot id.
func decodeChunk(data []byte, id uint64, index uint32) ([]byte, error) {
	b, err := checkCRC(data)
	if err != nil {
		return nil, err
	}
	if len(b) < chunkHeaderSize || string(b[:3]) != chunkMagic {
		return nil, errors.New("it is not a chunk of a snapshot")
	}
	if b[3] > snapshotVersion {
		return nil, errNewerSnapshot
	}
	gotID, got := binary.LittleEndian.Uint64(b[4:]), binary.LittleEndian.Uint32(b[12:])
	if gotID != id || got != index {
		return nil, fmt.Errorf("chunk %d of snapshot %016x stands where chunk %d of %016x belongs", got, gotID, index, id)
	}
	return b[chunkHeaderSize:], nil
}
