package sim

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

// model is a kind of device: what it does when all is well.
type model struct {
	name         string
	tcp, udp     []int   // ports it listens on
	connections  int     // established ones, on average
	bytesIn      float64 // per second
	bytesOut     float64 // per second
	battery      bool
	remotePort   int
	packetLength float64 // bytes
}

// The models of the fleet. Every number is well inside what DemoProfile calls
// normal.
var (
	camera  = model{name: "camera", tcp: []int{443, 554}, udp: []int{123, 5353}, connections: 2, bytesIn: 4_000, bytesOut: 60_000, remotePort: 443, packetLength: 1_200}
	sensor  = model{name: "sensor", connections: 1, bytesIn: 60, bytesOut: 180, battery: true, remotePort: 8883, packetLength: 120}
	gateway = model{name: "gateway", tcp: []int{443, 1883, 8883}, udp: []int{67, 123}, connections: 12, bytesIn: 30_000, bytesOut: 24_000, remotePort: 8883, packetLength: 400}
)

// mix is the order in which a fleet is made up of models.
var mix = []*model{&camera, &sensor, &gateway, &sensor, &camera, &sensor, &camera, &sensor, &sensor, &camera}

// device is one simulated device. It belongs to one goroutine.
type device struct {
	*model
	thing   string
	random  *rand.Rand
	charge  float64 // of the battery, percent
	lastID  int64
	pending traffic // not reported yet
}

// traffic is what the network interface counted.
type traffic struct{ bytesIn, bytesOut, packetsIn, packetsOut float64 }

// newFleet returns n devices that depend on nothing but the seed.
func newFleet(n int, seed uint64) []*device {
	counts := map[*model]int{}
	fleet := make([]*device, n)
	for i := range fleet {
		m := mix[i%len(mix)]
		counts[m]++
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		fleet[i] = &device{
			model:  m,
			thing:  fmt.Sprintf("%s-%02d", m.name, counts[m]),
			random: random,
			charge: 60 + 40*random.Float64(),
		}
	}
	return fleet
}

// The report as devices send it, with long names.
type (
	reportDocument struct {
		Header  reportHeader                    `json:"header"`
		Metrics reportMetrics                   `json:"metrics"`
		Custom  map[string][]map[string]float64 `json:"custom_metrics,omitempty"`
	}
	reportHeader struct {
		ID      int64  `json:"report_id"`
		Version string `json:"version"`
	}
	reportMetrics struct {
		TCP         reportPorts       `json:"listening_tcp_ports"`
		UDP         reportPorts       `json:"listening_udp_ports"`
		Network     reportNetwork     `json:"network_stats"`
		Connections reportConnections `json:"tcp_connections"`
	}
	reportPorts struct {
		Ports []reportPort `json:"ports"`
		Total int          `json:"total"`
	}
	reportPort struct {
		Interface string `json:"interface"`
		Port      int    `json:"port"`
	}
	reportNetwork struct {
		BytesIn    int64 `json:"bytes_in"`
		BytesOut   int64 `json:"bytes_out"`
		PacketsIn  int64 `json:"packets_in"`
		PacketsOut int64 `json:"packets_out"`
	}
	reportConnections struct {
		Established reportEstablished `json:"established_connections"`
	}
	reportEstablished struct {
		Connections []reportConnection `json:"connections"`
		Total       int                `json:"total"`
	}
	reportConnection struct {
		Interface string `json:"local_interface"`
		LocalPort int    `json:"local_port"`
		Remote    string `json:"remote_addr"`
	}
)

// report lets the time since the last report pass for d, under the attacks that
// it is under, and returns what it has to say.
func (d *device) report(now time.Time, since time.Duration, under attackSet) []byte {
	d.live(since, under)
	doc := reportDocument{
		Header: reportHeader{ID: d.nextID(now), Version: "1.0"},
		Metrics: reportMetrics{
			TCP:         ports(d.listening(under)),
			UDP:         ports(d.udp),
			Network:     d.drain(),
			Connections: reportConnections{Established: d.connect(under)},
		},
	}
	if d.battery {
		doc.Custom = map[string][]map[string]float64{BatteryMetric: {{"number": round(d.level(under))}}}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // numbers and strings of ours
	}
	return text
}

// live counts traffic and drains the battery.
func (d *device) live(since time.Duration, under attackSet) {
	seconds := since.Seconds()
	in, out := d.vary(d.bytesIn)*seconds, d.vary(d.bytesOut)*seconds
	if under.has(exfiltration) {
		out += exfiltrationRate * seconds
	}
	d.pending.bytesIn += in
	d.pending.bytesOut += out
	d.pending.packetsIn += in / d.packetLength
	d.pending.packetsOut += out / d.packetLength
	d.charge = max(35, d.charge-seconds/3600)
}

// vary returns around, give or take a third.
func (d *device) vary(around float64) float64 { return around * (0.67 + 0.66*d.random.Float64()) }

// nextID grows, and is the epoch time in seconds where that grows too.
func (d *device) nextID(now time.Time) int64 {
	d.lastID = max(now.Unix(), d.lastID+1)
	return d.lastID
}

func (d *device) drain() reportNetwork {
	t := d.pending
	d.pending = traffic{}
	return reportNetwork{int64(t.bytesIn), int64(t.bytesOut), int64(t.packetsIn), int64(t.packetsOut)}
}

func (d *device) listening(under attackSet) []int {
	if under.has(telnet) {
		return append([]int{telnetPort}, d.tcp...)
	}
	return d.tcp
}

func ports(numbers []int) reportPorts {
	list := make([]reportPort, len(numbers))
	for i, n := range numbers {
		list[i] = reportPort{Interface: "eth0", Port: n}
	}
	return reportPorts{Ports: list, Total: len(list)}
}

// connect returns the established connections: to the company's own network,
// and, while it scans, to anywhere.
func (d *device) connect(under attackSet) reportEstablished {
	n := max(1, d.connections+d.random.IntN(3)-1)
	list := make([]reportConnection, 0, n)
	for range n {
		list = append(list, d.connection(fmt.Sprintf("198.51.100.%d:%d", 10+d.random.IntN(20), d.remotePort)))
	}
	if under.has(scanning) {
		for range scannedHosts {
			list = append(list, d.connection(fmt.Sprintf("203.0.113.%d:%d", 1+d.random.IntN(254), telnetPort)))
		}
	}
	return reportEstablished{Connections: list, Total: len(list)}
}

func (d *device) connection(remote string) reportConnection {
	return reportConnection{Interface: "eth0", LocalPort: 32_768 + d.random.IntN(28_000), Remote: remote}
}

func (d *device) level(under attackSet) float64 {
	if under.has(batteryDrop) {
		return 3 + 5*d.random.Float64()
	}
	return d.charge
}

// round keeps one digit behind the point.
func round(v float64) float64 { return float64(int64(v*10)) / 10 }
