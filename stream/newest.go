package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"vedette/record"
)

// What is read backwards comes in pieces, each by a consumer of its own that reads
// forwards: message by message it would take ten times as long.
const (
	pieceBytes    = 1 << 20 // aimed at
	pieceMessages = 1000
)

// Newest calls fn with the batches of a shard that begin at a time, epoch milliseconds,
// or before: the newest first, until fn returns false, maxBytes were read, or the shard
// has no more. It returns the arrival time of the first record of the last one. A batch is
// valid until fn returns; one that is damaged is left out. When ctx ends fn has had some
// of them.
func (l *Log) Newest(ctx context.Context, shard int, until int64, maxBytes int, fn func(*record.Batch) (more bool)) (from int64, err error) {
	s, err := l.shard(shard)
	if err != nil {
		return 0, err
	}
	b := &backwards{log: l, shard: s, known: map[batchID]bool{}}
	if b.state, err = l.state(ctx, s.streamName()); err != nil {
		return 0, err
	}
	if b.state.Msgs == 0 {
		return 0, nil
	}
	if b.at, err = b.last(ctx, until); err != nil {
		return 0, err
	}
	for more := true; more && maxBytes > 0 && b.at >= b.state.FirstSeq; b.at-- {
		data, err := b.message(ctx)
		if err != nil {
			return from, err
		}
		maxBytes -= len(data)
		batch := &record.Batch{Shard: s.id, Seq: b.at}
		id, err := decodeBatch(data, batch)
		if err != nil || b.known[id] || len(batch.Records) == 0 {
			continue
		}
		b.known[id] = true
		from = batch.Records[0].At
		more = fn(batch)
	}
	return from, nil
}

// backwards reads the messages of a shard, the newest first.
type backwards struct {
	log   *Log
	shard *shard
	state jetstream.StreamState
	known map[batchID]bool // the same batch may be there twice

	at    uint64            // the message wanted
	piece map[uint64][]byte // messages that were read, at among them if it is there
	first uint64            // of the piece; 0: there is none
	data  []byte            // of a message out of the tail
}

// last returns the newest message that begins at a time or before; if there is none,
// the one before the first.
func (b *backwards) last(ctx context.Context, until int64) (uint64, error) {
	low, high := b.state.FirstSeq, b.state.LastSeq+1 // messages below low are early enough, those from high on are not
	for low < high {
		mid := low + (high-low)/2
		data, err := b.one(ctx, mid)
		if err != nil {
			return 0, err
		}
		if _, base, _, err := decodeHeader(data); err != nil || base <= until {
			low = mid + 1 // what cannot be read does no harm among those
		} else {
			high = mid
		}
	}
	return low - 1, nil
}

// one returns a single message, nil if it is missing.
func (b *backwards) one(ctx context.Context, seq uint64) ([]byte, error) {
	if data, ok := b.fromTail(seq); ok {
		return data, nil
	}
	c, _ := b.log.current()
	stream, err := c.js.Stream(ctx, b.shard.streamName())
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", b.shard.streamName(), err)
	}
	msg, err := stream.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read message %d of %s: %w", seq, b.shard.streamName(), err)
	}
	return msg.Data, nil
}

func (b *backwards) fromTail(seq uint64) ([]byte, bool) {
	if b.shard.tail == nil {
		return nil, false
	}
	data, at := b.shard.tail.read(seq, b.data)
	b.data = data
	return data, at == inMemory
}

// message returns the message at b.at, nil if it is missing.
func (b *backwards) message(ctx context.Context) ([]byte, error) {
	if b.first != 0 && b.at >= b.first {
		return b.piece[b.at], nil
	}
	if data, ok := b.fromTail(b.at); ok {
		return data, nil
	}
	average := b.state.Bytes/b.state.Msgs + 1
	n := max(1, min(pieceMessages, pieceBytes/average, b.at-b.state.FirstSeq+1))
	if err := b.read(ctx, b.at-n+1, n); err != nil {
		return nil, err
	}
	return b.piece[b.at], nil
}

// read takes n messages from first on.
func (b *backwards) read(ctx context.Context, first, n uint64) error {
	c, _ := b.log.current()
	name := b.shard.streamName()
	consumer, err := c.js.OrderedConsumer(ctx, name, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: first, InactiveThreshold: consumerIdle,
	})
	var list jetstream.MessageBatch
	if err == nil {
		list, err = consumer.FetchNoWait(int(n)) // there may be fewer: of a damaged log some are missing
	}
	if err != nil {
		return fmt.Errorf("read stream %s from message %d on: %w", name, first, err)
	}
	b.piece, b.first = make(map[uint64][]byte, n), first
	for m := range list.Messages() {
		data, seq, err := unpack(m)
		if err != nil {
			return err
		}
		b.piece[seq] = data
	}
	if err := list.Error(); err != nil {
		return fmt.Errorf("read stream %s from message %d on: %w", name, first, err)
	}
	return ctx.Err()
}
