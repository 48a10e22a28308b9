package sim

import (
	"encoding/json"
	"fmt"
	"math"
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
	daily        float64 // how much more it does at two in the afternoon than on average, and less at night
	weekend      float64 // what it does on Saturdays and Sundays, of what it does else
}

// The models of the fleet. Every number is well inside what DemoProfile calls
// normal.
var (
	camera  = model{name: "camera", tcp: []int{443, 554}, udp: []int{123, 5353}, connections: 2, bytesIn: 4_000, bytesOut: 40_000, remotePort: 443, packetLength: 1_200, daily: 0.5, weekend: 0.7}
	sensor  = model{name: "sensor", connections: 1, bytesIn: 60, bytesOut: 180, battery: true, remotePort: 8883, packetLength: 120, daily: 0.1, weekend: 1}
	gateway = model{name: "gateway", tcp: []int{443, 1883, 8883}, udp: []int{67, 123}, connections: 12, bytesIn: 30_000, bytesOut: 24_000, remotePort: 8883, packetLength: 400, daily: 0.3, weekend: 0.8}
)

// mix is the order in which a fleet is made up of models.
var mix = []*model{&camera, &sensor, &gateway, &sensor, &camera, &sensor, &camera, &sensor, &sensor, &camera}

// device is one simulated device. It belongs to one goroutine.
type device struct {
	*model
	thing    string
	random   *rand.Rand
	scale    float64 // what it does, of what its model does on average
	charge   float64 // of the battery, percent
	firmware string
	lost     bool // it has gone, and does not come back
	lastID   int64
	pending  traffic // not reported yet
}

// traffic is what the network interface counted.
type traffic struct{ bytesIn, bytesOut, packetsIn, packetsOut float64 }

// firmware are the versions that are in use.
var firmware = []string{"2.4.1", "2.4.2", "2.5.0"}

// newFleet returns n devices that depend on nothing but the seed.
func newFleet(n int, seed uint64) []*device {
	counts := map[*model]int{}
	fleet := make([]*device, n)
	for i := range fleet {
		m := mix[i%len(mix)]
		counts[m]++
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		fleet[i] = &device{
			model:    m,
			thing:    fmt.Sprintf("%s-%02d", m.name, counts[m]),
			random:   random,
			scale:    0.75 + 0.5*random.Float64(),
			charge:   45 + 55*random.Float64(),
			firmware: firmware[random.IntN(len(firmware))],
		}
	}
	return fleet
}

// topic is where the device reports.
func (d *device) topic() string { return "$aws/things/" + d.thing + "/defender/metrics/json" }

// telemetry returns what the device measures for whom it works, and where it goes.
func (d *device) telemetry(now time.Time) (topic string, payload []byte) {
	return "fleet/" + d.name + "/" + d.thing + "/telemetry", fmt.Appendf(nil, `{"time":%d,"busy":%.3f}`, now.Unix(), d.busy(now))
}

// The report as devices send it, with long names.
type (
	reportDocument struct {
		Header  reportHeader                `json:"header"`
		Metrics reportMetrics               `json:"metrics"`
		Custom  map[string][]map[string]any `json:"custom_metrics,omitempty"`
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
	d.live(now, since, under)
	doc := reportDocument{
		Header: reportHeader{ID: d.nextID(now), Version: "1.0"},
		Metrics: reportMetrics{
			TCP:         ports(d.listening(under)),
			UDP:         ports(d.udp),
			Network:     d.drain(),
			Connections: reportConnections{Established: d.connect(now, under)},
		},
	}
	if d.battery {
		doc.Custom = map[string][]map[string]any{BatteryMetric: {{"number": round(d.level(under))}}}
	} else {
		doc.Custom = map[string][]map[string]any{FirmwareMetric: {{"string_list": []string{d.firmware}}}}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		panic(err) // numbers and strings of ours
	}
	return text
}

// A battery drains, and somebody changes it when it is low.
const (
	drainedPerHour = 0.35 // percent
	changedAt      = 38
)

// live counts traffic and drains the battery.
func (d *device) live(now time.Time, since time.Duration, under attackSet) {
	seconds, busy := since.Seconds(), d.scale*d.busy(now)
	in, out := d.vary(d.bytesIn)*busy*seconds, d.vary(d.bytesOut)*busy*seconds
	if under.has(exfiltration) {
		out += exfiltrationRate * seconds
	}
	d.pending.bytesIn += in
	d.pending.bytesOut += out
	d.pending.packetsIn += in / d.packetLength
	d.pending.packetsOut += out / d.packetLength
	if d.charge -= drainedPerHour * seconds / 3600; d.charge < changedAt {
		d.charge = 100
	}
}

// busy returns how much a device of the model does at a time, of what it does on
// average on a weekday.
func (m *model) busy(now time.Time) float64 {
	hour := float64(now.Hour()) + float64(now.Minute())/60
	busy := 1 + m.daily*math.Cos(2*math.Pi*(hour-14)/24)
	if day := now.Weekday(); day == time.Saturday || day == time.Sunday {
		busy *= m.weekend
	}
	return busy
}

// vary returns around, give or take a sixth.
func (d *device) vary(around float64) float64 { return around * (0.84 + 0.32*d.random.Float64()) }

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
func (d *device) connect(now time.Time, under attackSet) reportEstablished {
	n := max(1, int(float64(d.connections)*d.busy(now))+d.random.IntN(3)-1)
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
