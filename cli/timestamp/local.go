package timestamp

import "time"

// local is the zone of the machine, as AWS CLI sees it: a standard and a daylight
// saving time of the current year, used for all years. Of the past and the future
// it knows only when daylight saving time was and will be in force. A zone that
// had another standard time in the past is therefore wrong there, as in AWS CLI.
type local struct {
	location     *time.Location
	standard     time.Duration // east of UTC
	saved        time.Duration // what daylight saving time adds; 0: there is none
	standardName string
	daylightName string
}

// localZone returns the zone of now.
func localZone(now time.Time) *local {
	const year = (365*24 + 6) * 60 * 60 * time.Second
	// Python looks half a year apart, beginning where a year of 365 days and six
	// hours begins.
	winter := time.Unix(now.Unix()/int64(year/time.Second)*int64(year/time.Second), 0).In(now.Location())
	summer := winter.Add(year / 2)
	name, offset := winter.Zone()
	otherName, otherOffset := summer.Zone()
	if offset > otherOffset { // south of the equator
		name, otherName, offset, otherOffset = otherName, name, otherOffset, offset
	}
	return &local{
		location:     now.Location(),
		standard:     time.Duration(offset) * time.Second,
		saved:        time.Duration(otherOffset-offset) * time.Second,
		standardName: name,
		daylightName: otherName,
	}
}

// moment returns the zone of a moment in l.
func (l *local) moment(second bool) zone { return zone{local: l, second: second} }

// names tells whether a word is a name of the zone.
func (l *local) names(word string) bool { return word == l.standardName || word == l.daylightName }

// saving tells whether daylight saving time is in force when the standard clock
// shows wall.
func (l *local) saving(wall time.Time) bool {
	return l.saved != 0 && wall.Add(-l.standard).In(l.location).IsDST()
}

// ambiguous tells whether the local clock shows wall twice.
func (l *local) ambiguous(wall time.Time) bool {
	return l.saved != 0 && !l.saving(wall) && l.saving(wall.Add(-l.saved))
}

// daylight tells whether a local time is daylight saving time; second: it is the
// second one that the clock shows.
func (l *local) daylight(wall time.Time, second bool) (bool, error) {
	if l.saved == 0 {
		return false, nil
	}
	if _, err := inRange(wall.Add(-l.saved)); err != nil {
		return false, err
	}
	if l.ambiguous(wall) {
		return !second, nil
	}
	return l.saving(wall), nil
}

// offset returns how far east of UTC the zone is at a local time.
func (l *local) offset(wall time.Time, second bool) (time.Duration, error) {
	daylight, err := l.daylight(wall, second)
	if daylight {
		return l.standard + l.saved, err
	}
	return l.standard, err
}

// name returns what the zone is called at a local time.
func (l *local) name(wall time.Time, second bool) string {
	if daylight, _ := l.daylight(wall, second); daylight {
		return l.daylightName
	}
	return l.standardName
}

// fromUTC returns the local time of a time in UTC, and whether the clock showed
// it once before.
func (l *local) fromUTC(utc time.Time) (wall time.Time, second bool, err error) {
	if _, err := l.daylight(utc, false); err != nil {
		return utc, false, err // Python asks this first, to no purpose
	}
	if wall, err = inRange(utc.Add(l.standard)); err != nil {
		return wall, false, err
	}
	daylight, err := l.daylight(wall, true)
	if err != nil {
		return wall, false, err
	}
	standard := wall
	if daylight {
		if wall, err = inRange(wall.Add(l.saved)); err != nil {
			return wall, false, err
		}
	}
	return wall, wall.Equal(standard) && l.ambiguous(wall), nil
}
