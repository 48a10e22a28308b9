package control_test

import "testing"

func TestDescribeEndpoint(t *testing.T) {
	host := `{"endpointAddress":"iot.example.com"}`
	play(t, []scenario{
		{"ok/every type", nil, []exchange{
			{`GET /endpoint`, 200, host},
			{`GET /endpoint?endpointType=iot:Data`, 200, host},
			{`GET /endpoint?endpointType=iot%3AData-ATS`, 200, host},
			{`GET /endpoint?endpointType=iot:CredentialProvider`, 200, host},
			{`GET /endpoint?endpointType=iot:Jobs`, 200, host},
		}},
		{"fail/unknown type", nil, []exchange{
			{`GET /endpoint?endpointType=iot:Nope`, 400, `InvalidRequestException: The endpoint type iot:Nope does not exist.`},
		}},
	})
}
