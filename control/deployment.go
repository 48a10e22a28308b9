package control

import "context"

// DescribeDeployment tells how the server is set up and how it is.
func (s *Service) DescribeDeployment(ctx context.Context, _ *DescribeDeploymentRequest) (*DescribeDeploymentResponse, error) {
	var out DescribeDeploymentResponse
	if s.opts.Deployment != nil {
		out = s.opts.Deployment()
	}
	out.Version, out.AccountID, out.Region, out.Health = &s.opts.Version, &s.opts.Account, &s.opts.Region, s.health(ctx)
	return &out, nil
}

// health returns how the parts of the server are.
func (s *Service) health(ctx context.Context) []Health {
	if s.opts.Health == nil {
		return []Health{}
	}
	return s.opts.Health(ctx)
}
