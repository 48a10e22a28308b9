package app

import (
	"context"
	"log/slog"
	"time"

	"vedette/detect"
	"vedette/stream"
)

// snapshotter keeps an engine's state every now and then and trims the log
// behind it. Saving runs beside judging; only the copy is taken in between.
type snapshotter struct {
	shard  int
	log    *stream.Log
	logger *slog.Logger
	every  time.Duration
	now    func() time.Time
	last   time.Time
	seq    uint64        // of the newest snapshot asked for
	saving chan struct{} // closed when the snapshot under way is done; nil: none
}

// perhaps starts a snapshot of everything up to the message seq, if one is due.
// Effects up to seq must be stored.
func (s *snapshotter) perhaps(ctx context.Context, e *detect.Engine, seq uint64) {
	if s.now().Sub(s.last) < s.every || seq <= s.seq || s.busy() {
		return
	}
	s.last, s.seq = s.now(), seq
	frozen, done := e.Freeze(), make(chan struct{})
	s.saving = done
	go func() {
		defer close(done)
		s.save(ctx, frozen, seq)
	}()
}

func (s *snapshotter) busy() bool {
	select {
	case <-s.saving:
		return false
	default:
		return s.saving != nil
	}
}

// wait returns when no snapshot is being saved.
func (s *snapshotter) wait() {
	if s.saving != nil {
		<-s.saving
	}
}

// save keeps a snapshot and trims the log. A failure costs a longer replay, no
// data: the log is trimmed only behind a snapshot that was kept.
func (s *snapshotter) save(ctx context.Context, frozen *detect.Snapshot, seq uint64) {
	start := time.Now()
	if err := s.log.SaveSnapshot(ctx, s.shard, seq, frozen); err != nil {
		if ctx.Err() == nil {
			s.logger.Error("snapshot not kept, the log stays longer", "error", err)
		}
		return
	}
	if err := s.log.Trim(ctx, s.shard, seq); err != nil && ctx.Err() == nil {
		s.logger.Warn("log not trimmed", "error", err)
	}
	s.logger.Info("snapshot kept", "sequence", seq, "duration", time.Since(start))
}
