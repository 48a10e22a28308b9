package timestamp

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"vedette/cli/document"
)

// numeric returns a value that is a number to Python; integers keep all digits.
func numeric(v document.Value) (any, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case int64, float64, *big.Int:
		return v, true
	}
	return nil, false
}

// fromEpoch returns the local time of a number of seconds since 1970: an int64, a
// *big.Int or a float64. Shown is the value as it was given.
func fromEpoch(seconds any, shown document.Value, now time.Time) (moment, error) {
	whole, micro := int64(0), int64(0)
	switch n := seconds.(type) {
	case int64:
		whole = n
	case *big.Int:
		return moment{}, fatal("timestamp out of range for platform time_t")
	case float64:
		if math.IsNaN(n) {
			return moment{}, invalid("Invalid value NaN (not a number)")
		}
		var ok bool
		if whole, micro, ok = split(n); !ok {
			return moment{}, fatal("timestamp out of range for platform time_t")
		}
	}
	switch year := yearOf(whole); {
	// The system's calendar holds years in 32 bits, counted from 1900.
	case year-1900 < math.MinInt32 || year-1900 > math.MaxInt32:
		return moment{}, fatal(fmt.Sprintf(`Unable to calculate correct timezone offset for "%s"`, document.Text(shown)))
	case year < 1 || year > 9999:
		return moment{}, invalid("year %d is out of range", int32(year)) // the last years that the system has overflow
	}
	zone := localZone(now)
	wall, second, err := zone.fromUTC(time.Unix(whole, micro*1000).UTC())
	return moment{wall, zone.moment(second)}, err
}

// split takes a float apart into seconds and microseconds, rounded to the nearest
// and halves to even. False: it does not fit.
func split(f float64) (seconds, micro int64, ok bool) {
	whole, fraction := math.Modf(f)
	fraction = math.RoundToEven(fraction * 1e6)
	switch {
	case fraction >= 1e6:
		fraction -= 1e6
		whole++
	case fraction < 0:
		fraction += 1e6
		whole--
	}
	if whole < -1<<63 || whole >= 1<<63 {
		return 0, 0, false
	}
	return int64(whole), int64(fraction), true
}

// yearOf returns the year of a number of seconds since 1970, however large.
func yearOf(seconds int64) int64 {
	const cycle = 146097 * 24 * 60 * 60 // 400 years
	cycles, rest := seconds/cycle, seconds%cycle
	return int64(time.Unix(rest, 0).UTC().Year()) + 400*cycles
}
