package metric

import (
	"strconv"

	"vedette/api"
)

// Info says what a metric is and what a behavior may ask of it.
type Info struct {
	ID   ID
	Name string // as in behaviors: "aws:all-bytes-in"
	Unit string // of one datapoint; empty for lists
	Kind Kind

	Device      bool // read from device reports; otherwise counted by the broker
	Statistical bool // takes a statistical threshold
	ML          bool // takes an ML Detect configuration
	Dimension   bool // takes a metric dimension
	Duration    bool // durationSeconds is used, at least with a statistical threshold
}

// infos is every metric of AWS, in the order of the IDs.
var infos = [...]Info{
	{ID: AllBytesIn, Name: "aws:all-bytes-in", Unit: "bytes", Kind: Delta, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: AllBytesOut, Name: "aws:all-bytes-out", Unit: "bytes", Kind: Delta, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: AllPacketsIn, Name: "aws:all-packets-in", Unit: "packets", Kind: Delta, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: AllPacketsOut, Name: "aws:all-packets-out", Unit: "packets", Kind: Delta, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: NumListeningTCPPorts, Name: "aws:num-listening-tcp-ports", Unit: "ports", Kind: Gauge, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: NumListeningUDPPorts, Name: "aws:num-listening-udp-ports", Unit: "ports", Kind: Gauge, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: NumEstablishedTCPConnections, Name: "aws:num-established-tcp-connections", Unit: "connections", Kind: Gauge, Device: true, Statistical: true, ML: true, Duration: true},
	{ID: ListeningTCPPorts, Name: "aws:listening-tcp-ports", Kind: Ports, Device: true},
	{ID: ListeningUDPPorts, Name: "aws:listening-udp-ports", Kind: Ports, Device: true},
	{ID: DestinationIPAddresses, Name: "aws:destination-ip-addresses", Kind: Addresses, Device: true},
	{ID: MessageByteSize, Name: "aws:message-byte-size", Unit: "bytes", Kind: Size, Statistical: true, ML: true, Dimension: true, Duration: true},
	{ID: NumMessagesSent, Name: "aws:num-messages-sent", Unit: "messages", Kind: Counter, Statistical: true, ML: true, Dimension: true, Duration: true},
	{ID: NumMessagesReceived, Name: "aws:num-messages-received", Unit: "messages", Kind: Counter, Statistical: true, ML: true, Dimension: true, Duration: true},
	{ID: NumAuthorizationFailures, Name: "aws:num-authorization-failures", Unit: "failures", Kind: Counter, Statistical: true, ML: true, Dimension: true, Duration: true},
	{ID: SourceIPAddress, Name: "aws:source-ip-address", Kind: Addresses, Dimension: true},
	{ID: NumConnectionAttempts, Name: "aws:num-connection-attempts", Unit: "attempts", Kind: Counter, Statistical: true, ML: true, Duration: true},
	{ID: NumDisconnects, Name: "aws:num-disconnects", Unit: "disconnects", Kind: Counter, Statistical: true, ML: true, Duration: true},
	{ID: DisconnectDuration, Name: "aws:disconnect-duration", Unit: "minutes", Kind: Gauge},
}

// Metrics returns every metric of AWS, device-side ones first. The caller may
// keep and change the slice.
func Metrics() []Info { return append([]Info(nil), infos[:]...) }

// Lookup returns the metric that behaviors call name ("aws:…"), and whether
// there is one. Custom metrics are not known here.
func Lookup(name string) (Info, bool) {
	for i := range infos {
		if infos[i].Name == name {
			return infos[i], true
		}
	}
	return Info{}, false
}

// String returns the metric's name, "custom" for Custom.
func (id ID) String() string {
	for i := range infos {
		if infos[i].ID == id {
			return infos[i].Name
		}
	}
	if id == Custom {
		return "custom"
	}
	return "metric " + strconv.Itoa(int(id))
}

// KindOf returns the kind of the datapoints of custom metrics of type t, 0 for
// a type that does not exist.
func KindOf(t api.CustomMetricType) Kind {
	switch t {
	case api.CustomMetricTypeNumber:
		return Number
	case api.CustomMetricTypeNumberList:
		return Numbers
	case api.CustomMetricTypeStringList:
		return Strings
	case api.CustomMetricTypeIpAddressList:
		return Addresses
	}
	return 0
}

// String returns the kind in words, for messages.
func (k Kind) String() string {
	switch k {
	case Delta:
		return "delta"
	case Gauge:
		return "gauge"
	case Counter:
		return "counter"
	case Ports:
		return "port list"
	case Addresses:
		return "IP address list"
	case Number:
		return "number"
	case Numbers:
		return "number list"
	case Strings:
		return "string list"
	case Size:
		return "message size"
	}
	return "kind " + strconv.Itoa(int(k))
}
