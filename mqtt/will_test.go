package mqtt

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// judge answers what a test tells it to, and keeps what it was asked.
type judge struct {
	answers chan error // nil: allowed
	asked   chan Will
}

var errDenied, errUnknown = errors.New("denied"), errors.New("unknown")

func newJudge() *judge { return &judge{answers: make(chan error, 10), asked: make(chan Will, 10)} }

func (j *judge) MayPublish(w *Will) (bool, error) {
	j.asked <- *w
	switch err := <-j.answers; err {
	case nil:
		return true, nil
	case errDenied:
		return false, nil
	default:
		return false, err
	}
}

// proving has the client identifier be the proof of wills.
func proving() *testHandler {
	return &testHandler{connect: func(_ *Client, p *Connect) Code {
		if p.Will != nil {
			p.Will.Proof = []byte("proof of " + p.ClientID)
		}
		p.Owner = string(p.Username)
		return CodeSuccess
	}}
}

// TestLateWill: whoever is gone has its will published only if that is still allowed
// when it falls due, whatever makes it due.
func TestLateWill(t *testing.T) {
	delay := appendUint32Prop(nil, propWillDelay, 60)
	for name, due := range map[string]func(s *testServer, clock *manualClock){
		"delay": func(s *testServer, clock *manualClock) { clock.move(s, 61*time.Second) },
		"new session": func(s *testServer, _ *manualClock) {
			s.dial(t, 5).connect(connectOptions{id: "mortal"})
		},
		"other owner": func(s *testServer, _ *manualClock) {
			s.dial(t, 5).connect(connectOptions{id: "mortal", keep: true, username: "other"})
		},
	} {
		for _, answer := range []error{nil, errDenied} {
			t.Run(fmt.Sprintf("%s/%v", name, answer), func(t *testing.T) {
				clock, j := newManualClock(), newJudge()
				s := startServer(t, Options{Handler: proving(), Wills: j, Now: clock.now})
				all := s.dial(t, 5)
				all.connect(connectOptions{id: "all"})
				all.subscribe("#")
				p := s.dial(t, 5)
				p.connect(connectOptions{id: "mortal", keep: true, will: &Will{Topic: []byte("gone"), Payload: []byte("bye"), Retain: true}, willProps: delay})
				p.conn.Close()
				eventually(t, "disconnected", func() bool { return s.Stats().Connections == 1 })
				j.answers <- errUnknown // and it is asked again
				j.answers <- answer
				due(s, clock)
				first := receive(t, j.asked, "question")
				if string(first.Proof) != "proof of mortal" || string(first.Topic) != "gone" || !first.Retain || string(first.Payload) != "bye" {
					t.Errorf("asked about %+v", first)
				}
				eventually(t, "kept", func() bool { s.late.mu.Lock(); defer s.late.mu.Unlock(); return len(s.late.unanswered) == 1 })
				clock.move(s, time.Second)
				receive(t, j.asked, "question")
				if answer == nil {
					if m := all.expectPublish(); string(m.Payload) != "bye" {
						t.Errorf("got %+v", m)
					}
				} else {
					s.stop() // when nobody is asked any more
					all.expectClosed(CodeServerShuttingDown)
				}
				if n := s.Stats().Retained; (n == 1) != (answer == nil) {
					t.Errorf("%d retained messages", n)
				}
			})
		}
	}
}

// TestLateWillSurvives: what is asked about a will is known after a crash.
func TestLateWillSurvives(t *testing.T) {
	disk, clock, j := newMemoryStorage(), newManualClock(), newJudge()
	s := startServer(t, Options{Handler: proving(), Storage: disk})
	s.dial(t, 5).connect(connectOptions{id: "mortal", keep: true, will: &Will{Topic: []byte("gone"), Payload: []byte("bye")}})
	eventually(t, "storage", func() bool { return disk.count(EntrySession) == 1 })
	s2 := crash(t, disk, Options{Now: clock.now, Wills: j})
	j.answers <- errDenied
	clock.move(s2, time.Second)
	if w := receive(t, j.asked, "question"); string(w.Proof) != "proof of mortal" || string(w.Topic) != "gone" {
		t.Errorf("asked about %+v", w)
	}
}

// TestPromptWill: nobody is asked about a will that is published with the end of its
// connection, for that was checked all the time, or that nobody has proven.
func TestPromptWill(t *testing.T) {
	for name, o := range map[string]Options{"at once": {Handler: proving()}, "anonymous": {}} {
		t.Run(name, func(t *testing.T) {
			clock := newManualClock()
			o.Wills, o.Now = newJudge(), clock.now // which would wait for an answer
			s := startServer(t, o)
			all := s.dial(t, 5)
			all.connect(connectOptions{id: "all"})
			all.subscribe("#")
			var props []byte
			if name == "anonymous" {
				props = appendUint32Prop(nil, propWillDelay, 60)
			}
			p := s.dial(t, 5)
			p.connect(connectOptions{id: "mortal", keep: true, will: &Will{Topic: []byte("gone"), Payload: []byte("bye")}, willProps: props})
			p.conn.Close()
			eventually(t, "disconnected", func() bool { return s.Stats().Connections == 1 })
			clock.move(s, time.Hour/2)
			if m := all.expectPublish(); string(m.Payload) != "bye" {
				t.Errorf("got %+v", m)
			}
		})
	}
}
