package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/control"
	"vedette/record"
	"vedette/store"
)

// TestChanges says what detection hears of every kind of call: a story in
// which nothing is left out.
func TestChanges(t *testing.T) {
	var told []int64
	e := newEnv(t, func(o *control.Options) {
		o.Changed = func(_ context.Context, revision int64) error {
			told = append(told, revision)
			return nil
		}
	})
	profile := `"profile":{"name":"p","behaviors":[` + tcpPorts + `],"alertTargets":` + sns + `,"retain":[{"metric":"aws:all-bytes-in"}]}`
	seen := int64(0)
	for _, step := range []struct {
		request string
		want    []string // changes
		waits   bool     // for the last change
	}{
		{authDimension, []string{`"dimension":{"name":"Auth","values":["auth/#"]}`}, true},
		{authDimension, nil, true}, // whoever repeats a call waits for what the first one did
		{`PATCH /dimensions/Auth {"stringValues":["x"]}`, []string{`"dimension":{"name":"Auth","values":["x"]}`}, true},
		{battery, []string{`"customMetric":{"name":"battery","type":"number"}`}, true},
		{`PATCH /custom-metric/battery {"displayName":"B"}`, nil, false},
		{`POST /security-profiles/p {"behaviors":[` + tcpPorts + `],"alertTargets":` + sns + `,"additionalMetricsToRetain":["aws:all-bytes-in"]}`, []string{profile}, true},
		{group("top", ""), []string{`"group":{"name":"top"}`}, true},
		{group("leaf", "top"), []string{`"group":{"name":"leaf","parent":"top"}`}, true},
		{`PATCH /thing-groups/leaf {"thingGroupProperties":{"thingGroupDescription":"d"}}`, nil, false},
		{attach("p", "thinggroup/leaf"), []string{`"attachment":{"profile":"p","kind":"thinggroup","group":"leaf","attached":true}`}, true},
		{attach("p", "all/things"), []string{`"attachment":{"profile":"p","kind":"all/things","attached":true}`}, true},
		{detach("p", "all/things"), []string{`"attachment":{"profile":"p","kind":"all/things","attached":false}`}, true},
		{`POST /thing-types/bulb`, nil, false},
		{`POST /things/lamp`, []string{`"thing":{"name":"lamp"}`}, true},
		{`PATCH /things/lamp {"thingTypeName":"bulb"}`, nil, false},
		{join("lamp", "leaf"), []string{`"membership":{"thing":"lamp","group":"leaf","member":true}`}, true},
		{`PUT /thing-groups/updateThingGroupsForThing {"thingName":"lamp","thingGroupsToRemove":["leaf"],"thingGroupsToAdd":["top"]}`,
			[]string{`"membership":{"thing":"lamp","group":"leaf","member":false}`, `"membership":{"thing":"lamp","group":"top","member":true}`}, true},
		{leave("lamp", "top"), []string{`"membership":{"thing":"lamp","group":"top","member":false}`}, true},
		{tag("securityprofile/p", `{"Key":"k"}`), nil, false},
		{`PATCH /security-profiles/p {"deleteBehaviors":true,"deleteAlertTargets":true,"deleteAdditionalMetricsToRetain":true}`, []string{`"profile":{"name":"p"}`}, true},
		{`DELETE /thing-groups/leaf`, []string{`"group":{"name":"leaf","deleted":true}`}, true},
		{`DELETE /things/lamp`, []string{`"thing":{"name":"lamp","deleted":true}`}, true},
		{`DELETE /security-profiles/p`, []string{`"profile":{"name":"p","deleted":true}`}, true},
		{`DELETE /security-profiles/p`, nil, true},
		{`DELETE /custom-metric/battery`, []string{`"customMetric":{"name":"battery","deleted":true}`}, true},
		{`DELETE /dimensions/Auth`, []string{`"dimension":{"name":"Auth","deleted":true}`}, true},
	} {
		told = nil
		e.must(step.request)
		changes, err := e.db.Changes(t.Context(), seen, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range changes {
			seen = c.Revision
			got = append(got, changeText(t, c))
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", step.request, diff)
		}
		var want []int64
		if step.waits {
			want = []int64{seen}
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("%s: waited for (-want +got):\n%s", step.request, diff)
		}
	}
}

func changeText(t *testing.T, c record.Change) string {
	t.Helper()
	c.Revision = 0
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(text), `{"revision":0,`), "}")
}

func TestChangedFails(t *testing.T) {
	var log bytes.Buffer
	e := newEnv(t, logged(&log), func(o *control.Options) {
		o.Changed = func(context.Context, int64) error { return errors.New("disk full") }
	})
	e.must(`POST /things/lamp`, `GET /things/lamp`)
	if !strings.Contains(log.String(), `level=WARN msg="change is stored but not yet in the log"`) || !strings.Contains(log.String(), "disk full") {
		t.Errorf("got log %q, want a warning with the cause", log.String())
	}
}

// TestRefusedCallChangesNothing sees to it that a failed call leaves no change.
func TestRefusedCallChangesNothing(t *testing.T) {
	e := newEnv(t, func(o *control.Options) {
		o.Changed = func(context.Context, int64) error {
			t.Error("told of a change")
			return nil
		}
	})
	for _, request := range []string{
		`POST /security-profiles/p {"behaviors":[{"name":"b"}]}`,
		attach("p", "all/things"),
		`POST /things/lamp {"thingTypeName":"nope"}`,
		group("g", "nope"),
		join("t", "g"),
	} {
		if status, _ := e.do(request); status == 200 {
			t.Errorf("%s succeeded", request)
		}
	}
	if revision, err := e.db.LastRevision(t.Context()); err != nil || revision != 0 {
		t.Errorf("last revision: got %d, %v, want 0", revision, err)
	}
}

// TestStoreFull fills the database: the caller is told to try again later.
func TestStoreFull(t *testing.T) {
	e := newEnv(t)
	err := e.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec("PRAGMA max_page_count = 1") // as many as there are now
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		create := fmt.Sprintf(`POST /thing-groups/g%d {"thingGroupProperties":{"thingGroupDescription":"%s"}}`, i, strings.Repeat("d", 2000))
		status, answer := e.do(create)
		if status == 200 {
			continue
		}
		if want := "ServiceUnavailableException: The store is unavailable. Try again later."; status != 503 || answer != want {
			t.Errorf("got %d %s, want 503 %s", status, answer, want)
		}
		e.expect(exchange{`GET /thing-groups?maxResults=1`, 200, `*`})
		return
	}
	t.Error("the database does not get full")
}
