package gateway

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"vedette/mqtt"
	"vedette/principal"
)

// quota bounds what clients may do that have come in by their policies. A client
// that has no right to a client id cannot use up what others may do with it.
type quota struct {
	perPrincipal int   // client ids connected at once; 0: no limit
	connects     rates // by client id
	refused      [numLimits]atomic.Uint64

	mu   sync.Mutex
	held map[string]map[string]int // connections by principal and client id
}

// admit tells whether a client may come in, and counts it. Another connection of the
// same client id does not count: it will be taken over.
func (q *quota) admit(c *connection, clientID string, who *principal.Principal, now int64) error {
	if !q.connects.allow(func() string { return clientID }, now) {
		q.refused[LimitClientRate].Add(1)
		return &limitError{mqtt.CodeConnectionRateExceeded, fmt.Sprintf("more than %d connections a second with this client id", q.connects.perSecond)}
	}
	if q.perPrincipal <= 0 || c.client == nil {
		return nil
	}
	name := who.String()
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := q.held[name]
	if ids[clientID] == 0 && len(ids) >= q.perPrincipal {
		q.refused[LimitPrincipal].Add(1)
		return &limitError{mqtt.CodeQuotaExceeded, fmt.Sprintf("more than %d connections of this principal", q.perPrincipal)}
	}
	if ids == nil {
		ids = map[string]int{}
		if q.held == nil {
			q.held = map[string]map[string]int{}
		}
		q.held[name] = ids
	}
	ids[clientID]++
	c.holds = name
	return nil
}

// leave gives up what admit has counted.
func (q *quota) leave(c *connection) {
	if c.holds == "" {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	ids := q.held[c.holds]
	if ids[c.peer.ClientID]--; ids[c.peer.ClientID] == 0 {
		delete(ids, c.peer.ClientID)
	}
	if len(ids) == 0 {
		delete(q.held, c.holds)
	}
	c.holds = ""
}

// limitError refuses a client because of a limit.
type limitError struct {
	code mqtt.Code
	why  string
}

func (e *limitError) Error() string { return e.why }

// Refused returns how many connections a limit has kept out.
func (g *Gateway) Refused(l Limit) uint64 { return g.quota.refused[l].Load() }

// checkClientID refuses client ids that would be more than a name where a policy has
// put them for a variable: a wildcard in a topic filter, or a reserved topic.
func checkClientID(id string) error {
	switch {
	case widens(id):
		return fmt.Errorf("%w: the client id has a level + or #", ErrRefused)
	case strings.HasPrefix(id, "$"):
		return fmt.Errorf("%w: the client id begins with $", ErrRefused)
	}
	return nil
}

// widens tells whether a client id would make a wildcard of a topic filter in which
// a policy has put it for a variable.
func widens(clientID string) bool {
	for level := range strings.SplitSeq(clientID, "/") {
		if level == "+" || level == "#" {
			return true
		}
	}
	return false
}

// clean returns the host that a client has asked for if it can be one: policies may
// put it into topics and filters.
func clean(host string) string {
	if strings.ContainsAny(host, "+#/*?$") {
		return ""
	}
	return host
}
