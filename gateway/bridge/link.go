package bridge

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"vedette/gateway"
)

// lasting is how long a connection must have lasted for the next attempt to begin with
// the shortest pause.
const lasting = 10 * time.Second

// recovering is how long after a reconnect every report may be one that was delivered
// before: a broker that was killed goes on from what it had last written to its disk,
// and does not mark all that it delivers again.
const recovering = time.Minute

// spare is how many more messages than the receive maximum, twice, there is room for:
// Mosquitto, after it was killed, sends what was under way and as much again.
const spare = 64

// errTooMany ends a connection whose broker does not keep to the receive maximum.
var errTooMany = errors.New("the broker sends more messages than it may before they are acknowledged (receive-maximum)")

// errNotStored ends a connection, so that the broker delivers again what it held.
var errNotStored = errors.New("a message could not be stored: the broker will deliver it again")

// link is the tie to one broker.
type link struct {
	broker *Broker
	plan   *plan
	remote *gateway.Remote
	logger *slog.Logger
	now    func() time.Time
	counters

	complaint string // that was logged last; empty: all is well
}

// run keeps the link up until ctx ends.
func (l *link) run(ctx context.Context) {
	pause := backoff{Reconnect: l.broker.Reconnect}
	for {
		began := l.now()
		err := l.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.now().Sub(began) >= lasting {
			pause.reset()
		}
		wait := pause.wait()
		l.complain(err, wait)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// complain logs why the link is down, once for each reason.
func (l *link) complain(err error, wait time.Duration) {
	if text := err.Error(); text != l.complaint {
		l.complaint = text
		l.logger.Warn("broker is not connected", "error", err, "retry_in", wait)
	}
}

// session connects, and takes messages until ctx ends or the connection is lost.
func (l *link) session(ctx context.Context) error {
	s := &session{link: l, queue: newQueue(2*l.broker.ReceiveMaximum + spare), lost: make(chan error, 1)}
	if l.connects.Load() > 0 {
		s.recovered = l.now().Add(recovering)
	}
	d := &dialing{broker: l.broker, received: s.receive, lost: s.lose}
	var err error
	if d.password, err = l.broker.password(); err != nil {
		return fmt.Errorf("password: %w", err)
	}
	if d.tls, err = l.tls(); err != nil {
		return fmt.Errorf("tls: %w", err)
	}
	if s.client, s.present, err = dial(ctx, d); err != nil {
		l.failures.Add(1)
		s.queue.close()
		return err
	}
	acknowledged := make(chan struct{})
	go func() {
		defer close(acknowledged)
		s.acknowledge()
	}()
	err = s.serve(ctx)
	s.queue.close()
	if ctx.Err() == nil {
		s.client.close() // it is of no use any more, and must not hold up the queue
	} else {
		defer s.client.close()
	}
	<-acknowledged // every report has its answer: none is under way when the broker delivers it again
	return err
}

func (l *link) tls() (*tls.Config, error) {
	_, host, secure := l.broker.address()
	if !secure {
		return nil, nil
	}
	return l.broker.TLS.config(host)
}

// session is a link's connection.
type session struct {
	*link
	client  client
	present bool // the broker has kept the session of an earlier connection
	queue   *queue
	lost    chan error

	recovered time.Time // until when every report may be an earlier one; zero: none is
}

// serve subscribes, and returns when the connection has to end.
func (s *session) serve(ctx context.Context) error {
	subscribing, cancel := context.WithTimeout(ctx, answerWithin)
	err := s.client.subscribe(subscribing, s.plan.filters)
	cancel()
	if err != nil {
		s.failures.Add(1)
		select {
		case err = <-s.lost: // that is why
		default:
		}
		return err
	}
	s.up()
	defer s.connected.Store(false)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-s.lost:
		return err
	}
}

// up notes that the link is up.
func (s *session) up() {
	s.connected.Store(true)
	first := s.connects.Add(1) == 1
	if !s.present && !first {
		s.forgotten.Add(1)
		s.logger.Warn("the broker has forgotten the session: what it held for the bridge is lost, and events of presence that came meanwhile are missed")
	}
	s.complaint = ""
	s.logger.Info("broker connected", "session_present", s.present)
}

// lose ends the connection, for the first reason that comes.
func (s *session) lose(err error) {
	if err == nil {
		err = errors.New("the connection ended")
	}
	select {
	case s.lost <- err:
	default:
	}
}

// acknowledge sends replies and acknowledgments in the order of the messages, until
// the queue is closed and empty. After the first failure it only waits for the rest.
func (s *session) acknowledge() {
	broken := false
	for d := range s.queue.order {
		stored := <-d.done
		if d.route != nil {
			broken = s.reply(d, stored) || broken
		}
		switch {
		case broken || d.qos == 0:
		case !stored:
			broken = true
			s.lose(errNotStored)
		default:
			if err := s.client.ack(&d.message); err != nil {
				broken = true
				s.lose(fmt.Errorf("acknowledge: %w", err))
			}
		}
		s.queue.release(d)
	}
}

// reply publishes the reply to a report. It tells whether the connection is of no use
// any more. A report that will be delivered again has its reply then.
func (s *session) reply(d *delivery, stored bool) (broken bool) {
	if !d.replied || !stored && d.qos > 0 {
		return false
	}
	topic := d.replyTopic()
	if topic == "" {
		return false
	}
	err := s.client.publish(topic, append([]byte(nil), d.reply...), d.route.qos)
	switch {
	case err == nil:
		s.replies.Add(1)
		return false
	case errors.Is(err, errNeverSent):
		s.undelivered.Add(1)
		s.remote.Ignored([]byte(topic), err.Error())
		return false
	}
	s.undelivered.Add(1)
	s.lose(fmt.Errorf("publish a reply: %w", err))
	return true
}
