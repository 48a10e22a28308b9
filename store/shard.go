package store

import (
	"context"
	"errors"
	"fmt"
)

// AcquireShard makes the caller the owner of a shard. It returns the owner's
// epoch, one higher than that of the owner before it, and the position: the place of
// the last record whose effects are stored, 0 when there is none. Effects of
// earlier owners that are being stored are waited for; later ones are refused.
func (db *DB) AcquireShard(ctx context.Context, shard int) (epoch int64, position uint64, err error) {
	if shard < 0 || shard > maxShard {
		return 0, 0, fmt.Errorf("acquire shard %d: not in 0 … %d", shard, maxShard)
	}
	err = db.run(ctx, modeData, "shard", func(tx *Tx) error {
		return tx.QueryRow(`INSERT INTO shard (id, epoch, position, last_outbox) VALUES (?, 1, 0, 0)
			ON CONFLICT (id) DO UPDATE SET epoch = shard.epoch + 1
			RETURNING epoch, position`, shard).Scan(&epoch, &position)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("acquire shard %d: %w", shard, err)
	}
	return epoch, position, nil
}

// Position returns the place of the last record of a shard whose effects are
// stored, 0 when there is none.
func (db *DB) Position(ctx context.Context, shard int) (position uint64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow("SELECT position FROM shard WHERE id = ?", shard).Scan(&position)
	})
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("position of shard %d: %w", shard, err)
	}
	return position, nil
}

// Outbox ids are made here, so that shards do not wait for each other: the time in
// milliseconds, a count within it, and the shard, from the high bits to the low.
// The ids of one shard grow in the order of its commits, whatever the clock does;
// those of different shards are roughly in the order of time.
const (
	shardBits = 10
	maxShard  = 1<<shardBits - 1
	countBits = 11
)

// nextOutboxID returns an id of the shard that is above last, at the time now.
func nextOutboxID(last, now int64, shard int) int64 {
	tick := max(last>>shardBits+1, now<<countBits)
	return tick<<shardBits | int64(shard)
}

// outboxIDAt returns what no id is below that was made at a time or later.
func outboxIDAt(at int64) int64 { return at << (countBits + shardBits) }
