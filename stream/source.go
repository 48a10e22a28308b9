package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// stallProbe is how long a reader that waits for the stream lets pass before it
	// asks whether something is there that it does not get.
	stallProbe = 3 * time.Second
	// prefetchBytes bounds what a reader of the stream has in memory.
	prefetchBytes = 8 << 20
	// consumerIdle is after how long the server forgets a reader that has gone.
	consumerIdle = 30 * time.Second
)

// source is an ordered consumer of a shard's stream.
type source struct {
	replaced <-chan struct{} // closed when its connection is no longer the log's
	messages chan jetstream.Msg
	done     chan struct{}
	consume  jetstream.ConsumeContext
}

func (l *Log) openSource(ctx context.Context, stream string, from uint64) (*source, error) {
	c, replaced := l.current()
	consumer, err := c.js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from, InactiveThreshold: consumerIdle,
	})
	if err != nil {
		return nil, fmt.Errorf("read stream %s from message %d on: %w", stream, from, err)
	}
	src := &source{replaced: replaced, messages: make(chan jetstream.Msg, 64), done: make(chan struct{})}
	src.consume, err = consumer.Consume(src.deliver, jetstream.PullMaxBytes(prefetchBytes))
	if err != nil {
		return nil, fmt.Errorf("read stream %s from message %d on: %w", stream, from, err)
	}
	return src, nil
}

func (s *source) deliver(m jetstream.Msg) {
	select {
	case s.messages <- m:
	case <-s.done:
	}
}

func (s *source) stop() {
	close(s.done)
	s.consume.Stop()
}

func (r *Reader) stopSource() {
	if r.source != nil {
		r.source.stop()
		r.source = nil
	}
}

// fromStream returns the next message of the stream; no data and no error mean
// that the caller looks again where the next one is to be found.
func (r *Reader) fromStream(ctx context.Context, f *frame, wait bool) ([]byte, uint64, error) {
	if r.source == nil {
		if err := r.startSource(ctx); err != nil || r.source == nil {
			return nil, 0, err
		}
	}
	select {
	case m := <-r.source.messages:
		return unpack(m)
	default:
	}
	if !wait {
		return nil, 0, r.closedOr(errWouldBlock)
	}
	probe := time.NewTimer(stallProbe)
	defer probe.Stop()
	select {
	case m := <-r.source.messages:
		return unpack(m)
	case <-r.source.replaced:
		r.stopSource()
	case <-r.wake:
	case <-probe.C:
		return nil, 0, r.probe(ctx, f)
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	case <-r.ctx.Done():
		return nil, 0, ErrClosed
	}
	return nil, 0, nil
}

func unpack(m jetstream.Msg) ([]byte, uint64, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, 0, fmt.Errorf("read the place of a message: %w", err)
	}
	data := m.Data()
	if data == nil {
		data = []byte{} // nobody of ours stores nothing: it is found damaged
	}
	return data, meta.Sequence.Stream, nil
}

// startSource opens the source. While the server cannot be reached it waits a
// little and leaves the source unset.
func (r *Reader) startSource(ctx context.Context) error {
	src, err := r.log.openSource(ctx, r.shard.streamName(), r.last+1)
	switch {
	case err == nil:
		r.source = src
		return nil
	case r.ctx.Err() != nil:
		return ErrClosed
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	r.log.opts.Logger.Warn("the log cannot be read, trying again", "shard", r.shard.id, "err", err)
	pause(ctx, retryPause)
	return nil
}

// probe is called when nothing came for a while: the log is silent, or the
// server has a message that it cannot read, which it does not tell a consumer.
func (r *Reader) probe(ctx context.Context, f *frame) error {
	c, _ := r.log.current()
	stream, err := c.js.Stream(ctx, r.shard.streamName())
	if err != nil {
		return r.closedOr(nil)
	}
	state := stream.CachedInfo().State
	if state.LastSeq <= r.last {
		return nil
	}
	_, err = stream.GetMsg(ctx, r.last+1)
	r.stopSource() // whatever it was, it has to begin anew
	if !errors.Is(err, jetstream.ErrMsgNotFound) {
		return r.closedOr(nil)
	}
	if r.last+1 < state.FirstSeq {
		return trimmed(r.shard, r.last+1, state.FirstSeq)
	}
	return r.damaged(f, r.last+1, fmt.Errorf("the server cannot read it: %w", err))
}
