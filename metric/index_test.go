package metric

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnique compares with the plain way, on lists below and above shortList.
func TestUnique(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var x index
	for range 300 {
		list := make([]uint16, rnd.IntN(200))
		for i := range list {
			list[i] = uint16(rnd.IntN(100))
		}
		var want []uint16
		for _, p := range list {
			if !slices.Contains(want, p) {
				want = append(want, p)
			}
		}
		if got := unique(&x, slices.Clone(list), hashPort, equalPort); !slices.Equal(got, want) {
			t.Fatalf("unique(%v) = %v, want %v", list, got, want)
		}
	}
}

// TestLongLists: what is said twice counts once in long lists, too.
func TestLongLists(t *testing.T) {
	var ports, conns, numbers, texts, ips []string
	for i := range 300 {
		k := i % 100
		ports = append(ports, fmt.Sprintf(`{"port":%d}`, k+1))
		conns = append(conns, fmt.Sprintf(`{"remote_addr":"192.0.2.%d:%d"}`, k, i+1))
		numbers = append(numbers, fmt.Sprintf(`%d.5`, k))
		texts = append(texts, fmt.Sprintf(`"s%d"`, k))
		ips = append(ips, fmt.Sprintf(`"2001:db8::%x"`, k))
	}
	join := func(list []string) string { return strings.Join(list, ",") }
	in := inMetrics(`"tp":{"pts":[` + join(ports) + `]},"tc":{"ec":{"cs":[` + join(conns) + `]}}`)
	in = strings.TrimSuffix(in, "}") + `,"cmet":{"n":[{"number_list":[` + join(numbers) + `]}],"s":[{"string_list":[` + join(texts) + `]}],"i":[{"ip_list":[` + join(ips) + `]}]}}`
	r := both(t, in)
	if len(r.TCPPorts) != 100 || len(r.Destinations) != 100 {
		t.Errorf("got %d ports and %d destinations, want 100", len(r.TCPPorts), len(r.Destinations))
	}
	for _, c := range r.Custom {
		if n := len(c.Numbers) + len(c.Strings) + len(c.Addrs); n != 100 {
			t.Errorf("%s: got %d values, want 100", c.Name, n)
		}
	}
	if n, _ := r.Count(NumListeningTCPPorts); n != 300 {
		t.Errorf("got count %d, want the list's length, 300", n)
	}
}

// TestManyKeys finds the one key given twice among many, at any distance.
func TestManyKeys(t *testing.T) {
	for _, n := range []int{2, shortList - 1, shortList, shortList + 1, 500} {
		for _, twice := range []int{0, n / 2, n - 1} {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, `"k%d":{"k%d":1,"x":[{"x":2}]},`, i, i)
			}
			whole := strings.TrimSuffix(b.String(), ",")
			var r Report
			if err := ParseReport(JSON, []byte(inMetrics(whole)), &r); err != nil {
				t.Fatalf("%d keys: %v", n, err)
			}
			wantMalformed(t, JSON, []byte(inMetrics(fmt.Sprintf(`%s"k%d":1`, b.String(), twice))), fmt.Sprintf(`metrics: member "k%d" given twice`, twice), true)
		}
	}
}

// TestReuse: a report leaves nothing in the next one, whatever it was.
func TestReuse(t *testing.T) {
	var reused Report
	small := inCustom(`"x":[{"number":1}]`)
	for _, first := range []string{string(fullReport(t)), `{"header":{"report_id":7`, inMetrics(`"network_stats":{"bytes_in":-1}`), `[`, small} {
		_ = ParseReport(JSON, []byte(first), &reused)
		if err := ParseReport(JSON, []byte(small), &reused); err != nil {
			t.Fatal(err)
		}
		var fresh Report
		if err := ParseReport(JSON, []byte(small), &fresh); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(fresh, reused, sameReport); d != "" {
			t.Errorf("after %.40s (-fresh +reused):\n%s", first, d)
		}
	}
}

// TestGivesBack: memory that only a hostile report needed is not kept.
func TestGivesBack(t *testing.T) {
	var ports, keys strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&ports, `,{"pt":%d}`, i+1)
		fmt.Fprintf(&keys, `,"\u0061%d":[{"number":1}]`, i)
	}
	var r Report
	for _, text := range []string{inMetrics(`"tp":{"pts":[` + ports.String()[1:] + `]}`), inCustom(keys.String()[1:]), inMetrics(``)} {
		if err := ParseReport(JSON, []byte(text), &r); err != nil {
			t.Fatal(err)
		}
	}
	if cap(r.TCPPorts) > maxIdleItems || cap(r.Custom) > maxIdleCustom || cap(r.builder.keys) > maxIdleItems || cap(r.builder.text) > maxIdleText || len(r.builder.byKey.slots) > maxIdleSlots {
		t.Errorf("kept %d ports, %d custom values, %d keys, %d bytes of text, %d slots",
			cap(r.TCPPorts), cap(r.Custom), cap(r.builder.keys), cap(r.builder.text), len(r.builder.byKey.slots))
	}
}

func TestHashNumber(t *testing.T) {
	var zero float64
	if hashNumber(zero) != hashNumber(-zero) {
		t.Error("0 and -0 are equal, their hashes are not")
	}
	if hashAddr(netip.MustParseAddr("::1")) == hashAddr(netip.MustParseAddr("::2")) {
		t.Error("hashes of different addresses are equal")
	}
}
