package control

import (
	"context"

	"vedette/api"
)

// DescribeEndpoint returns the host that devices connect to: the same for
// every type of endpoint.
func (s *Service) DescribeEndpoint(_ context.Context, in *api.DescribeEndpointRequest) (*api.DescribeEndpointResponse, error) {
	switch t := api.Value(in.EndpointType); t {
	case "", "iot:Data", "iot:Data-ATS", "iot:Data-Beta", "iot:CredentialProvider", "iot:Jobs":
		return &api.DescribeEndpointResponse{EndpointAddress: new(s.opts.Hostname)}, nil
	default:
		return nil, api.InvalidRequest("The endpoint type %s does not exist.", t)
	}
}
