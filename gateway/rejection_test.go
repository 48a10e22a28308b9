package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRejections(t *testing.T) {
	h := newHarness(Options{})
	for i := range 13 {
		h.status(t, "lamp-7", fmt.Sprintf(`{"header":{"report_id":%d,"version":"%d.0"},"metrics":{}}`, i, i+2))
		h.clock.advance(time.Second)
	}
	got := h.Rejections("lamp-7")
	if len(got) != 10 {
		t.Fatalf("got %d rejections, want 10", len(got))
	}
	first, last := got[0], got[9]
	if want := h.clock.Now().Add(-time.Second); !last.Time.Equal(want) || !first.Time.Equal(want.Add(-9*time.Second)) {
		t.Errorf("got times %v to %v, want the last ten seconds before %v", first.Time, last.Time, want)
	}
	if last.Code != "InvalidPayload" || last.Reason != "Malformed metrics report: header.version: not 1.x, the only version known" {
		t.Errorf("got %+v", last)
	}
	if got := h.Rejections("lamp-8"); got != nil {
		t.Errorf("another thing has %v", got)
	}
}

func TestRejectionsBounded(t *testing.T) {
	r := rejections{max: 2}
	at := time.Unix(1, 0)
	for _, thing := range []string{"a", "b", "a", "c"} {
		r.add([]byte(thing), Rejection{Time: at, Reason: strings.Repeat("x", 1000)})
	}
	var kept []string
	for e := r.order.Front(); e != nil; e = e.Next() {
		x := e.Value.(*rejected)
		kept = append(kept, fmt.Sprintf("%s %d", x.thing, x.total))
		if n := len(x.last[0].Reason); n != maxReasonLength {
			t.Errorf("%s keeps a reason of %d bytes", x.thing, n)
		}
	}
	if d := cmp.Diff([]string{"c 1", "a 2"}, kept); d != "" || len(r.byThing) != 2 {
		t.Errorf("kept (-want +got):\n%s", d)
	}
	r.add([]byte(strings.Repeat("n", 129)), Rejection{Time: at})
	if r.order.Len() != 2 || len(r.byThing) != 2 {
		t.Error("a name that no thing can have is kept")
	}
}

func TestLogThrottled(t *testing.T) {
	h := newHarness(Options{})
	for range 25 {
		h.status(t, "lamp-7", `{}`)
	}
	if n := strings.Count(h.logged.String(), "\n"); n != logLines {
		t.Errorf("got %d log lines, want %d", n, logLines)
	}
	h.logged.Reset()
	h.clock.advance(logPeriod)
	h.status(t, "lamp-7", `{}`)
	if !strings.Contains(h.logged.String(), "lines_left_out=15") {
		t.Errorf("log does not say how many lines were left out: %s", h.logged)
	}
}

func TestObserveRejection(t *testing.T) {
	var heard []string
	h := newHarness(Options{ObserveRejection: func(thing []byte, x Rejection) { heard = append(heard, string(thing)+" "+x.Code) }})
	h.status(t, "lamp-7", `{`)
	h.status(t, "lamp-8", `{"header":{"report_id":1,"version":"1.0"},"metrics":{}}`)
	if d := cmp.Diff([]string{"lamp-7 InvalidPayload"}, heard); d != "" {
		t.Errorf("heard (-want +got):\n%s", d)
	}
	if n := h.Accepted(); n != 1 {
		t.Errorf("accepted: got %d, want 1", n)
	}
}
