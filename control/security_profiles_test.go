package control_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	tcpPorts = `{"name":"tcp","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[443,8883]}}}`
	udpPorts = `{"name":"udp","metric":"aws:listening-udp-ports","criteria":{"comparisonOperator":"not-in-port-set","value":{"ports":[53]}}}`
	sns      = `{"SNS":{"alertTargetArn":"arn:aws:sns:us-west-2:123456789012:ops","roleArn":"arn:aws:iam::123456789012:role/sns"}}`
	export   = `{"mqttTopic":"$aws/rules/r","roleArn":"arn:aws:iam::123456789012:role/export"}`
	quietIn  = `{"name":"quiet","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth","operator":"NOT_IN"},"criteria":{"comparisonOperator":"less-than","value":{"count":60},"durationSeconds":300}}`

	authDimension = `POST /dimensions/Auth {"type":"TOPIC_FILTER","stringValues":["auth/#"],"clientRequestToken":"t"}`
	battery       = `POST /custom-metric/battery {"metricType":"number","clientRequestToken":"t"}`
)

func TestCreateSecurityProfile(t *testing.T) {
	created := `{"securityProfileName":"p","securityProfileArn":"ARN:securityprofile/p"}`
	full := `POST /security-profiles/p {"securityProfileDescription":"d","behaviors":[` + tcpPorts + `],"alertTargets":` + sns +
		`,"additionalMetricsToRetain":["aws:all-bytes-in","aws:all-bytes-out"],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out","exportMetric":true},` +
		`{"metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth"}}],"metricsExportConfig":` + export + `,"tags":[{"Key":"a","Value":"1"},{"Key":"b"}]}`
	play(t, []scenario{
		{"ok/nothing but a name", nil, []exchange{
			{`POST /security-profiles/p`, 200, created},
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"ARN:securityprofile/p","version":1,"creationDate":1767225600.123,"lastModifiedDate":1767225600.123}`},
		}},
		{"ok/everything", []string{authDimension}, []exchange{
			{full, 200, created},
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"ARN:securityprofile/p","securityProfileDescription":"d",
				"behaviors":[` + tcpPorts + `],"alertTargets":` + sns + `,"metricsExportConfig":` + export + `,
				"additionalMetricsToRetain":["aws:all-bytes-out","aws:all-bytes-in"],
				"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out","exportMetric":true},{"metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Auth"}},{"metric":"aws:all-bytes-in"}],
				"version":1,"creationDate":"*","lastModifiedDate":"*"}`},
			{`GET /tags?resourceArn=` + arnBase + `securityprofile/p`, 200, `{"tags":[{"Key":"a","Value":"1"},{"Key":"b"}]}`},
		}},
		{"ok/same content again", []string{authDimension, full}, []exchange{
			{full, 200, created},
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"*","securityProfileArn":"*","securityProfileDescription":"*","behaviors":"*","alertTargets":"*","metricsExportConfig":"*",
				"additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","version":1,"creationDate":"*","lastModifiedDate":"*"}`},
		}},
		{"ok/empty lists are not given", nil, []exchange{
			{`POST /security-profiles/p {"behaviors":[],"alertTargets":{},"additionalMetricsToRetain":[],"additionalMetricsToRetainV2":[],"tags":[]}`, 200, created},
			{`POST /security-profiles/p`, 200, created},
		}},
		{"ok/custom metric", []string{battery}, []exchange{
			{`POST /security-profiles/p {"behaviors":[{"name":"b","metric":"battery","criteria":{"comparisonOperator":"greater-than","value":{"number":20.5}}}],"additionalMetricsToRetain":["battery"]}`, 200, created},
		}},
		{"fail/other content", []string{`POST /security-profiles/p`}, []exchange{
			{`POST /security-profiles/p {"securityProfileDescription":"d"}`, 409, `ResourceAlreadyExistsException: The security profile p already exists with different content.`},
		}},
		{"fail/other tags", []string{`POST /security-profiles/p {"tags":[{"Key":"a","Value":"1"}]}`}, []exchange{
			{`POST /security-profiles/p {"tags":[{"Key":"a","Value":"2"}]}`, 409, `ResourceAlreadyExistsException: The security profile p already exists with different content.`},
			{`POST /security-profiles/p`, 409, `ResourceAlreadyExistsException: The security profile p already exists with different content.`},
		}},
		{"fail/behavior, first fault only", nil, []exchange{
			{`POST /security-profiles/p {"behaviors":[{"name":"b","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[1]},"consecutiveDatapointsToAlarm":100000,"consecutiveDatapointsToClear":0}}]}`, 400,
				`InvalidRequestException: Behavior b is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]`},
			{`GET /security-profiles/p`, 404, `ResourceNotFoundException: The security profile p does not exist.`},
		}},
		{"fail/retained metric", []string{authDimension, battery}, []exchange{
			{`POST /security-profiles/p {"additionalMetricsToRetain":["aws:nothing"]}`, 400, `InvalidRequestException: additionalMetricsToRetain: metric aws:nothing is not supported`},
			{`POST /security-profiles/p {"additionalMetricsToRetain":["nothing"]}`, 400, `InvalidRequestException: additionalMetricsToRetain: metric nothing is not supported`},
			{`POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-in","metricDimension":{"dimensionName":"Auth"}}]}`, 400, `InvalidRequestException: additionalMetricsToRetain: metric aws:all-bytes-in does not take a metricDimension`},
			{`POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"battery","metricDimension":{"dimensionName":"Auth"}}]}`, 400, `InvalidRequestException: additionalMetricsToRetain: metric battery does not take a metricDimension`},
			{`POST /security-profiles/p {"additionalMetricsToRetainV2":[{"metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"Nope"}}]}`, 400, `InvalidRequestException: additionalMetricsToRetain: dimension Nope does not exist`},
		}},
		{"fail/alert target", nil, []exchange{
			{`POST /security-profiles/p {"alertTargets":{"SNS":{"alertTargetArn":"arn:aws:sqs:us-west-2:123456789012:q","roleArn":"arn:aws:iam::123456789012:role/sns"}}}`, 400, `InvalidRequestException: alertTargets: arn:aws:sqs:us-west-2:123456789012:q is not the ARN of an SNS topic.`},
			{`POST /security-profiles/p {"alertTargets":{"SNS":{"alertTargetArn":"arn:aws:sns:us-west-2:123456789012:ops","roleArn":"arn:aws:iam::123456789012:user/u"}}}`, 400, `InvalidRequestException: alertTargets.roleArn: arn:aws:iam::123456789012:user/u is not the ARN of an IAM role.`},
			{`POST /security-profiles/p {"alertTargets":{"SNS":{"alertTargetArn":"arn:aws:sns:us-west-2:123456789012:ops"}}}`, 400, `InvalidRequestException: 1 validation error detected: Value at 'alertTargets[SNS].roleArn' failed to satisfy constraint: Member must not be null`},
			{`POST /security-profiles/p {"metricsExportConfig":{"mqttTopic":"t","roleArn":"arn:aws:iam::123456789012:user/u"}}`, 400, `InvalidRequestException: metricsExportConfig.roleArn: arn:aws:iam::123456789012:user/u is not the ARN of an IAM role.`},
			{`POST /security-profiles/p {"metricsExportConfig":{"mqttTopic":"a/#","roleArn":"arn:aws:iam::123456789012:role/r"}}`, 400, `InvalidRequestException: metricsExportConfig.mqttTopic: nothing can be published to a/#: give a topic without wildcards that does not begin with $, or $aws/rules/NAME.`},
			{`POST /security-profiles/p {"metricsExportConfig":{"mqttTopic":"$aws/things/a/shadow","roleArn":"arn:aws:iam::123456789012:role/r"}}`, 400, `InvalidRequestException: metricsExportConfig.mqttTopic: nothing can be published to $aws/things/a/shadow: give a topic without wildcards that does not begin with $, or $aws/rules/NAME.`},
			{`POST /security-profiles/p {"metricsExportConfig":{"mqttTopic":"$aws/rules/","roleArn":"arn:aws:iam::123456789012:role/r"}}`, 400, `InvalidRequestException: metricsExportConfig.mqttTopic: nothing can be published to $aws/rules/: give a topic without wildcards that does not begin with $, or $aws/rules/NAME.`},
			{`POST /security-profiles/p {"metricsExportConfig":{"mqttTopic":"$SYS/a","roleArn":"arn:aws:iam::123456789012:role/r"}}`, 400, `InvalidRequestException: metricsExportConfig.mqttTopic: nothing can be published to $SYS/a: give a topic without wildcards that does not begin with $, or $aws/rules/NAME.`},
		}},
		{"fail/name", nil, []exchange{
			{`POST /security-profiles/a%20b`, 400, `InvalidRequestException: 1 validation error detected: Value 'a b' at 'securityProfileName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9:_-]+`},
		}},
	})
}

func TestCreateSecurityProfileLimits(t *testing.T) {
	ports := func(n int) string {
		return `{"ports":[` + strings.TrimSuffix(strings.Repeat("443,", n), ",") + `]}`
	}
	behaviors := func(n int, value string) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf(`{"name":"b%d","metric":"aws:listening-tcp-ports","criteria":{"comparisonOperator":"in-port-set","value":%s}}`, i, value)
		}
		return `POST /security-profiles/p {"behaviors":[` + strings.Join(list, ",") + `]}`
	}
	for _, c := range []struct {
		name    string
		request string
		status  int
	}{
		{"ok/100 behaviors of 10 elements", behaviors(100, ports(10)), 200},
		{"fail/101 behaviors", behaviors(101, ports(1)), 400},
		{"fail/1001 elements", behaviors(1, ports(1001)), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, answer := newEnv(t).do(c.request); status != c.status {
				t.Errorf("got %d %s, want %d", status, answer, c.status)
			}
		})
	}
}

func TestUpdateSecurityProfile(t *testing.T) {
	head := `{"securityProfileName":"p","securityProfileArn":"ARN:securityprofile/p","creationDate":"*","lastModifiedDate":"*",`
	full := []string{authDimension, `POST /security-profiles/p {"securityProfileDescription":"d","behaviors":[` + tcpPorts + `,` + quietIn + `],"alertTargets":` + sns +
		`,"additionalMetricsToRetain":["aws:all-bytes-in"],"metricsExportConfig":` + export + `}`}
	play(t, []scenario{
		{"ok/members left out stay", full, []exchange{
			{`PATCH /security-profiles/p {"securityProfileDescription":"e"}`, 200, head + `"version":2,"securityProfileDescription":"e","behaviors":[` + tcpPorts + `,` + quietIn + `],
				"alertTargets":` + sns + `,"additionalMetricsToRetain":["aws:all-bytes-in"],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-in"}],"metricsExportConfig":` + export + `}`},
		}},
		{"ok/lists and maps replace", full, []exchange{
			{`PATCH /security-profiles/p {"behaviors":[` + udpPorts + `],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out"}]}`, 200, head + `"version":2,"securityProfileDescription":"d","behaviors":[` + udpPorts + `],
				"alertTargets":"*","additionalMetricsToRetain":["aws:all-bytes-out"],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-out"}],"metricsExportConfig":"*"}`},
		}},
		{"ok/empty lists are not given, the version grows", full, []exchange{
			{`PATCH /security-profiles/p {"behaviors":[],"alertTargets":{},"additionalMetricsToRetain":[],"additionalMetricsToRetainV2":[]}`, 200, head + `"version":2,"securityProfileDescription":"d","behaviors":"*",
				"alertTargets":"*","additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","metricsExportConfig":"*"}`},
			{`PATCH /security-profiles/p`, 200, head + `"version":3,"securityProfileDescription":"d","behaviors":"*","alertTargets":"*","additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","metricsExportConfig":"*"}`},
		}},
		{"ok/flags delete", full, []exchange{
			{`PATCH /security-profiles/p {"deleteBehaviors":true,"deleteAlertTargets":true,"deleteAdditionalMetricsToRetain":true,"deleteMetricsExportConfig":true}`, 200, head + `"version":2,"securityProfileDescription":"d"}`},
			{`DELETE /dimensions/Auth`, 200, `{}`},
		}},
		{"ok/flag with an empty list", full, []exchange{
			{`PATCH /security-profiles/p {"deleteBehaviors":true,"behaviors":[]}`, 200, head + `"version":2,"securityProfileDescription":"d","alertTargets":"*","additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","metricsExportConfig":"*"}`},
		}},
		{"ok/expected version", full, []exchange{
			{`PATCH /security-profiles/p?expectedVersion=1 {"deleteMetricsExportConfig":false}`, 200, head + `"version":2,"securityProfileDescription":"d","behaviors":"*","alertTargets":"*","additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","metricsExportConfig":"*"}`},
		}},
		{"fail/expected version", full, []exchange{
			{`PATCH /security-profiles/p?expectedVersion=2`, 409, `VersionConflictException: The security profile p has version 1, not the expected version 2.`},
		}},
		{"fail/flag together with its member", full, []exchange{
			{`PATCH /security-profiles/p {"deleteBehaviors":true,"behaviors":[` + tcpPorts + `]}`, 400, `InvalidRequestException: deleteBehaviors cannot be true when behaviors is given.`},
			{`PATCH /security-profiles/p {"deleteAlertTargets":true,"alertTargets":` + sns + `}`, 400, `InvalidRequestException: deleteAlertTargets cannot be true when alertTargets is given.`},
			{`PATCH /security-profiles/p {"deleteAdditionalMetricsToRetain":true,"additionalMetricsToRetain":["aws:all-bytes-in"]}`, 400, `InvalidRequestException: deleteAdditionalMetricsToRetain cannot be true when additionalMetricsToRetain is given.`},
			{`PATCH /security-profiles/p {"deleteMetricsExportConfig":true,"metricsExportConfig":` + export + `}`, 400, `InvalidRequestException: deleteMetricsExportConfig cannot be true when metricsExportConfig is given.`},
		}},
		{"fail/malformed behavior changes nothing", full, []exchange{
			{`PATCH /security-profiles/p {"securityProfileDescription":"e","behaviors":[` + tcpPorts + `,{"name":"b","metric":"nope","criteria":{"comparisonOperator":"less-than","value":{"count":1}}}]}`, 400,
				`InvalidRequestException: Behavior b is malformed. metric nope is not supported`},
			{`GET /security-profiles/p`, 200, head + `"version":1,"securityProfileDescription":"d","behaviors":"*","alertTargets":"*","additionalMetricsToRetain":"*","additionalMetricsToRetainV2":"*","metricsExportConfig":"*"}`},
		}},
		{"fail/unknown", nil, []exchange{
			{`PATCH /security-profiles/p`, 404, `ResourceNotFoundException: The security profile p does not exist.`},
		}},
	})
}

func TestUpdateSecurityProfileTimes(t *testing.T) {
	e := newEnv(t)
	e.must(`POST /security-profiles/p`)
	e.now = e.now.Add(90e9)
	e.expect(exchange{`PATCH /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"*","version":2,"creationDate":1767225600.123,"lastModifiedDate":1767225690.123}`})
}

func TestDeleteSecurityProfile(t *testing.T) {
	play(t, []scenario{
		{"ok/with attachments and tags", []string{`POST /security-profiles/p {"tags":[{"Key":"a"}]}`, attach("p", "all/things")}, []exchange{
			{`DELETE /security-profiles/p?expectedVersion=1`, 200, `{}`},
			{`GET /security-profiles/p`, 404, `ResourceNotFoundException: The security profile p does not exist.`},
			{`GET /security-profiles-for-target?securityProfileTargetArn=` + arnBase + `all/things`, 200, `{"securityProfileTargetMappings":[]}`},
			{`POST /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"*"}`},
			{`GET /tags?resourceArn=` + arnBase + `securityprofile/p`, 200, `{"tags":[]}`},
		}},
		{"ok/unknown", nil, []exchange{{`DELETE /security-profiles/p?expectedVersion=7`, 200, `{}`}}},
		{"fail/expected version", []string{`POST /security-profiles/p`}, []exchange{
			{`DELETE /security-profiles/p?expectedVersion=2`, 409, `VersionConflictException: The security profile p has version 1, not the expected version 2.`},
			{`GET /security-profiles/p`, 200, `{"securityProfileName":"p","securityProfileArn":"*","version":1,"creationDate":"*","lastModifiedDate":"*"}`},
		}},
	})
}

func TestListSecurityProfiles(t *testing.T) {
	three := []string{
		authDimension, battery,
		`POST /security-profiles/c {"behaviors":[` + tcpPorts + `]}`,
		`POST /security-profiles/a {"behaviors":[` + quietIn + `],"additionalMetricsToRetain":["battery"]}`,
		`POST /security-profiles/b {"behaviors":[` + udpPorts + `],"additionalMetricsToRetain":["aws:listening-tcp-ports"]}`,
	}
	profile := func(names ...string) string {
		list := make([]string, len(names))
		for i, name := range names {
			list[i] = `{"name":"` + name + `","arn":"` + arnBase + `securityprofile/` + name + `"}`
		}
		return `"securityProfileIdentifiers":[` + strings.Join(list, ",") + `]`
	}
	play(t, []scenario{
		{"ok/none", nil, []exchange{{`GET /security-profiles`, 200, `{"securityProfileIdentifiers":[]}`}}},
		{"ok/all by name", three, []exchange{{`GET /security-profiles`, 200, `{` + profile("a", "b", "c") + `}`}}},
		{"ok/by metric", three, []exchange{
			{`GET /security-profiles?metricName=aws:listening-tcp-ports`, 200, `{` + profile("b", "c") + `}`},
			{`GET /security-profiles?metricName=aws:num-messages-sent`, 200, `{` + profile("a") + `}`},
			{`GET /security-profiles?metricName=battery`, 200, `{` + profile("a") + `}`},
			{`GET /security-profiles?metricName=aws:all-bytes-in`, 200, `{"securityProfileIdentifiers":[]}`},
			{`GET /security-profiles?metricName=aws:listening-tcp-ports&maxResults=1`, 200, `{` + profile("b") + `,"nextToken":"*"}`},
		}},
		{"ok/by dimension", three, []exchange{{`GET /security-profiles?dimensionName=Auth`, 200, `{` + profile("a") + `}`}}},
		{"ok/after an update", append(three, `PATCH /security-profiles/a {"deleteBehaviors":true}`), []exchange{
			{`GET /security-profiles?dimensionName=Auth`, 200, `{"securityProfileIdentifiers":[]}`},
		}},
		{"fail/both filters", three, []exchange{
			{`GET /security-profiles?dimensionName=Auth&metricName=battery`, 400, `InvalidRequestException: dimensionName and metricName cannot be used together.`},
		}},
		{"fail/unknown", nil, []exchange{
			{`GET /security-profiles?dimensionName=Auth`, 404, `ResourceNotFoundException: The dimension Auth does not exist.`},
			{`GET /security-profiles?metricName=battery`, 404, `ResourceNotFoundException: The metric battery does not exist.`},
		}},
		{"fail/page length", nil, []exchange{
			{`GET /security-profiles?maxResults=0`, 400, `InvalidRequestException: 1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1`},
			{`GET /security-profiles?maxResults=251`, 400, `InvalidRequestException: 1 validation error detected: Value '251' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 250`},
		}},
	})
}

func TestValidateSecurityProfileBehaviors(t *testing.T) {
	const validate = `POST /security-profile-behaviors/validate `
	var list []string
	for i := range 101 {
		list = append(list, strings.Replace(tcpPorts, `"name":"`, fmt.Sprintf(`"name":"n%d-`, i), 1))
	}
	hundredAndOne := strings.Join(list, ",")
	play(t, []scenario{
		{"ok/valid", nil, []exchange{
			{validate + `{"behaviors":[` + tcpPorts + `]}`, 200, `{"valid":true,"validationErrors":[]}`},
			{validate + `{"behaviors":[]}`, 200, `{"valid":true,"validationErrors":[]}`},
		}},
		{"ok/every fault", nil, []exchange{
			{validate + `{"behaviors":[` + tcpPorts + `,{"name":"Authorization","metric":"aws:num-authorization-failures","criteria":{"comparisonOperator":"greater-than","value":{"count":10},"durationSeconds":300,"consecutiveDatapointsToAlarm":100000,"consecutiveDatapointsToClear":0}}]}`, 200,
				`{"valid":false,"validationErrors":[
					{"errorMessage":"Behavior Authorization is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]"},
					{"errorMessage":"Behavior Authorization is malformed. consecutiveDatapointsToClear 0 should be in range[1,10]"}]}`},
			{validate + `{"behaviors":[{}]}`, 200, `{"valid":false,"validationErrors":"*"}`},
			{validate + `{"behaviors":[` + hundredAndOne + `]}`, 200, `{"valid":false,"validationErrors":[{"errorMessage":"A security profile has at most 100 behaviors, not 101."}]}`},
			{`POST /security-profiles/p {"behaviors":[` + hundredAndOne + `]}`, 400, `InvalidRequestException: A security profile has at most 100 behaviors, not 101.`},
		}},
		{"ok/knows dimensions and custom metrics", []string{authDimension, battery}, []exchange{
			{validate + `{"behaviors":[` + quietIn + `,{"name":"b","metric":"battery","criteria":{"comparisonOperator":"less-than","value":{"number":1}}}]}`, 200, `{"valid":true,"validationErrors":[]}`},
		}},
		{"fail/wrong JSON type", nil, []exchange{
			{validate + `{"behaviors":{}}`, 400, `*`},
			{validate + `{}`, 400, `*`},
		}},
	})
}

func TestUnjudgedBehaviors(t *testing.T) {
	var log bytes.Buffer
	e := newEnv(t, logged(&log))
	learned := `{"name":"learned","metric":"aws:all-bytes-out","criteria":{"mlDetectionConfig":{"confidenceLevel":"HIGH"}}}`
	warnings := func() int { return strings.Count(log.String(), "behavior is stored but not judged") }
	create := `POST /security-profiles/p {"behaviors":[` + tcpPorts + `,` + learned + `]}`
	e.must(create)
	if !strings.Contains(log.String(), "securityProfile=p behavior=learned reason=") || warnings() != 1 {
		t.Errorf("after creation: got log %q, want one warning that names p and learned", log.String())
	}
	e.must(create, `PATCH /security-profiles/p {"securityProfileDescription":"d"}`)
	if n := warnings(); n != 1 {
		t.Errorf("after calls without new behaviors: got %d warnings, want 1", n)
	}
	e.must(`PATCH /security-profiles/p {"behaviors":[` + learned + `]}`)
	if n := warnings(); n != 2 {
		t.Errorf("after an update of the behaviors: got %d warnings, want 2", n)
	}
}

// attach returns the request that attaches a profile to a target, given as the
// resource part of its ARN.
func attach(profile, target string) string {
	return http.MethodPut + ` /security-profiles/` + profile + `/targets?securityProfileTargetArn=` + arnBase + target
}
