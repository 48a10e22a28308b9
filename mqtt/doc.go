// Package mqtt is an MQTT server for versions 3.1.1 and 5 of the protocol, QoS 0
// and 1. It needs nothing but the standard library, and knows nothing of what
// the messages mean: a Handler decides.
//
// # Flow of a message
//
// A goroutine per connection reads packets out of a pooled buffer and hands each
// PUBLISH to Handler.Publish without copying it. The handler lets the server
// route it to the subscribers, or defers it and calls Client.Finish later from
// any goroutine. As many PUBLISHes of a connection as Options.ReceiveMaximum may
// be unanswered; the reader goes on meanwhile, and beyond that stops. PUBACKs
// leave in the order of the PUBLISHes [MQTT-4.6.0-2].
//
// What a connection is to be sent is appended to a buffer under its lock. Its own
// reader writes the buffer when it has handled all that came, and for everyone
// else one of a few flushers does: no caller of Finish makes a system call, and
// what is appended in a row leaves in one write. A plain TCP socket is written
// without waiting; what it does not take, and everything for other connections,
// is written by a goroutine that lives until the buffer is empty. A subscriber
// with too much waiting gets no more QoS 0 messages; QoS 1 messages wait in its
// session, as far as Options.MaxQueued and its neighbors let them. Handler.Receive is asked last, when a message is about to be sent.
//
// # Memory
//
// An idle connection has its goroutine, a Client and a session, but no buffers:
// about 5 KiB with one subscription. It waits in a goroutine that has handled
// nothing yet, for a goroutine's stack grows with the first packet and stays large;
// Client.rests has the bound that keeps busy connections from changing theirs all the time. Filters without wildcards are in hash
// tables, the others in a trie that spends one node on what is unique to a filter.
//
// # Durability
//
// With a Storage, a PUBLISH that is retained, or that a persistent session gets at
// QoS 1, connected or not, is acknowledged after Storage.Save has stored it; a
// SUBSCRIBE or UNSUBSCRIBE of a persistent session is, too. Saves gather what has
// come from all connections while the one before ran. What a session no longer
// needs is deleted with a later Save: after a crash, acknowledged messages may be
// delivered again, with DUP and the packet identifier they had. The wills of
// persistent sessions are stored as well, and published after a crash. A WillJudge
// is asked about those, and about all that fall due when their client is gone.
//
// When Save fails, version 5 publishers get a PUBACK with
// CodeImplementationSpecific; 3.1.1 publishers, and subscribers of either
// version, are disconnected. The entries are saved with the next ones, tried
// every second.
//
// # Conformance
//
// testdata/statements.txt has the normative statements of MQTT 5, each with what
// proves it: packets in and out, in testdata/exchanges.txt, or a test.
//
// # Limits of this release
//
// QoS 2 is refused in the ways that the protocol has for that. A session that has as many messages waiting as Options allow gets no
// new ones until it has taken some. A topic has at most 128 levels.
package mqtt
