package metric

// field is a member of the report that the parser knows, or an element of one
// of its lists. The number is also the member's bit in frame.seen.
type field uint8

const (
	unknown field = iota // anything that is not part of the format
	root
	header
	headerReportID
	headerVersion
	metrics
	tcpConnections
	established
	connections
	connection // element of connections
	remoteAddr
	localPort
	localInterface
	establishedTotal
	tcpListening
	tcpPorts
	tcpPort // element of tcpPorts
	tcpPortNumber
	tcpPortInterface
	tcpTotal
	udpListening
	udpPorts
	udpPort // element of udpPorts
	udpPortNumber
	udpPortInterface
	udpTotal
	network
	bytesIn
	bytesOut
	packetsIn
	packetsOut
	customMetrics
	customMetric // list of one object
	customValue  // that object
	customNumber
	customNumbers
	customNumbersItem
	customStrings
	customStringsItem
	customAddrs
	customAddrsItem
	numFields
)

// want is the type that a value must have.
type want uint8

const (
	wantAny want = iota
	wantObject
	wantList
	wantInteger
	wantNumber
	wantString
	wantCustom // a list of one object
)

// rule is what the format says about a field.
type rule struct {
	want   want
	item   field // of a list: what its elements are
	metric ID    // of a count or list: the metric it stands for
	length ID    // of a list: the metric that its length stands for, if there is no total
	custom Kind  // of a custom metric
	closes bool  // builder.close has something to do at its end
}

var rules = [numFields]rule{
	root:             {want: wantObject, closes: true},
	header:           {want: wantObject, closes: true},
	headerReportID:   {want: wantInteger},
	headerVersion:    {want: wantString},
	metrics:          {want: wantObject},
	tcpConnections:   {want: wantObject},
	established:      {want: wantObject},
	connections:      {want: wantList, item: connection, metric: DestinationIPAddresses, length: NumEstablishedTCPConnections, closes: true},
	connection:       {want: wantObject},
	remoteAddr:       {want: wantString},
	localPort:        {want: wantInteger},
	localInterface:   {want: wantString},
	establishedTotal: {want: wantInteger, metric: NumEstablishedTCPConnections},
	tcpListening:     {want: wantObject},
	tcpPorts:         {want: wantList, item: tcpPort, metric: ListeningTCPPorts, length: NumListeningTCPPorts, closes: true},
	tcpPort:          {want: wantObject, closes: true},
	tcpPortNumber:    {want: wantInteger},
	tcpPortInterface: {want: wantString},
	tcpTotal:         {want: wantInteger, metric: NumListeningTCPPorts},
	udpListening:     {want: wantObject},
	udpPorts:         {want: wantList, item: udpPort, metric: ListeningUDPPorts, length: NumListeningUDPPorts, closes: true},
	udpPort:          {want: wantObject, closes: true},
	udpPortNumber:    {want: wantInteger},
	udpPortInterface: {want: wantString},
	udpTotal:         {want: wantInteger, metric: NumListeningUDPPorts},
	network:          {want: wantObject},
	bytesIn:          {want: wantInteger, metric: AllBytesIn},
	bytesOut:         {want: wantInteger, metric: AllBytesOut},
	packetsIn:        {want: wantInteger, metric: AllPacketsIn},
	packetsOut:       {want: wantInteger, metric: AllPacketsOut},
	customMetrics:    {want: wantObject},
	customMetric:     {want: wantCustom, item: customValue, closes: true},
	customValue:      {want: wantCustom, closes: true},
	customNumber:     {want: wantNumber, custom: Number},
	customNumbers:    {want: wantList, item: customNumbersItem, custom: Numbers},
	customStrings:    {want: wantList, item: customStringsItem, custom: Strings},
	customAddrs:      {want: wantList, item: customAddrsItem, custom: Addresses},

	customNumbersItem: {want: wantNumber},
	customStringsItem: {want: wantString},
	customAddrsItem:   {want: wantString},
}

// names are the long names of members; elements and unknown members have none.
var names = [numFields]string{
	header:           "header",
	headerReportID:   "report_id",
	headerVersion:    "version",
	metrics:          "metrics",
	tcpConnections:   "tcp_connections",
	established:      "established_connections",
	connections:      "connections",
	remoteAddr:       "remote_addr",
	localPort:        "local_port",
	localInterface:   "local_interface",
	establishedTotal: "total",
	tcpListening:     "listening_tcp_ports",
	tcpPorts:         "ports",
	tcpPortNumber:    "port",
	tcpPortInterface: "interface",
	tcpTotal:         "total",
	udpListening:     "listening_udp_ports",
	udpPorts:         "ports",
	udpPortNumber:    "port",
	udpPortInterface: "interface",
	udpTotal:         "total",
	network:          "network_stats",
	bytesIn:          "bytes_in",
	bytesOut:         "bytes_out",
	packetsIn:        "packets_in",
	packetsOut:       "packets_out",
	customMetrics:    "custom_metrics",
	customNumber:     "number",
	customNumbers:    "number_list",
	customStrings:    "string_list",
	customAddrs:      "ip_list",
}

// member returns what the member called key of the object parent is. The
// custom metrics, which have names of their own, are the builder's business.
func member(parent field, key []byte) field {
	switch parent {
	case root:
		return rootMember(key)
	case header:
		switch string(key) {
		case "report_id", "rid":
			return headerReportID
		case "version", "v":
			return headerVersion
		}
	case metrics:
		return metricsMember(key)
	case tcpConnections:
		switch string(key) {
		case "established_connections", "ec":
			return established
		}
	case established:
		switch string(key) {
		case "connections", "cs":
			return connections
		case "total", "t":
			return establishedTotal
		}
	case connection:
		return connectionMember(key)
	case tcpListening, udpListening:
		return listeningMember(parent, key)
	case tcpPort, udpPort:
		return portMember(parent, key)
	case network:
		return networkMember(key)
	case customValue:
		return customMember(key)
	}
	return unknown
}

func rootMember(key []byte) field {
	switch string(key) {
	case "header", "hed":
		return header
	case "metrics", "met":
		return metrics
	case "custom_metrics", "cmet":
		return customMetrics
	}
	return unknown
}

func metricsMember(key []byte) field {
	switch string(key) {
	case "tcp_connections", "tc":
		return tcpConnections
	case "listening_tcp_ports", "tp":
		return tcpListening
	case "listening_udp_ports", "up":
		return udpListening
	case "network_stats", "ns":
		return network
	}
	return unknown
}

func connectionMember(key []byte) field {
	switch string(key) {
	case "remote_addr", "rad":
		return remoteAddr
	case "local_port", "lp":
		return localPort
	case "local_interface", "li":
		return localInterface
	}
	return unknown
}

// listeningMember names the members of listening_tcp_ports and
// listening_udp_ports, whose fields stand at the same distance.
func listeningMember(parent field, key []byte) field {
	switch string(key) {
	case "ports", "pts":
		return parent + (tcpPorts - tcpListening)
	case "total", "t":
		return parent + (tcpTotal - tcpListening)
	}
	return unknown
}

func portMember(parent field, key []byte) field {
	switch string(key) {
	case "port", "pt":
		return parent + (tcpPortNumber - tcpPort)
	case "interface", "if":
		return parent + (tcpPortInterface - tcpPort)
	}
	return unknown
}

func networkMember(key []byte) field {
	switch string(key) {
	case "bytes_in", "bi":
		return bytesIn
	case "bytes_out", "bo":
		return bytesOut
	case "packets_in", "pi":
		return packetsIn
	case "packets_out", "po":
		return packetsOut
	}
	return unknown
}

func customMember(key []byte) field {
	switch string(key) {
	case "number":
		return customNumber
	case "number_list":
		return customNumbers
	case "string_list":
		return customStrings
	case "ip_list":
		return customAddrs
	}
	return unknown
}
