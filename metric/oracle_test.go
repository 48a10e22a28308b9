package metric

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// naive reads a report from the tree that an off-the-shelf decoder made of it:
// the rules of docs/format/report.md once more, written as plainly as possible.
// ok is false when the report is to be refused.
func naive(tree any) (r Report, ok bool) {
	defer func() {
		if p := recover(); p != nil && p != any(refused) {
			panic(p)
		}
	}()
	top := object(tree)
	head := object(need(top, "header", "hed"))
	r.ID, r.HasID = integer(need(head, "report_id", "rid")), true
	version := text(need(head, "version", "v"))
	check(regexp.MustCompile(`^1\.[0-9]{1,10}$`).MatchString(version))
	m, isThere := pick(top, "metrics", "met")
	c, isCustom := pick(top, "custom_metrics", "cmet")
	check(isThere || isCustom)
	if isThere {
		naiveMetrics(&r, object(m))
	}
	if isCustom {
		naiveCustom(&r, object(c))
	}
	return r, true
}

const refused = "refused"

func check(ok bool) {
	if !ok {
		panic(refused)
	}
}

func object(v any) map[string]any { m, ok := v.(map[string]any); check(ok); return m }
func list(v any) []any            { l, ok := v.([]any); check(ok); return l }
func text(v any) string           { s, ok := v.(string); check(ok); return s }

func pick(m map[string]any, long, short string) (any, bool) {
	v, ok := m[long]
	w, also := m[short]
	check(!ok || !also || long == short)
	if ok {
		return v, true
	}
	return w, also
}

func need(m map[string]any, long, short string) any {
	v, ok := pick(m, long, short)
	check(ok)
	return v
}

// integer reads an exact integer of 64 bits.
func integer(v any) int64 {
	r := new(big.Rat)
	switch v := v.(type) {
	case int64:
		return v
	case uint64:
		r.SetUint64(v)
	case big.Int:
		r.SetInt(&v)
	case float64:
		check(r.SetFloat64(v) != nil)
	case json.Number:
		_, ok := r.SetString(string(v))
		check(ok)
	default:
		check(false)
	}
	check(r.IsInt() && r.Num().IsInt64())
	return r.Num().Int64()
}

func double(v any) float64 {
	var f float64
	switch v := v.(type) {
	case int64:
		f = float64(v)
	case uint64:
		f = float64(v)
	case big.Int:
		f, _ = new(big.Float).SetInt(&v).Float64()
	case float64:
		f = v
	case json.Number:
		var err error
		f, err = strconv.ParseFloat(string(v), 64)
		check(err == nil)
	default:
		check(false)
	}
	check(!math.IsNaN(f) && !math.IsInf(f, 0))
	return f
}

func naiveMetrics(r *Report, m map[string]any) {
	set := func(id ID, v int64) {
		check(v >= 0)
		r.Counts[id-1], r.Counted = v, r.Counted|1<<(id-1)
	}
	for _, b := range []struct {
		long, short string
		list, count ID
		ports       *[]uint16
	}{
		{"listening_tcp_ports", "tp", ListeningTCPPorts, NumListeningTCPPorts, &r.TCPPorts},
		{"listening_udp_ports", "up", ListeningUDPPorts, NumListeningUDPPorts, &r.UDPPorts},
	} {
		block, ok := pick(m, b.long, b.short)
		if !ok {
			continue
		}
		if items, ok := pick(object(block), "ports", "pts"); ok {
			*b.ports, r.Listed = naivePorts(list(items)), r.Listed|1<<(b.list-1)
			set(b.count, int64(len(list(items))))
		}
		if total, ok := pick(object(block), "total", "t"); ok {
			set(b.count, integer(total))
		}
	}
	if stats, ok := pick(m, "network_stats", "ns"); ok {
		for id, names := range map[ID][2]string{AllBytesIn: {"bytes_in", "bi"}, AllBytesOut: {"bytes_out", "bo"}, AllPacketsIn: {"packets_in", "pi"}, AllPacketsOut: {"packets_out", "po"}} {
			if v, ok := pick(object(stats), names[0], names[1]); ok {
				set(id, integer(v))
			}
		}
	}
	if tc, ok := pick(m, "tcp_connections", "tc"); ok {
		if ec, ok := pick(object(tc), "established_connections", "ec"); ok {
			if cs, ok := pick(object(ec), "connections", "cs"); ok {
				r.Destinations, r.Listed = naiveConnections(list(cs)), r.Listed|1<<(DestinationIPAddresses-1)
				set(NumEstablishedTCPConnections, int64(len(list(cs))))
			}
			if total, ok := pick(object(ec), "total", "t"); ok {
				set(NumEstablishedTCPConnections, integer(total))
			}
		}
	}
}

func naivePorts(items []any) (ports []uint16) {
	for _, item := range items {
		if name, ok := pick(object(item), "interface", "if"); ok {
			text(name)
		}
		if v, ok := pick(object(item), "port", "pt"); ok {
			if p := integer(v); p >= 1 && p <= 65535 && !slices.Contains(ports, uint16(p)) {
				ports = append(ports, uint16(p))
			}
		}
	}
	return ports
}

func naiveConnections(items []any) (dest []netip.Addr) {
	for _, item := range items {
		if v, ok := pick(object(item), "local_port", "lp"); ok {
			integer(v)
		}
		if v, ok := pick(object(item), "local_interface", "li"); ok {
			text(v)
		}
		if v, ok := pick(object(item), "remote_addr", "rad"); ok {
			if a, ok := naiveRemote(text(v)); ok && !slices.Contains(dest, a) {
				dest = append(dest, a)
			}
		}
	}
	return dest
}

var portAtEnd = regexp.MustCompile(`:[0-9]{1,5}$`)

func naiveRemote(s string) (netip.Addr, bool) {
	if cut := portAtEnd.FindString(s); cut != "" {
		port, _ := strconv.Atoi(cut[1:])
		host := strings.TrimSuffix(s, cut)
		bracketed := strings.HasPrefix(host, "[")
		if bracketed {
			host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		}
		a, ok := naiveAddr(host)
		if ok && port <= 65535 && (bracketed || !strings.Contains(host, ":") || len(s) != cutAddr) &&
			bracketed == strings.HasSuffix(strings.TrimSuffix(s, cut), "]") && (!bracketed || strings.Contains(host, ":")) {
			return a, true
		}
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && strings.Contains(s, ":") {
		return naiveAddr(s[1 : len(s)-1])
	}
	if strings.Contains(s, ":") && len(s) == cutAddr {
		return netip.Addr{}, false
	}
	return naiveAddr(s)
}

func naiveAddr(s string) (netip.Addr, bool) {
	host, zone, zoned := strings.Cut(s, "%")
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil && (!zoned || zone != "" && strings.Contains(host, ":"))
}

var (
	metricName   = regexp.MustCompile(`^[a-zA-Z0-9:_-]{1,128}$`)
	stringInRule = regexp.MustCompile(`^[a-zA-Z0-9:_/.-]*$`)
)

func naiveCustom(r *Report, m map[string]any) {
	for name, v := range m {
		items := list(v)
		check(len(items) == 1)
		c := CustomValue{Name: []byte(name)}
		keep, values := metricName.MatchString(name), 0
		for key, v := range object(items[0]) {
			values++
			switch key {
			case "number":
				c.Kind, c.Number = Number, double(v)
			case "number_list":
				c.Kind = Numbers
				for _, v := range list(v) {
					if f := double(v); !slices.Contains(c.Numbers, f) {
						c.Numbers = append(c.Numbers, f)
					}
				}
			case "string_list":
				c.Kind = Strings
				for _, v := range list(v) {
					s := []byte(text(v))
					keep = keep && stringInRule.Match(s)
					if !slices.ContainsFunc(c.Strings, func(b []byte) bool { return bytes.Equal(b, s) }) {
						c.Strings = append(c.Strings, s)
					}
				}
			case "ip_list":
				c.Kind = Addresses
				for _, v := range list(v) {
					a, ok := naiveAddr(text(v))
					keep = keep && ok
					if !slices.Contains(c.Addrs, a) {
						c.Addrs = append(c.Addrs, a)
					}
				}
			default:
				values--
			}
		}
		check(values == 1)
		if keep {
			r.Custom = append(r.Custom, c)
		}
	}
}
