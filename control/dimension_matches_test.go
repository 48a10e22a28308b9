package control_test

import (
	"strings"
	"testing"
)

func TestMatchDimension(t *testing.T) {
	const match, own = `POST /vedette/v1/dimension-matches `, `POST /dimensions/own {"type":"TOPIC_FILTER","stringValues":["lamps/${iot:ClientId}/#","$aws/things/${iot:Connection.Thing.ThingName}/+"],"clientRequestToken":"t"}`
	play(t, []scenario{
		{
			name: "ok/given filters",
			steps: []exchange{
				{match + `{"stringValues":["a/+","a/#","a","+/b","b/#"],"topic":"a/b"}`, 200, `{"matches":true,"filters":[
					{"filter":"a/+","expanded":"a/+","matches":true},{"filter":"a/#","expanded":"a/#","matches":true},{"filter":"a","expanded":"a","matches":false},
					{"filter":"+/b","expanded":"+/b","matches":true},{"filter":"b/#","expanded":"b/#","matches":false}]}`},
				{match + `{"stringValues":["a/#"],"topic":"a"}`, 200, `{"matches":false,"filters":[{"filter":"a/#","expanded":"a/#","matches":false}]}`},
				{match + `{"stringValues":["#"],"topic":"$aws/x"}`, 200, `{"matches":false,"filters":[{"filter":"#","expanded":"#","matches":false}]}`},
				{match + `{"stringValues":["x/${iot:ClientId}/${iot:ClientId}-${iot:Other}","x/${iot:ClientId"],"topic":"x/l","clientId":"l"}`, 200,
					`{"matches":false,"filters":[{"filter":"x/${iot:ClientId}/${iot:ClientId}-${iot:Other}","matches":false},{"filter":"x/${iot:ClientId","matches":false}]}`},
				{match + `{"stringValues":["x/${iot:ClientId}"],"topic":"x/a/b","clientId":"a/b"}`, 200, `{"matches":true,"filters":[{"filter":"x/${iot:ClientId}","expanded":"x/a/b","matches":true}]}`},
			},
		},
		{
			name: "ok/a dimension", given: []string{own},
			steps: []exchange{
				{match + `{"dimensionName":"own","topic":"lamps/l1/on","clientId":"l1","thingName":"l1"}`, 200, `{"matches":true,"filters":[
					{"filter":"lamps/${iot:ClientId}/#","expanded":"lamps/l1/#","matches":true},{"filter":"$aws/things/${iot:Connection.Thing.ThingName}/+","expanded":"$aws/things/l1/+","matches":false}]}`},
				{match + `{"dimensionName":"own","topic":"$aws/things/l1/shadow","thingName":"l1"}`, 200, `{"matches":true,"filters":[
					{"filter":"lamps/${iot:ClientId}/#","matches":false},{"filter":"$aws/things/${iot:Connection.Thing.ThingName}/+","expanded":"$aws/things/l1/+","matches":true}]}`},
			},
		},
		{
			name: "fail/bad input", given: []string{own},
			steps: []exchange{
				{match + `{"topic":"a"}`, 400, `InvalidRequestException: Give a dimensionName or stringValues, not both and not neither.`},
				{match + `{"topic":"a","dimensionName":"own","stringValues":["a"]}`, 400, `InvalidRequestException: Give a dimensionName or stringValues, not both and not neither.`},
				{match + `{"topic":"a","dimensionName":"nothing"}`, 404, `ResourceNotFoundException: The dimension nothing does not exist.`},
				{match + `{"topic":"a/#","stringValues":["a"]}`, 400, `InvalidRequestException: topic must be a topic that a message is published to: it cannot have the characters +, # and U+0000.`},
				{match + `{"stringValues":["a"]}`, 400, `*`},
				{match + `{"topic":"","stringValues":["a"]}`, 400, `*`},
				{match + `{"topic":"a","stringValues":[]}`, 400, `*`},
				{match + `{"topic":"a","stringValues":["` + strings.Repeat("a", 257) + `"]}`, 400, `*`},
			},
		},
	})
}

// TestMatchDimensionRefusesAsCreateDimension: bad filters are refused in the same words.
func TestMatchDimensionRefusesAsCreateDimension(t *testing.T) {
	e := newEnv(t)
	for _, filters := range []string{`[]`, `[""]`, `["` + strings.Repeat("a", 257) + `"]`, `[1]`, `"a"`, `[null]`} {
		status, want := e.do(`POST /dimensions/d {"type":"TOPIC_FILTER","clientRequestToken":"t","stringValues":` + filters + `}`)
		if status != 400 {
			t.Fatalf("%s: CreateDimension answers %d", filters, status)
		}
		e.expect(exchange{`POST /vedette/v1/dimension-matches {"topic":"a","stringValues":` + filters + `}`, 400, want})
	}
}
