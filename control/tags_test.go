package control_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// tag returns the request that tags a resource.
func tag(resource, tags string) string {
	return `POST /tags {"resourceArn":"` + arnBase + resource + `","tags":[` + tags + `]}`
}

// tagged is the exchange that lists the tags of a resource.
func tagged(resource, tags string) exchange {
	return exchange{`GET /tags?resourceArn=` + url.QueryEscape(arnBase+resource), 200, `{"tags":[` + tags + `]}`}
}

func TestTags(t *testing.T) {
	resources := []string{authDimension, battery, `POST /security-profiles/p`, group("g", ""), `POST /thing-types/bulb`, `POST /things/t`}
	scenarios := []scenario{
		{"ok/overwrite and untag", append(resources, tag("securityprofile/p", `{"Key":"a","Value":"1"},{"Key":"b","Value":"2"},{"Key":"B"}`)), []exchange{
			{tag("securityprofile/p", `{"Key":"b","Value":"3"}`), 200, `{}`},
			tagged("securityprofile/p", `{"Key":"B"},{"Key":"a","Value":"1"},{"Key":"b","Value":"3"}`),
			{`POST /untag {"resourceArn":"` + arnBase + `securityprofile/p","tagKeys":["a","unknown","B"]}`, 200, `{}`},
			tagged("securityprofile/p", `{"Key":"b","Value":"3"}`),
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"*","version":1,"creationDate":"*","lastModifiedDate":"*"}`},
		}},
		{"fail/keys", resources, []exchange{
			{tag("securityprofile/p", `{"Key":"aws:a","Value":"1"}`), 400, `InvalidRequestException: The tag key aws:a begins with aws:, which is reserved.`},
			{tag("securityprofile/p", `{"Key":"AWS:a","Value":"1"}`), 400, `*`},
			{tag("securityprofile/p", `{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}`), 400, `InvalidRequestException: The tag key a is given twice.`},
			{tag("securityprofile/p", `{"Key":"a?"}`), 400, `*`},
			{`POST /security-profiles/q {"tags":[{"Key":"aws:a"}]}`, 400, `*`},
		}},
		{"fail/resource", resources, []exchange{
			{tag("thing/t", `{"Key":"a"}`), 400, `InvalidRequestException: ` + arnBase + `thing/t is not a resource that can be tagged.`},
			{tag("all/things", `{"Key":"a"}`), 400, `*`},
			{tag("securityprofile/nope", `{"Key":"a"}`), 404, `ResourceNotFoundException: The resource ` + arnBase + `securityprofile/nope does not exist.`},
			{tag("mitigationaction/nope", `{"Key":"a"}`), 404, `ResourceNotFoundException: The resource ` + arnBase + `mitigationaction/nope does not exist.`},
			{`POST /tags {"resourceArn":"arn:aws:iot:eu-west-1:123456789012:securityprofile/p","tags":[]}`, 400, `*`},
			{`POST /tags {"resourceArn":"arn:aws:iot:us-west-2:210987654321:securityprofile/p","tags":[]}`, 400, `*`},
			{`POST /tags {"resourceArn":"p","tags":[]}`, 400, `*`},
			{`GET /tags?resourceArn=` + arnBase + `dimension/nope`, 404, `*`},
			{`POST /untag {"resourceArn":"` + arnBase + `dimension/nope","tagKeys":["a"]}`, 404, `*`},
		}},
		{"fail/token", resources, []exchange{
			{`GET /tags?nextToken=x&resourceArn=` + arnBase + `securityprofile/p`, 400, `*`},
		}},
	}
	for _, resource := range []string{"securityprofile/p", "dimension/Auth", "custommetric/battery", "thinggroup/g", "thingtype/bulb"} {
		scenarios = append(scenarios, scenario{"ok/" + resource, resources, []exchange{
			tagged(resource, ``),
			{tag(resource, `{"Key":"a","Value":""},{"Key":"b"}`), 200, `{}`},
			tagged(resource, `{"Key":"a","Value":""},{"Key":"b"}`),
		}})
	}
	play(t, scenarios)
}

func TestTagLimit(t *testing.T) {
	keys := func(from, to int) string {
		var list []string
		for i := from; i < to; i++ {
			list = append(list, fmt.Sprintf(`{"Key":"k%02d"}`, i))
		}
		return strings.Join(list, ",")
	}
	e := newEnv(t)
	const tooMany = `InvalidRequestException: A resource has at most 50 tags, not 51.`
	e.expect(exchange{`POST /security-profiles/p {"tags":[` + keys(0, 51) + `]}`, 400, tooMany})
	e.must(`POST /security-profiles/p {"tags":[`+keys(0, 49)+`]}`, tag("securityprofile/p", keys(48, 50)))
	e.expect(exchange{tag("securityprofile/p", keys(50, 51)), 400, tooMany})
	e.must(tag("securityprofile/p", keys(0, 50)))
	e.expect(tagged("securityprofile/p", keys(0, 50)))
}
