package mqtt

import "sync"

// owners counts the sessions of each owner. It is asked when sessions begin and
// end, never for messages.
type owners struct {
	mu       sync.Mutex
	sessions map[string]int
}

// enter counts a session, unless its owner would have more than limit. 0: no
// limit. Sessions that nobody owns are not counted.
func (o *owners) enter(owner string, limit int) bool {
	if owner == "" {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if limit > 0 && o.sessions[owner] >= limit {
		return false
	}
	if o.sessions == nil {
		o.sessions = map[string]int{}
	}
	o.sessions[owner]++
	return true
}

func (o *owners) leave(owner string) {
	if owner == "" {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sessions[owner]--; o.sessions[owner] == 0 {
		delete(o.sessions, owner)
	}
}
