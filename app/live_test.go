package app_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vedette/sigv4"
)

// streamed is an event of the live stream.
type streamed struct {
	ID, Event, Data string
}

// streamReader is an open live stream.
type streamReader struct {
	t      *testing.T
	events chan streamed // closed at its end
	last   string        // id that the client would come back with
	close  func()
}

// live opens a live stream, from an event on if there is one, and signed by the root user.
func (d *deployment) live(query, lastEventID string) *streamReader {
	d.t.Helper()
	resp := d.openLive(query, lastEventID)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		d.t.Fatalf("got %s, %s", resp.Status, resp.Header)
	}
	s := &streamReader{t: d.t, events: make(chan streamed, 10_000), last: lastEventID, close: func() { _ = resp.Body.Close() }}
	d.t.Cleanup(s.close)
	go func() {
		defer close(s.events)
		var e streamed
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.ID = value
			case "event":
				e.Event = value
			case "data":
				e.Data = value
			case "":
				if e != (streamed{}) {
					s.events <- e
				}
				e = streamed{}
			}
		}
	}()
	return s
}

func (d *deployment) openLive(query, lastEventID string) *http.Response {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.Endpoints().HTTP+"/vedette/v1/live"+query, nil)
	check(d.t, err)
	if lastEventID != "" {
		req.Header.Set("Last-Event-ID", lastEventID)
	}
	d.sign(req, sha256.Sum256(nil))
	resp, err := d.web.Do(req)
	check(d.t, err)
	return resp
}

// sign signs a request of the API as the root user.
func (d *deployment) sign(req *http.Request, bodySHA256 [sha256.Size]byte) {
	id, secret := d.RootKey()
	(&sigv4.Signer{AccessKeyID: id, SecretAccessKey: secret, Region: "us-east-1", Service: "iot"}).Sign(req, bodySHA256, time.Now())
}

// until returns the next event that passes.
func (s *streamReader) until(what string, pass func(e streamed) bool) streamed {
	s.t.Helper()
	for timeout := time.After(patience); ; {
		select {
		case e, open := <-s.events:
			if !open {
				s.t.Fatalf("the stream ended before %s", what)
			}
			if e.ID != "" {
				s.last = e.ID
			}
			if pass(e) {
				return e
			}
		case <-timeout:
			s.t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

// begun waits until the client knows where to go on from.
func (s *streamReader) begun() *streamReader {
	s.t.Helper()
	s.until("the first id", func(streamed) bool { return s.last != "" })
	return s
}

// violation returns the next violation event, "TYPE PROFILE/BEHAVIOR of THING".
func (s *streamReader) violation() string {
	s.t.Helper()
	e := s.until("a violation event", func(e streamed) bool { return e.Event == "violation" })
	var v struct {
		ViolationEventType, SecurityProfileName, ThingName string
		Behavior                                           struct{ Name string }
	}
	check(s.t, json.Unmarshal([]byte(e.Data), &v))
	return v.ViolationEventType + " " + v.SecurityProfileName + "/" + v.Behavior.Name + " of " + v.ThingName
}

// named waits for an event of a name and returns its data.
func (s *streamReader) named(name string) string {
	s.t.Helper()
	return s.until(name, func(e streamed) bool { return e.Event == name }).Data
}

func TestLive(t *testing.T) {
	leakFree(t)
	d := start(t, options(t))
	all, cam := d.live("", "").begun(), d.live("?thingName=cam", "").begun()
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	for kind := ""; kind != `{"kind":"securityprofile"}`; {
		kind = all.named("change")
	}
	device := d.device()
	device.ports("lamp", 443)
	device.ports("cam", 23)
	device.report("cam", "{")
	for _, s := range []*streamReader{all, cam} {
		if got, want := s.violation(), "in-alarm ports/tcp of cam"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	device.ports("cam", 443)
	if got, want := all.violation(), "alarm-cleared ports/tcp of cam"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	counters := all.until("counters", func(e streamed) bool { return e.Event == "counters" && strings.Contains(e.Data, `"connections":1`) }).Data
	if !strings.HasPrefix(counters, `{"activeAlarms":0,"reportsPerSecond":`) || !strings.Contains(counters, `"messagesPerSecond":`) {
		t.Errorf("counters: got %s", counters)
	}

	// Whoever watches a thing is told of it, and only of it.
	device.ports("lamp", 443)
	device.report("cam", "{")
	if got := cam.named("rejection"); !strings.Contains(got, `"errorCode":"InvalidPayload"`) {
		t.Errorf("rejection: got %s", got)
	}
	id := reportIDs.Load() + 1
	device.ports("cam", 443)
	cam.until("the report", func(e streamed) bool {
		return e.Event == "report" && strings.HasSuffix(e.Data, fmt.Sprintf(`"reportId":%d}`, id))
	})
	cam.close()
	device.ports("cam", 80)
	if got, want := all.violation(), "in-alarm ports/tcp of cam"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for len(all.events) > 0 {
		if e := <-all.events; e.Event == "report" || e.Event == "rejection" {
			t.Errorf("told of no thing: got %+v", e)
		}
	}
	d.stop()
	for range all.events { // it ends
	}
}

// TestLiveGoesOn: whoever comes back is told what happened since, once, whether only the
// connection was lost, the server was restarted, or it was killed.
func TestLiveGoesOn(t *testing.T) {
	d := start(t, options(t))
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	device := d.device()
	expect := func(s *streamReader, want ...string) *streamReader {
		t.Helper()
		for _, w := range want {
			if got := s.violation(); got != w {
				t.Fatalf("got %q, want %q", got, w)
			}
		}
		return s
	}
	device.ports("before", 23)
	if got := d.active("before"); len(got) != 1 { // it is stored
		t.Fatalf("got %v", got)
	}
	s := d.live("", "").begun() // what was before is not told
	s.close()
	device.ports("a", 23)
	device.ports("b", 23)
	s = expect(d.live("", s.last), "in-alarm ports/tcp of a")
	s.close()
	device.ports("c", 23)

	killed := d.options
	killed.DataDir = t.TempDir()
	check(t, os.CopyFS(killed.DataDir, os.DirFS(d.options.DataDir)))
	dead := start(t, killed)
	other := expect(dead.live("", s.last), "in-alarm ports/tcp of b", "in-alarm ports/tcp of c")
	dead.device().ports("x", 23)
	expect(other, "in-alarm ports/tcp of x")

	device.disconnect()
	d.restart()
	s = expect(d.live("", s.last), "in-alarm ports/tcp of b", "in-alarm ports/tcp of c")
	device = d.device()
	device.ports("b", 443)
	expect(s, "alarm-cleared ports/tcp of b")

	// More than is kept in memory, and than is read at once.
	mark, want := s.last, []string{}
	for i := range 700 {
		device.ports("many", 23, 8000+i)
		device.ports("many", 443)
		want = append(want, "in-alarm ports/tcp of many", "alarm-cleared ports/tcp of many")
	}
	expect(s, want...)
	expect(d.live("", mark), want...)
}

func TestLiveRefuses(t *testing.T) {
	d := start(t, options(t))
	for _, c := range []struct {
		name, query, id string
		status          int
		message         string
	}{
		{"fail/id", "", "yesterday", 400, "The header Last-Event-ID must be the id of an event of this stream, or be left out: what comes from now on is told then."},
		{"fail/id of two shards", "", "0--0,0--0", 400, "*"},
		{"fail/id without a violation", "", "7--0", 400, "*"},
		{"fail/id below zero", "", "-1--0", 400, "*"},
		{"fail/thing", "?thingName=" + strings.Repeat("x", 129), "", 400, "*"},
		{"fail/no thing", "?thingName=", "", 400, "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			resp := d.openLive(c.query, c.id)
			defer resp.Body.Close()
			var answer struct{ Message string }
			check(t, json.NewDecoder(resp.Body).Decode(&answer))
			if resp.StatusCode != c.status || c.message != "*" && answer.Message != c.message {
				t.Errorf("got %d %q", resp.StatusCode, answer.Message)
			}
		})
	}
	if status, body := d.get("/vedette/v1/live"); status != http.StatusForbidden {
		t.Errorf("without a signature: got %d %s", status, body)
	}
	// A place that the log has not reached is one of another log: it goes on from now.
	s := d.live("", fmt.Sprintf("%d-%032x-0", uint64(1)<<60, 1))
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	d.device().ports("cam", 23)
	if got, want := s.violation(), "in-alarm ports/tcp of cam"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLiveBySession: the cookie alone does, as an EventSource can send no header; not for
// a page of another site.
func TestLiveBySession(t *testing.T) {
	d := start(t, options(t))
	signIn, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.Endpoints().HTTP+"/vedette/v1/session", nil)
	check(t, err)
	d.sign(signIn, sha256.Sum256(nil))
	signedIn, err := d.web.Do(signIn)
	check(t, err)
	defer signedIn.Body.Close()
	if len(signedIn.Cookies()) != 1 {
		t.Fatalf("got %s, %v", signedIn.Status, signedIn.Cookies())
	}
	for site, want := range map[string]int{"same-origin": http.StatusOK, "cross-site": http.StatusForbidden} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.Endpoints().HTTP+"/vedette/v1/live", nil)
		check(t, err)
		req.AddCookie(signedIn.Cookies()[0])
		req.Header.Set("Sec-Fetch-Site", site)
		resp, err := d.web.Do(req)
		check(t, err)
		defer resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: got %s, want %d", site, resp.Status, want)
		}
		if want != http.StatusOK {
			continue
		}
		if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil || line != "retry: 1000\n" {
			t.Errorf("%s: got %q, %v", site, line, err)
		}
	}
}

// TestLiveOfManyWatchers: all are told the same, in the same order.
func TestLiveOfManyWatchers(t *testing.T) {
	d := start(t, options(t))
	d.profile("ports", allThings, onlyPorts("tcp", 443))
	var streams []*streamReader
	for range 20 {
		streams = append(streams, d.live("", "").begun())
	}
	device, want := d.device(), []string{}
	for i := range 50 {
		device.ports(fmt.Sprintf("cam-%d", i), 23)
		want = append(want, fmt.Sprintf("in-alarm ports/tcp of cam-%d", i))
	}
	for i, s := range streams {
		var got []string
		for range want {
			got = append(got, s.violation())
		}
		if !slices.Equal(got, want) {
			t.Errorf("stream %d: got %v", i, got)
		}
	}
}
