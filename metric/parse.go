package metric

import (
	"fmt"

	"github.com/cespare/xxhash/v2"
)

// Format is how a report is written.
type Format uint8

// The formats; a report's topic ends in their names.
const (
	JSON Format = iota + 1
	CBOR
)

// String returns the last level of the format's topic.
func (f Format) String() string {
	if f == CBOR {
		return "cbor"
	}
	return "json"
}

// ParseReport reads a device metrics report (docs/format/report.md) into r,
// which may hold an earlier one. The error is a *Malformed; r.HasID tells
// whether the report's id is known in spite of it. A report that is accepted
// costs no allocation once r has grown to the size of such reports. r keeps
// pointers into payload.
func ParseReport(f Format, payload []byte, r *Report) error {
	r.Reset()
	if r.builder == nil {
		r.builder = new(builder)
	}
	b := r.builder
	b.reset(r)
	if len(payload) > MaxReport {
		return &Malformed{Why: fmt.Sprintf("larger than %d bytes", MaxReport)}
	}
	if scan(f, payload, b) {
		return nil
	}
	err := b.err
	if !r.HasID {
		b.reset(r)
		b.headerOnly = true
		scan(f, payload, b)
	}
	return err
}

// Hash is what tells two payloads apart where a repeat is looked for. It is the
// same in every release and on every machine, for it is stored.
func Hash(payload []byte) uint64 { return xxhash.Sum64(payload) }

func scan(f Format, payload []byte, b *builder) bool {
	if f == CBOR {
		s := cborScanner{data: payload, b: b}
		return s.document()
	}
	s := jsonScanner{data: payload, b: b}
	return s.document()
}
