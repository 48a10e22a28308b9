package notify

import (
	"log/slog"
	"math/rand/v2"
	"time"
)

// Options configures a Dispatcher.
type Options struct {
	Outbox  Outbox
	Targets map[string]Target // by Delivery.TargetType
	Logger  *slog.Logger      // nil means none

	Workers     int           // alerts sent at the same time; 0 means 8
	QueueLimit  int           // rows held in memory; 0 means 8192
	TargetLimit int           // rows held in memory for one target; 0 means 1024
	PageSize    int           // rows read at once; 0 means 256
	SendTimeout time.Duration // for one attempt; 0 means 10 s
	Poll        time.Duration // how often the outbox is looked at without a Wake; 0 means 5 s
	MinBackoff  time.Duration // pause after the first failure; 0 means 1 s
	MaxBackoff  time.Duration // longest pause; 0 means 5 min

	Now         func() time.Time                                           // nil means time.Now
	Rand        func() float64                                             // in [0,1); nil means math/rand/v2
	ObserveSend func(targetType string, took time.Duration, failure error) // called for each attempt, from many goroutines; nil means nobody listens
}

// perTarget is how many alerts may be on their way to one target: not all
// workers, so that a target that hangs leaves some to the others.
func (o *Options) perTarget() int { return max(1, o.Workers*3/4) }

func (o *Options) fill() {
	o.Logger = orSilent(o.Logger)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	fallback(&o.Workers, 8)
	fallback(&o.QueueLimit, 8192)
	fallback(&o.TargetLimit, 1024)
	fallback(&o.PageSize, 256)
	fallback(&o.SendTimeout, 10*time.Second)
	fallback(&o.Poll, 5*time.Second)
	fallback(&o.MinBackoff, time.Second)
	fallback(&o.MaxBackoff, 5*time.Minute)
}

// orSilent returns a logger, one that nobody reads for nil.
func orSilent(logger *slog.Logger) *slog.Logger {
	if logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return logger
}

func fallback[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

// backoff returns the pause after the n-th failure in a row: it doubles from
// least to most, less up to a quarter of it by chance, a number in [0,1), so that
// what failed together does not come back together.
func backoff(n int, least, most time.Duration, chance float64) time.Duration {
	pause := most
	if shift := n - 1; shift < 32 && least<<shift < most {
		pause = least << shift
	}
	return pause - time.Duration(chance*float64(pause)/4)
}
