package app

import (
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	var total ingested
	r := rates{total: func() ingested { return total }, connections: func() int64 { return 7 }}
	if got := r.now(); got != (ingestRates{Connections: 7}) {
		t.Errorf("at the start: got %+v", got)
	}
	at := time.Unix(1000, 0)
	for i := range 20 {
		total = ingested{at: at.Add(time.Duration(i) * 2 * time.Second), reports: uint64(i * 10), messages: uint64(i * 30)}
		if i >= 10 { // it has been calm since
			total.reports, total.messages = 90, 270
		}
		r.sample()
		want := ingestRates{Reports: 5, Messages: 15, Connections: 7}
		switch {
		case i == 0 || i >= 14:
			want = ingestRates{Connections: 7}
		case i >= 10:
			continue
		}
		if got := r.now(); got != want {
			t.Errorf("sample %d: got %+v, want %+v", i, got, want)
		}
	}
}
