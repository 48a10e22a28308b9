package gateway

import (
	"hash/maphash"

	"vedette/metric"
	"vedette/mqtt"
	"vedette/record"
)

// The error codes of rejected reports. AWS has published the first only.
const (
	codeInvalidPayload = "InvalidPayload"
	codeThrottled      = "Throttled"
	codeInternalError  = "InternalError"
)

// Messages of rejected reports. The first begins those of all that AWS calls so.
const (
	malformedReport = "Malformed metrics report"
	notStored       = "The report could not be stored; send it again later"
)

// noTicket belongs to no message: Finish with it only sends a reply.
const noTicket = ^uint64(0)

// report handles a device metrics report: an answer follows, at once or, if it
// goes to the log, after the commit.
func (g *Gateway) report(c caller, payload []byte) {
	w := g.scratch.Get().(*scratch)
	defer g.scratch.Put(w)
	now := g.now()
	err := metric.ParseReport(c.format, payload, &w.report)
	if err := metric.CheckThing(c.thing); err != nil {
		g.reject(&c, w, ReasonThingName, malformedReport+": "+err.Error())
		return
	}
	if err != nil {
		g.reject(&c, w, ReasonMalformed, malformedReport+": "+err.Error())
		return
	}
	if !g.rate.allow(now.UnixNano()) {
		g.reject(&c, w, ReasonAccountRate, g.tooMany)
		return
	}
	w.report.Hash = metric.Hash(payload)
	part := record.Partition(c.thing)
	key := maphash.Bytes(g.seed, c.thing)
	at := now.UnixMilli()
	if c.again && c.seen.has(key, w.report.Hash) {
		g.counters.repeats.Add(1)
		g.accept(&c, w, w.report.ID, at)
		return
	}
	switch g.partitions[part].recent.claim(key, w.report.Hash, at, g.interval) {
	case repeat:
		g.counters.repeats.Add(1)
		g.accept(&c, w, w.report.ID, at)
		return
	case tooSoon:
		g.reject(&c, w, ReasonInterval, g.tooSoon)
		return
	}
	g.counters.countDatapoints(&w.report)
	q := &w.waiter
	q.caller, q.id, q.key, q.hash, q.at = c, w.report.ID, key, w.report.Hash, at
	q.length = copy(q.name[:], c.thing)
	q.thing = nil
	w.body = record.AppendReport(w.body[:0], c.thing, &w.report)
	token := uint64(part)<<32 | uint64(g.partitions[part].waiting.add(q))
	g.log.Append(part, record.KindReport, w.body, g, token)
}

// Committed implements record.Waiter: a report is on disk, or will never be.
func (g *Gateway) Committed(token uint64, at int64, err error) {
	w := g.scratch.Get().(*scratch)
	defer g.scratch.Put(w)
	part := &g.partitions[token>>32]
	q := &w.waiter
	part.waiting.take(uint32(token), q)
	part.recent.settle(q.key, q.hash, q.at, err == nil)
	c := q.caller
	c.thing = q.name[:q.length]
	if err == nil {
		c.seen.add(q.key, q.hash)
	}
	if err != nil {
		w.report.Reset()
		w.report.ID, w.report.HasID = q.id, true
		g.rejectLogs[ReasonLog].warn("report not stored", "thing", string(c.thing), "client", c.from, "error", err)
		g.reject(&c, w, ReasonLog, notStored)
		return
	}
	g.accept(&c, w, q.id, at)
}

// accept answers a report that is in the log.
func (g *Gateway) accept(c *caller, w *scratch, id, at int64) {
	g.counters.accepted[c.format].Add(1)
	r := reply{thing: c.thing, id: id, hasID: true, timestamp: at}
	g.answer(c, w, &r)
}

// reject answers a report, of which w.report holds what is known, that is not
// judged. Its PUBLISH is acknowledged all the same, unless the fault is ours.
func (g *Gateway) reject(c *caller, w *scratch, why Reason, message string) {
	g.counters.rejected[c.format][why].Add(1)
	now := g.now()
	rejection := Rejection{Time: now, Code: why.Code(), Reason: message}
	g.rejections.add(c.thing, rejection)
	g.observe(c.thing, rejection)
	r := reply{
		thing: c.thing, id: w.report.ID, hasID: w.report.HasID,
		timestamp: now.UnixMilli(), code: why.Code(), message: message,
	}
	if why != ReasonLog {
		g.rejectLogs[why].warn("report rejected", "thing", string(c.thing), "client", c.from, "code", why.Code(), "reason", message)
		g.answer(c, w, &r)
		return
	}
	// The reply goes first: the failure ends the connection of a client whose
	// version of MQTT has no other way to say it.
	ticket := c.ticket
	c.ticket = noTicket
	g.answer(c, w, &r)
	c.client.Finish(ticket, mqtt.CodeUnspecifiedError, nil, nil)
}

// answer sends a reply, and with it the PUBACK.
func (g *Gateway) answer(c *caller, w *scratch, r *reply) {
	w.topic = r.appendTopic(w.topic[:0], c.format)
	w.payload = r.appendPayload(w.payload[:0], c.format)
	c.client.Finish(c.ticket, mqtt.CodeSuccess, w.topic, w.payload)
}
