package metric

import (
	"fmt"
	"strings"
)

// maxDepth is how deep objects and lists may nest; the format itself needs 7.
const maxDepth = 64

// Malformed says why a report is refused.
type Malformed struct {
	Field string // the member at fault by its long names, "metrics.network_stats.bytes_in"; empty: the document itself
	Why   string
}

// Error implements error.
func (m *Malformed) Error() string {
	if m.Field == "" {
		return m.Why
	}
	return m.Field + ": " + m.Why
}

// builder makes a Report of what a scanner finds, member by member. It knows
// the format and its rules; the scanners know only their syntax. Each of its
// methods returns false when the report is refused; err then says why.
//
// A scanner announces each member of an object with key and each element of a
// list with element, and then gives the value: begin … end, str, integer,
// number or literal.
type builder struct {
	r   *Report
	err *Malformed

	field field // what the next value is
	depth int
	stack [maxDepth + 1]frame

	headerOnly bool // second look at a refused report: find report_id, mind nothing else

	custom *CustomValue // being read
	ignore bool         // custom is outside its data rules, or has a name that no metric can have
	port   int64        // of the element of a port list being read; 0: none

	objects uint32 // objects begun so far
	keys    []keyAt
	byKey   index // over the first keys, made when an object has many
	indexed int   // how many of keys are in it
	byItem  index // for unique
	text    []byte
}

// frame is an object or list that has begun and not ended.
type frame struct {
	field  field
	list   bool
	object uint32 // number of the object in the report
	n      int32  // elements of the list so far
	keys   int32  // length of builder.keys when it began
	seen   uint64 // known members so far, by bit
}

// keyAt is a key that the format does not know, in one object.
type keyAt struct {
	object uint32
	key    []byte
}

// Largest capacities that are kept between reports: what no sane device uses
// is given back.
const (
	maxIdleText  = 16 << 10
	maxIdleItems = 1 << 10
)

func (b *builder) reset(r *Report) {
	b.r, b.err = r, nil
	b.field, b.depth, b.headerOnly = root, 0, false
	b.custom, b.ignore, b.port = nil, false, 0
	b.objects = 0
	clear(b.keys)
	b.keys = reuse(b.keys)
	b.byKey.reset()
	b.indexed = 0
	b.byItem.reset()
	b.text = b.text[:0]
	if cap(b.text) > maxIdleText {
		b.text = nil
	}
}

// reuse returns list empty, or nil when it has grown too big to be kept.
func reuse[T any](list []T) []T {
	if cap(list) > maxIdleItems {
		return nil
	}
	return list[:0]
}

// fail refuses the report for what is wrong with the value or key at hand.
func (b *builder) fail(why string) bool {
	if b.err == nil {
		b.err = &Malformed{Field: b.path(), Why: why}
	}
	return false
}

// failSyntax refuses the report because it is no JSON or CBOR at all from
// byte pos on.
func (b *builder) failSyntax(pos int, why string) bool {
	if b.err == nil {
		b.err = &Malformed{Why: fmt.Sprintf("%s at byte %d", why, pos)}
	}
	return false
}

// path names the value at hand by the long names of the members it is in.
func (b *builder) path() string {
	var p strings.Builder
	for i := 2; i <= b.depth; i++ {
		b.step(&p, &b.stack[i-1], b.stack[i].field)
	}
	if b.depth > 0 {
		b.step(&p, &b.stack[b.depth], b.field)
	}
	return p.String()
}

// step writes the name of the member or element f of the container in.
func (b *builder) step(p *strings.Builder, in *frame, f field) {
	if in.list {
		if in.field != customMetric && in.field != unknown {
			fmt.Fprintf(p, "[%d]", in.n-1)
		}
		return
	}
	name := names[f]
	if f == customMetric && b.custom != nil {
		name = string(b.custom.Name[:min(len(b.custom.Name), MaxThing)])
	}
	if name == "" {
		return
	}
	if p.Len() > 0 {
		p.WriteByte('.')
	}
	p.WriteString(name)
}

// key announces the member called key of the object that began last. The
// builder may keep key.
func (b *builder) key(key []byte) bool {
	in := &b.stack[b.depth]
	f := unknown
	if in.field == customMetrics {
		f = customMetric
	} else if in.field != unknown {
		f = member(in.field, key)
	}
	b.field = f
	if b.headerOnly {
		if f != header && f != headerReportID {
			b.field = unknown
		}
		return true
	}
	if f == unknown || f == customMetric {
		return b.newKey(in, f, key)
	}
	if bit := uint64(1) << f; in.seen&bit == 0 {
		in.seen |= bit
		return true
	}
	return b.fail("given twice")
}

// newKey checks that a key that the format does not know is the only one of
// its name in its object.
func (b *builder) newKey(in *frame, f field, key []byte) bool {
	fresh := true
	if since := b.keys[in.keys:]; len(since) < shortList {
		for i := range since {
			fresh = fresh && !(since[i].object == in.object && equalBytes(since[i].key, key))
		}
		b.keys = append(b.keys, keyAt{in.object, key})
	} else {
		b.keys = append(b.keys, keyAt{in.object, key})
		fresh = b.index()
	}
	if f == customMetric {
		b.beginCustom(key)
	}
	if !fresh {
		return b.fail(fmt.Sprintf("member %.140q given twice", key))
	}
	return true
}

// index enters the keys into byKey that are not in it yet, and tells whether
// the last one is new.
func (b *builder) index() (fresh bool) {
	for ; b.indexed < len(b.keys); b.indexed++ {
		k := &b.keys[b.indexed]
		hash := hashBytes(k.key) ^ uint64(k.object)*0x9e3779b97f4a7c15
		fresh = b.byKey.add(hash, b.indexed, func(at int) bool {
			return b.keys[at].object == k.object && equalBytes(b.keys[at].key, k.key)
		})
	}
	return fresh
}

// element announces the next element of the list that began last.
func (b *builder) element() {
	in := &b.stack[b.depth]
	in.n++
	b.field = rules[in.field].item
}

// beginObject starts an object as the value of the member or element announced.
func (b *builder) beginObject() bool {
	if w := rules[b.field].want; w != wantObject && w != wantAny && b.field != customValue {
		return b.wrongType()
	}
	b.objects++
	return b.push(false)
}

// beginList starts a list as the value of the member or element announced.
func (b *builder) beginList() bool {
	r := &rules[b.field]
	switch {
	case r.want == wantAny, b.field == customMetric:
	case r.want != wantList:
		return b.wrongType()
	case r.custom != 0:
		b.custom.Kind = r.custom
	default:
		b.r.Listed |= 1 << (r.metric - 1)
	}
	return b.push(true)
}

// push enters the object or list that begins. The frame is written in place:
// this is as hot as it gets.
func (b *builder) push(list bool) bool {
	if b.depth >= maxDepth {
		b.err = &Malformed{Why: fmt.Sprintf("nested deeper than %d", maxDepth)}
		return false
	}
	b.depth++
	f := &b.stack[b.depth]
	f.field, f.list, f.object, f.keys, f.n, f.seen = b.field, list, b.objects, int32(len(b.keys)), 0, 0
	return true
}

// end closes the object or list that began last.
func (b *builder) end() bool {
	f := &b.stack[b.depth]
	b.depth--
	b.field = f.field
	return !rules[f.field].closes || b.headerOnly || b.close(f)
}

// wrongType refuses the value at hand for its type.
func (b *builder) wrongType() bool {
	switch rules[b.field].want {
	case wantObject:
		return b.fail("not an object")
	case wantList:
		return b.fail("not a list")
	case wantString:
		return b.fail("not a string")
	case wantCustom:
		return b.fail(notOneObject)
	}
	return b.fail("not a number")
}

const notOneObject = "not a list of one object"
