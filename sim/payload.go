package sim

import (
	"fmt"
	"strings"
)

// TopicMode says what the load generator publishes to.
type TopicMode string

// The topic modes.
const (
	TopicReports TopicMode = "reports" // $aws/things/thing-N/defender/metrics/json
	TopicPlain   TopicMode = "plain"   // bench/thing-N, with the same payload: for brokers that know no reports
	TopicDevices TopicMode = "devices" // bench/CLIENT-ID/data, the same: each connection is one thing and publishes what is its own
)

// body is what a device with a few ports, connections and metrics of its own
// reports: 761 bytes. The capital letters are patched: I the report's id, P the
// port that is normal or not.
const body = `{"header":{"report_id":IIIIIIIIII,"version":"1.0"},"metrics":{` +
	`"listening_tcp_ports":{"ports":[{"interface":"eth0","port":2P},{"interface":"eth0","port":443},{"interface":"eth0","port":8883}],"total":3},` +
	`"listening_udp_ports":{"ports":[{"interface":"eth0","port":123},{"interface":"eth0","port":5353}],"total":2},` +
	`"network_stats":{"bytes_in":29358693,"bytes_out":26485035,"packets_in":10013,"packets_out":11382},` +
	`"tcp_connections":{"established_connections":{"connections":[` +
	`{"local_interface":"eth0","local_port":40152,"remote_addr":"198.51.100.27:8883"},` +
	`{"local_interface":"eth0","local_port":51874,"remote_addr":"192.0.2.131:443"}],"total":2}}},` +
	`"custom_metrics":{"battery":[{"number":71.5}],"cpu":[{"number_list":[48.5,51.2]}],"firmware":[{"string_list":["4"]}]}}`

// template is a PUBLISH packet with the places that change from report to report.
type template struct {
	packet []byte
	width  int // digits of a thing's number
	thing  int // offset of its digits
	id     int // of the packet identifier
	report int // of the report's id
	port   int // of the port's last digit

	firstReport uint64 // id of a thing's first report in this run
}

// newTemplate returns the packet for things 0 … things-1. Report ids begin with
// first, which has ten digits like the epoch time in seconds.
func newTemplate(mode TopicMode, things int, first uint64) *template {
	t := &template{width: max(5, len(fmt.Sprint(things-1))), firstReport: first}
	topic := topicOf(mode, fmt.Sprintf("%0*d", t.width, 0))
	t.packet = appendPublish(nil, 0, topic, []byte(body))
	text := string(t.packet)
	t.thing = strings.Index(text, topic) + strings.Index(topic, fmt.Sprintf("%0*d", t.width, 0))
	t.id = strings.Index(text, topic) + len(topic)
	t.report = strings.Index(text, "IIIIIIIIII")
	t.port = strings.Index(text, "2P}") + 1
	return t
}

func topicOf(mode TopicMode, number string) string {
	switch mode {
	case TopicPlain:
		return "bench/thing-" + number
	case TopicDevices:
		return "bench/load-" + number + "/data"
	}
	return "$aws/things/thing-" + number + "/defender/metrics/json"
}

// thingName returns the name of a thing by its number.
func (t *template) thingName(thing int) string { return fmt.Sprintf("thing-%0*d", t.width, thing) }

// append appends the packet of one report to dst.
func (t *template) append(dst []byte, id uint16, thing int, report uint64, violating bool) []byte {
	start := len(dst)
	dst = append(dst, t.packet...)
	p := dst[start:]
	p[t.id], p[t.id+1] = byte(id>>8), byte(id)
	digits(p[t.thing:t.thing+t.width], uint64(thing))
	digits(p[t.report:t.report+10], t.firstReport+report)
	p[t.port] = '2' // port 22
	if violating {
		p[t.port] = '3'
	}
	return dst
}

// digits fills dst with the last decimal digits of n.
func digits(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}

// number reads what digits wrote.
func number(src []byte) (n int, ok bool) {
	for _, c := range src {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(src) > 0
}
