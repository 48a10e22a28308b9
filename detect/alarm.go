package detect

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"vedette/api"
	"vedette/violation"
)

// updateEvery is the least time between two updates of lastViolationValue and
// lastViolationTime of one violation, ms.
const updateEvery = 10_000

// step takes one datapoint, the value in current.value, to the alarm of a
// thing and a rule.
func (e *Engine) step(r *rule, s *state, normal bool) {
	if normal {
		e.stats.normal++
	} else {
		e.stats.violating++
	}
	switch r.behavior.advance(s, normal) {
	case raised:
		e.raise(r)
	case cleared:
		e.end(e.episodeOf(e.current.thing, r.id), r, ending{
			event: api.ViolationEventTypeAlarmCleared, time: e.current.at, value: e.current.value.json(), alert: true,
		})
	case goesOn:
		e.violated(r)
	}
}

// outcome is what a datapoint does to an alarm.
type outcome uint8

const (
	unchanged outcome = iota
	raised            // it begins
	goesOn            // it is violated once more
	cleared           // it ends
)

// advance takes one datapoint to the alarm in s.
func (b *Behavior) advance(s *state, normal bool) outcome {
	switch alarm := s.flags&inAlarm != 0; {
	case !alarm && normal:
		s.count = 0
	case !alarm:
		if s.count++; s.count >= b.toAlarm {
			s.count, s.flags = 0, s.flags|inAlarm
			return raised
		}
	case normal:
		if s.count++; s.count >= b.toClear {
			s.count, s.flags = 0, s.flags&^inAlarm
			return cleared
		}
	default:
		s.count = 0
		return goesOn
	}
	return unchanged
}

// raise begins a violation.
func (e *Engine) raise(r *rule) {
	cur := &e.current
	pos, window := cmp.Or(cur.origin, cur.pos), int64(0)
	if r.behavior.cloud || r.statistic != nil { // one record may end several
		window = cur.at
	}
	id := violationID(e.things.name(cur.thing), r.profile, r.behavior.name, pos, window)
	e.begin(cur.thing, r.id, id, cur.at, e.clock)
	e.stats.raised++
	e.emit(r, violation.Event{
		Violation: e.violation(id, cur.thing, r),
		Type:      api.ViolationEventTypeInAlarm,
		Time:      cur.at,
		Value:     cur.value.json(),
	}, true)
}

// violated notes the current value as the last violation value of the current
// thing's violation of r. It is written at most every updateEvery; a value
// withheld is written by a later one or when the violation ends.
func (e *Engine) violated(r *rule) {
	cur := &e.current
	i := e.episodeOf(cur.thing, r.id)
	ep := e.episode(i)
	u := violation.Update{ID: ep.hexID(), Time: cur.at, Value: cur.value.json()}
	if cur.at >= ep.written && cur.at-ep.written < updateEvery {
		e.withheld[i] = u
		return
	}
	ep.written = cur.at
	delete(e.withheld, i)
	cur.fx.Updates = append(cur.fx.Updates, u)
}

// ending is how a violation ends.
type ending struct {
	event api.ViolationEventType
	time  int64
	value string // empty for alarm-invalidated
	alert bool
}

// end ends the violation i, of rule r. The caller sees to the state.
func (e *Engine) end(i uint32, r *rule, how ending) {
	ep := *e.peek(i)
	if u, ok := e.withheld[i]; ok {
		e.current.fx.Updates = append(e.current.fx.Updates, u)
	}
	e.forget(i)
	if how.event == api.ViolationEventTypeAlarmCleared {
		e.stats.cleared++
	} else {
		e.stats.invalidated++
	}
	e.emit(r, violation.Event{
		Violation: e.violation(ep.id, ep.thing, r),
		Type:      how.event,
		Time:      how.time,
		Value:     how.value,
	}, how.alert)
}

// emit appends an event and, unless they are suppressed or not wanted, its
// alerts.
func (e *Engine) emit(r *rule, event violation.Event, alert bool) {
	fx := e.current.fx
	event.Pos = e.current.pos
	fx.Events = append(fx.Events, event)
	p := e.profiles[r.profile]
	if !alert || event.Suppressed || p == nil {
		return
	}
	for _, a := range p.alerts {
		a.Event = len(fx.Events) - 1
		fx.Alerts = append(fx.Alerts, a)
	}
}

func (e *Engine) violation(id [16]byte, thing uint32, r *rule) violation.Violation {
	b := r.behavior
	return violation.Violation{
		ID:           hex.EncodeToString(id[:]),
		Thing:        string(e.things.name(thing)),
		Profile:      r.profile,
		Behavior:     b.name,
		Definition:   b.definition,
		CriteriaType: b.kind,
		Suppressed:   b.suppressed,
		Confidence:   b.confidence,
	}
}

// violationID derives the id of a violation from what it is and the record that
// began it: the same after every replay. window is the time of the datapoint where
// a record can bring several; 0 elsewhere.
func violationID(thing []byte, profile, behavior string, pos uint64, window int64) (id [16]byte) {
	key := make([]byte, 0, 512)
	key = append(append(key, thing...), 0)
	key = append(append(key, profile...), 0)
	key = append(append(key, behavior...), 0)
	key = binary.BigEndian.AppendUint64(key, pos)
	if window != 0 {
		key = binary.BigEndian.AppendUint64(key, uint64(window))
	}
	sum := sha256.Sum256(key)
	copy(id[:], sum[:])
	return id
}
