package client_test

import (
	"errors"
	"testing"

	"vedette/api"
	"vedette/cli/client"
	"vedette/cli/document"
	"vedette/cli/timestamp"
)

// TestValidate: the reports are those of AWS CLI's own validation.
func TestValidate(t *testing.T) {
	for _, test := range []struct{ name, operation, parameters, want string }{
		{"ok/empty", "ListThings", `{}`, ""},
		{"ok/every type of the easy ones", "CreateThing", `{"thingName":"cam-1","attributePayload":{"attributes":{"a":"b"},"merge":false}}`, ""},
		{"ok/an enum that does not exist", "CreateCustomMetric", `{"metricName":"m","metricType":"nonsense","clientRequestToken":"t"}`, ""},
		{"ok/a name that breaks its pattern", "DescribeThing", `{"thingName":"a b/c*"}`, ""},
		{"ok/more than the most", "ListThings", `{"maxResults":251}`, ""},
		{"ok/an integer beyond 64 bits", "ListThings", `{"maxResults":100000000000000000000}`, ""},
		{"ok/true is a number", "ListThings", `{"maxResults":true}`, ""},
		{"ok/an integer is a double", "CreateJob", `{"jobId":"j","targets":["t"],"jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":1,"incrementFactor":2,"rateIncreaseCriteria":{"numberOfNotifiedThings":1}}}}`, ""},
		{"ok/the least double", "CreateJob", `{"jobId":"j","targets":["t"],"jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":1,"incrementFactor":1.1,"rateIncreaseCriteria":{}}}}`, ""},
		{"ok/NaN", "CreateJob", `{"jobId":"j","targets":["t"],"abortConfig":{"criteriaList":[{"failureType":"ALL","action":"CANCEL","thresholdPercentage":NaN,"minNumberOfExecutedThings":1}]}}`, ""},
		{"ok/a length in letters, not in bytes", "CreatePolicy", `{"policyName":"ü","policyDocument":"😀"}`, ""},
		{"ok/times as text and numbers", "ListMetricValues", `{"thingName":"t","metricName":"m","startTime":"2024-01-01","endTime":1704067200.5}`, ""},
		{"ok/a blob is text", "TestInvokeAuthorizer", `{"authorizerName":"a","mqttContext":{"password":"x"}}`, ""},
		{"fail/nothing", "DescribeThing", `{}`, `Missing required parameter in input: "thingName"`},
		{"fail/all that is missing", "CreateOTAUpdate", `{}`, `Missing required parameter in input: "otaUpdateId"
Missing required parameter in input: "targets"
Missing required parameter in input: "files"
Missing required parameter in input: "roleArn"`},
		{"fail/missing inside", "CreateSecurityProfile", `{"securityProfileName":"p","behaviors":[{"name":"a"},{"metric":"m"}],"alertTargets":{"SNS":{"roleArn":"r"}}}`, `Missing required parameter in behaviors[1]: "name"
Missing required parameter in alertTargets.SNS: "alertTargetArn"
Invalid length for parameter alertTargets.SNS.roleArn, value: 1, valid min length: 20`},
		{"fail/unknown", "DescribeThing", `{"thingName":"t","ThingName":"t","":1}`, `Unknown parameter in input: "ThingName", must be one of: thingName
Unknown parameter in input: "", must be one of: thingName`},
		{"fail/unknown inside", "CreateSecurityProfile", `{"securityProfileName":"p","behaviors":[{"name":"a","criteria":{"value":{"Count":1}}}]}`, `Unknown parameter in behaviors[0].criteria.value: "Count", must be one of: count, cidrs, ports, number, numbers, strings`},
		{"fail/null", "DescribeThing", `{"thingName":null}`, `Invalid type for parameter thingName, value: None, type: <class 'NoneType'>, valid types: <class 'str'>`},
		{"fail/null inside", "CreateThing", `{"thingName":"t","attributePayload":{"attributes":{"a":null},"merge":null}}`, `Invalid type for parameter attributePayload.attributes.a, value: None, type: <class 'NoneType'>, valid types: <class 'str'>
Invalid type for parameter attributePayload.merge, value: None, type: <class 'NoneType'>, valid types: <class 'bool'>`},
		{"fail/type of a string", "DescribeThing", `{"thingName":5}`, `Invalid type for parameter thingName, value: 5, type: <class 'int'>, valid types: <class 'str'>`},
		{"fail/type of a string, shown as Python shows it", "DescribeThing", `{"thingName":{"a":[true,null,1.0,"x'y"]}}`, `Invalid type for parameter thingName, value: {'a': [True, None, 1.0, "x'y"]}, type: <class 'dict'>, valid types: <class 'str'>`},
		{"fail/type of an integer", "ListThings", `{"maxResults":"5"}`, `Invalid type for parameter maxResults, value: 5, type: <class 'str'>, valid types: <class 'int'>`},
		{"fail/a double is no integer", "ListThings", `{"maxResults":5.0}`, `Invalid type for parameter maxResults, value: 5.0, type: <class 'float'>, valid types: <class 'int'>`},
		{"fail/type of a long", "DeleteSecurityProfile", `{"securityProfileName":"p","expectedVersion":"1"}`, `Invalid type for parameter expectedVersion, value: 1, type: <class 'str'>, valid types: <class 'int'>`},
		{"fail/type of a double", "CreateJob", `{"jobId":"j","targets":["t"],"jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":1,"incrementFactor":"2","rateIncreaseCriteria":{}}}}`, `Invalid type for parameter jobExecutionsRolloutConfig.exponentialRate.incrementFactor, value: 2, type: <class 'str'>, valid types: <class 'float'>, <class 'decimal.Decimal'>, <class 'int'>`},
		{"fail/type of a boolean", "DeprecateThingType", `{"thingTypeName":"t","undoDeprecate":1}`, `Invalid type for parameter undoDeprecate, value: 1, type: <class 'int'>, valid types: <class 'bool'>`},
		{"fail/type of a list", "CreateJob", `{"jobId":"j","targets":"t"}`, `Invalid type for parameter targets, value: t, type: <class 'str'>, valid types: <class 'list'>, <class 'tuple'>`},
		{"fail/type of an element", "CreateJob", `{"jobId":"j","targets":["t",1,null]}`, `Invalid type for parameter targets[1], value: 1, type: <class 'int'>, valid types: <class 'str'>
Invalid type for parameter targets[2], value: None, type: <class 'NoneType'>, valid types: <class 'str'>`},
		{"fail/type of a map", "CreateSecurityProfile", `{"securityProfileName":"p","alertTargets":[]}`, `Invalid type for parameter alertTargets, value: [], type: <class 'list'>, valid types: <class 'dict'>`},
		{"fail/type of a structure", "CreateThing", `{"thingName":"t","attributePayload":"x"}`, `Invalid type for parameter attributePayload, value: x, type: <class 'str'>, valid types: <class 'dict'>`},
		{"fail/type of a time", "ListMetricValues", `{"thingName":"t","metricName":"m","startTime":"soon","endTime":true}`, `Invalid type for parameter startTime, value: soon, type: <class 'str'>, valid types: <class 'datetime.datetime'>, timestamp-string`},
		{"fail/type of a blob", "TestInvokeAuthorizer", `{"authorizerName":"a","mqttContext":{"password":5}}`, `Invalid type for parameter mqttContext.password, value: 5, type: <class 'int'>, valid types: <class 'bytes'>, <class 'bytearray'>, file-like object`},
		{"fail/too short", "DescribeThing", `{"thingName":""}`, `Invalid length for parameter thingName, value: 0, valid min length: 1`},
		{"fail/too few", "CreateDimension", `{"name":"d","type":"TOPIC_FILTER","clientRequestToken":"t","stringValues":[]}`, `Invalid length for parameter stringValues, value: 0, valid min length: 1`},
		{"fail/too little", "ListThings", `{"maxResults":0}`, `Invalid value for parameter maxResults, value: 0, valid min value: 1`},
		{"fail/false is zero", "ListThings", `{"maxResults":false}`, `Invalid value for parameter maxResults, value: False, valid min value: 1`},
		{"fail/far too little", "ListThings", `{"maxResults":-100000000000000000000}`, `Invalid value for parameter maxResults, value: -100000000000000000000, valid min value: 1`},
		{"fail/a double that is too little", "CreateJob", `{"jobId":"j","targets":["t"],"jobExecutionsRolloutConfig":{"exponentialRate":{"baseRatePerMinute":1,"incrementFactor":1.0,"rateIncreaseCriteria":{}}}}`, `Invalid value for parameter jobExecutionsRolloutConfig.exponentialRate.incrementFactor, value: 1.0, valid min value: 1.1`},
		{"fail/less than nothing", "CreateSecurityProfile", `{"securityProfileName":"p","behaviors":[{"name":"b","criteria":{"value":{"count":-1,"ports":[0,-5]}}}]}`,
			"Invalid value for parameter behaviors[0].criteria.value.count, value: -1, valid min value: 0\n" +
				"Invalid value for parameter behaviors[0].criteria.value.ports[1], value: -5, valid min value: 0"},
		{"fail/a key that is too short", "CreatePackageVersion", `{"packageName":"p","versionName":"v","attributes":{"":"v"}}`, `Invalid length for parameter attributes (key: ), value: 0, valid min length: 1`},
		{"fail/everything at once", "CreateSecurityProfile", `{"behaviors":[{"name":"","metric":1,"zz":0}],"tags":[{"Key":"","Value":5}],"x":1}`, `Missing required parameter in input: "securityProfileName"
Unknown parameter in input: "x", must be one of: securityProfileName, securityProfileDescription, behaviors, alertTargets, additionalMetricsToRetain, additionalMetricsToRetainV2, tags, metricsExportConfig
Unknown parameter in behaviors[0]: "zz", must be one of: name, metric, metricDimension, criteria, suppressAlerts, exportMetric
Invalid length for parameter behaviors[0].name, value: 0, valid min length: 1
Invalid type for parameter behaviors[0].metric, value: 1, type: <class 'int'>, valid types: <class 'str'>
Invalid length for parameter tags[0].Key, value: 0, valid min length: 1
Invalid type for parameter tags[0].Value, value: 5, type: <class 'int'>, valid types: <class 'str'>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := client.Validate(operation(t, test.operation).Input, object(t, test.parameters), noon())
			if test.want == "" {
				check(t, "error", message(err), "")
				return
			}
			e, ok := errors.AsType[*client.ValidationError](err)
			if !ok {
				t.Fatalf("got %v, want a ValidationError", err)
			}
			check(t, "report", e.Report, test.want)
			check(t, "error", e.Error(), "Parameter validation failed:\n"+test.want)
		})
	}
}

// TestValidateTimes: a time that Python cannot hold ends the call, whatever else
// is wrong; one that says nothing is of the wrong type like others.
func TestValidateTimes(t *testing.T) {
	for _, test := range []struct {
		name, start string
		fatal       bool
		want        string
	}{
		{"ok/relative to now", `"10:00"`, false, ""},
		{"ok/epoch", `"1704067200"`, false, ""},
		{"fail/words", `"soon"`, false, "Parameter validation failed:\nMissing required parameter in input: \"thingName\"\n" +
			"Invalid type for parameter startTime, value: soon, type: <class 'str'>, valid types: <class 'datetime.datetime'>, timestamp-string"},
		{"fail/out of range", `1e300`, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			parameters := object(t, `{"metricName":"m","endTime":"2024-01-01","startTime":`+test.start+`}`)
			if test.want == "" && !test.fatal {
				parameters.Set("thingName", "t")
			}
			err := client.Validate(operation(t, "ListMetricValues").Input, parameters, noon())
			if e, ok := errors.AsType[*timestamp.Error](err); ok != test.fatal || ok && !e.Fatal {
				t.Errorf("got %#v, want fatal %v", err, test.fatal)
			}
			if !test.fatal {
				check(t, "error", message(err), test.want)
			}
		})
	}
}

// TestValidateBytes: bytes, which no JSON has, are good for blobs only.
func TestValidateBytes(t *testing.T) {
	for _, test := range []struct {
		name string
		kind api.Type
		want string
	}{
		{"ok/blob", api.TypeBlob, ""},
		{"fail/string", api.TypeString, "Invalid type for parameter m, value: b'x', type: <class 'bytes'>, valid types: <class 'str'>"},
		{"fail/list", api.TypeList, "Invalid type for parameter m, value: b'x', type: <class 'bytes'>, valid types: <class 'list'>, <class 'tuple'>"},
		{"fail/boolean", api.TypeBoolean, "Invalid type for parameter m, value: b'x', type: <class 'bytes'>, valid types: <class 'bool'>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			shape := &api.Shape{Type: api.TypeStructure, Members: []api.Member{{Name: "m", Shape: &api.Shape{Type: test.kind}}}}
			want := ""
			if test.want != "" {
				want = "Parameter validation failed:\n" + test.want
			}
			check(t, "error", message(client.Validate(shape, document.NewMap("m", document.Bytes("x")), noon())), want)
		})
	}
}
