package control

import (
	"time"

	"vedette/api"
)

// listAcceptedReports tells what the last accepted reports of a thing said.
var listAcceptedReports = &api.Operation{
	Name: "ListAcceptedReports", Group: "vedette", Method: "GET", URI: "/vedette/v1/things/{thingName}/reports",
	Input: structure("ListAcceptedReportsRequest", required(label("thingName", thingName))),
	Output: structure("ListAcceptedReportsResponse",
		required(field("reports", listShape("AcceptedReports", structure("AcceptedReport",
			required(field("time", moment)),
			required(field("reportId", whole)),
			field("metrics", reportMetrics),
			field("customMetrics", &api.Shape{Name: "ReportCustomMetrics", Type: api.TypeMap, Key: text, Value: listShape("ReportCustomValues", structure("ReportCustomValue",
				field("number", double),
				field("number_list", doubles),
				field("string_list", texts),
				field("ip_list", texts),
			))}),
		)))),
		field("searchedFrom", moment),
	),
}

// reportMetrics is the member "metrics" of a report document, under its long names.
var reportMetrics = structure("ReportMetrics",
	field("listening_tcp_ports", listeningPorts),
	field("listening_udp_ports", listeningPorts),
	field("network_stats", structure("ReportNetworkStats",
		field("bytes_in", whole),
		field("bytes_out", whole),
		field("packets_in", whole),
		field("packets_out", whole),
	)),
	field("tcp_connections", structure("ReportTCPConnections",
		field("established_connections", structure("ReportEstablishedConnections",
			field("connections", listShape("ReportConnections", structure("ReportConnection", required(field("remote_addr", text))))),
			field("total", whole),
		)),
	)),
)

var listeningPorts = structure("ReportListeningPorts",
	field("ports", listShape("ReportPorts", structure("ReportPort", required(field("port", whole))))),
	field("total", whole),
)

// ListAcceptedReportsRequest is the input of ListAcceptedReports.
type ListAcceptedReportsRequest struct {
	ThingName *string // required
}

// ListAcceptedReportsResponse is the output of ListAcceptedReports.
type ListAcceptedReportsResponse struct {
	Reports      []AcceptedReport // newest first, at most 20
	SearchedFrom *time.Time       // the log was searched from here to its end; nil: it is empty
}

// AcceptedReport is a report that was answered with ACCEPTED. It has what the log keeps
// of a report, which is what can be judged: no interfaces, local ports and ports of peers,
// and each member of a list once.
type AcceptedReport struct {
	Time          *time.Time // of arrival
	ReportID      *int64
	Metrics       *ReportMetrics                 // nil: it had none
	CustomMetrics map[string][]ReportCustomValue // each of one value, as in the document; nil: it had none
}

// ReportMetrics is what the member "metrics" of a report says.
type ReportMetrics struct {
	ListeningTCPPorts *ReportListeningPorts
	ListeningUDPPorts *ReportListeningPorts
	NetworkStats      *ReportNetworkStats
	TCPConnections    *ReportTCPConnections
}

// ReportListeningPorts is the ports of a protocol that a device listens on.
type ReportListeningPorts struct {
	Ports []ReportPort // nil: the report has no list
	Total *int64
}

// ReportPort is a port that a device listens on.
type ReportPort struct {
	Port *int64
}

// ReportNetworkStats is what a device sent and received since its last report.
type ReportNetworkStats struct {
	BytesIn, BytesOut, PacketsIn, PacketsOut *int64
}

// ReportTCPConnections is the TCP connections of a device.
type ReportTCPConnections struct {
	EstablishedConnections *ReportEstablishedConnections
}

// ReportEstablishedConnections is those that are established.
type ReportEstablishedConnections struct {
	Connections []ReportConnection // nil: the report has no list
	Total       *int64
}

// ReportConnection is a connection of a device.
type ReportConnection struct {
	RemoteAddr *string // IP address
}

// ReportCustomValue is the value of a custom metric; one of its members is there.
type ReportCustomValue struct {
	Number     *float64
	NumberList []float64
	StringList []string
	IPList     []string
}
