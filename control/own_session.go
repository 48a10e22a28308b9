package control

import (
	"time"

	"vedette/api"
)

// Who signs in with an access key, or at an OpenID Connect provider, has a session:
// a cookie that stands for the signature of each request.

// describeSignIn tells how to sign in; anybody may ask.
var describeSignIn = &api.Operation{
	Name: "DescribeSignIn", Group: "vedette", Method: "GET", URI: "/vedette/v1/sign-in", Public: true,
	Input: structure("DescribeSignInRequest"),
	Output: structure("DescribeSignInResponse",
		required(field("authentication", oneOf("SignInAuthentication", SignInSigV4, SignInNone))),
		required(field("region", text)),
		required(field("version", text)),
		field("openIdConnect", structure("OpenIDConnect",
			required(field("name", text)),
			required(field("url", text)),
		)),
	),
}

// How callers of the API prove who they are.
const (
	SignInSigV4 = "sigv4"
	SignInNone  = "none"
)

// DescribeSignInRequest is the input of DescribeSignIn.
type DescribeSignInRequest struct{}

// DescribeSignInResponse is the output of DescribeSignIn.
type DescribeSignInResponse struct {
	Authentication *string // SignInSigV4 or SignInNone
	Region         *string // to sign for
	Version        *string // of the server
	OpenIDConnect  *OpenIDConnect
}

// OpenIDConnect is the provider at which one can sign in; nil: there is none.
type OpenIDConnect struct {
	Name *string // for people: Acme SSO
	URL  *string // the path to go to with the browser
}

// createSession begins a session of who signs the request; the answer sets the cookie.
var createSession = &api.Operation{
	Name: "CreateSession", Group: "vedette", Method: "POST", URI: "/vedette/v1/session",
	Input:  structure("CreateSessionRequest"),
	Output: sessionShape,
}

// CreateSessionRequest is the input of CreateSession.
type CreateSessionRequest struct{}

// getSession tells who the caller is and what that may do.
var getSession = &api.Operation{
	Name: "GetSession", Group: "vedette", Method: "GET", URI: "/vedette/v1/session",
	Input:  structure("GetSessionRequest"),
	Output: sessionShape,
}

// GetSessionRequest is the input of GetSession.
type GetSessionRequest struct{}

// deleteSession ends the session in the browser: the answer clears the cookie.
var deleteSession = &api.Operation{
	Name: "DeleteSession", Group: "vedette", Method: "DELETE", URI: "/vedette/v1/session",
	Input:  structure("DeleteSessionRequest"),
	Output: structure("DeleteSessionResponse"),
}

// DeleteSessionRequest is the input of DeleteSession.
type DeleteSessionRequest struct{}

// DeleteSessionResponse is the output of DeleteSession.
type DeleteSessionResponse struct{}

var sessionShape = structure("Session",
	required(field("authentication", oneOf("SessionAuthentication", SessionAccessKey, SessionOpenIDConnect, SessionNone))),
	required(field("name", text)),
	field("accessKeyId", text),
	field("role", text),
	required(field("root", flag)),
	field("expiresAt", moment),
	required(field("actions", &api.Shape{Name: "Actions", Type: api.TypeMap, Key: text, Value: oneOf("ActionExtent", ExtentAllowed, ExtentSome, ExtentDenied)})),
)

// How who has a session proved who it is.
const (
	SessionAccessKey     = "accessKey"
	SessionOpenIDConnect = "openIdConnect"
	SessionNone          = "none" // nobody needs to
)

// What a caller may do of an action.
const (
	ExtentAllowed = "ALLOWED" // on every resource, without a condition
	ExtentSome    = "SOME"    // on some resources, or under conditions
	ExtentDenied  = "DENIED"  // never
)

// Session is who a caller is and what that may do: the output of CreateSession and
// GetSession.
type Session struct {
	Authentication *string    // SessionAccessKey, SessionOpenIDConnect or SessionNone
	Name           *string    // of the access key or of the provider's user; "anybody" of SessionNone
	AccessKeyID    *string    // of SessionAccessKey
	Role           *string    // of SessionOpenIDConnect
	Root           *bool      // may do all
	ExpiresAt      *time.Time // nil: the request was signed, or needs no signature
	Actions        map[string]string
}
