package metric

// str takes a string. The builder may keep s.
func (b *builder) str(s []byte) bool {
	switch b.field {
	case headerVersion:
		return version1(s) || b.fail("not 1.x, the only version known")
	case remoteAddr:
		if a, ok := parseRemote(s); ok {
			b.r.Destinations = append(b.r.Destinations, a)
		}
		return true
	case customStringsItem:
		b.ignore = b.ignore || !customString(s)
		b.custom.Strings = append(b.custom.Strings, s)
		return true
	case customAddrsItem:
		a, ok := parseAddr(s)
		b.ignore = b.ignore || !ok
		b.custom.Addrs = append(b.custom.Addrs, a)
		return true
	}
	w := rules[b.field].want
	return w == wantString || w == wantAny || b.wrongType()
}

// version1 tells whether s is Major.Minor with the major number 1.
func version1(s []byte) bool {
	if len(s) < 3 || len(s) > 12 || s[0] != '1' || s[1] != '.' {
		return false
	}
	for _, c := range s[2:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// literal takes true, false or null.
func (b *builder) literal() bool { return rules[b.field].want == wantAny || b.wrongType() }

// wantsInteger tells whether the value announced must be an integer, so that a
// scanner must not round it.
func (b *builder) wantsInteger() bool { return rules[b.field].want == wantInteger }

// wantsNumber tells whether the value announced is a number of a custom metric.
func (b *builder) wantsNumber() bool { return rules[b.field].want == wantNumber }

// integer takes a number that is an integer within 64 bits.
func (b *builder) integer(v int64) bool {
	r := &rules[b.field]
	if r.want != wantInteger {
		return b.number(float64(v))
	}
	if r.metric != 0 {
		if v < 0 {
			return b.fail("negative")
		}
		b.r.setCount(r.metric, v)
		return true
	}
	switch b.field {
	case headerReportID:
		b.r.ID, b.r.HasID = v, true
	case tcpPortNumber, udpPortNumber:
		b.port = v
	}
	return true
}

// number takes a number where any will do: in a custom metric, or where it is
// skipped.
func (b *builder) number(v float64) bool {
	switch b.field {
	case unknown:
		return true
	case customNumber:
		b.custom.Kind, b.custom.Number = Number, v
		return true
	case customNumbersItem:
		b.custom.Numbers = append(b.custom.Numbers, v)
		return true
	}
	return b.wrongType()
}

// beginCustom makes room for the custom metric called name.
func (b *builder) beginCustom(name []byte) {
	b.custom = b.r.AddCustom()
	b.custom.Name = name
	b.ignore = !customName(name)
}

// close checks and finishes the object or list f.
func (b *builder) close(f *frame) bool {
	switch f.field {
	case root:
		return b.endRoot(f)
	case header:
		return b.endHeader(f)
	case connections:
		b.r.Destinations = unique(&b.byItem, b.r.Destinations, hashAddr, equalAddr)
		b.countElements(f)
	case tcpPort:
		b.r.TCPPorts = b.addPort(b.r.TCPPorts)
	case udpPort:
		b.r.UDPPorts = b.addPort(b.r.UDPPorts)
	case tcpPorts:
		b.r.TCPPorts = unique(&b.byItem, b.r.TCPPorts, hashPort, equalPort)
		b.countElements(f)
	case udpPorts:
		b.r.UDPPorts = unique(&b.byItem, b.r.UDPPorts, hashPort, equalPort)
		b.countElements(f)
	case customMetric:
		return b.endCustom(f)
	case customValue:
		if f.seen == 0 || f.seen&(f.seen-1) != 0 {
			return b.fail("not exactly one of number, number_list, string_list and ip_list")
		}
	}
	return true
}

// has tells whether the object f has the known member m.
func (f *frame) has(m field) bool { return f.seen&(1<<m) != 0 }

func (b *builder) endRoot(f *frame) bool {
	switch {
	case !f.has(header):
		return b.fail("header missing")
	case !f.has(metrics) && !f.has(customMetrics):
		return b.fail("metrics and custom_metrics missing")
	}
	return true
}

func (b *builder) endHeader(f *frame) bool {
	switch {
	case !f.has(headerReportID):
		return b.fail("report_id missing")
	case !f.has(headerVersion):
		return b.fail("version missing")
	}
	return true
}

// addPort ends an element of a port list. A port that cannot be is dropped.
func (b *builder) addPort(list []uint16) []uint16 {
	port := b.port
	b.port = 0
	if port < 1 || port > 65535 {
		return list
	}
	return append(list, uint16(port))
}

// countElements takes the length of the list f as a count, unless the report
// gives a total. A total that comes later takes its place.
func (b *builder) countElements(f *frame) {
	id := rules[f.field].length
	if b.r.Counted&(1<<(id-1)) == 0 {
		b.r.setCount(id, int64(f.n))
	}
}

// endCustom finishes a custom metric.
func (b *builder) endCustom(f *frame) bool {
	if f.n != 1 {
		return b.fail(notOneObject)
	}
	c := b.custom
	switch c.Kind {
	case Numbers:
		c.Numbers = unique(&b.byItem, c.Numbers, hashNumber, equalNumber)
	case Strings:
		c.Strings = unique(&b.byItem, c.Strings, hashBytes, equalBytes)
	case Addresses:
		c.Addrs = unique(&b.byItem, c.Addrs, hashAddr, equalAddr)
	}
	if b.ignore {
		b.r.Custom = b.r.Custom[:len(b.r.Custom)-1]
	}
	b.custom = nil
	return true
}
