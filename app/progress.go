package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// progress is how far a shard's log has been judged and its effects stored.
type progress struct {
	mu      sync.Mutex
	seq     uint64
	fault   error         // why it does not go on; nil: it does
	ended   bool          // it never will
	changed chan struct{} // closed when seq grows, or all has ended; nil while nobody waits
}

// reach notes that the message seq has been judged and its effects are stored.
func (p *progress) reach(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq, p.fault = seq, nil
	p.tell()
}

// stall notes what keeps the effects from being stored.
func (p *progress) stall(fault error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

// end notes that nothing more will be judged, so that nobody waits for it.
func (p *progress) end(fault error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.ended = fault, true
	p.tell()
}

// tell wakes those who wait. The lock must be held.
func (p *progress) tell() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// stalled returns why judging does not go on, or nil.
func (p *progress) stalled() error { p.mu.Lock(); defer p.mu.Unlock(); return p.fault }

func (p *progress) reached() uint64 { p.mu.Lock(); defer p.mu.Unlock(); return p.seq }

// errEnded answers those who wait for judging that has ended.
var errEnded = errors.New("judging has ended")

// wait returns once the message seq has been judged and its effects stored, or
// an error when ctx or judging ends before.
func (p *progress) wait(ctx context.Context, seq uint64) error {
	for {
		p.mu.Lock()
		done, ended, fault := p.seq >= seq, p.ended, p.fault
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		switch {
		case done:
			return nil
		case ended && fault != nil:
			return fmt.Errorf("%w: %w", errEnded, fault)
		case ended:
			return errEnded
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
