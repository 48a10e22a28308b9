package settings

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"os"
	"strings"

	"vedette/cli/document"
)

const roleSource = "assume-role"

// fromRole provides the credentials of the profile's role. What is wrong with its
// configuration is said now; the role is assumed when a request is signed.
func (s *Settings) fromRole(ctx context.Context, profile string) (*provider, error) {
	if !hasRole(section(s.profiles, profile)) {
		return nil, nil
	}
	if err := s.checkRole(ctx, profile, []document.Value{profile}); err != nil {
		return nil, err
	}
	return s.cached(roleParameters(section(s.profiles, profile)), s.delegate(roleSource, profile)), nil
}

// hasRole tells whether a profile assumes a role with other credentials.
func hasRole(profile *document.Map) bool {
	return profile.Has("role_arn") && !profile.Has("web_identity_token_file")
}

// checkRole follows source_profile from profile to profile, to credentials that
// are there; visited has the profiles that came before.
func (s *Settings) checkRole(ctx context.Context, name string, visited []document.Value) error {
	profile := section(s.profiles, name)
	source, fromProfile := profile.Get("source_profile")
	kind, fromKind := profile.Get("credential_source")
	switch {
	case fromKind && fromProfile:
		return fail("The profile \"%s\" contains both source_profile and credential_source.", name)
	case !fromKind && !fromProfile:
		return fail("Partial credentials found in %s, missing: source_profile or credential_source", roleSource)
	case fromKind:
		return s.checkSource(ctx, name, document.Text(kind))
	}
	next := document.Text(source)
	if !s.profiles.Has(next) {
		return fail("The source_profile \"%s\" referenced in the profile \"%s\" does not exist.", next, name)
	}
	static := hasKey(section(s.profiles, next))
	for _, before := range visited {
		// A profile may name itself, to assume its role with its own key.
		if before == next && (next != name || !static) {
			return fail("Infinite loop in credential configuration detected. Attempting to load from profile %s which has already been visited. Visited profiles: %s", next, document.Repr(visited))
		}
	}
	if !static && hasRole(section(s.profiles, next)) {
		return s.checkRole(ctx, next, append(visited, next))
	}
	found, err := s.fromProfile(ctx, next)
	if err == nil && found == nil {
		err = fail("The source profile \"%s\" must have credentials.", next)
	}
	return err
}

// checkSource makes sure that the place that a profile takes credentials from has
// some.
func (s *Settings) checkSource(ctx context.Context, profile, kind string) error {
	var look source
	switch kind {
	case "Environment":
		look = s.fromEnvironment
	case "EcsContainer":
		look = s.fromContainer
	case "Ec2InstanceMetadata":
		look = s.fromMetadata
	default:
		return fail("The credential source \"%s\" referenced in profile \"%s\" is not valid.", kind, profile)
	}
	found, err := look(ctx, profile)
	if err == nil && found == nil {
		err = retrievalError(kind, "No credentials found in credential_source referenced in profile "+profile)
	}
	return err
}

// fromProfile takes credentials from a profile alone.
func (s *Settings) fromProfile(ctx context.Context, profile string) (*provider, error) {
	alone := func(_ context.Context, profile string) (*provider, error) { return s.webIdentity(profile, false) }
	return firstOf(ctx, profile, alone, s.fromSSO, s.fromShared, s.fromProcess, s.fromConfig)
}

func hasKey(profile *document.Map) bool {
	return profile.Has("aws_access_key_id") || profile.Has("aws_secret_access_key")
}

// fromWebIdentity provides the credentials of a role that a token file is good
// for. The environment beats the profile, unless --profile was given.
func (s *Settings) fromWebIdentity(_ context.Context, profile string) (*provider, error) {
	return s.webIdentity(profile, s.options.Profile == "")
}

func (s *Settings) webIdentity(profile string, environment bool) (*provider, error) {
	setting := func(key, variable string) (value string, fromEnvironment bool) {
		if text, ok := s.env.values[variable]; ok && environment {
			return text, true
		}
		value, _ = section(s.profiles, profile).Value(key).(string)
		return value, false
	}
	file, fromEnvironment := setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE")
	if file == "" {
		return nil, nil
	}
	arn, _ := setting("role_arn", "AWS_ROLE_ARN")
	if arn == "" {
		return nil, fail("The provided profile or the current environment is configured to assume role with web identity but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var is set.")
	}
	if fromEnvironment {
		profile = ""
	}
	role := s.delegate("assume-role-with-web-identity", profile)
	parameters := document.NewMap("RoleArn", arn)
	if name, _ := setting("role_session_name", "AWS_ROLE_SESSION_NAME"); name != "" {
		parameters.Set("RoleSessionName", name)
	}
	return s.cached(parameters, &provider{role.source, func(ctx context.Context) (Credentials, error) {
		if _, err := os.Stat(s.env.file(file)); err != nil {
			return Credentials{}, fileError(err, file)
		}
		return role.fetch(ctx)
	}}), nil
}

// fileError words an error of the operating system about a file or program.
func fileError(err error, name string) error {
	if text, ok := errno(err); ok {
		return fail("%s: %s", text, document.Repr(name))
	}
	return fail("%s", err)
}

// fromSSO provides the credentials of a profile of IAM Identity Center.
func (s *Settings) fromSSO(_ context.Context, name string) (*provider, error) {
	profile := section(s.profiles, name)
	if !profile.Has("sso_role_name") && !profile.Has("sso_account_id") {
		return nil, nil
	}
	required := []string{"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"}
	session := new(document.Map)
	if reference, ok := profile.Get("sso_session"); ok {
		required = append(required, "sso_session")
		if !s.sessions.Has(document.Text(reference)) {
			return nil, fail("The specified sso-session does not exist: \"%s\"", document.Text(reference))
		}
		session = section(s.sessions, document.Text(reference))
	}
	for key, value := range session.All() {
		if own, ok := profile.Get(key); ok && document.Repr(own) != document.Repr(value) {
			return nil, fail("The value for %s is inconsistent between profile (%s) and sso-session (%s).", key, document.Text(own), document.Text(value))
		}
	}
	missing := []string{}
	for _, key := range required {
		if !profile.Has(key) && !session.Has(key) {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return nil, fail("The profile \"%s\" is configured to use SSO but is missing required configuration: %s", name, strings.Join(missing, ", "))
	}
	token := document.Text(profile.Value("sso_start_url"))
	if session.Len() > 0 {
		token = document.Text(profile.Value("sso_session"))
	}
	return s.ssoRole(name, token), nil
}

// ssoRole provides the credentials of a role of IAM Identity Center, if the token
// of the login is there.
func (s *Settings) ssoRole(profile, token string) *provider {
	sum := sha1.Sum([]byte(token)) // a name, not a secret
	path := s.env.file(s.env.expandUser("~/.aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json"))
	role := s.delegate("sso", profile)
	return &provider{role.source, func(ctx context.Context) (Credentials, error) {
		if !isFile(path) {
			return Credentials{}, fail("Error loading SSO Token: Token for %s does not exist", token)
		}
		return role.fetch(ctx)
	}}
}

// checkSSOSession checks the session that a profile names for bearer tokens, which
// AWS CLI looks up for every service.
func (s *Settings) checkSSOSession(name string) error {
	reference, ok := section(s.profiles, name).Get("sso_session")
	if !ok {
		return nil
	}
	session := section(s.sessions, document.Text(reference))
	if session.Len() == 0 {
		return fail("The profile \"%s\" is configured to use the SSO token provider but the \"%s\" sso_session configuration does not exist.", name, document.Text(reference))
	}
	missing := []document.Value{}
	for _, key := range []string{"sso_start_url", "sso_region"} {
		if !session.Has(key) {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return fail("The profile \"%s\" is configured to use the SSO token provider but is missing the following configuration: %s.", name, document.Repr(missing))
	}
	return nil
}
