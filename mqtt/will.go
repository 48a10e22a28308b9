package mqtt

import "sync"

// A WillJudge decides on wills that fall due when their connection is no more: those
// with a delay, of sessions that end before it, and those found after a crash. It is
// asked by one goroutine, which it may keep waiting.
type WillJudge interface {
	// MayPublish tells whether a will with a Proof may be published now. After an
	// error it is asked again, a second later.
	MayPublish(w *Will) (bool, error)
}

// A will waits in its session until its connection ends, and for its delay.
type will struct {
	message        // expires is negative: see newWill
	delay   uint32 // seconds
	proof   []byte // see Will.Proof
}

// newWill copies a will. Its expiry interval begins when it is published: until then
// it is kept as a negative number.
func newWill(w *Will) *will {
	kept := &will{
		message: message{
			topic:   string(w.Topic),
			payload: append([]byte(nil), w.Payload...),
			props:   append([]byte(nil), w.props...),
			qos:     w.QoS,
			retain:  w.Retain,
		},
		delay: uint32(w.Delay.Seconds()),
		proof: append([]byte(nil), w.Proof...),
	}
	if w.hasExpiry {
		kept.expires = -int64(w.expiry) - 1
	}
	return kept
}

// publishWill publishes a will that is due.
func (s *Server) publishWill(w *will, from *session) {
	if w == nil {
		return
	}
	m := w.message
	if m.expires < 0 {
		m.expires = expiresAt(s.nowMilli(), uint32(-m.expires-1))
	}
	s.routeMessage(&m, from)
}

// publishLate publishes a will that falls due when its connection is no more, as far
// as it is still allowed.
func (s *Server) publishLate(w *will, from *session) {
	if w == nil || s.opt.Wills == nil || len(w.proof) == 0 {
		s.publishWill(w, from)
		return
	}
	s.late.add(lateWill{w, from})
}

// lateWills are those that the WillJudge has to be asked about.
type lateWills struct {
	wake chan struct{}

	mu         sync.Mutex
	wills      []lateWill
	unanswered []lateWill // to be asked about again in the next second
}

type lateWill struct {
	will *will
	from *session
}

func (l *lateWills) add(wills ...lateWill) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wills = append(l.wills, wills...)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *lateWills) take() []lateWill {
	l.mu.Lock()
	defer l.mu.Unlock()
	wills := l.wills
	l.wills = nil
	return wills
}

// put keeps wills about which there was no answer.
func (l *lateWills) put(wills []lateWill) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unanswered = append(l.unanswered, wills...)
}

// again has it asked about them.
func (l *lateWills) again() {
	l.mu.Lock()
	wills := l.unanswered
	l.unanswered = nil
	l.mu.Unlock()
	if len(wills) > 0 {
		l.add(wills...)
	}
}

// judgeWills asks about late wills until the server stops.
func (s *Server) judgeWills() {
	for {
		select {
		case <-s.late.wake:
			s.judge(s.late.take())
		case <-s.stop:
			s.judge(s.late.take())
			return
		}
	}
}

// judge publishes those that are allowed. When there is no answer, the rest waits.
func (s *Server) judge(wills []lateWill) {
	for i, one := range wills {
		w := one.will
		may, err := s.opt.Wills.MayPublish(&Will{
			Topic: []byte(w.topic), Payload: w.payload, QoS: w.qos, Retain: w.retain, Proof: w.proof,
		})
		switch {
		case err != nil:
			s.late.put(wills[i:])
			return
		case may:
			s.publishWill(w, one.from)
		}
	}
}
