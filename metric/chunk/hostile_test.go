package chunk

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"strings"
	"testing"
)

// craft returns a chunk of points with the lists and a number of points as they
// are given, and a good checksum.
func craft(kind Kind, lists []byte, points func(w *writer), count uint16) []byte {
	w := writer{buf: append([]byte{version<<4 | byte(kind)}, lists...)}
	points(&w)
	if kind.lists() {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(len(lists)))
	}
	w.buf = binary.LittleEndian.AppendUint16(w.buf, count)
	return binary.LittleEndian.AppendUint32(w.buf, crc32.Checksum(w.buf, castagnoli))
}

// first writes a point with the value 0 at 1000 ms.
func first(w *writer) {
	w.put(1000, 48)
	w.put(0, 8)
}

// then writes another point after the first, of which the forecast is known.
func then(timeError, valueError int64) func(w *writer) {
	return func(w *writer) {
		first(w)
		w.rice(zigzag(timeError), secondTimeCost)
		w.rice(zigzag(valueError), 0)
	}
}

func TestHostile(t *testing.T) {
	port := []byte{1, 0, 22, 0}
	for name, test := range map[string]struct {
		sealed []byte
		want   string // of the error; empty: there is none
	}{
		"ok/one point":           {craft(Counts, nil, first, 1), ""},
		"ok/two points":          {craft(Counts, nil, then(5, 1), 2), ""},
		"ok/a port":              {craft(Ports, port, first, 1), ""},
		"fail/no points":         {craft(Counts, nil, first, 0), "0 points"},
		"fail/too many points":   {craft(Counts, nil, first, MaxPoints+1), "4097 points"},
		"fail/ends early":        {craft(Counts, nil, first, 2), "end of data"},
		"fail/more than points":  {craft(Counts, nil, then(5, 1), 1), "after the last point"},
		"fail/not filled with 0": {craft(Counts, nil, func(w *writer) { first(w); w.put(1, 1) }, 1), "after the last point"},
		"fail/kind 0":            {craft(0, nil, first, 1), "kind 0"},
		"fail/kind 7":            {craft(7, nil, first, 1), "kind 7"},
		"fail/time falls":        {craft(Counts, nil, then(-1, 0), 2), "time 999 after 1000"},
		"fail/time too late":     {craft(Counts, nil, then(MaxTime, 0), 2), "after 1000"},
		"fail/time overflows":    {craft(Counts, nil, then(math.MaxInt64, 0), 2), "after 1000"},
		"fail/scale in counts": {craft(Counts, nil, func(w *writer) {
			w.put(1000, 48)
			w.put(firstScale+1, 8)
			w.long(0)
		}, 1), "scale 1"},
		"fail/scale 18": {craft(Number, nil, func(w *writer) {
			w.put(1000, 48)
			w.put(firstScale+numScales, 8)
			w.long(0)
		}, 1), "scale 18"},
		"fail/scale the same": {craft(Number, nil, func(w *writer) {
			first(w)
			w.rice(0, secondTimeCost)
			w.put(1<<escape-1, escape)
			w.put(firstScale, 8)
			w.long(0)
		}, 2), "scale 0 after 0"},
		"fail/value of 255 bits": {craft(Counts, nil, func(w *writer) {
			first(w)
			w.rice(0, secondTimeCost)
			w.put(1<<escape-1, escape)
			w.put(surprise, 8)
		}, 2), "scale 190"},
		"fail/scale for a time": {craft(Number, nil, func(w *writer) {
			first(w)
			w.put(1<<escape-1, escape)
			w.put(firstScale+1, 8)
		}, 2), "code 66"},
		"fail/run too long": {craft(Counts, nil, func(w *writer) {
			then(0, 0)(w) // at the time of the first, and so is all that follows
			w.rice(0, thirdTimeCost)
			w.rice(0, 0)
			w.gamma(3)
		}, 4), "a run of 2 points where 1 are left"},
		"fail/list that is none":    {craft(Ports, port, then(5, 1), 2), "list 1 of 1"},
		"fail/no lists":             {craft(Ports, nil, first, 1), "list 0 of 0"},
		"fail/list without end":     {craft(Ports, []byte{200}, first, 1), "length of list 0"},
		"fail/list too long":        {craft(Ports, []byte{3, 0, 22, 0}, first, 1), "list 0"},
		"fail/element that is none": {craft(Ports, []byte{2, 0, 22, 0, 2}, first, 1), "names an element"},
		"fail/half a port":          {craft(Ports, []byte{1, 0, 22}, first, 1), "element 0"},
		"fail/address of 5 bytes":   {craft(Addresses, []byte{1, 0, 5, 1, 2, 3, 4, 5}, first, 1), "element 0"},
		"fail/string too long":      {craft(Strings, []byte{1, 0, 2, 'a'}, first, 1), "element 0"},
		"fail/string of 2^63 bytes": {craft(Strings, append([]byte{1, 0}, binary.AppendUvarint(nil, 1<<63)...), first, 1), "element 0"},
		"fail/number in scale 16":   {craft(Numbers, []byte{1, 0, 16, 0}, first, 1), "element 0"},
		"fail/lists beyond the data": {craft(Counts, nil, func(w *writer) {
			w.put(0x00000100, 32) // little-endian 65536
			w.buf[0] = version<<4 | byte(Ports)
		}, 1), "lists of 65536 bytes where 0 are left"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Resume(nil, test.sealed)
			switch {
			case test.want == "" && err != nil:
				t.Fatal(err)
			case test.want != "" && (!errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got error %v, want %v about %q", err, ErrCorrupt, test.want)
			}
		})
	}
}

// An append to bytes that are not the state's is told, not obeyed.
func TestForeignBytes(t *testing.T) {
	var in Interner
	s := New(Ports)
	buf, err := in.AppendPorts(&s, nil, 0, []uint16{22})
	if err != nil {
		t.Fatal(err)
	}
	buf[headLen] = 200
	if _, err := in.AppendPorts(&s, buf, 0, []uint16{22}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got error %v, want %v", err, ErrCorrupt)
	}
}
