package suggest

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func parsed(texts ...string) (list []netip.Addr) {
	for _, s := range texts {
		list = append(list, netip.MustParseAddr(s))
	}
	return list
}

func TestCover(t *testing.T) {
	for name, test := range map[string]struct{ normal, rare, want []string }{
		"ok/nothing":          {nil, []string{"10.0.0.1"}, nil},
		"ok/one":              {[]string{"10.0.0.1", "10.0.0.1"}, nil, []string{"10.0.0.1/32"}},
		"ok/two halves":       {[]string{"10.0.0.1", "10.0.0.2"}, nil, []string{"10.0.0.0/30"}},
		"ok/no wider":         {[]string{"10.0.0.1", "10.0.1.1"}, nil, []string{"10.0.0.1/32", "10.0.1.1/32"}},
		"ok/around":           {[]string{"10.0.0.0", "10.0.0.3", "10.0.0.200"}, []string{"10.0.0.100"}, []string{"10.0.0.0/30", "10.0.0.200/32"}},
		"ok/between":          {[]string{"10.0.0.0", "10.0.0.2"}, []string{"10.0.0.1"}, []string{"10.0.0.0/32", "10.0.0.2/32"}},
		"ok/both families":    {[]string{"10.0.0.1", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"}, nil, []string{"10.0.0.1/32", "2001:db8::/126", "2001:db8:0:1::1/128"}},
		"ok/rare elsewhere":   {[]string{"10.0.0.0", "10.0.0.255"}, []string{"10.0.1.0", "9.255.255.255"}, []string{"10.0.0.0/24"}},
		"ok/the last address": {[]string{"255.255.255.254", "255.255.255.255"}, nil, []string{"255.255.255.254/31"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range cover(parsed(test.normal...), parsed(test.rare...)) {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// fewest is the least number of networks within net that cover what is normal there,
// by trying every network.
func fewest(net netip.Prefix, normal, rare []netip.Addr) int {
	in := func(a netip.Addr) bool { return net.Contains(a) }
	switch {
	case !slices.ContainsFunc(normal, in):
		return 0
	case !slices.ContainsFunc(rare, in):
		return 1
	}
	low := netip.PrefixFrom(net.Addr(), net.Bits()+1)
	bytes := net.Addr().AsSlice()
	bytes[net.Bits()/8] |= 0x80 >> (net.Bits() % 8)
	high, _ := netip.AddrFromSlice(bytes)
	return fewest(low, normal, rare) + fewest(netip.PrefixFrom(high, net.Bits()+1), normal, rare)
}

// A cover has all that is normal and nothing rare, no network that is too large or larger
// than it needs to be, and no fewer networks would do.
func TestCoverHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var normal, rare []netip.Addr
		seen := map[netip.Addr]bool{}
		base := rapid.SampledFrom([]string{"10.1.%d.%d", "2001:db8:0:%d::%d"}).Draw(t, "family")
		for range rapid.IntRange(0, 60).Draw(t, "addresses") {
			a := netip.MustParseAddr(fmt.Sprintf(base, rapid.IntRange(0, 2).Draw(t, "network"), rapid.IntRange(0, 255).Draw(t, "host")))
			if seen[a] {
				continue
			}
			seen[a] = true
			if rapid.Bool().Draw(t, "rare") {
				rare = append(rare, a)
			} else {
				normal = append(normal, a)
			}
		}
		nets := cover(normal, rare)
		covers := func(a netip.Addr) bool {
			return slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(a) })
		}
		for _, a := range normal {
			if !covers(a) {
				t.Fatalf("%v is normal, and not in %v", a, nets)
			}
		}
		for _, a := range rare {
			if covers(a) {
				t.Fatalf("%v is rare, and in %v", a, nets)
			}
		}
		least, places := 0, map[netip.Prefix]bool{}
		for _, a := range normal {
			if p := networkOf(a); !places[p] {
				places[p] = true
				least += fewest(p, normal, rare)
			}
		}
		if len(nets) != least {
			t.Fatalf("%d networks where %d do: %v", len(nets), least, nets)
		}
		for _, p := range nets {
			n := 0
			for _, half := range []int{0, 1} {
				bytes := p.Addr().AsSlice()
				if p.IsSingleIP() {
					n = 2
					break
				}
				if half == 1 {
					bytes[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
				}
				a, _ := netip.AddrFromSlice(bytes)
				if slices.ContainsFunc(normal, netip.PrefixFrom(a, p.Bits()+1).Contains) {
					n++
				}
			}
			if n < 2 {
				t.Fatalf("%v could be smaller", p)
			}
		}
	})
}
