package app

import (
	"context"
	"time"

	"vedette/record"
)

// pulseEvery is how often the log is told that this process lives while anybody is
// connected to it. The engine takes a process that said nothing since the end of a
// window for dead when the grace is over, so it is below detect.DefaultGrace.
const pulseEvery = 10 * time.Second

// pulse has the log know, before anything else is written, that this process is the
// only one: sessions that another one left open have ended when it did. It returns
// what tells the log from then on that this process lives.
func (a *App) pulse(ctx context.Context) func(context.Context) {
	state := record.GatewayAlone
	beat := func(ctx context.Context) {
		body := record.AppendGateway(nil, record.Gateway{Process: a.gateway.Process(), State: state})
		if err := a.log.AppendGateway(ctx, body); err == nil {
			state = record.GatewayAlive
		} else if ctx.Err() == nil {
			a.logger.Warn("the log was not told that this process lives, trying again", "error", err)
		}
	}
	beat(ctx)
	return func(ctx context.Context) {
		for {
			now := a.options.Now().UnixMilli()
			select {
			case <-ctx.Done():
				return
			case <-a.options.After(min(pulseEvery, time.Duration(record.UsageWindow-now%record.UsageWindow)*time.Millisecond)):
			}
			if state == record.GatewayAlone || a.gateway.Counts() {
				beat(ctx)
			}
		}
	}
}
