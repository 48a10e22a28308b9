package stream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// ackTimeout is how long a commit waits for its acknowledgement before it is sent again.
	ackTimeout = 2 * time.Second
	// apiTimeout bounds requests to JetStream that the caller gave no deadline.
	apiTimeout = 10 * time.Second
	// retryPause lies between two attempts of a commit.
	retryPause = 50 * time.Millisecond
	// dedupeWindow is how long JetStream itself recognizes a repeated batch. It costs
	// memory per batch; readers recognize repetitions of any age.
	dedupeWindow = 30 * time.Second
	// envelope is what a message may take beside the batch: subject, headers.
	envelope = 1 << 10
)

// current returns the connection, and a channel that is closed when another one
// replaces it.
func (l *Log) current() (*conn, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn, l.replaced
}

// prepare makes or checks the streams and reads where they end.
func (l *Log) prepare(ctx context.Context, c *conn) error {
	if have, need := c.nc.MaxPayload(), int64(l.opts.MaxBatch+envelope); have < need {
		return fmt.Errorf("the NATS server accepts messages of %d bytes, batches need %d: raise its max_payload, or lower the size of batches", have, need)
	}
	for _, s := range l.shards {
		if err := l.prepareShard(ctx, c, s); err != nil {
			return err
		}
	}
	if c.srv != nil {
		c.srv.watch(c)
	}
	return nil
}

func (l *Log) prepareShard(ctx context.Context, c *conn, s *shard) error {
	stream, err := l.ensureStream(ctx, c, s.streamName(), s.subject())
	if err != nil {
		return err
	}
	if _, err := l.ensureStream(ctx, c, s.snapshotName(), s.snapshotSubjects()); err != nil {
		return err
	}
	if err := l.checkEnd(ctx, c, s, stream.CachedInfo().State.LastSeq); err != nil {
		return err
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("look at stream %s: %w", s.streamName(), err)
	}
	if s.tail != nil {
		s.tail.reset(info.State.LastSeq)
	}
	return s.resumeClock(ctx, stream, info.State)
}

// resumeClock lets the shard's clock go on where the last record left it.
func (s *shard) resumeClock(ctx context.Context, stream jetstream.Stream, state jetstream.StreamState) error {
	if state.Msgs == 0 {
		return nil
	}
	msg, err := stream.GetMsg(ctx, state.LastSeq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil // it is damaged: the reader says so
	}
	if err != nil {
		return fmt.Errorf("read the newest message of %s: %w", s.streamName(), err)
	}
	at, err := lastTime(msg.Data)
	if err != nil {
		return nil // the reader says what is wrong with it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = max(s.clock, at)
	return nil
}

// ensureStream makes the stream when it does not exist, else checks that it
// keeps everything, and was made by a version that this one understands.
func (l *Log) ensureStream(ctx context.Context, c *conn, name, subject string) (jetstream.Stream, error) {
	stream, err := c.js.Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		stream, err = c.js.CreateStream(ctx, jetstream.StreamConfig{
			Name: name, Subjects: []string{subject},
			Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew,
			Storage: jetstream.FileStorage, Replicas: l.opts.Replicas,
			MaxMsgs: -1, MaxBytes: -1, MaxMsgSize: -1, Duplicates: dedupeWindow, AllowDirect: true,
			Metadata: map[string]string{
				"vedette.format": strconv.Itoa(formatVersion), "vedette.shards": strconv.Itoa(l.opts.Shards),
			},
		})
	}
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	cfg := stream.CachedInfo().Config
	m := marker{}
	m.Format, _ = strconv.Atoi(cfg.Metadata["vedette.format"])
	m.Shards, _ = strconv.Atoi(cfg.Metadata["vedette.shards"])
	if m.Format == 0 {
		return nil, fmt.Errorf("stream %s was not made by vedette: use another NATS account, or delete the stream", name)
	}
	if cfg.Storage != jetstream.FileStorage || cfg.Retention != jetstream.LimitsPolicy || cfg.MaxMsgs > 0 || cfg.MaxBytes > 0 || cfg.MaxAge > 0 || cfg.MaxMsgsPerSubject > 0 {
		return nil, fmt.Errorf("stream %s may drop records: its limits were changed, remove them", name)
	}
	return stream, m.check("the log", l.opts.Shards)
}

func (l *Log) state(ctx context.Context, stream string) (jetstream.StreamState, error) {
	c, _ := l.current()
	s, err := c.js.Stream(ctx, stream)
	if err != nil {
		return jetstream.StreamState{}, fmt.Errorf("look at stream %s: %w", stream, err)
	}
	return s.CachedInfo().State, nil
}

// publish stores one message. It returns when the message is on disk, when it
// was refused, or when ctx or the log ends; as long as the outcome is not known,
// it sends the same message again, and stall (nil: nobody asks) says since when.
func (l *Log) publish(ctx context.Context, subject string, data []byte, id string, stall *atomic.Int64) (uint64, error) {
	if stall == nil {
		stall = &atomic.Int64{}
	}
	defer stall.Store(0)
	msg := &nats.Msg{Subject: subject, Data: data, Header: nats.Header{jetstream.MsgIDHeader: {id}}}
	for {
		c, _ := l.current()
		seq, err := c.publish(ctx, msg)
		if err == nil {
			return seq, nil
		}
		switch fault := context.Cause(c.ctx); {
		case l.ctx.Err() != nil:
			return 0, ErrClosed
		case ctx.Err() != nil:
			return 0, context.Cause(ctx)
		case definite(err):
			l.stats.refused.Add(1)
			return 0, l.fail(c, err)
		case fault != nil:
			return 0, l.fail(c, fault)
		}
		if stall.CompareAndSwap(0, l.opts.Now().UnixMilli()) {
			l.opts.Logger.Warn("the server did not acknowledge, trying again", "subject", subject, "id", id, "err", err)
		}
		l.stats.retries.Add(1)
		pause(ctx, retryPause)
	}
}

// publish makes one attempt.
func (c *conn) publish(ctx context.Context, msg *nats.Msg) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	defer context.AfterFunc(c.ctx, cancel)()
	ack, err := c.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
	if err == nil {
		return ack.Sequence, nil
	}
	if c.srv != nil && c.ctx.Err() == nil {
		if fault := c.check(); fault != nil {
			c.fail(fault)
		}
	}
	return 0, err
}

// definite tells whether err says for certain that the message was not stored:
// the server said so, or it was never sent.
func definite(err error) bool {
	api := &jetstream.APIError{}
	return errors.As(err, &api) || errors.Is(err, nats.ErrMaxPayload)
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
