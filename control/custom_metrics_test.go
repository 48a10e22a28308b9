package control_test

import (
	"testing"

	"vedette/control"
)

func TestCustomMetrics(t *testing.T) {
	named := `POST /custom-metric/battery {"metricType":"number","displayName":"Remaining battery","clientRequestToken":"t","tags":[{"Key":"k","Value":"v"}]}`
	play(t, []scenario{
		{"ok/create, describe, update, delete", []string{named}, []exchange{
			{`GET /custom-metric/battery`, 200, `{"metricName":"battery","metricArn":"ARN:custommetric/battery","metricType":"number","displayName":"Remaining battery","creationDate":1767225600.123,"lastModifiedDate":1767225600.123}`},
			{`PATCH /custom-metric/battery {"displayName":"Battery"}`, 200, `{"metricName":"battery","metricArn":"ARN:custommetric/battery","metricType":"number","displayName":"Battery","creationDate":"*","lastModifiedDate":"*"}`},
			{`GET /tags?resourceArn=` + arnBase + `custommetric/battery`, 200, `{"tags":[{"Key":"k","Value":"v"}]}`},
			{`GET /custom-metrics`, 200, `{"metricNames":["battery"]}`},
			{`DELETE /custom-metric/battery`, 200, `{}`},
			{`GET /custom-metrics`, 200, `{"metricNames":[]}`},
		}},
		{"ok/every type", nil, []exchange{
			{`POST /custom-metric/a {"metricType":"number","clientRequestToken":"t"}`, 200, `{"metricName":"a","metricArn":"ARN:custommetric/a"}`},
			{`POST /custom-metric/b {"metricType":"number-list","clientRequestToken":"t"}`, 200, `{"metricName":"b","metricArn":"*"}`},
			{`POST /custom-metric/c {"metricType":"string-list","clientRequestToken":"t"}`, 200, `{"metricName":"c","metricArn":"*"}`},
			{`POST /custom-metric/d {"metricType":"ip-address-list","clientRequestToken":"t"}`, 200, `{"metricName":"d","metricArn":"*"}`},
			{`GET /custom-metric/a`, 200, `{"metricName":"a","metricArn":"*","metricType":"number","creationDate":"*","lastModifiedDate":"*"}`},
		}},
		{"ok/same token and content", []string{named}, []exchange{{named, 200, `{"metricName":"battery","metricArn":"*"}`}}},
		{"ok/delete unknown", nil, []exchange{{`DELETE /custom-metric/battery`, 200, `{}`}}},
		{"fail/create existing", []string{battery}, []exchange{
			{`POST /custom-metric/battery {"metricType":"number","clientRequestToken":"other"}`, 409, `ResourceAlreadyExistsException: The custom metric battery already exists with different content.`},
			{`POST /custom-metric/battery {"metricType":"string-list","clientRequestToken":"t"}`, 409, `*`},
		}},
		{"fail/reserved name", nil, []exchange{
			{`POST /custom-metric/aws:mine {"metricType":"number","clientRequestToken":"t"}`, 400, `InvalidRequestException: The name of a custom metric must not start with aws:.`},
		}},
		{"fail/constraints", nil, []exchange{
			{`POST /custom-metric/battery {"metricType":"color","clientRequestToken":"t"}`, 400, `*`},
			{`POST /custom-metric/battery {"metricType":"number"}`, 400, `*`},
			{`PATCH /custom-metric/battery {}`, 400, `*`},
		}},
		{"fail/unknown", nil, []exchange{
			{`GET /custom-metric/battery`, 404, `ResourceNotFoundException: The custom metric battery does not exist.`},
			{`PATCH /custom-metric/battery {"displayName":"x"}`, 404, `*`},
		}},
		{"fail/delete in use", []string{battery, `POST /security-profiles/p {"behaviors":[{"name":"b","metric":"battery","criteria":{"comparisonOperator":"greater-than","value":{"number":20}}}]}`}, []exchange{
			{`DELETE /custom-metric/battery`, 400, `InvalidRequestException: The custom metric battery is used by the security profile p.`},
			{`PATCH /security-profiles/p {"deleteBehaviors":true}`, 200, `*`},
			{`DELETE /custom-metric/battery`, 200, `{}`},
		}},
	})
}

func TestCustomMetricLimit(t *testing.T) {
	e := newEnv(t, func(o *control.Options) { o.Limits.CustomMetrics = 1 })
	e.must(battery)
	e.expect(exchange{`POST /custom-metric/b {"metricType":"number","clientRequestToken":"t"}`, 410, `LimitExceededException: There are 1 custom metrics already; the limit is 1.`})
}
