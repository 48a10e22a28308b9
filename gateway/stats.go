package gateway

import (
	"sync/atomic"

	"vedette/metric"
)

// Stats are counters of a Gateway since its start.
type Stats struct {
	Accepted   map[metric.Format]uint64 // reports, repeats included
	Rejected   map[RejectedBy]uint64    // reports
	Repeats    uint64                   // reports answered without another record
	Datapoints map[metric.Kind]uint64   // of the reports that were handed to the log

	Usages        uint64 // usage and presence records handed to the log
	UsageFailures uint64 // of these, those that could not be stored at once
	Uncounted     uint64 // attempts to connect, and messages by HTTPS, that were too many client ids, things or addresses to count

	Pending int // reports being stored, now
	Things  int // whose last report is remembered, now
}

// RejectedBy is how rejected reports are counted.
type RejectedBy struct {
	Format metric.Format
	Reason Reason
}

const (
	numFormats = int(metric.CBOR) + 1
	numKinds   = int(metric.Size) + 1
)

// counters are Stats while they count.
type counters struct {
	accepted   [numFormats]atomic.Uint64
	rejected   [numFormats][numReasons]atomic.Uint64
	repeats    atomic.Uint64
	datapoints [numKinds]atomic.Uint64
}

// countDatapoints counts a report's datapoints by kind.
func (c *counters) countDatapoints(r *metric.Report) {
	var n [numKinds]uint64
	for id := metric.AllBytesIn; id <= metric.NumEstablishedTCPConnections; id++ {
		if _, ok := r.Count(id); !ok {
			continue
		}
		if id <= metric.AllPacketsOut {
			n[metric.Delta]++
		} else {
			n[metric.Gauge]++
		}
	}
	for id := metric.ListeningTCPPorts; id <= metric.DestinationIPAddresses; id++ {
		if r.Listed&(1<<(id-1)) == 0 {
			continue
		}
		if id == metric.DestinationIPAddresses {
			n[metric.Addresses]++
		} else {
			n[metric.Ports]++
		}
	}
	for i := range r.Custom {
		n[r.Custom[i].Kind]++
	}
	for kind, count := range n {
		if count > 0 {
			c.datapoints[kind].Add(count)
		}
	}
}

// Accepted returns how many reports were accepted since the start, repeats included.
func (g *Gateway) Accepted() (n uint64) {
	for f := range g.counters.accepted {
		n += g.counters.accepted[f].Load()
	}
	return n
}

// Stats returns the counters. Its maps hold what is not zero.
func (g *Gateway) Stats() Stats {
	s := Stats{
		Accepted: map[metric.Format]uint64{},
		Rejected: map[RejectedBy]uint64{},
		Repeats:  g.counters.repeats.Load(),
		Usages:   g.meter.records.Load(), UsageFailures: g.meter.failures.Load(), Uncounted: g.meter.uncounted.Load(),
		Datapoints: map[metric.Kind]uint64{},
	}
	for f := metric.JSON; f <= metric.CBOR; f++ {
		if n := g.counters.accepted[f].Load(); n > 0 {
			s.Accepted[f] = n
		}
		for r := Reason(0); r < numReasons; r++ {
			if n := g.counters.rejected[f][r].Load(); n > 0 {
				s.Rejected[RejectedBy{f, r}] = n
			}
		}
	}
	for k := range g.counters.datapoints {
		if n := g.counters.datapoints[k].Load(); n > 0 {
			s.Datapoints[metric.Kind(k)] = n
		}
	}
	for i := range g.partitions {
		s.Pending += g.partitions[i].waiting.count()
		s.Things += g.partitions[i].recent.things()
	}
	return s
}
