package detect

import "math"

// Totals recognises a thing that sends totals since its start where deltas are asked
// for: its values only grow, and fall only when it restarts. The zero value is ready;
// one takes 16 bytes, and Add takes a comparison or two and allocates nothing.
//
// The rule: 48 values in a row, each larger than the one before, but for at most one in
// ten that is equal; a fall to a quarter or less is a restart and does not count against
// it, any other fall begins the row anew. Deltas that are independent of each
// other pass it by chance about never (1 in 48!); what passes it wrongly is traffic
// that swells without a single dip for 48 reports, which is four hours of one every 300 s. A
// device whose traffic does not change any more is not recognised until it grows again.
type Totals struct {
	last        int64
	rises, same uint16 // steps of the row
	begun, sure bool
}

// totalsRow is the number of rises after which a thing counts as one that sends totals.
const totalsRow = 48

// Add takes the next value, oldest first, and returns what Cumulative returns then.
func (t *Totals) Add(v int64) bool {
	last, begun := t.last, t.begun
	t.last, t.begun = v, true
	switch {
	case !begun:
	case v > last:
		if t.rises < totalsRow {
			t.rises++
		}
		t.sure = t.sure || t.rises == totalsRow
	case v == last && !t.sure:
		if t.same++; t.same > totalsRow/10 && t.same > t.rises/10 {
			t.rises, t.same = 0, 0
		}
	case v == last:
	case v > last/4:
		t.rises, t.same, t.sure = 0, 0, false
	}
	return t.sure
}

// Cumulative tells whether the values so far are totals.
func (t *Totals) Cumulative() bool { return t.sure }

// sending is what the engine knows of things that send totals.
type sending struct {
	things    int
	converted int    // of them, those of which deltas are made
	latest    string // of the others, the one recognised last
}

// SendingTotals returns how many things send totals instead of deltas, as far as this
// engine has seen since it was made or loaded; of how many of them deltas are made; and
// of the others the one that it recognised last. It may be called at any time.
func (e *Engine) SendingTotals() (things, converted int, latest string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sending.things, e.sending.converted, e.sending.latest
}

// noteTotals gives the sum of the current report's deltas to the detector of its thing:
// the sum of totals is one, and noise in any of them is noise in it.
func (e *Engine) noteTotals(id uint32) {
	sum, any := int64(0), false
	for _, m := range deltaMetrics {
		if n, ok := e.current.report.Count(m); ok && n >= 0 {
			any = true
			if sum += n; sum < 0 { // beyond int64
				sum = math.MaxInt64
			}
		}
	}
	if !any {
		return
	}
	t, converted := &e.things.totals.edit(id)[0], e.fromTotals.place(id) != 0
	before, now := t.Cumulative(), t.Add(sum)
	if before == now {
		return
	}
	change := 1
	if before {
		change = -1
	}
	e.sending.things += change
	if converted {
		e.sending.converted += change
	} else if now {
		e.sending.latest = string(e.things.name(id))
	}
}
