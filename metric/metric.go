// Package metric knows what can be measured: the metrics of AWS IoT Device
// Defender with their kinds and units, the report that a device publishes and
// the datapoints in it (docs/format/report.md).
package metric

// ID names a metric of AWS. The values are stored in logs and snapshots: they
// are never reused.
type ID uint8

// The device-side metrics, read from reports.
const (
	AllBytesIn                   ID = 1
	AllBytesOut                  ID = 2
	AllPacketsIn                 ID = 3
	AllPacketsOut                ID = 4
	NumListeningTCPPorts         ID = 5
	NumListeningUDPPorts         ID = 6
	NumEstablishedTCPConnections ID = 7
	ListeningTCPPorts            ID = 8
	ListeningUDPPorts            ID = 9
	DestinationIPAddresses       ID = 10
)

// The cloud-side metrics, counted by the broker.
const (
	MessageByteSize          ID = 32
	NumMessagesSent          ID = 33
	NumMessagesReceived      ID = 34
	NumAuthorizationFailures ID = 35
	SourceIPAddress          ID = 36
	NumConnectionAttempts    ID = 37
	NumDisconnects           ID = 38
	DisconnectDuration       ID = 39
)

// Custom stands for every user-defined metric; its name and kind come beside it.
const Custom ID = 255

// Kind is the form of a metric's datapoints.
type Kind uint8

// The kinds of metrics.
const (
	Delta     Kind = iota + 1 // a count since the last report; summed over a window
	Gauge                     // a count as it is now
	Counter                   // a count of events at the broker, per window
	Ports                     // a set of ports
	Addresses                 // a set of IP addresses
	Number                    // custom: a double
	Numbers                   // custom: a list of doubles
	Strings                   // custom: a list of strings
	Size                      // the sizes of the messages of a window: maximum, minimum or sum
)

// NumCounts is the number of metrics that a report carries as one count:
// AllBytesIn … NumEstablishedTCPConnections.
const NumCounts = int(NumEstablishedTCPConnections)
