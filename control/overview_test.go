package control

import (
	"errors"
	"testing"
	"time"
)

func TestShared(t *testing.T) {
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	var s shared[int]
	made := 0
	work := func() (int, error) { made++; return made, nil }
	get := func(want int) {
		t.Helper()
		if got, err := s.get(clock, time.Minute, work); got != want || err != nil {
			t.Errorf("got %d, %v, want %d", got, err, want)
		}
	}
	if _, err := s.get(clock, time.Minute, func() (int, error) { return 0, errors.New("no") }); err == nil {
		t.Error("an error is kept to itself")
	}
	get(1)
	get(1)
	now = now.Add(time.Hour)
	get(2)
	now = now.Add(time.Hour)

	// Who comes while it is worked out gets the one before.
	started, finish, done := make(chan struct{}), make(chan struct{}), make(chan int)
	go func() {
		v, _ := s.get(clock, time.Minute, func() (int, error) { close(started); <-finish; return 3, nil })
		done <- v
	}()
	<-started
	get(2)
	close(finish)
	if v := <-done; v != 3 {
		t.Errorf("got %d, want 3", v)
	}
	get(3)
}

func TestSharedFirst(t *testing.T) {
	var s shared[int]
	started, finish, results := make(chan struct{}), make(chan struct{}), make(chan int, 2)
	ask := func() {
		v, _ := s.get(time.Now, time.Minute, func() (int, error) { close(started); <-finish; return 7, nil })
		results <- v
	}
	go ask()
	<-started
	go ask() // there is none yet: it waits, and works out none itself
	close(finish)
	if a, b := <-results, <-results; a != 7 || b != 7 {
		t.Errorf("got %d and %d", a, b)
	}
}
