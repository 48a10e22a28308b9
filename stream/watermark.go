package stream

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// watermarkSize is what the watermark of one shard takes in the file.
const watermarkSize = 8 + crcSize

// watermarks is a file with the newest committed message of each shard. It
// exists because the server, when it was killed, cuts its newest file at the first
// record that it cannot read, be that the end of a torn write or one flipped bit in
// front of a thousand acknowledged records, and tells nobody. It is written after each
// commit and never synced: a killed process loses nothing of it, a power failure its last
// half minute. So it is never ahead of what is on disk.
type watermarks struct {
	file *os.File
}

// openWatermarks opens the file, with room for each shard.
func openWatermarks(dir string, shards int) (*watermarks, error) {
	f, err := os.OpenFile(filepath.Join(dir, "committed"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log's watermarks: %w", err)
	}
	w := &watermarks{file: f}
	if info, err := f.Stat(); err != nil || info.Size() < int64(shards*watermarkSize) {
		for i := range shards {
			err = errors.Join(err, w.set(i, 0))
		}
		if err = errors.Join(err, f.Sync()); err != nil {
			f.Close()
			return nil, fmt.Errorf("make the log's watermarks: %w", err)
		}
	}
	return w, nil
}

// set notes that message seq of the shard was committed.
func (w *watermarks) set(shard int, seq uint64) error {
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, watermarkSize), seq)
	_, err := w.file.WriteAt(appendCRC(b), int64(shard*watermarkSize))
	return err
}

// get returns the shard's newest committed message that is known; 0: none.
func (w *watermarks) get(shard int) (uint64, error) {
	b := make([]byte, watermarkSize)
	if _, err := w.file.ReadAt(b, int64(shard*watermarkSize)); err != nil && err != io.EOF {
		return 0, fmt.Errorf("read the log's watermarks: %w", err)
	}
	b, err := checkCRC(b)
	if err != nil {
		return 0, nil // a power failure while it was written: there is none then
	}
	return binary.LittleEndian.Uint64(b), nil
}

func (w *watermarks) close() { w.file.Close() }

// checkEnd compares where the shard's stream ends with what was committed.
func (l *Log) checkEnd(ctx context.Context, c *conn, s *shard, last uint64) error {
	if l.dir == nil {
		return nil
	}
	want, err := l.dir.marks.get(s.id)
	if err != nil || want <= last {
		return err
	}
	return l.endsEarly(ctx, c, s, last, want)
}

// endsEarly is for a log that ends at message last although want was committed.
// Even when it may be skipped, the numbers of the lost messages are not given to new
// ones: whoever has recorded them as done would ignore these.
func (l *Log) endsEarly(ctx context.Context, c *conn, s *shard, last, want uint64) error {
	lost := fmt.Errorf("it is missing, the log ends before it although message %d was committed", want)
	if !l.opts.SkipDamaged {
		return &DamageError{Shard: s.id, Seq: last + 1, Err: lost}
	}
	l.opts.Logger.Error("skipping damaged messages of the log: their records are lost",
		"shard", s.id, "first", last+1, "last", want, "err", lost)
	l.stats.damaged.Add(want - last)
	for last < want {
		var err error
		if last, err = l.storeNothing(ctx, c, s); err != nil {
			return err
		}
	}
	return nil
}
