package timestamp

import (
	"encoding/binary"
	"os"
	"strings"
	"time"
)

// Zone returns the zone that a value of the environment variable TZ stands for, as
// the C library has it: a name of the zone database, the path of a file, or a rule
// (CET-1CEST,M3.5.0,M10.5.0/3). UTC if it is none of these. Go's time.Local knows
// no rules.
func Zone(tz string) *time.Location {
	tz = strings.TrimPrefix(tz, ":")
	if strings.HasPrefix(tz, "/") {
		if data, err := os.ReadFile(tz); err == nil {
			if location, err := time.LoadLocationFromTZData(tz, data); err == nil {
				return location
			}
		}
		return time.UTC
	}
	if location, err := time.LoadLocation(tz); err == nil {
		return location
	}
	location, err := time.LoadLocationFromTZData(tz, ruleFile(tz))
	if err != nil {
		return time.UTC
	}
	return location
}

// ruleFile returns a file of the zone database (RFC 8536) without any transition,
// for which the rule at its end holds at all times.
func ruleFile(rule string) []byte {
	block := func(version byte) []byte {
		b := append([]byte("TZif"), version)
		b = append(b, make([]byte, 15)...)
		for _, count := range []uint32{0, 0, 0, 0, 1, 4} { // one type of time, four bytes of names
			b = binary.BigEndian.AppendUint32(b, count)
		}
		return append(b, "\x00\x00\x00\x00\x00\x00UTC\x00"...) // offset, daylight saving, name
	}
	return append(append(block('2'), block('2')...), "\n"+rule+"\n"...)
}
