package control

import (
	"context"

	"vedette/api"
	"vedette/restjson"
)

// DescribeSignIn tells how callers prove who they are.
func (s *Service) DescribeSignIn(context.Context, *DescribeSignInRequest) (*DescribeSignInResponse, error) {
	out := &DescribeSignInResponse{Authentication: new(SignInSigV4), Region: &s.opts.Region, Version: &s.opts.Version, OpenIDConnect: s.opts.OpenIDConnect}
	if s.opts.User == nil {
		out.Authentication, out.OpenIDConnect = new(SignInNone), nil
	}
	return out, nil
}

// CreateSession returns the session of who signed the request. That its cookie goes out
// with the answer is the business of who verified the request (restjson.Caller).
func (s *Service) CreateSession(ctx context.Context, _ *CreateSessionRequest) (*Session, error) {
	return s.session(restjson.CallerFrom(ctx))
}

// GetSession returns who the caller is and what that may do.
func (s *Service) GetSession(ctx context.Context, _ *GetSessionRequest) (*Session, error) {
	return s.session(restjson.CallerFrom(ctx))
}

// DeleteSession answers who signs out; see CreateSession.
func (s *Service) DeleteSession(context.Context, *DeleteSessionRequest) (*DeleteSessionResponse, error) {
	return &DeleteSessionResponse{}, nil
}

func (s *Service) session(caller restjson.Caller) (*Session, error) {
	if s.opts.User == nil {
		return &Session{Authentication: new(SessionNone), Name: new("anybody"), Root: new(true), Actions: s.actionsOf(nil)}, nil
	}
	user := s.opts.User(caller)
	if user == nil { // gone since the caller was found to be who it is
		return nil, api.Errorf(api.UnrecognizedClientException, "The security token included in the request is invalid.")
	}
	out := &Session{Authentication: new(SessionAccessKey), Name: &user.Name, AccessKeyID: &caller.AccessKeyID, Root: &user.Root, Actions: s.actionsOf(user)}
	if user.Role != "" {
		out.Authentication, out.AccessKeyID, out.Role = new(SessionOpenIDConnect), nil, &user.Role
	}
	if !caller.Expires.IsZero() {
		out.ExpiresAt = &caller.Expires
	}
	return out, nil
}
