package control_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"vedette/control"
	"vedette/store/storetest"
	"vedette/violation"
)

// searched is violated, with t1 in the thing group below and another metric.
func searched(t *testing.T) *env {
	t.Helper()
	e := violated(t)
	e.must(`POST /things/t1`, `POST /things/t2`, `POST /thing-groups/above`, `POST /thing-groups/below {"parentGroupName":"above"}`, `POST /thing-groups/empty`,
		`PUT /thing-groups/addThingToThingGroup {"thingGroupName":"below","thingName":"t1"}`)
	other := alarm("e", "a1", 6000, func(v *violation.Event) {
		v.Behavior, v.Profile, v.Definition = "sent", "gone", `{"name":"sent","metric":"aws:num-messages-sent"}`
	})
	own := storetest.Own(t, e.db, 0)
	own.Record(t, own.Effects(other))
	return e
}

func TestSearchViolations(t *testing.T) {
	e := searched(t)
	for _, c := range []struct{ name, query, want string }{
		{"ok/active, newest first", "", "e c b a"},
		{"ok/active, said", "state=active", "e c b a"},
		{"ok/ended", "state=ended", "d"},
		{"ok/all", "state=all", "e c b a d"},
		{"ok/oldest first", "state=all&order=asc", "d a b c e"},
		{"ok/by last value", "sort=lastTime", "a e c b"},
		{"ok/by thing", "state=all&sort=thingName", "e d a c b"},
		{"ok/by thing, from Z on", "sort=thingName&order=desc", "b c a e"},
		{"ok/by profile", "sort=securityProfileName", "e a b c"},
		{"ok/by behavior", "sort=behaviorName", "e a b c"},
		{"ok/thing", "state=all&thingName=gw%2F7", "d"},
		{"ok/prefix", "thingNamePrefix=t", "c b a"},
		{"ok/prefix of one", "thingNamePrefix=t2", "b"},
		{"ok/group", "thingGroupName=below", "c a"},
		{"ok/group above", "thingGroupName=above", "c a"},
		{"ok/group of nothing", "thingGroupName=empty", ""},
		{"ok/profile", "securityProfileName=p", "c b a"},
		{"ok/profile that is gone", "securityProfileName=gone", "e"},
		{"ok/behavior", "behaviorName=tcp", "c b a"},
		{"ok/criteria", "behaviorCriteriaType=MACHINE_LEARNING", "c"},
		{"ok/metric", "metricName=aws%3Anum-messages-sent", "e"},
		{"ok/verified", "verificationState=FALSE_POSITIVE", "b"},
		{"ok/suppressed", "suppressed=true", "b"},
		{"ok/not suppressed", "suppressed=false", "e c a"},
		{"ok/times", "startTime=2026-01-01T00:00:03Z&endTime=2026-01-01T00:00:06Z", "c b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed("/vedette/v1/violations?maxResults="+length+"&"+c.query, "violations", "violationId")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	for _, x := range []exchange{
		{`GET /vedette/v1/violations?state=ended`, 200, `{"total":1,"violations":[{"violationId":"d","thingName":"gw/7","securityProfileName":"p","behavior":` + tcpPorts + `,"lastViolationValue":{"ports":[23]},
			"verificationState":"UNKNOWN","violationStartTime":1767225601,"lastViolationTime":1767225601,"endTime":1767225605,"endReason":"alarm-invalidated","suppressed":false}]}`},
		{`GET /vedette/v1/violations?maxResults=1`, 200, `{"total":4,"nextToken":"*","violations":"*"}`},
		{`GET /vedette/v1/violations?maxResults=1&state=all`, 200, `{"nextToken":"*","violations":"*"}`}, // not counted
		{`GET /vedette/v1/violations?thingName=nobody`, 200, `{"total":0,"violations":[]}`},
		{`GET /vedette/v1/violations?thingGroupName=nope`, 404, `ResourceNotFoundException: The thing group nope does not exist.`},
		{`GET /vedette/v1/violations?state=some`, 400, `*`},
		{`GET /vedette/v1/violations?sort=value`, 400, `*`},
		{`GET /vedette/v1/violations?order=up`, 400, `*`},
		{`GET /vedette/v1/violations?suppressed=maybe`, 400, `*`},
		{`GET /vedette/v1/violations?maxResults=251`, 400, `*`},
		{`GET /vedette/v1/violations?nextToken=x`, 400, `*`},
		{`GET /vedette/v1/violations?startTime=2026-01-02T00:00:00Z&endTime=2026-01-01T00:00:00Z`, 400, `InvalidRequestException: startTime must be before endTime.`},
	} {
		e.expect(x)
	}
	_, first := e.do(`GET /vedette/v1/violations?maxResults=1`)
	token := strings.Split(strings.Split(first, `"nextToken":"`)[1], `"`)[0]
	e.expect(exchange{`GET /vedette/v1/violations?maxResults=1&sort=lastTime&nextToken=` + token, 400, `InvalidRequestException: The nextToken is invalid: it was issued for a different request.`})
}

func TestGetViolation(t *testing.T) {
	e := searched(t)
	event := `{"violationId":"d","thingName":"gw/7","securityProfileName":"p","behavior":"*","verificationState":"UNKNOWN",`
	for _, x := range []exchange{
		{`GET /vedette/v1/violations/d`, 200, `{"violation":{"violationId":"d","thingName":"gw/7","securityProfileName":"p","behavior":"*","lastViolationValue":{"ports":[23]},
			"verificationState":"UNKNOWN","violationStartTime":1767225601,"lastViolationTime":1767225601,"endTime":1767225605,"endReason":"alarm-invalidated","suppressed":false},
			"events":[` + event + `"violationEventType":"in-alarm","violationEventTime":1767225601,"metricValue":{"ports":[23]}},` + event + `"violationEventType":"alarm-invalidated","violationEventTime":1767225605}]}`},
		{`GET /vedette/v1/violations/b`, 200, `{"violation":{"violationId":"b","thingName":"t2","securityProfileName":"p","behavior":"*","lastViolationValue":"*","verificationState":"FALSE_POSITIVE",
			"verificationStateDescription":"a test","violationStartTime":"*","lastViolationTime":"*","suppressed":true},"events":"*"}`},
		{`GET /vedette/v1/violations/nope`, 404, `ResourceNotFoundException: The violation nope does not exist.`},
		{`GET /vedette/v1/violations/a%20b`, 400, `*`},
		{`GET /vedette/v1/violations/` + strings.Repeat("v", 200), 400, `*`},
		{`POST /vedette/v1/violations/d`, 405, `*`},
	} {
		e.expect(x)
	}
}

func TestSearchViolationEvents(t *testing.T) {
	e := searched(t)
	for _, c := range []struct{ name, query, want string }{
		{"ok/all, newest first", "", "e d c b a d"},
		{"ok/oldest first", "order=asc", "d a b c d e"},
		{"ok/began", "violationEventType=in-alarm", "e c b a d"},
		{"ok/invalidated", "violationEventType=alarm-invalidated", "d"},
		{"ok/cleared", "violationEventType=alarm-cleared", ""},
		{"ok/thing and time", "thingName=gw%2F7&startTime=1767225602", "d"},
		{"ok/group", "thingGroupName=above", "c a"},
		{"ok/behavior", "behaviorName=sent", "e"},
		{"ok/metric", "metricName=aws%3Anum-messages-sent", "e"},
		{"ok/end exclusive", "endTime=1767225603", "a d"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, length := range []string{"1", "250"} {
				got, _ := e.listed("/vedette/v1/violation-events?maxResults="+length+"&"+c.query, "violationEvents", "violationId")
				if strings.Join(got, " ") != c.want {
					t.Errorf("pages of %s: got %v, want %s", length, got, c.want)
				}
			}
		})
	}
	for _, x := range []exchange{
		{`GET /vedette/v1/violation-events?thingName=nobody`, 200, `{"violationEvents":[]}`},
		{`GET /vedette/v1/violation-events?violationEventType=ended`, 400, `*`},
		{`GET /vedette/v1/violation-events?thingGroupName=nope`, 404, `*`},
		{`GET /vedette/v1/violation-events?startTime=2&endTime=2`, 400, `InvalidRequestException: startTime must be before endTime.`},
	} {
		e.expect(x)
	}
}

func TestCountViolationEvents(t *testing.T) {
	e := searched(t)
	bucket := func(at, inAlarm, cleared, invalidated string) string {
		return `{"time":` + at + `,"inAlarm":` + inAlarm + `,"cleared":` + cleared + `,"invalidated":` + invalidated + `}`
	}
	const counts = `GET /vedette/v1/violation-counts?`
	for _, x := range []exchange{
		{counts + `startTime=1767225600&endTime=1767225607&bucketSeconds=3`, 200,
			`{"buckets":[` + bucket("1767225600", "2", "0", "0") + "," + bucket("1767225603", "2", "0", "1") + "," + bucket("1767225606", "1", "0", "0") + `]}`},
		{counts + `startTime=1767225600&endTime=1767225606&bucketSeconds=3600&behaviorName=tcp`, 200, `{"buckets":[` + bucket("1767225600", "4", "0", "1") + `]}`},
		{counts + `startTime=1767225600&endTime=1767225606&bucketSeconds=3600&verificationState=FALSE_POSITIVE`, 200, `{"buckets":[` + bucket("1767225600", "1", "0", "0") + `]}`},
		{counts + `startTime=1767225600&endTime=1767225606&bucketSeconds=3600&verificationState=UNKNOWN&thingGroupName=above`, 200, `{"buckets":[` + bucket("1767225600", "2", "0", "0") + `]}`},
		{counts + `startTime=0&endTime=1&bucketSeconds=1`, 200, `{"buckets":[` + bucket("0", "0", "0", "0") + `]}`},
		{counts + `endTime=1&bucketSeconds=1`, 400, `InvalidRequestException: startTime must be given: the buckets begin with it.`},
		{counts + `startTime=1&bucketSeconds=1`, 400, `InvalidRequestException: endTime must be given: the buckets end with it.`},
		{counts + `startTime=1&endTime=2`, 400, `*`},
		{counts + `startTime=1&endTime=2&bucketSeconds=0`, 400, `*`},
		{counts + `startTime=0&endTime=2001&bucketSeconds=1`, 400, `InvalidRequestException: bucketSeconds must be larger: from startTime to endTime there are 2001 buckets of 1 seconds, at most 2000 are answered.`},
		{counts + `startTime=0&endTime=9007199254740&bucketSeconds=1`, 400, `*`},
	} {
		e.expect(x)
	}
}

func TestGetOverview(t *testing.T) {
	e := searched(t)
	const rest = `"things":{"seen":0,"registered":0,"connected":0,"reporting":0,"silent":0},"ingest":{"reportsPerSecond":0,"messagesPerSecond":0,"connections":0},"health":[],"time":"*"`
	want := `{` + rest + `,"activeAlarms":{"total":4,"byType":[{"criteriaType":"STATIC","count":3},{"criteriaType":"MACHINE_LEARNING","count":1}],
		"byProfile":[{"securityProfileName":"p","count":3},{"securityProfileName":"gone","count":1}],
		"byVerificationState":[{"verificationState":"UNKNOWN","count":3},{"verificationState":"FALSE_POSITIVE","count":1}]},
		"noisiestThings":[{"thingName":"t1","alarms":2},{"thingName":"a1","alarms":1},{"thingName":"gw/7","alarms":1},{"thingName":"t2","alarms":1}],
		"noisiestBehaviors":[{"securityProfileName":"p","behaviorName":"tcp","alarms":4},{"securityProfileName":"gone","behaviorName":"sent","alarms":1}]}`
	e.expect(exchange{`GET /vedette/v1/overview`, 200, want})
	e.must(`POST /violations/verification-state/a {"verificationState":"FALSE_POSITIVE"}`)
	e.expect(exchange{`GET /vedette/v1/overview`, 200, want}) // it is kept for a while
	e.now = e.now.Add(time.Hour)
	e.expect(exchange{`GET /vedette/v1/overview`, 200, strings.Replace(want, `[{"verificationState":"UNKNOWN","count":3},{"verificationState":"FALSE_POSITIVE","count":1}]`,
		`[{"verificationState":"FALSE_POSITIVE","count":2},{"verificationState":"UNKNOWN","count":2}]`, 1)})
	e.expect(exchange{`POST /vedette/v1/overview`, 405, `*`})
}

func TestOverviewOfEmptyStore(t *testing.T) {
	e := newEnv(t, func(o *control.Options) {
		o.Fleet = func(ctx context.Context) control.FleetFigures {
			return control.FleetFigures{
				Things: control.ThingCounts{Seen: new(int64(5)), Registered: new(int64(4)), Connected: new(int64(3)), Reporting: new(int64(2)), Silent: new(int64(3))},
				Ingest: control.Ingest{ReportsPerSecond: new(1.5), MessagesPerSecond: new(2.5), Connections: new(int64(7))},
				Health: []control.Health{{Name: new(control.HealthLog), Healthy: new(false), Message: new("it is full")}},
			}
		}
	})
	e.expect(exchange{`GET /vedette/v1/overview`, 200, `{"things":{"seen":5,"registered":4,"connected":3,"reporting":2,"silent":3},"ingest":{"reportsPerSecond":1.5,"messagesPerSecond":2.5,"connections":7},
		"health":[{"name":"log","healthy":false,"message":"it is full"}],"time":"*","activeAlarms":{"total":0,"byType":[],"byProfile":[],"byVerificationState":[]},"noisiestThings":[],"noisiestBehaviors":[]}`})
}

// TestSearchPermissions: who may list the violations of a thing may search for those of
// that thing.
func TestSearchPermissions(t *testing.T) {
	e := newKeyEnv(t)
	for _, made := range []string{"POST /things/cam {}", "POST /thing-groups/g {}"} {
		if got := e.as("root", made); got != "ok" {
			t.Fatalf("%s: %s", made, got)
		}
	}
	e.user(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:ListActiveViolations","iot:ListViolationEvents"],
		"Resource":["arn:aws:iot:us-west-2:123456789012:thing/cam","arn:aws:iot:us-west-2:123456789012:thinggroup/g"]}]}`)
	const times = "?startTime=0&endTime=1&bucketSeconds=1"
	for _, path := range []string{"violations?", "violation-events?", "violation-counts" + times + "&"} {
		for query, allowed := range map[string]bool{
			"thingName=cam": true, "thingGroupName=g": true, "thingName=cam&thingGroupName=g": true,
			"": false, "thingName=other": false, "thingName=cam&securityProfileName=p": false, "thingNamePrefix=cam": false,
		} {
			request := "GET /vedette/v1/" + path + query
			if got := e.as("user", request); allowed != (got == "ok") || !allowed && !strings.HasPrefix(got, "AccessDeniedException ") {
				t.Errorf("%s: got %s", request, got)
			}
		}
	}
	for _, request := range []string{"GET /vedette/v1/violations/v", "GET /vedette/v1/overview"} {
		if got := e.as("user", request); !strings.HasPrefix(got, "AccessDeniedException ") {
			t.Errorf("%s: got %s", request, got)
		}
	}
}
