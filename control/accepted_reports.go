package control

import (
	"context"
	"net/netip"

	"vedette/metric"
	"vedette/record"
)

// maxReports is how many reports ListAcceptedReports answers at most.
const maxReports = 20

// LoggedReport is a report as the log has it.
type LoggedReport struct {
	At     int64 // of arrival, epoch milliseconds
	Report *record.Report
}

// ListAcceptedReports returns the last accepted reports of a thing, as far as the log
// still has them: it keeps what detection would need for a replay. None are known of a
// thing that never reported, or is not known itself.
func (s *Service) ListAcceptedReports(ctx context.Context, in *ListAcceptedReportsRequest) (*ListAcceptedReportsResponse, error) {
	out := &ListAcceptedReportsResponse{Reports: []AcceptedReport{}}
	if s.opts.Reports == nil {
		return out, nil
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	list, from, err := s.opts.Reports(ctx, *in.ThingName, maxReports)
	if err != nil {
		return nil, err
	}
	out.SearchedFrom = givenTime(from)
	out.Reports = mapped(list, acceptedReport)
	return out, nil
}

func acceptedReport(l LoggedReport) AcceptedReport {
	r := &l.Report.Report
	out := AcceptedReport{Time: new(millis(l.At)), ReportID: new(r.ID)}
	m := &ReportMetrics{
		ListeningTCPPorts: portsOf(r, metric.ListeningTCPPorts, metric.NumListeningTCPPorts, r.TCPPorts),
		ListeningUDPPorts: portsOf(r, metric.ListeningUDPPorts, metric.NumListeningUDPPorts, r.UDPPorts),
		NetworkStats:      networkOf(r),
		TCPConnections:    connectionsOf(r),
	}
	if *m != (ReportMetrics{}) {
		out.Metrics = m
	}
	for i := range r.Custom {
		c := &r.Custom[i]
		if out.CustomMetrics == nil {
			out.CustomMetrics = make(map[string][]ReportCustomValue)
		}
		out.CustomMetrics[string(c.Name)] = []ReportCustomValue{customOf(c)}
	}
	return out
}

// countOf returns a count of a report, nil if it has none.
func countOf(r *metric.Report, id metric.ID) *int64 {
	if n, ok := r.Count(id); ok {
		return &n
	}
	return nil
}

func hasList(r *metric.Report, id metric.ID) bool { return r.Listed&(1<<(id-1)) != 0 }

func portsOf(r *metric.Report, list, total metric.ID, ports []uint16) *ReportListeningPorts {
	p := &ReportListeningPorts{Total: countOf(r, total)}
	if hasList(r, list) {
		p.Ports = mapped(ports, func(port uint16) ReportPort { return ReportPort{new(int64(port))} })
	}
	if p.Total == nil && p.Ports == nil {
		return nil
	}
	return p
}

func networkOf(r *metric.Report) *ReportNetworkStats {
	n := ReportNetworkStats{
		BytesIn: countOf(r, metric.AllBytesIn), BytesOut: countOf(r, metric.AllBytesOut),
		PacketsIn: countOf(r, metric.AllPacketsIn), PacketsOut: countOf(r, metric.AllPacketsOut),
	}
	if n == (ReportNetworkStats{}) {
		return nil
	}
	return &n
}

func connectionsOf(r *metric.Report) *ReportTCPConnections {
	c := &ReportEstablishedConnections{Total: countOf(r, metric.NumEstablishedTCPConnections)}
	if hasList(r, metric.DestinationIPAddresses) {
		c.Connections = mapped(r.Destinations, func(a netip.Addr) ReportConnection { return ReportConnection{new(a.String())} })
	}
	if c.Total == nil && c.Connections == nil {
		return nil
	}
	return &ReportTCPConnections{c}
}

func customOf(c *metric.CustomValue) (v ReportCustomValue) {
	switch c.Kind {
	case metric.Number:
		v.Number = new(c.Number)
	case metric.Numbers:
		v.NumberList = mapped(c.Numbers, func(n float64) float64 { return n })
	case metric.Strings:
		v.StringList = mapped(c.Strings, func(s []byte) string { return string(s) })
	case metric.Addresses:
		v.IPList = mapped(c.Addrs, netip.Addr.String)
	}
	return v
}
