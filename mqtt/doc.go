// Package mqtt is an MQTT server for versions 3.1.1 and 5 of the protocol, QoS 0
// and 1. It needs nothing but the standard library, and knows nothing of what
// the messages mean: a Handler decides.
//
// # Flow of a message
//
// A goroutine per connection reads packets out of a pooled buffer and hands each
// PUBLISH to Handler.Publish without copying it. The handler lets the server
// route it to the subscribers, or defers it and calls Client.Finish later from
// any goroutine. As many PUBLISHes of a connection as its receive maximum may be
// deferred; the reader goes on meanwhile. PUBACKs leave in the order of the
// PUBLISHes [MQTT-4.6.0-2], and those that are due at once in one write.
//
// # Memory
//
// An idle connection has its goroutine and a Client, and no buffers.
//
// # Durability
//
// With a Storage, a PUBLISH that is retained or that a persistent session gets at
// QoS 1 is acknowledged after Storage.Save has stored it; a SUBSCRIBE or
// UNSUBSCRIBE of a persistent session is, too. What a session no longer needs is
// deleted later: after a crash, acknowledged messages may be delivered again.
// When Save fails, version 5 publishers get a PUBACK with CodeImplementationSpecific
// and other clients are disconnected; the entries are saved with the next ones.
//
// # Limits of this release
//
// QoS 2 and shared subscriptions are refused as the protocol provides for that.
// A session that has as many messages waiting as Options allow gets no new ones.
package mqtt
