package control_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// attributes returns a JSON map of n attributes.
func attributes(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"a%d":"v"`, i)
	}
	return `{` + strings.Join(list, ",") + `}`
}

func TestCreateThing(t *testing.T) {
	lamp := `POST /things/lamp {"thingTypeName":"bulb","attributePayload":{"attributes":{"color":"red","empty":""}},"billingGroupName":"bills"}`
	play(t, []scenario{
		{"ok/name alone", nil, []exchange{
			{`POST /things/lamp`, 200, `{"thingName":"lamp","thingArn":"ARN:thing/lamp","thingId":"*"}`},
			{`GET /things/lamp`, 200, `{"thingName":"lamp","thingArn":"ARN:thing/lamp","thingId":"*","defaultClientId":"lamp","attributes":{},"version":1}`},
		}},
		{"ok/everything", []string{`POST /thing-types/bulb`}, []exchange{
			{lamp, 200, `{"thingName":"lamp","thingArn":"ARN:thing/lamp","thingId":"*"}`},
			{`GET /things/lamp`, 200, `{"thingName":"lamp","thingArn":"*","thingId":"*","defaultClientId":"lamp","thingTypeName":"bulb","attributes":{"color":"red"},"billingGroupName":"bills","version":1}`},
		}},
		{"ok/50 attributes with a type", []string{`POST /thing-types/bulb`}, []exchange{
			{`POST /things/lamp {"thingTypeName":"bulb","attributePayload":{"attributes":` + attributes(50) + `}}`, 200, `*`},
		}},
		{"fail/other content", []string{`POST /things/lamp`}, []exchange{
			{`POST /things/lamp {"attributePayload":{"attributes":{"a":"b"}}}`, 409, `ResourceAlreadyExistsException: The thing lamp already exists with different content.`},
			{`POST /things/lamp {"billingGroupName":"b"}`, 409, `*`},
		}},
		{"fail/type", []string{`POST /thing-types/old`, `POST /thing-types/old/deprecate`}, []exchange{
			{`POST /things/lamp {"thingTypeName":"nope"}`, 404, `ResourceNotFoundException: The thing type nope does not exist.`},
			{`POST /things/lamp {"thingTypeName":"old"}`, 400, `InvalidRequestException: The thing type old is deprecated.`},
		}},
		{"fail/attributes", []string{`POST /thing-types/bulb`}, []exchange{
			{`POST /things/lamp {"attributePayload":{"attributes":` + attributes(4) + `}}`, 400, `InvalidRequestException: The thing lamp would have 4 attributes; the limit is 3.`},
			{`POST /things/lamp {"thingTypeName":"bulb","attributePayload":{"attributes":` + attributes(51) + `}}`, 400, `*`},
			{`POST /things/lamp {"attributePayload":{"attributes":{"a b":"c"}}}`, 400, `*`},
		}},
	})
}

func TestCreateThingAgain(t *testing.T) {
	e := newEnv(t)
	const create = `POST /things/lamp {"attributePayload":{"attributes":{"color":"red"}}}`
	_, first := e.do(create)
	status, second := e.do(create)
	if status != 200 || first != second {
		t.Errorf("second creation: got %d %s, want the first answer %s", status, second, first)
	}
}

func TestUpdateThing(t *testing.T) {
	lamp := []string{`POST /thing-types/bulb`, `POST /things/lamp {"attributePayload":{"attributes":{"a":"1","b":"2"}}}`}
	now := func(rest string) exchange {
		return exchange{`GET /things/lamp`, 200, `{"thingName":"lamp","thingArn":"*","thingId":"*","defaultClientId":"lamp",` + rest + `}`}
	}
	play(t, []scenario{
		{"ok/replace", lamp, []exchange{
			{`PATCH /things/lamp {"attributePayload":{"attributes":{"c":"3"}}}`, 200, `{}`},
			now(`"attributes":{"c":"3"},"version":2`),
		}},
		{"ok/merge, empty value removes", lamp, []exchange{
			{`PATCH /things/lamp {"attributePayload":{"attributes":{"a":"","c":"3"},"merge":true}}`, 200, `{}`},
			now(`"attributes":{"b":"2","c":"3"},"version":2`),
		}},
		{"ok/empty map replaces", lamp, []exchange{
			{`PATCH /things/lamp {"attributePayload":{"attributes":{}}}`, 200, `{}`},
			now(`"attributes":{},"version":2`),
		}},
		{"ok/attributes left out stay", lamp, []exchange{
			{`PATCH /things/lamp {"thingTypeName":"bulb","attributePayload":{}}`, 200, `{}`},
			now(`"thingTypeName":"bulb","attributes":{"a":"1","b":"2"},"version":2`),
			{`PATCH /things/lamp {"removeThingType":true,"expectedVersion":2}`, 200, `{}`},
			now(`"attributes":{"a":"1","b":"2"},"version":3`),
		}},
		{"ok/deprecated type that it has", append(lamp, `PATCH /things/lamp {"thingTypeName":"bulb"}`, `POST /thing-types/bulb/deprecate`), []exchange{
			{`PATCH /things/lamp {"thingTypeName":"bulb"}`, 200, `{}`},
		}},
		{"fail/expected version", lamp, []exchange{
			{`PATCH /things/lamp {"expectedVersion":2}`, 409, `VersionConflictException: The thing lamp has version 1, not the expected version 2.`},
		}},
		{"fail/too many attributes", lamp, []exchange{
			{`PATCH /things/lamp {"attributePayload":{"attributes":{"c":"3","d":"4"},"merge":true}}`, 400, `*`},
			{`PATCH /things/lamp {"thingTypeName":"bulb","attributePayload":{"attributes":` + attributes(10) + `}}`, 200, `{}`},
			{`PATCH /things/lamp {"removeThingType":true}`, 400, `InvalidRequestException: The thing lamp would have 10 attributes; the limit is 3.`},
		}},
		{"fail/type", lamp, []exchange{
			{`PATCH /things/lamp {"thingTypeName":"bulb","removeThingType":true}`, 400, `InvalidRequestException: removeThingType cannot be true when thingTypeName is given.`},
			{`PATCH /things/lamp {"thingTypeName":"nope"}`, 404, `*`},
		}},
		{"fail/unknown", nil, []exchange{{`PATCH /things/lamp {}`, 404, `ResourceNotFoundException: The thing lamp does not exist.`}}},
	})
}

func TestDeleteThing(t *testing.T) {
	play(t, []scenario{
		{"ok/member of a group", []string{`POST /things/lamp`, group("g", ""), `PUT /thing-groups/addThingToThingGroup {"thingName":"lamp","thingGroupName":"g"}`}, []exchange{
			{`DELETE /things/lamp?expectedVersion=1`, 200, `{}`},
			{`GET /things/lamp`, 404, `ResourceNotFoundException: The thing lamp does not exist.`},
			{`GET /thing-groups/g/things`, 200, `{"things":[]}`},
		}},
		{"ok/unknown", nil, []exchange{{`DELETE /things/lamp`, 200, `{}`}}},
		{"fail/expected version", []string{`POST /things/lamp`}, []exchange{
			{`DELETE /things/lamp?expectedVersion=2`, 409, `*`},
		}},
	})
}

func TestListThings(t *testing.T) {
	things := []string{
		`POST /thing-types/bulb`,
		`POST /things/c {"attributePayload":{"attributes":{"color":"red"}}}`,
		`POST /things/a {"thingTypeName":"bulb","attributePayload":{"attributes":{"color":"reddish"}}}`,
		`POST /things/b {"thingTypeName":"bulb","attributePayload":{"attributes":{"color":"blue","size":"1"}}}`,
		`POST /things/d`,
	}
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"ok/all", "", []string{"a", "b", "c", "d"}},
		{"ok/type", "thingTypeName=bulb", []string{"a", "b"}},
		{"ok/unknown type", "thingTypeName=nope", nil},
		{"ok/attribute", "attributeName=color", []string{"b", "c", "a"}},
		{"ok/attribute and value", "attributeName=color&attributeValue=red", []string{"c"}},
		{"ok/beginning of a value", "attributeName=color&attributeValue=red&usePrefixAttributeValue=true", []string{"c", "a"}},
		{"ok/empty beginning", "attributeName=color&attributeValue=&usePrefixAttributeValue=true", []string{"b", "c", "a"}},
		{"ok/attribute and type", "attributeName=color&thingTypeName=bulb", []string{"b", "a"}},
		{"ok/replaced value", "attributeName=size&attributeValue=2", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEnv(t)
			e.must(things...)
			for _, length := range []string{"1", "2", "250"} {
				got, _ := e.listed("/things?maxResults="+length+"&"+c.query, "things", "thingName")
				if fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("pages of %s: got %v, want %v", length, got, c.want)
				}
			}
		})
	}
	play(t, []scenario{
		{"ok/element", things, []exchange{
			{`GET /things?maxResults=1`, 200, `{"things":[{"thingName":"a","thingArn":"ARN:thing/a","thingTypeName":"bulb","attributes":{"color":"reddish"},"version":1}],"nextToken":"*"}`},
		}},
		{"fail/value without a name", nil, []exchange{
			{`GET /things?attributeValue=red`, 400, `InvalidRequestException: attributeValue needs attributeName.`},
		}},
	})
}

func TestThingTypes(t *testing.T) {
	bulb := `POST /thing-types/bulb {"thingTypeProperties":{"thingTypeDescription":"lights","searchableAttributes":["color"]},"tags":[{"Key":"k","Value":"v"}]}`
	properties := `"thingTypeProperties":{"thingTypeDescription":"lights","searchableAttributes":["color"]}`
	play(t, []scenario{
		{"ok/create and describe", []string{bulb}, []exchange{
			{`GET /thing-types/bulb`, 200, `{"thingTypeName":"bulb","thingTypeId":"*","thingTypeArn":"ARN:thingtype/bulb",` + properties + `,"thingTypeMetadata":{"deprecated":false,"creationDate":1767225600.123}}`},
			{`GET /tags?resourceArn=` + arnBase + `thingtype/bulb`, 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
			{bulb, 200, `{"thingTypeName":"bulb","thingTypeId":"*","thingTypeArn":"ARN:thingtype/bulb"}`},
		}},
		{"ok/deprecate and back", []string{bulb, `POST /thing-types/bulb/deprecate`}, []exchange{
			{`GET /thing-types`, 200, `{"thingTypes":[{"thingTypeName":"bulb","thingTypeArn":"ARN:thingtype/bulb",` + properties + `,"thingTypeMetadata":{"deprecated":true,"creationDate":"*","deprecationDate":1767225600.123}}]}`},
			{`POST /thing-types/bulb/deprecate {"undoDeprecate":true}`, 200, `{}`},
			{`POST /things/lamp {"thingTypeName":"bulb"}`, 200, `*`},
		}},
		{"ok/list by name", []string{bulb, `POST /thing-types/fan`}, []exchange{
			{`GET /thing-types?thingTypeName=fan`, 200, `{"thingTypes":[{"thingTypeName":"fan","thingTypeArn":"*","thingTypeMetadata":{"deprecated":false,"creationDate":"*"}}]}`},
			{`GET /thing-types?thingTypeName=nope`, 200, `{"thingTypes":[]}`},
		}},
		{"fail/other content", []string{bulb}, []exchange{
			{`POST /thing-types/bulb`, 409, `ResourceAlreadyExistsException: The thing type bulb already exists with different content.`},
		}},
		{"fail/searchable attributes", nil, []exchange{
			{`POST /thing-types/bulb {"thingTypeProperties":{"searchableAttributes":["a","b","c","d"]}}`, 400, `InvalidRequestException: A thing type has at most 3 searchable attributes.`},
		}},
		{"fail/unknown", nil, []exchange{
			{`GET /thing-types/bulb`, 404, `ResourceNotFoundException: The thing type bulb does not exist.`},
			{`POST /thing-types/bulb/deprecate`, 404, `*`},
			{`DELETE /thing-types/bulb`, 404, `*`},
		}},
	})
}

func TestDeleteThingType(t *testing.T) {
	const remove = `DELETE /thing-types/bulb`
	const early = `InvalidRequestException: The thing type bulb can be deleted 5m0s after it was deprecated, not before.`
	e := newEnv(t)
	e.must(`POST /thing-types/bulb`, `POST /things/lamp {"thingTypeName":"bulb"}`)
	e.expect(exchange{remove, 400, early})
	e.must(`POST /thing-types/bulb/deprecate`)
	e.now = e.now.Add(5*time.Minute - time.Millisecond)
	e.must(`POST /thing-types/bulb/deprecate`) // does not start the five minutes again
	e.expect(exchange{remove, 400, early})
	e.now = e.now.Add(time.Millisecond)
	e.expect(exchange{remove, 400, `InvalidRequestException: The thing type bulb is the type of the thing lamp.`})
	e.must(`PATCH /things/lamp {"removeThingType":true}`, remove)
	e.expect(exchange{`GET /thing-types`, 200, `{"thingTypes":[]}`})
}
