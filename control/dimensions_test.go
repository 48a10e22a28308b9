package control_test

import (
	"fmt"
	"testing"
)

func TestDimensions(t *testing.T) {
	created := `{"name":"Auth","arn":"ARN:dimension/Auth"}`
	play(t, []scenario{
		{"ok/create, describe, update, delete", []string{authDimension}, []exchange{
			{`GET /dimensions/Auth`, 200, `{"name":"Auth","arn":"ARN:dimension/Auth","type":"TOPIC_FILTER","stringValues":["auth/#"],"creationDate":1767225600.123,"lastModifiedDate":1767225600.123}`},
			{`PATCH /dimensions/Auth {"stringValues":["a","b/+"]}`, 200, `{"name":"Auth","arn":"ARN:dimension/Auth","type":"TOPIC_FILTER","stringValues":["a","b/+"],"creationDate":"*","lastModifiedDate":"*"}`},
			{`GET /dimensions`, 200, `{"dimensionNames":["Auth"]}`},
			{`DELETE /dimensions/Auth`, 200, `{}`},
			{`GET /dimensions`, 200, `{"dimensionNames":[]}`},
		}},
		{"ok/same token and content, even after an update", []string{authDimension, `PATCH /dimensions/Auth {"stringValues":["x"]}`}, []exchange{
			{authDimension, 200, created},
			{`GET /dimensions/Auth`, 200, `{"name":"*","arn":"*","type":"*","stringValues":["x"],"creationDate":"*","lastModifiedDate":"*"}`},
		}},
		{"ok/tags", []string{`POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":["a"],"clientRequestToken":"t","tags":[{"Key":"k","Value":"v"}]}`}, []exchange{
			{`GET /tags?resourceArn=` + arnBase + `dimension/Auth`, 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
		}},
		{"ok/delete unknown", nil, []exchange{{`DELETE /dimensions/Auth`, 200, `{}`}}},
		{"fail/create existing", []string{authDimension}, []exchange{
			{`POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":["auth/#"],"clientRequestToken":"other"}`, 409, `ResourceAlreadyExistsException: The dimension Auth already exists with different content.`},
			{`POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":["other"],"clientRequestToken":"t"}`, 409, `*`},
		}},
		{"fail/constraints", nil, []exchange{
			{`POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":[],"clientRequestToken":"t"}`, 400, `*`},
			{`POST /dimensions/Auth {"type":"COLOR","stringValues":["a"],"clientRequestToken":"t"}`, 400, `*`},
			{`POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":["a"]}`, 400, `*`},
		}},
		{"fail/unknown", nil, []exchange{
			{`GET /dimensions/Auth`, 404, `ResourceNotFoundException: The dimension Auth does not exist.`},
			{`PATCH /dimensions/Auth {"stringValues":["a"]}`, 404, `*`},
		}},
		{"fail/delete in use", []string{authDimension, `POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth"}}]}`}, []exchange{
			{`DELETE /dimensions/Auth`, 400, `InvalidRequestException: The dimension Auth is used by the security profile p.`},
			{`DELETE /security-profiles/p`, 200, `{}`},
			{`DELETE /dimensions/Auth`, 200, `{}`},
		}},
	})
}

func TestDimensionLimit(t *testing.T) {
	e := newEnv(t)
	create := func(i int) string {
		return fmt.Sprintf(`POST /dimensions/d%02d {"type":"TOPIC_FILTER","stringValues":["a"],"clientRequestToken":"t"}`, i)
	}
	for i := range 10 {
		e.must(create(i))
	}
	e.expect(exchange{create(10), 410, `LimitExceededException: There are 10 dimensions already; the limit is 10.`})
	e.must(create(9), `DELETE /dimensions/d03`, create(10))
}
