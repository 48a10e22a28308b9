package sim

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// LoadResult is what a run of the load generator measured. Its JSON form is
// what vedette sim load prints.
type LoadResult struct {
	Mode        TopicMode `json:"mode"`
	TLS         bool      `json:"tls"`
	Connections int       `json:"connections"`
	Window      int       `json:"window"`
	Things      int       `json:"things"`
	Rate        float64   `json:"rate"` // asked for, reports per second; 0: as fast as answers come
	Seconds     float64   `json:"seconds"`

	Reports          uint64  `json:"reports"` // answered in the measured time
	ReportsPerSecond float64 `json:"reportsPerSecond"`
	Accepted         uint64  `json:"accepted"` // counted when replies are subscribed
	Rejected         uint64  `json:"rejected"` // likewise
	Violating        uint64  `json:"violating"`
	Lost             int     `json:"lostConnections"`

	Until   string  `json:"latencyUntil"` // puback or accepted
	Latency Latency `json:"latency"`

	// CPU time per report in microseconds, user and system: of the server
	// when its process id was given, and of this generator.
	ServerCPU    *float64 `json:"serverCpuMicrosPerReport,omitempty"`
	GeneratorCPU float64  `json:"generatorCpuMicrosPerReport"`
}

// Latency is in milliseconds. With a rate it counts from the moment at which a
// report was due, not from when it could be sent at last.
type Latency struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99.9"`
	Max  float64 `json:"max"`
}

func newLatency(h *histogram) Latency {
	ms := func(ns int64) float64 { return float64(ns/1000) / 1000 }
	return Latency{ms(h.quantile(0.5)), ms(h.quantile(0.99)), ms(h.quantile(0.999)), ms(h.max)}
}

// ticksPerSecond is USER_HZ, the unit of times in /proc/PID/stat: 100 wherever
// Go runs on Linux.
const ticksPerSecond = 100

// processCPU returns the CPU time, user and system, that a process of this
// machine has used (proc(5), fields 14 and 15 of /proc/PID/stat).
func processCPU(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("read CPU time: %w", err)
	}
	// The second field is the program's name in parentheses, whatever it holds.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("read CPU time of process %d: unknown format", pid)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read CPU time of process %d: %w", pid, err)
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read CPU time of process %d: %w", pid, err)
	}
	return time.Duration(user+system) * time.Second / ticksPerSecond, nil
}
