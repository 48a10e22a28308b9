package control_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"vedette/api"
	"vedette/control"
	"vedette/store/storetest"
	"vedette/violation"
)

const january = 1767225600_000 // 2026-01-01T00:00:00Z in milliseconds

// alarm returns the in-alarm event of a violation of p by thing.
func alarm(id, thing string, at int64, change ...func(*violation.Event)) violation.Event {
	e := violation.Event{
		Violation: violation.Violation{
			ID: id, Thing: thing, Profile: "p", Behavior: "tcp", Definition: tcpPorts,
			CriteriaType: api.BehaviorCriteriaTypeStatic,
		},
		Type: api.ViolationEventTypeInAlarm, Time: january + at, Value: `{"ports":[23]}`,
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

func suppressed(e *violation.Event) { e.Suppressed = true }

func learned(e *violation.Event) {
	e.CriteriaType, e.Confidence = api.BehaviorCriteriaTypeMachineLearning, api.ConfidenceLevelHigh
}

// violated returns a service with profile p and four violations, of which the
// one called d has ended.
func violated(t *testing.T) *env {
	t.Helper()
	e := newEnv(t)
	e.must(`POST /security-profiles/p`, `POST /security-profiles/q`)
	ended := alarm("d", "gw/7", 1000)
	ended.Type, ended.Time, ended.Value = api.ViolationEventTypeAlarmInvalidated, january+5000, ""
	own := storetest.Own(t, e.db, 0)
	own.Record(t, own.Effects(alarm("d", "gw/7", 1000), alarm("a", "t1", 2001), alarm("b", "t2", 3000, suppressed), alarm("c", "t1", 4000, learned), ended))
	fx := own.Effects()
	fx.Updates = []violation.Update{{ID: "a", Time: january + 9000, Value: `{"ports":[21,23]}`}}
	own.Record(t, fx)
	e.must(`POST /violations/verification-state/b {"verificationState":"FALSE_POSITIVE","verificationStateDescription":"a test"}`)
	return e
}

func TestListActiveViolations(t *testing.T) {
	e := violated(t)
	for _, c := range []struct{ name, query, want string }{
		{"ok/all, newest first", "", "c b a"},
		{"ok/thing", "thingName=t1", "c a"},
		{"ok/thing that was never seen", "thingName=nobody%2F1", ""},
		{"ok/thing whose violation ended", "thingName=gw%2F7", ""},
		{"ok/profile", "securityProfileName=p", "c b a"},
		{"ok/other profile", "securityProfileName=q", ""},
		{"ok/criteria", "behaviorCriteriaType=MACHINE_LEARNING", "c"},
		{"ok/suppressed", "listSuppressedAlerts=true", "b"},
		{"ok/not suppressed", "listSuppressedAlerts=false", "c a"},
		{"ok/verified", "verificationState=FALSE_POSITIVE", "b"},
		{"ok/unknown state", "verificationState=UNKNOWN", "c a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed("/active-violations?maxResults="+length+"&"+c.query, "activeViolations", "violationId")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	for _, x := range []exchange{
		{`GET /active-violations?thingName=t1&behaviorCriteriaType=STATIC`, 200, `{"activeViolations":[{"violationId":"a","thingName":"t1","securityProfileName":"p","behavior":` + tcpPorts + `,
			"lastViolationValue":{"ports":[21,23]},"verificationState":"UNKNOWN","violationStartTime":1767225602.001,"lastViolationTime":1767225609}]}`},
		{`GET /active-violations?thingName=t2`, 200, `{"activeViolations":[{"violationId":"b","thingName":"t2","securityProfileName":"p","behavior":"*",
			"lastViolationValue":{"ports":[23]},"verificationState":"FALSE_POSITIVE","verificationStateDescription":"a test","violationStartTime":1767225603,"lastViolationTime":1767225603}]}`},
		{`GET /active-violations?maxResults=1`, 200, `{"nextToken":"*","activeViolations":[{"violationId":"c","thingName":"t1","securityProfileName":"p","behavior":"*","lastViolationValue":"*",
			"violationEventAdditionalInfo":{"confidenceLevel":"HIGH"},"verificationState":"UNKNOWN","violationStartTime":"*","lastViolationTime":"*"}]}`},
		{`GET /active-violations?thingName=nobody`, 200, `{"activeViolations":[]}`},
		{`GET /active-violations?securityProfileName=nope`, 404, `ResourceNotFoundException: The security profile nope does not exist.`},
		{`GET /active-violations?verificationState=MAYBE`, 400, `*`},
		{`GET /active-violations?nextToken=x`, 400, `*`},
	} {
		e.expect(x)
	}
}

func TestListViolationEvents(t *testing.T) {
	e := violated(t)
	const all = "startTime=2026-01-01T00:00:00Z&endTime=2026-01-02T00:00:00Z"
	for _, c := range []struct{ name, query, want string }{
		{"ok/all, newest first", all, "d c b a d"},
		{"ok/start inclusive", "startTime=2026-01-01T00:00:03Z&endTime=2026-01-02T00:00:00Z", "d c b"},
		{"ok/end exclusive", "startTime=2026-01-01T00:00:01Z&endTime=2026-01-01T00:00:04Z", "b a d"},
		{"ok/epoch seconds", "startTime=1767225601&endTime=1767225602.001", "d"},
		{"ok/thing", all + "&thingName=gw%2F7", "d d"},
		{"ok/profile", all + "&securityProfileName=p&thingName=t1", "c a"},
		{"ok/unknown profile", all + "&securityProfileName=nope", ""},
		{"ok/criteria", all + "&behaviorCriteriaType=STATIC", "d b a d"},
		{"ok/suppressed", all + "&listSuppressedAlerts=true", "b"},
		{"ok/verified", all + "&verificationState=FALSE_POSITIVE", "b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed("/violation-events?maxResults="+length+"&"+c.query, "violationEvents", "violationId")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	event := func(kind, at, value string) string {
		return `{"violationId":"d","thingName":"gw/7","securityProfileName":"p","behavior":` + tcpPorts + `,"violationEventType":"` + kind + `",` + value + `"verificationState":"UNKNOWN","violationEventTime":` + at + `}`
	}
	for _, x := range []exchange{
		{`GET /violation-events?` + all + `&thingName=gw%2F7`, 200, `{"violationEvents":[` + event("alarm-invalidated", "1767225605", "") + `,` + event("in-alarm", "1767225601", `"metricValue":{"ports":[23]},`) + `]}`},
		{`GET /violation-events?` + all + `&thingName=nobody`, 200, `{"violationEvents":[]}`},
		{`GET /violation-events?startTime=2026-01-02T00:00:00Z&endTime=2026-01-01T00:00:00Z`, 400, `InvalidRequestException: startTime must be before endTime.`},
		{`GET /violation-events?startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T00:00:00Z`, 400, `*`},
		{`GET /violation-events?startTime=2026-01-01T00:00:00Z`, 400, `*`},
	} {
		e.expect(x)
	}
}

func TestPutVerificationStateOnViolation(t *testing.T) {
	const put = `POST /violations/verification-state/`
	state := func(state string) exchange {
		return exchange{`GET /active-violations?thingName=t2`, 200, `{"activeViolations":[{"violationId":"b","thingName":"*","securityProfileName":"*","behavior":"*","lastViolationValue":"*","violationStartTime":"*","lastViolationTime":"*",` + state + `}]}`}
	}
	e := violated(t)
	for _, x := range []exchange{
		{put + `b {"verificationState":"TRUE_POSITIVE"}`, 200, `{}`},
		state(`"verificationState":"TRUE_POSITIVE"`), // the description is gone
		{put + `b {"verificationState":"UNKNOWN","verificationStateDescription":"?"}`, 200, `{}`},
		state(`"verificationState":"UNKNOWN","verificationStateDescription":"?"`),
		{put + `d {"verificationState":"BENIGN_POSITIVE"}`, 200, `{}`}, // it has ended
		{put + `nope {"verificationState":"TRUE_POSITIVE"}`, 400, `InvalidRequestException: The violation nope does not exist.`},
		{put + `b {"verificationState":"MAYBE"}`, 400, `*`},
		{put + `b {}`, 400, `*`},
	} {
		e.expect(x)
	}
}

// TestSettle sees to it that what was reported before a call shows in its answer.
func TestSettle(t *testing.T) {
	var own *storetest.Owner
	n := 0
	fail := errors.New("the log is gone")
	e := newEnv(t, func(o *control.Options) {
		o.Settle = func(context.Context) error {
			if n++; n > 2 {
				return fail
			}
			own.Record(t, own.Effects(alarm(fmt.Sprint("v", n), "t", int64(n))))
			return nil
		}
	})
	own = storetest.Own(t, e.db, 0)
	if got, _ := e.listed("/active-violations?", "activeViolations", "violationId"); len(got) != 1 {
		t.Errorf("violations after the first report: got %v, want one", got)
	}
	if got, _ := e.listed("/violation-events?startTime=0&endTime=1767225601", "violationEvents", "violationId"); len(got) != 2 {
		t.Errorf("events after the second report: got %v, want two", got)
	}
	e.expect(exchange{`GET /active-violations`, 500, `*`})
}
