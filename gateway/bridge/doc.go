// Package bridge attaches Vedette to brokers that a fleet already has. It is an MQTT
// client of each, takes the reports that devices publish there, publishes the
// replies, counts messages and follows who is connected (docs/bridge.md).
//
// A link is the tie to one broker. It goes on from session to session: connect,
// subscribe, take messages until the connection is lost, wait, and again. Messages that
// the broker keeps until they are acknowledged (QoS 1) pass through a queue: they are
// dealt with as they come, many at a time, and acknowledged in the order in which they
// came [MQTT-4.6.0-2], after their reply, and not before what they say is on disk. If
// that fails the link breaks the connection, and the broker delivers again what was
// not acknowledged.
package bridge
