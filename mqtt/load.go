package mqtt

import (
	"context"
	"fmt"
)

// load restores what the storage has.
func (s *Server) load(ctx context.Context) error {
	now := s.seconds()
	err := s.opt.Storage.Load(ctx, func(e Entry) error {
		var err error
		switch e.Kind {
		case EntrySession:
			err = s.loadSession(e, now)
		case EntryQueued:
			err = s.loadQueued(e)
		case EntryRetained:
			err = s.loadRetained(e)
		default:
			err = fmt.Errorf("unknown kind")
		}
		if err != nil {
			return fmt.Errorf("entry kind %d of %q, number %d: %w", e.Kind, e.Owner, e.Seq, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range s.registry.shards {
		for _, to := range s.registry.shards[i].sessions {
			s.schedule(to)
		}
	}
	return nil
}

func (s *Server) loadSession(e Entry, now int64) error {
	to := &session{srv: s, id: e.Owner, number: s.sessionNumber.Add(1), saved: true}
	subs, err := decodeSession(to, e.Value, now)
	if err != nil {
		return err
	}
	for _, sub := range subs {
		to.attachSubscription(sub)
	}
	s.registry.shard(to.id).sessions[to.id] = to
	s.registry.owners.enter(to.owner, 0) // what was there before stays
	s.stats.sessions.Add(1)
	return nil
}

func (s *Server) loadQueued(e Entry) error {
	to := s.registry.shard(e.Owner).sessions[e.Owner]
	if to == nil { // deleted, but the process died between two transactions
		s.saver.put(Entry{Kind: EntryQueued, Owner: e.Owner, Seq: e.Seq})
		return nil
	}
	m, err := decodeQueued(e.Value)
	if err != nil {
		return err
	}
	if !to.queue.restore(e.Seq, m) {
		return fmt.Errorf("number does not follow the one before")
	}
	s.stats.queued.Add(int64(m.size()))
	return nil
}

func (s *Server) loadRetained(e Entry) error {
	m, err := decodeRetained(e.Value)
	if err != nil {
		return err
	}
	s.retained.insert(m)
	return nil
}
