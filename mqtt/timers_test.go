package mqtt

import (
	"testing"
)

// TestWheel checks clients whose deadline is further away than the wheel reaches.
func TestWheel(t *testing.T) {
	w := &wheel{at: 1000}
	c, other := &Client{keepAlive: 1800}, &Client{keepAlive: 30}
	for _, c := range []*Client{c, other, {}} {
		c.lastRead.Store(1000)
		w.add(c)
	}
	w.remove(other)
	w.remove(other)
	for now := int64(1001); now < 2801; now += 7 {
		if dead := w.advance(now); len(dead) > 0 {
			t.Fatalf("dead after %d s", now-1000)
		}
	}
	c.waiting.Store(true)
	if dead := w.advance(2810); len(dead) != 0 {
		t.Fatal("dead although it was the server that it waited for")
	}
	c.waiting.Store(false)
	if dead := w.advance(5000); len(dead) != 1 || dead[0] != c {
		t.Fatalf("got %v", dead)
	}
	if dead := w.advance(9000); len(dead) != 0 {
		t.Fatalf("dead twice")
	}
}

// TestDueList keeps one entry for a session, whatever happens to it.
func TestDueList(t *testing.T) {
	var l dueList
	a, b := &session{number: 1}, &session{number: 2}
	for at := int64(100); at > 50; at-- {
		l.set(a, at)
		l.set(b, 200-at)
	}
	l.set(b, 0)
	l.set(b, 0)
	if len(l.heap) != 1 {
		t.Fatalf("got %d entries", len(l.heap))
	}
	if got := l.take(50); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	if got := l.take(51); len(got) != 1 || got[0] != a || len(l.heap) != 0 {
		t.Errorf("got %v", got)
	}
}
