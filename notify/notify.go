// Package notify delivers alerts: it takes the rows of store's outbox and sends
// each to its alert target, for example a topic of Amazon SNS.
//
// Delivery is at least once. The alerts of one violation reach a target in the
// order of its events, and nothing is dropped: a target that does not answer is
// tried again until it does, with growing pauses. What a retry sends is byte
// for byte what was sent before.
//
// It also exports metric values: an Exporter takes the messages of a shard from the
// outbox to one Sink, such as files or Prometheus. Each sink is as far as it is.
package notify

import (
	"context"
	"errors"
	"fmt"
)

// Delivery is one alert on its way to one alert target: a row of the outbox.
// Rows of one violation are numbered in the order of its events. Nothing in it
// changes while it waits, apart from Attempts.
type Delivery struct {
	ID          int64 // grows along the outbox
	ViolationID string
	Thing       string
	Profile     string // name of the security profile
	Definition  string // the behavior as it was, JSON of api.Behavior
	Type        string // api.ViolationEventType
	Time        int64  // of the event, epoch milliseconds
	Value       string // JSON of api.MetricValue; empty for alarm-invalidated
	Confidence  string // api.ConfidenceLevel; empty unless the behavior is MACHINE_LEARNING

	VerificationState       string // api.VerificationState when the event was stored; empty means UNKNOWN
	VerificationDescription string

	TargetType string // api.AlertTargetType: a key of Options.Targets
	Target     string // alertTargetArn
	RoleARN    string
	Attempts   int // how often it was tried in vain
}

// Outbox is what the dispatcher needs of store.
type Outbox interface {
	// Pending returns up to limit unsent rows with an ID above after, by
	// ascending ID, whether or not their next attempt is due.
	Pending(ctx context.Context, after int64, limit int) ([]Delivery, error)
	// MarkSent removes rows that were delivered.
	MarkSent(ctx context.Context, ids []int64) error
	// MarkFailed counts an attempt in vain and keeps, for whoever looks, its
	// reason and when (epoch milliseconds) the next one is planned.
	MarkFailed(ctx context.Context, id, next int64, reason string) error
}

// Target sends alerts of one type, to any address of that type. It is called
// from many goroutines. An error that is not a *SendError counts as one that
// another attempt may overcome.
type Target interface {
	Send(ctx context.Context, d *Delivery) error
}

// SendError says why an alert could not be delivered and what that means for
// the alerts behind it.
type SendError struct {
	// Reason is the same for every attempt that fails in the same way: no
	// request ids, no ephemeral ports.
	Reason string
	// Hint tells the operator what to do; empty when only waiting helps.
	Hint string
	// Permanent says that only a change by the operator helps: the next
	// attempt comes after the longest pause.
	Permanent bool
	// Alone says that the fault lies in this alert, not in its target:
	// others for the same target need not wait.
	Alone bool
	Err   error // may be nil
}

func (e *SendError) Error() string {
	if e.Hint == "" {
		return e.Reason
	}
	return fmt.Sprintf("%s (%s)", e.Reason, e.Hint)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// asSendError returns err as a *SendError.
func asSendError(err error) *SendError {
	var e *SendError
	if errors.As(err, &e) {
		return e
	}
	return &SendError{Reason: err.Error(), Err: err}
}
