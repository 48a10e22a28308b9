package stream

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/record"
)

var testID = batchID{writer: writerID{1, 2, 3, 4, 5, 6, 7, 8}, counter: 9}

func sealed(id batchID, records ...record.Record) []byte {
	b := newBatch()
	for _, r := range records {
		b.add(r.Kind, r.Partition, r.At, r.Body)
	}
	b.seal(id)
	return b.buf
}

// resealed returns data with its checksum made right again after change.
func resealed(data []byte, change func(b []byte) []byte) []byte {
	b := bytes.Clone(data[:len(data)-crcSize])
	return appendCRC(change(b))
}

func TestBatch(t *testing.T) {
	for name, records := range map[string][]record.Record{
		"ok/empty":          nil,
		"ok/one":            {{Kind: record.KindReport, Partition: 63, At: 1700000000000, Body: []byte("body")}},
		"ok/no body":        {{Kind: record.KindTick, At: 1, Body: []byte{}}},
		"ok/time stands":    {{Kind: record.KindReport, At: 5, Body: []byte("a")}, {Kind: record.KindChange, At: 5, Body: []byte("b")}},
		"ok/time goes on":   {{Kind: record.KindReport, At: 5, Body: []byte("a")}, {Kind: record.KindUsage, At: 500000, Body: []byte("b")}},
		"ok/large, unknown": {{Kind: 255, At: 5, Body: bytes.Repeat([]byte("x"), 100000)}},
	} {
		t.Run(name, func(t *testing.T) {
			got := record.Batch{Seq: 7}
			id, err := decodeBatch(sealed(testID, records...), &got)
			if err != nil || id != testID {
				t.Fatalf("got %v, %v", id, err)
			}
			for i := range records {
				records[i].Pos = record.Pos(7, i)
			}
			if diff := cmp.Diff(records, got.Records); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestBatchBytes pins the format: logs in the field are made of it.
func TestBatchBytes(t *testing.T) {
	got := hex.EncodeToString(sealed(testID,
		record.Record{Kind: record.KindReport, Partition: 3, At: 1000, Body: []byte("ab")},
		record.Record{Kind: record.KindTick, Partition: 0, At: 1300}))
	want := "564c4201" + "0102030405060708" + "0900000000000000" + "e803000000000000" + "02000000" +
		"0103" + "00" + "02" + "6162" + "0700" + "ac02" + "00" + "613a9bbd"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestBatchDamage(t *testing.T) {
	good := sealed(testID, record.Record{Kind: record.KindReport, Partition: 3, At: 1000, Body: []byte("ab")})
	set := func(at int, v ...byte) func([]byte) []byte {
		return func(b []byte) []byte { copy(b[at:], v); return b }
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"fail/nothing":       {nil, "cut short"},
		"fail/cut":           {good[:len(good)-1], "checksum"},
		"fail/bit":           {append([]byte{good[0] ^ 1}, good[1:]...), "checksum"},
		"fail/only checksum": {appendCRC(nil), "not a batch"},
		"fail/magic":         {resealed(good, set(0, 'X')), "not a batch"},
		"fail/newer":         {resealed(good, set(3, batchVersion+1)), "newer version"},
		"fail/count":         {resealed(good, set(28, 0xff, 0xff, 0xff, 0xff)), "impossible header"},
		"fail/base":          {resealed(good, set(20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)), "impossible header"},
		"fail/too few":       {resealed(good, set(28, 2)), "cut short"},
		"fail/too many":      {resealed(good, set(28, 0)), "follow the last record"},
		"fail/partition":     {resealed(good, set(headerSize+1, record.Partitions)), "no partition"},
		"fail/delta":         {resealed(good, set(headerSize+2, 0x80, 0x80, 0x80, 0x80)), "impossible time"},
		"fail/length":        {resealed(good, set(headerSize+3, 3)), "impossible length"},
		"fail/time overflow": {resealed(good, func(b []byte) []byte {
			return binary.AppendUvarint(append(b[:headerSize], 1, 3), 1<<63)
		}), "impossible time"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeBatch(c.data, &record.Batch{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzDecodeBatch(f *testing.F) {
	f.Add(sealed(testID)[:headerSize])
	f.Add(sealed(testID, record.Record{Kind: 1, Partition: 3, At: 1000, Body: []byte("ab")}, record.Record{Kind: 7, At: 1300})[:headerSize+12])
	f.Fuzz(func(t *testing.T, body []byte) {
		got := record.Batch{Seq: 1}
		id, err := decodeBatch(appendCRC(bytes.Clone(body)), &got) // the checksum would hide the rest from the fuzzer
		if err != nil {
			return
		}
		again := record.Batch{Seq: 1}
		if gotID, err := decodeBatch(sealed(id, got.Records...), &again); err != nil || gotID != id {
			t.Fatalf("encoded again: %v, %v", gotID, err)
		}
		if diff := cmp.Diff(got.Records, again.Records); diff != "" && len(got.Records) > 0 {
			t.Error(diff)
		}
	})
}

func testCover() *cover {
	return &cover{
		id: 1, shard: 2, seq: 3, created: 4, chunks: 5, bytes: 6, crc: 7, first: 8,
		seen: seen{testID.writer: {counter: 9, seq: 10}, writerID{}: {counter: 11, seq: 12}},
	}
}

func TestCover(t *testing.T) {
	got, err := decodeCover(testCover().encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(testCover(), got, cmp.AllowUnexported(cover{}, mark{})); diff != "" {
		t.Error(diff)
	}
	newer := resealed(testCover().encode(), func(b []byte) []byte { b[3]++; return b })
	if _, err := decodeCover(newer); !errors.Is(err, errNewerSnapshot) {
		t.Errorf("of a newer version: got %v", err)
	}
}

func FuzzDecodeCover(f *testing.F) {
	whole := testCover().encode()
	f.Add(whole[:len(whole)-crcSize])
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := decodeCover(appendCRC(bytes.Clone(body)))
		if err != nil {
			return
		}
		again, err := decodeCover(c.encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, again, cmp.AllowUnexported(cover{}, mark{})); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzDecodeChunk(f *testing.F) {
	f.Add(append(appendChunkHeader(nil, 1, 2), "payload"...), uint64(1), uint32(2))
	f.Fuzz(func(t *testing.T, body []byte, id uint64, index uint32) {
		payload, err := decodeChunk(appendCRC(bytes.Clone(body)), id, index)
		if err == nil && !bytes.Equal(append(appendChunkHeader(nil, id, index), payload...)[4:], body[4:]) {
			t.Errorf("got %x out of %x", payload, body)
		}
	})
}
