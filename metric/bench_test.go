package metric

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

func fullReport(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile("testdata/full.json")
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func TestParseReportAllocates(t *testing.T) {
	text := fullReport(t)
	asCBOR := toCBOR(t, string(text))
	escaped := []byte(strings.ReplaceAll(string(text), "_", `\u005f`))
	for name, f := range map[string]func(r *Report) error{
		"JSON":          func(r *Report) error { return ParseReport(JSON, text, r) },
		"JSON, escaped": func(r *Report) error { return ParseReport(JSON, escaped, r) },
		"CBOR":          func(r *Report) error { return ParseReport(CBOR, asCBOR, r) },
	} {
		var r Report
		if n := testing.AllocsPerRun(100, func() {
			if err := f(&r); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations per report, want none", name, n)
		}
	}
}

// benchReport is the report as structs, as a program without ParseReport would
// have it.
type benchReport struct {
	Header struct {
		ReportID int64  `json:"report_id"`
		Version  string `json:"version"`
	} `json:"header"`
	Metrics struct {
		TCP         benchPorts `json:"listening_tcp_ports"`
		UDP         benchPorts `json:"listening_udp_ports"`
		Connections struct {
			Established struct {
				Connections []struct {
					RemoteAddr     string `json:"remote_addr"`
					LocalPort      int    `json:"local_port"`
					LocalInterface string `json:"local_interface"`
				} `json:"connections"`
				Total *int64 `json:"total"`
			} `json:"established_connections"`
		} `json:"tcp_connections"`
		Network struct {
			BytesIn    *int64 `json:"bytes_in"`
			BytesOut   *int64 `json:"bytes_out"`
			PacketsIn  *int64 `json:"packets_in"`
			PacketsOut *int64 `json:"packets_out"`
		} `json:"network_stats"`
	} `json:"metrics"`
	Custom map[string][]struct {
		Number  *float64  `json:"number"`
		Numbers []float64 `json:"number_list"`
		Strings []string  `json:"string_list"`
		Addrs   []string  `json:"ip_list"`
	} `json:"custom_metrics"`
}

type benchPorts struct {
	Ports []struct {
		Port      int    `json:"port"`
		Interface string `json:"interface"`
	} `json:"ports"`
	Total *int64 `json:"total"`
}

// BenchmarkParseReport reads a full report, and as a yardstick has
// encoding/json read the same one into structs.
func BenchmarkParseReport(b *testing.B) {
	text := fullReport(b)
	asCBOR := toCBOR(b, string(text))
	run := func(name string, size int, f func() error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	var r Report
	run("JSON", len(text), func() error { return ParseReport(JSON, text, &r) })
	run("CBOR", len(asCBOR), func() error { return ParseReport(CBOR, asCBOR, &r) })
	run("encoding-json", len(text), func() error {
		var v benchReport
		return json.Unmarshal(text, &v)
	})
}

// BenchmarkHostile reads the worst that fits into a report.
func BenchmarkHostile(b *testing.B) {
	var keys, ports strings.Builder
	for i := 0; keys.Len() < MaxReport-1000; i++ {
		fmt.Fprintf(&keys, `,"%x":1`, i)
	}
	for i := 0; ports.Len() < MaxReport-1000; i++ {
		fmt.Fprintf(&ports, `,{"pt":%d}`, i%65535+1)
	}
	for name, text := range map[string]string{
		"keys":  inMetrics(keys.String()[1:]),
		"ports": inMetrics(`"tp":{"pts":[` + ports.String()[1:] + `]}`),
		"depth": strings.Repeat(`{"a":`, MaxReport/5),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var r Report
			for b.Loop() {
				_ = ParseReport(JSON, []byte(text), &r)
			}
		})
	}
}
