package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vedette/api"
	"vedette/mqtt"
	"vedette/principal"
)

// topicsPath is followed by the topic that a message is published to.
const topicsPath = "/topics/"

// Answers to messages published by HTTPS.
var (
	errForbidden   = &api.Error{Code: "ForbiddenException", Message: "Forbidden"}
	errUnavailable = &api.Error{Code: api.ServiceUnavailableException, Message: "It could not be found out whether this is allowed; try again later."}
	errNotStored   = &api.Error{Code: api.InternalFailureException, Message: "The message could not be stored; send it again later."}
	errTooLarge    = api.Errorf(api.RequestEntityTooLargeException, "The payload is larger than %d bytes.", maxPayload)
	errFull        = &api.Error{Code: api.ThrottlingException, Message: "No more messages can be retained."}
)

// publish takes the message of a request: POST /topics/TOPIC?qos=1&retain=true.
// who tells who sent it.
func (w *Web) publish(rw http.ResponseWriter, r *http.Request, who func(*http.Request, []byte) (Peer, error)) error {
	if r.Method != http.MethodPost {
		rw.Header().Set("Allow", http.MethodPost)
		return api.Errorf(api.MethodNotAllowedException, "Publish by POST, not by %s.", r.Method)
	}
	body, err := readPayload(r)
	if err != nil {
		return err
	}
	peer, err := who(r, body)
	if err != nil {
		return err
	}
	peer.Addr, peer.ServerName = remoteAddr(r).Addr(), clean(peer.ServerName)
	m, err := readMessage(r)
	if err != nil {
		return err
	}
	m.Payload = body
	return w.take(r.Context(), &peer, m)
}

func readPayload(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxPayload {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	switch {
	case err != nil:
		return nil, api.InvalidRequest("The payload could not be read.")
	case len(body) > maxPayload:
		return nil, errTooLarge
	}
	return body, nil
}

// reply answers a message. A client that is still sending a payload too large hears it
// at once, and may go on for a while: were the connection closed, it could lose the
// answer (RFC 9112, section 9.6).
func (w *Web) reply(rw http.ResponseWriter, r *http.Request, err error) {
	if err != errTooLarge {
		w.answer(rw, opPublish, err)
		return
	}
	control := http.NewResponseController(rw)
	_ = control.EnableFullDuplex() // or else all is read first, as far as net/http goes
	rw.Header().Set("Connection", "close")
	w.answer(rw, opPublish, err)
	_ = control.Flush()
	_ = control.SetReadDeadline(time.Now().Add(refusedLinger))
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxRefused))
}

// readMessage reads topic and options out of a request.
func readMessage(r *http.Request) (m mqtt.Message, err error) {
	escaped, plain := strings.CutPrefix(r.URL.EscapedPath(), topicsPath)
	topic, err := url.PathUnescape(escaped)
	if m.Topic = []byte(topic); err != nil || !plain || !mqtt.ValidTopic(m.Topic) || len(topic) > maxWebTopic {
		return m, api.InvalidRequest("The path must end with a topic of at most %d bytes, without wildcards.", maxWebTopic)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return m, api.InvalidRequest("The query string cannot be read.")
	}
	switch qos := query.Get("qos"); qos {
	case "", "0":
	case "1":
		m.QoS = 1
	default:
		return m, api.InvalidRequest("qos must be 0 or 1, not %.20q.", qos)
	}
	switch retain := query.Get("retain"); retain {
	case "", "false":
	case "true":
		m.Retain = true
	default:
		return m, api.InvalidRequest("retain must be true or false, not %.20q.", retain)
	}
	return m, nil
}

// take does with a message what Gateway.Publish does with one of an MQTT client,
// and returns when it is done.
func (w *Web) take(ctx context.Context, p *Peer, m mqtt.Message) error {
	g := w.Gateway
	who, err := w.identify(ctx, p)
	if errors.Is(err, errForbidden) {
		g.countDenied(ctx, p, m.Topic)
	}
	if err != nil {
		return err
	}
	if !who.Allows(principal.Publish, m.Topic) || m.Retain && !who.Allows(principal.RetainPublish, m.Topic) {
		g.logger.warn("publish refused", "topic", string(m.Topic), "peer", p.String())
		g.countDenied(ctx, p, m.Topic)
		return errForbidden
	}
	if !w.Broker.Fits(m.Topic) {
		return api.InvalidRequest("The topic is longer or has more levels than this server allows.")
	}
	thing, format, isReport := reportTopic(m.Topic)
	if m.Topic[0] == '$' && !isReport && !ruleTopic(m.Topic) {
		g.logger.warn("publish to a reserved topic refused", "topic", string(m.Topic), "peer", p.String())
		g.countDenied(ctx, p, m.Topic)
		return errForbidden
	}
	g.countFor(ctx, p, func(u *usage) { u.sent(m.Topic, len(m.Payload)) })
	a := receipt{broker: w.Broker, code: make(chan mqtt.Code, 1)}
	switch {
	case isReport:
		g.report(caller{client: a, from: p.String(), thing: thing, format: format}, m.Payload)
	case m.Topic[0] != '$':
		w.Broker.PublishThen(m, a.tell)
	default: // a rule that does not exist
		return nil
	}
	select {
	case code := <-a.code:
		return outcome(code)
	case <-ctx.Done():
		return errNotStored // and nobody is there to hear it
	}
}

// countFor counts something about a message that came by HTTPS, for the one thing
// that its certificate is attached to; for nobody if there is none (U10).
func (g *Gateway) countFor(ctx context.Context, p *Peer, count func(*usage)) {
	if a := g.thingOf(ctx, p); a.Thing != "" {
		g.meter.stray(stray{a.Thing, p.Addr}, count)
	}
}

func (g *Gateway) countDenied(ctx context.Context, p *Peer, topic []byte) {
	g.countFor(ctx, p, func(u *usage) { u.denied(topic) })
}

// outcome returns what a PUBACK's code is over HTTP.
func outcome(code mqtt.Code) error {
	switch {
	case !code.Failed():
		return nil
	case code == mqtt.CodeQuotaExceeded:
		return errFull
	default:
		return errNotStored
	}
}

// identify tells who sent a request. Where nothing is asked of anybody it is the
// anonymous client.
func (w *Web) identify(ctx context.Context, p *Peer) (*principal.Principal, error) {
	if p.Certificate == nil && p.AccessKeyID == "" {
		return w.Gateway.anonymous, nil
	}
	who, err := w.Gateway.whoIs(ctx, p)
	switch {
	case errors.Is(err, ErrRefused):
		w.Gateway.logger.warn("publish refused", "peer", p.String(), "address", p.Addr, "reason", err)
		return nil, errForbidden
	case err != nil:
		w.Gateway.logger.warn("publish refused", "peer", p.String(), "error", err)
		return nil, errUnavailable
	}
	return who, nil
}

// receipt waits for what becomes of one message. It is the Finisher of a report.
type receipt struct {
	broker Broker
	code   chan mqtt.Code
}

func (a receipt) tell(code mqtt.Code) { a.code <- code }

// Finish implements Finisher: the reply goes to whoever has subscribed to it.
func (a receipt) Finish(ticket uint64, code mqtt.Code, replyTopic, replyPayload []byte) {
	if len(replyTopic) > 0 {
		a.broker.Publish(mqtt.Message{Topic: replyTopic, Payload: replyPayload})
	}
	if ticket != noTicket {
		a.tell(code)
	}
}

// answer writes what became of a request.
func (w *Web) answer(rw http.ResponseWriter, operation string, err error) {
	status, message := http.StatusOK, "OK"
	if err != nil {
		e, told := errors.AsType[*api.Error](err)
		if !told {
			w.Gateway.logger.warn("request failed", "error", err)
			e = &api.Error{Code: api.InternalFailureException, Message: "Internal failure"}
		}
		status, message = e.Status(), e.Message
		if e == errForbidden {
			status = http.StatusForbidden
		}
		rw.Header().Set("x-amzn-ErrorType", string(e.Code))
	}
	trace := api.NewUUID()
	body, _ := json.Marshal(map[string]string{"message": message, "traceId": trace}) // strings always encode
	h := rw.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("x-amzn-RequestId", trace)
	rw.WriteHeader(status)
	_, _ = rw.Write(body) // a client that is gone is nobody's fault
	w.Observe(operation, status)
}
