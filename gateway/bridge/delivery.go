package bridge

import (
	"strings"

	"vedette/gateway"
	"vedette/mqtt"
)

// delivery is a message that is acknowledged in its turn. It is the Finisher of the
// report that it carries.
type delivery struct {
	message
	thing    string
	route    *reportRoute // nil: no report
	replied  bool         // there is a reply
	accepted bool         // what it says
	reply    []byte
	done     chan bool // gets true when the message has been dealt with, false if it has to come again
}

var _ gateway.Finisher = (*delivery)(nil)

// Finish implements gateway.Finisher.
func (d *delivery) Finish(ticket uint64, code mqtt.Code, replyTopic, replyPayload []byte) {
	if len(replyTopic) > 0 {
		d.replied, d.accepted = true, strings.HasSuffix(string(replyTopic), "/accepted")
		d.reply = append(d.reply[:0], replyPayload...)
	}
	if ticket == 0 {
		d.done <- !code.Failed()
	}
}

// replyTopic returns where the reply goes; empty: nowhere.
func (d *delivery) replyTopic() string {
	to := d.route.rejected
	if d.accepted {
		to = d.route.accepted
	}
	return to.topic(d.topic, d.thing)
}
