package metric

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameReport compares reports by what they say.
var sameReport = cmp.Options{
	cmpopts.IgnoreUnexported(Report{}),
	cmpopts.IgnoreFields(Report{}, "Hash"),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
}

func addrs(s ...string) []netip.Addr {
	var list []netip.Addr
	for _, a := range s {
		list = append(list, netip.MustParseAddr(a))
	}
	return list
}

// counts makes a report with a header and the given counts.
func counts(c map[ID]int64) Report {
	r := Report{ID: 1, HasID: true}
	for id, v := range c {
		r.Counts[id-1] = v
		r.Counted |= 1 << (id - 1)
	}
	return r
}

func listed(ids ...ID) (bits uint16) {
	for _, id := range ids {
		bits |= 1 << (id - 1)
	}
	return bits
}

// inMetrics and inCustom wrap a block in a whole report.
func inMetrics(block string) string {
	return `{"header":{"report_id":1,"version":"1.0"},"metrics":{` + block + `}}`
}

func inCustom(block string) string {
	return `{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{` + block + `}}`
}

// toCBOR rewrites a JSON report as CBOR, by the oracle's encoder.
func toCBOR(t testing.TB, text string) []byte {
	t.Helper()
	mode, err := cbor.EncOptions{Sort: cbor.SortCoreDeterministic}.EncMode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := mode.Marshal(generic(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// both parses a JSON report, and the same report as CBOR, which must say the
// same.
func both(t *testing.T, text string) Report {
	t.Helper()
	var r, c Report
	if err := ParseReport(JSON, []byte(text), &r); err != nil {
		t.Fatalf("JSON: %v", err)
	}
	if err := ParseReport(CBOR, toCBOR(t, text), &c); err != nil {
		t.Fatalf("CBOR: %v", err)
	}
	if d := cmp.Diff(r, c, sameReport, cmpopts.SortSlices(func(a, b CustomValue) bool { return bytes.Compare(a.Name, b.Name) < 0 })); d != "" {
		t.Errorf("JSON and CBOR differ (-JSON +CBOR):\n%s", d)
	}
	return r
}

func TestParseReport(t *testing.T) {
	custom := func(v CustomValue) Report { return Report{ID: 1, HasID: true, Custom: []CustomValue{v}} }
	dest := func(a ...string) Report {
		r := counts(map[ID]int64{NumEstablishedTCPConnections: 9})
		r.Destinations, r.Listed = addrs(a...), listed(DestinationIPAddresses)
		return r
	}
	remote := func(a ...string) string {
		for i := range a {
			a[i] = fmt.Sprintf(`{"remote_addr":%q}`, a[i])
		}
		return inMetrics(`"tcp_connections":{"established_connections":{"total":9,"connections":[` + strings.Join(a, ",") + `]}}`)
	}
	for name, tc := range map[string]struct {
		in   string
		want Report
	}{
		"ok/empty metrics": {inMetrics(``), counts(nil)},
		"ok/empty custom":  {inCustom(``), counts(nil)},
		"ok/version 1.12":  {`{"header":{"report_id":1,"version":"1.12"},"metrics":{}}`, counts(nil)},
		"ok/negative id":   {`{"header":{"report_id":-7,"version":"1.0"},"metrics":{}}`, Report{ID: -7, HasID: true}},
		"ok/short names":   {`{"hed":{"rid":1,"v":"1.0"},"met":{"ns":{"bi":2}}}`, counts(map[ID]int64{AllBytesIn: 2})},
		"ok/mixed names":   {`{"hed":{"report_id":1,"v":"1.0"},"metrics":{"ns":{"bytes_in":2,"po":3}}}`, counts(map[ID]int64{AllBytesIn: 2, AllPacketsOut: 3})},
		"ok/header last":   {`{"metrics":{},"header":{"version":"1.0","report_id":1}}`, counts(nil)},
		"ok/unknown members": {
			`{"x":{"a":[1,{"a":null}],"b":1e999},"header":{"report_id":1,"version":"1.1","x":true},"metrics":{"disk":[{}],"network_stats":{"drops":"1"}}}`,
			counts(nil),
		},
		"ok/largest count": {inMetrics(`"network_stats":{"bytes_in":9223372036854775807}`), counts(map[ID]int64{AllBytesIn: 1<<63 - 1})},
		"ok/only totals": {
			inMetrics(`"listening_tcp_ports":{"total":4},"listening_udp_ports":{"total":5},"tcp_connections":{"established_connections":{"total":6}}`),
			counts(map[ID]int64{NumListeningTCPPorts: 4, NumListeningUDPPorts: 5, NumEstablishedTCPConnections: 6}),
		},
		"ok/only lists, doubled": {
			inMetrics(`"listening_tcp_ports":{"ports":[{"port":22},{"port":22,"interface":"::"}]},"tcp_connections":{"established_connections":{"connections":[{"remote_addr":"192.0.2.1:1"},{"remote_addr":"192.0.2.1:2"}]}}`),
			func() Report {
				r := counts(map[ID]int64{NumListeningTCPPorts: 2, NumEstablishedTCPConnections: 2})
				r.TCPPorts, r.Destinations, r.Listed = []uint16{22}, addrs("192.0.2.1"), listed(ListeningTCPPorts, DestinationIPAddresses)
				return r
			}(),
		},
		"ok/empty lists": {
			inMetrics(`"listening_udp_ports":{"ports":[]},"listening_tcp_ports":{},"tcp_connections":{}`),
			func() Report {
				r := counts(map[ID]int64{NumListeningUDPPorts: 0})
				r.Listed = listed(ListeningUDPPorts)
				return r
			}(),
		},
		"ok/ports outside 1 to 65535 dropped": {
			inMetrics(`"listening_udp_ports":{"ports":[{"port":0},{"port":65535},{"port":65536},{"port":-1},{"interface":"eth0"},{"port":1}],"total":9}`),
			func() Report {
				r := counts(map[ID]int64{NumListeningUDPPorts: 9})
				r.UDPPorts, r.Listed = []uint16{65535, 1}, listed(ListeningUDPPorts)
				return r
			}(),
		},
		"ok/port missing after local_port": {
			inMetrics(`"tc":{"ec":{"cs":[{"lp":80}],"t":9}},"tp":{"pts":[{"if":"eth0"}]}`),
			func() Report {
				r := counts(map[ID]int64{NumEstablishedTCPConnections: 9, NumListeningTCPPorts: 1})
				r.Listed = listed(ListeningTCPPorts, DestinationIPAddresses)
				return r
			}(),
		},
		"ok/IPv4 with port":            {remote("192.0.2.1:443"), dest("192.0.2.1")},
		"ok/IPv4 bare":                 {remote("192.0.2.1"), dest("192.0.2.1")},
		"ok/IPv6 in brackets":          {remote("[2001:db8::1]:443"), dest("2001:db8::1")},
		"ok/IPv6 in brackets, no port": {remote("[2001:db8::1]"), dest("2001:db8::1")},
		"ok/IPv6 bare":                 {remote("2001:db8::abcd"), dest("2001:db8::abcd")},
		"ok/IPv6 with port":            {remote("2001:db8::1:443"), dest("2001:db8::1")},
		"ok/IPv6 in full with port":    {remote("2001:db8:0:0:0:0:0:1:443"), dest("2001:db8::1")},
		"ok/IPv6 cut":                  {remote("2001:db8:85a3::8a2e:3", "2001:db8:85a3:8d3:131"), dest()},
		"ok/IPv4-mapped":               {remote("[::ffff:192.0.2.1]:443", "192.0.2.1:5"), dest("192.0.2.1")},
		"ok/zone dropped":              {remote("[fe80::1%eth0]:443"), dest("fe80::1")},
		"ok/unreadable addresses": {
			remote("", ":", "example.com:443", "192.0.2.1:", "192.0.2.1:99999", "192.0.2.256:1", "[2001:db8::1", "[192.0.2.1]:1", "[::1]x", "[::1]:", "1.2.3:4"),
			dest(),
		},
		"ok/custom number":           {inCustom(`"a":[{"number":-0.5}]`), custom(CustomValue{Name: []byte("a"), Kind: Number, Number: -0.5})},
		"ok/custom number, integer":  {inCustom(`"a":[{"number":123456789012345678}]`), custom(CustomValue{Name: []byte("a"), Kind: Number, Number: 123456789012345678})},
		"ok/custom number, beyond":   {inCustom(`"a":[{"number":18446744073709551616}]`), custom(CustomValue{Name: []byte("a"), Kind: Number, Number: 1 << 64})},
		"ok/custom numbers":          {inCustom(`"a":[{"number_list":[1,2.5,1.0,1e0]}]`), custom(CustomValue{Name: []byte("a"), Kind: Numbers, Numbers: []float64{1, 2.5}})},
		"ok/custom numbers, empty":   {inCustom(`"a":[{"number_list":[]}]`), custom(CustomValue{Name: []byte("a"), Kind: Numbers})},
		"ok/custom strings":          {inCustom(`"a":[{"string_list":["b","a","b","x:_-/.Z9"]}]`), custom(CustomValue{Name: []byte("a"), Kind: Strings, Strings: [][]byte{[]byte("b"), []byte("a"), []byte("x:_-/.Z9")}})},
		"ok/custom strings, outside": {inCustom(`"a":[{"string_list":["b","c d"]}],"b":[{"string_list":["ü"]}]`), counts(nil)},
		"ok/custom addresses":        {inCustom(`"a":[{"ip_list":["192.0.2.1","::ffff:192.0.2.1","2001:DB8::1"]}]`), custom(CustomValue{Name: []byte("a"), Kind: Addresses, Addrs: addrs("192.0.2.1", "2001:db8::1")})},
		"ok/custom address that is none": {
			inCustom(`"a":[{"ip_list":["192.0.2.1","nowhere"]}],"b":[{"number":1}]`),
			custom(CustomValue{Name: []byte("b"), Kind: Number, Number: 1}),
		},
		"ok/custom name no metric can have": {inCustom(`"a b":[{"number":1}],"":[{"number":1}],"` + strings.Repeat("x", 129) + `":[{"number":1}]`), counts(nil)},
		"ok/custom with unknown member":     {inCustom(`"a":[{"unit":"V","number":1}]`), custom(CustomValue{Name: []byte("a"), Kind: Number, Number: 1})},
		"ok/same key in different objects":  {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":{"y":1},"z":{"y":1,"x":{"x":1}}}`, counts(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, both(t, tc.in), sameReport); d != "" {
				t.Errorf("report (-want +got):\n%s", d)
			}
		})
	}
}

func TestParseReportJSONSpelling(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want Report
	}{
		"ok/white space": {" \t\r\n{ \"header\" : { \"report_id\" : 1 , \"version\" : \"1.0\" } , \"metrics\" : { } } \n", counts(nil)},
		"ok/escaped keys and strings": {
			`{"\u0068eader":{"report\u005fid":1,"version":"\u0031.0"},"metrics":{"tcp_connections":{"established_connections":{"total":0,"connections":[{"remote_addr":"192.0.2.1\u003A1"}]}}}}`,
			func() Report {
				r := counts(map[ID]int64{NumEstablishedTCPConnections: 0})
				r.Destinations, r.Listed = addrs("192.0.2.1"), listed(DestinationIPAddresses)
				return r
			}(),
		},
		"ok/every escape": {
			`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":"\"\\\/\b\f\n\r\t\u00FC\ud83d\ude00\ud83d\u0041\ude00ü~"}`,
			counts(nil),
		},
		"ok/escaped custom": {
			inCustom(`"\u0061b":[{"string_\u006cist":["\u0063","\/d\/","e"]}]`),
			Report{ID: 1, HasID: true, Custom: []CustomValue{{Name: []byte("ab"), Kind: Strings, Strings: [][]byte{[]byte("c"), []byte("/d/"), []byte("e")}}}},
		},
		"ok/1024.0 and the like": {
			inMetrics(`"network_stats":{"bytes_in":1024.0,"bytes_out":1.024e3,"packets_in":10240e-1,"packets_out":0.001024E+6}`),
			counts(map[ID]int64{AllBytesIn: 1024, AllBytesOut: 1024, AllPacketsIn: 1024, AllPacketsOut: 1024}),
		},
		"ok/zeros": {
			inMetrics(`"network_stats":{"bytes_in":-0,"bytes_out":0e999999999999,"packets_in":-0.000,"packets_out":0E-5}`),
			counts(map[ID]int64{AllBytesIn: 0, AllBytesOut: 0, AllPacketsIn: 0, AllPacketsOut: 0}),
		},
		"ok/long integers": {
			inMetrics(`"network_stats":{"bytes_in":9223372036854775807.000,"bytes_out":9.223372036854775807e18,"packets_in":1000000000000000000000000e-20}`),
			counts(map[ID]int64{AllBytesIn: 1<<63 - 1, AllBytesOut: 1<<63 - 1, AllPacketsIn: 10000}),
		},
		"ok/smallest id": {`{"header":{"report_id":-9223372036854775808,"version":"1.0"},"metrics":{}}`, Report{ID: -1 << 63, HasID: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var got Report
			if err := ParseReport(JSON, []byte(tc.in), &got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, got, sameReport); d != "" {
				t.Errorf("report (-want +got):\n%s", d)
			}
		})
	}
}

// wantMalformed checks that a report is refused, why, and that its id is known
// all the same.
func wantMalformed(t *testing.T, f Format, in []byte, want string, hasID bool) {
	t.Helper()
	var r Report
	err := ParseReport(f, in, &r)
	var m *Malformed
	if !errors.As(err, &m) {
		t.Fatalf("%s: got error %v, want a *Malformed", f, err)
	}
	if err.Error() != want {
		t.Errorf("%s: got error %q, want %q", f, err, want)
	}
	if r.HasID != hasID || hasID && r.ID != 1 {
		t.Errorf("%s: got id %d, known %v; want 1, %v", f, r.ID, r.HasID, hasID)
	}
}

func TestParseReportRefused(t *testing.T) {
	const shape = "custom_metrics.a: not exactly one of number, number_list, string_list and ip_list"
	for name, tc := range map[string]struct {
		in, want string
		noID     bool
	}{
		"fail/not an object":        {`[]`, "not an object", true},
		"fail/empty":                {`{}`, "header missing", true},
		"fail/header missing":       {`{"metrics":{}}`, "header missing", true},
		"fail/header type":          {`{"header":1,"metrics":{}}`, "header: not an object", true},
		"fail/id missing":           {`{"header":{"version":"1.0"},"metrics":{}}`, "header: report_id missing", true},
		"fail/id type":              {`{"header":{"report_id":"1","version":"1.0"},"metrics":{}}`, "header.report_id: not a number", true},
		"fail/id fraction":          {`{"header":{"report_id":1.5,"version":"1.0"},"metrics":{}}`, "header.report_id: not an integer within 64 bits", true},
		"fail/id null":              {`{"header":{"report_id":null,"version":"1.0"},"metrics":{}}`, "header.report_id: not a number", true},
		"fail/version missing":      {`{"header":{"report_id":1},"metrics":{}}`, "header: version missing", false},
		"fail/version type":         {`{"header":{"version":1.0,"report_id":1},"metrics":{}}`, "header.version: not a string", false},
		"fail/version 2":            {`{"header":{"version":"2.0","report_id":1},"metrics":{}}`, "header.version: not 1.x, the only version known", false},
		"fail/version 1":            {`{"header":{"version":"1","report_id":1},"metrics":{}}`, "header.version: not 1.x, the only version known", false},
		"fail/version 1.":           {`{"header":{"version":"1.","report_id":1},"metrics":{}}`, "header.version: not 1.x, the only version known", false},
		"fail/no block":             {`{"header":{"report_id":1,"version":"1.0"},"x":{}}`, "metrics and custom_metrics missing", false},
		"fail/metrics type":         {`{"metrics":[],"header":{"report_id":1,"version":"1.0"}}`, "metrics: not an object", false},
		"fail/metrics null":         {`{"metrics":null,"header":{"report_id":1,"version":"1.0"}}`, "metrics: not an object", false},
		"fail/negative delta":       {inMetrics(`"network_stats":{"bytes_in":-1}`), "metrics.network_stats.bytes_in: negative", false},
		"fail/negative total":       {inMetrics(`"listening_tcp_ports":{"total":-1}`), "metrics.listening_tcp_ports.total: negative", false},
		"fail/fraction":             {inMetrics(`"network_stats":{"bytes_in":0.5}`), "metrics.network_stats.bytes_in: not an integer within 64 bits", false},
		"fail/beyond int64":         {inMetrics(`"network_stats":{"bytes_in":9223372036854775808}`), "metrics.network_stats.bytes_in: not an integer within 64 bits", false},
		"fail/count type":           {inMetrics(`"network_stats":{"bytes_in":"1"}`), "metrics.network_stats.bytes_in: not a number", false},
		"fail/block type":           {inMetrics(`"network_stats":[]`), "metrics.network_stats: not an object", false},
		"fail/ports type":           {inMetrics(`"listening_udp_ports":{"ports":{}}`), "metrics.listening_udp_ports.ports: not a list", false},
		"fail/ports element type":   {inMetrics(`"listening_udp_ports":{"ports":[{"port":1},22]}`), "metrics.listening_udp_ports.ports[1]: not an object", false},
		"fail/port type":            {inMetrics(`"listening_tcp_ports":{"ports":[{"port":"22"}]}`), "metrics.listening_tcp_ports.ports[0].port: not a number", false},
		"fail/port fraction":        {inMetrics(`"listening_tcp_ports":{"ports":[{"port":22.5}]}`), "metrics.listening_tcp_ports.ports[0].port: not an integer within 64 bits", false},
		"fail/interface type":       {inMetrics(`"listening_tcp_ports":{"ports":[{"interface":1}]}`), "metrics.listening_tcp_ports.ports[0].interface: not a string", false},
		"fail/remote_addr type":     {inMetrics(`"tcp_connections":{"established_connections":{"connections":[{"remote_addr":17}]}}`), "metrics.tcp_connections.established_connections.connections[0].remote_addr: not a string", false},
		"fail/local_port type":      {inMetrics(`"tc":{"ec":{"cs":[{"lp":true}]}}`), "metrics.tcp_connections.established_connections.connections[0].local_port: not a number", false},
		"fail/long and short":       {inMetrics(`"network_stats":{"bytes_in":1,"bi":1}`), "metrics.network_stats.bytes_in: given twice", false},
		"fail/custom no list":       {inCustom(`"a":{"number":0}`), "custom_metrics.a: not a list of one object", false},
		"fail/custom bare number":   {inCustom(`"a":0`), "custom_metrics.a: not a list of one object", false},
		"fail/custom empty list":    {inCustom(`"a":[]`), "custom_metrics.a: not a list of one object", false},
		"fail/custom two":           {inCustom(`"a":[{"number":1},{"number":2}]`), "custom_metrics.a: not a list of one object", false},
		"fail/custom no object":     {inCustom(`"a":[1]`), "custom_metrics.a: not a list of one object", false},
		"fail/custom empty object":  {inCustom(`"a":[{}]`), shape, false},
		"fail/custom two values":    {inCustom(`"a":[{"number":1,"ip_list":[]}]`), shape, false},
		"fail/custom number type":   {inCustom(`"a":[{"number":"1"}]`), "custom_metrics.a.number: not a number", false},
		"fail/custom numbers type":  {inCustom(`"a":[{"number_list":1}]`), "custom_metrics.a.number_list: not a list", false},
		"fail/custom numbers item":  {inCustom(`"a":[{"number_list":[1,"2"]}]`), "custom_metrics.a.number_list[1]: not a number", false},
		"fail/custom strings item":  {inCustom(`"a":[{"string_list":["a",1]}]`), "custom_metrics.a.string_list[1]: not a string", false},
		"fail/custom address item":  {inCustom(`"a":[{"ip_list":[null]}]`), "custom_metrics.a.ip_list[0]: not a string", false},
		"fail/custom ignored, type": {inCustom(`"a":[{"ip_list":["nowhere",1]}]`), "custom_metrics.a.ip_list[1]: not a string", false},
		"fail/custom type":          {inCustom(`"a":[{"string_list":"a"}]`), "custom_metrics.a.string_list: not a list", false},
		"fail/id known later":       {`{"metrics":{"network_stats":{"bytes_in":-1}},"header":{"version":"1.0","report_id":1}}`, "metrics.network_stats.bytes_in: negative", false},
	} {
		t.Run(name, func(t *testing.T) {
			wantMalformed(t, JSON, []byte(tc.in), tc.want, !tc.noID)
			if strings.Contains(tc.want, "twice") { // no map of Go holds a key twice, but this one has two names
				return
			}
			wantMalformed(t, CBOR, toCBOR(t, tc.in), tc.want, !tc.noID)
		})
	}
}

func TestParseReportJSONRefused(t *testing.T) {
	nested := strings.Repeat(`[`, maxDepth) + strings.Repeat(`]`, maxDepth)
	big := `{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":"` + strings.Repeat("y", MaxReport) + `"}`
	for name, tc := range map[string]struct {
		in, want string
		hasID    bool
	}{
		"fail/nothing":              {``, "JSON ends too early at byte 0", false},
		"fail/space":                {`  `, "JSON ends too early at byte 2", false},
		"fail/cut":                  {`{"header":{"report_id":1,"version":"1.0"},"metr`, "JSON ends inside a string at byte 47", true},
		"fail/cut in number":        {`{"header":{"report_id":-`, "JSON ends too early at byte 24", false},
		"fail/more":                 {inMetrics(``) + `1`, "JSON wants nothing after the report at byte 55", true},
		"fail/trailing comma":       {inMetrics(`"a":1,`), "JSON wants a member's name at byte 59", true},
		"fail/list comma":           {inMetrics(`"a":[1,]`), "JSON wants a value at byte 60", true},
		"fail/no colon":             {inMetrics(`"a" 1`), "JSON wants a colon at byte 57", true},
		"fail/no comma":             {inMetrics(`"a":1 "b":2`), "JSON wants a comma or the object's end at byte 59", true},
		"fail/no list comma":        {inMetrics(`"a":[1 2]`), "JSON wants a comma or the list's end at byte 60", true},
		"fail/single quotes":        {inMetrics(`'a':1`), "JSON wants a member's name at byte 53", true},
		"fail/literal":              {inMetrics(`"a":tru`), "JSON wants a value at byte 57", true},
		"fail/NaN":                  {inCustom(`"a":[{"number":NaN}]`), "JSON wants a value at byte 75", true},
		"fail/leading zero":         {inMetrics(`"network_stats":{"bytes_in":01}`), "number with a leading zero at byte 81", true},
		"fail/plus":                 {inMetrics(`"network_stats":{"bytes_in":+1}`), "JSON wants a value at byte 81", true},
		"fail/point":                {inMetrics(`"network_stats":{"bytes_in":1.}`), "JSON wants a digit at byte 83", true},
		"fail/exponent":             {inMetrics(`"network_stats":{"bytes_in":1e+}`), "JSON wants a digit at byte 84", true},
		"fail/double":               {inCustom(`"a":[{"number":1e309}]`), "custom_metrics.a.number: beyond the range of a double", true},
		"fail/twice":                {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"metrics":{}}`, "metrics: given twice", true},
		"fail/twice, escaped":       {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"\u006detrics":{}}`, "metrics: given twice", true},
		"fail/twice, unknown":       {`{"header":{"report_id":1,"version":"1.0"},"metrics":{"x":1,"y":1,"x":2}}`, `metrics: member "x" given twice`, true},
		"fail/twice, in unknown":    {`{"header":{"report_id":1,"version":"1.0"},"metrics":{},"x":[{"y":{"z":1,"\u007a":2}}]}`, `member "z" given twice`, true},
		"fail/twice, custom":        {inCustom(`"a":[{"number":1}],"a":[{"number":1}]`), `custom_metrics.a: member "a" given twice`, true},
		"fail/twice, report_id":     {`{"header":{"report_id":1,"rid":2,"version":"1.0"},"metrics":{}}`, `header.report_id: given twice`, true},
		"fail/control character":    {inMetrics("\"a\":\"\n\""), "control character in a string at byte 58", true},
		"fail/control, after \\":    {inMetrics("\"a\":\"\\n\n\""), "control character in a string at byte 60", true},
		"fail/invalid UTF-8":        {inMetrics("\"a\":\"\xff\""), "invalid UTF-8 at byte 58", true},
		"fail/invalid UTF-8 key":    {inMetrics("\"\xc0\xaf\":1"), "invalid UTF-8 at byte 54", true},
		"fail/UTF-8, after \\":      {inMetrics("\"a\":\"\\n\xed\xa0\x80\""), "invalid UTF-8 at byte 60", true},
		"fail/bad escape":           {inMetrics(`"a":"\x"`), "invalid escape at byte 58", true},
		"fail/cut in escape":        {inMetrics(`"a":"\\`)[:59], "JSON ends inside a string at byte 58", true},
		"fail/cut after escape":     {inMetrics(`"a":"\nb`)[:61], "JSON ends inside a string at byte 61", true},
		"fail/bad unicode":          {inMetrics(`"a":"\u12g4"`), "invalid escape at byte 58", true},
		"fail/too deep":             {inMetrics(`"a":` + nested), "nested deeper than 64", true},
		"fail/too big":              {big, "larger than 131072 bytes", false},
		"fail/byte order mark":      {"\ufeff" + inMetrics(``), "JSON wants a value at byte 0", false},
		"fail/broken before header": {`{"metrics":{"network_stats":{"bytes_in":01}},"header":{"report_id":1,"version":"1.0"}}`, "number with a leading zero at byte 40", false},
	} {
		t.Run(name, func(t *testing.T) { wantMalformed(t, JSON, []byte(tc.in), tc.want, tc.hasID) })
	}
}

// TestAgents reads what agents in the field really send.
func TestAgents(t *testing.T) {
	files, err := filepath.Glob("testdata/agents/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no reports of agents: %v", err)
	}
	for _, file := range files {
		t.Run("ok/"+filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := both(t, string(text))
			switch filepath.Base(file) {
			case "python_cut_lists.json":
				if n, _ := r.Count(NumEstablishedTCPConnections); n != 212 || len(r.Destinations) != 50 {
					t.Errorf("got total %d and %d destinations, want 212 and 50", n, len(r.Destinations))
				}
			case "c_device_client.json":
				if d := cmp.Diff(addrs("203.0.113.9", "2001:db8::9"), r.Destinations, sameReport); d != "" {
					t.Errorf("destinations (-want +got):\n%s", d)
				}
				if n, _ := r.Count(NumListeningTCPPorts); n != 1 || len(r.TCPPorts) != 3 {
					t.Errorf("got total %d and %d ports, want 1 and 3", n, len(r.TCPPorts))
				}
				if n, ok := r.Count(AllBytesOut); n != 1024 || !ok {
					t.Errorf("got bytes_out %d, %v, want 1024", n, ok)
				}
			}
		})
	}
}
