package settings

import (
	"context"
	"os"
	"strings"
	"time"

	"vedette/cli/document"
)

// Credentials sign requests.
type Credentials struct {
	AccessKeyID, SecretAccessKey string
	SessionToken                 string // "" if there is none
	Source                       string // where they were found, in a word, for --debug

	expires time.Time // zero: never
}

// provider fetches credentials when a request is about to be signed.
type provider struct {
	source string // as in Credentials
	fetch  func(context.Context) (Credentials, error)
}

// Credentials returns what signs a request. It is asked once the parameters have
// been checked: only now it matters if there are none (253), and only now a role
// is assumed.
func (c *Client) Credentials(ctx context.Context) (Credentials, error) {
	if c.credentials == nil {
		return Credentials{}, failWith(exitConfiguration, "Unable to locate credentials. You can configure credentials by running \"aws configure\".")
	}
	found, err := c.credentials.fetch(ctx)
	switch {
	case err != nil:
		return found, err
	case !found.expires.IsZero() && time.Until(found.expires) <= 0:
		return found, fail("Credentials were refreshed, but the refreshed credentials are still expired.")
	}
	return found, c.address.checkPort() // a signature covers it
}

// loadCredentials goes through the places where credentials can be. Those that
// are half there are an error now, though the request may never be signed.
func (s *Settings) loadCredentials(ctx context.Context, c *Client) error {
	if c.Local.Used {
		c.credentials = found(c.Local.key)
		return nil
	}
	if _, err := s.profile(); err != nil {
		return err
	}
	name, _ := s.profileName()
	if name == "" {
		name = "default"
	}
	var err error
	c.credentials, err = firstOf(ctx, name,
		s.unlessProfile(s.fromEnvironment), s.fromRole, s.fromWebIdentity, s.fromSSO, s.fromShared, s.fromProcess, s.fromConfig,
		s.fromCredentialFile, s.fromBoto, s.fromContainer, s.fromMetadata)
	if err != nil {
		return err
	}
	return s.checkSSOSession(name)
}

// source looks for the credentials of a profile in one place. It returns nil if
// there are none.
type source func(ctx context.Context, profile string) (*provider, error)

func firstOf(ctx context.Context, profile string, sources ...source) (*provider, error) {
	for _, look := range sources {
		if found, err := look(ctx, profile); found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

// unlessProfile leaves a source out if --profile was given: AWS_PROFILE does not
// count here.
func (s *Settings) unlessProfile(look source) source {
	return func(ctx context.Context, profile string) (*provider, error) {
		if s.options.Profile != "" {
			return nil, nil
		}
		return look(ctx, profile)
	}
}

// found provides credentials that are there already.
func found(c Credentials) *provider {
	return &provider{c.Source, func(context.Context) (Credentials, error) { return c, nil }}
}

// fromEnvironment takes keys from the environment.
func (s *Settings) fromEnvironment(context.Context, string) (*provider, error) {
	env := s.env.values
	if env["AWS_ACCESS_KEY_ID"] == "" {
		return nil, nil
	}
	if env["AWS_SECRET_ACCESS_KEY"] == "" {
		return nil, fail("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY")
	}
	c := Credentials{AccessKeyID: env["AWS_ACCESS_KEY_ID"], SecretAccessKey: env["AWS_SECRET_ACCESS_KEY"], SessionToken: env["AWS_SECURITY_TOKEN"], Source: "env"}
	if c.SessionToken == "" {
		c.SessionToken = env["AWS_SESSION_TOKEN"]
	}
	// What is no time is not told from one of the many forms that AWS CLI reads.
	c.expires, _ = time.Parse(time.RFC3339, env["AWS_CREDENTIAL_EXPIRATION"])
	return found(c), nil
}

func (s *Settings) fromShared(_ context.Context, profile string) (*provider, error) {
	return keysIn(section(s.shared, profile), "shared-credentials-file")
}

func (s *Settings) fromConfig(_ context.Context, profile string) (*provider, error) {
	return keysIn(section(s.configured, profile), "config-file")
}

// keysIn takes keys from a section of a file.
func keysIn(values *document.Map, source string) (*provider, error) {
	if !values.Has("aws_access_key_id") {
		return nil, nil
	}
	if !values.Has("aws_secret_access_key") {
		return nil, fail("Partial credentials found in %s, missing: aws_secret_access_key", source)
	}
	c := Credentials{Source: source}
	c.AccessKeyID, _ = values.Value("aws_access_key_id").(string)
	c.SecretAccessKey, _ = values.Value("aws_secret_access_key").(string)
	for _, name := range []string{"aws_session_token", "aws_security_token"} {
		if values.Has(name) {
			c.SessionToken, _ = values.Value(name).(string)
		}
	}
	return found(c), nil
}

// fromCredentialFile takes keys from the file that the first EC2 tools had.
func (s *Settings) fromCredentialFile(context.Context, string) (*provider, error) {
	path, ok := s.env.values["AWS_CREDENTIAL_FILE"]
	if !ok {
		return nil, nil
	}
	path = s.env.expandUser(path)
	text, err := os.ReadFile(s.env.file(path))
	if err != nil {
		return nil, fail("The specified config file (%s) could not be found.", path)
	}
	values := map[string]string{}
	for line := range strings.FieldsFuncSeq(string(text), isLineBreak) {
		if key, value, found := strings.Cut(line, "="); found {
			values[strings.TrimFunc(key, isSpace)] = strings.TrimFunc(value, isSpace)
		}
	}
	id, ok := values["AWSAccessKeyId"]
	if !ok {
		return nil, nil
	}
	secret, ok := values["AWSSecretKey"]
	if !ok {
		return nil, fail("'AWSSecretKey'")
	}
	return found(Credentials{AccessKeyID: id, SecretAccessKey: secret, Source: "ec2-credentials-file"}), nil
}

// fromBoto takes keys from the files of boto, the library before botocore.
func (s *Settings) fromBoto(context.Context, string) (*provider, error) {
	paths := []string{"/etc/boto.cfg", "~/.boto"}
	if path, ok := s.env.values["BOTO_CONFIG"]; ok {
		paths = []string{path}
	}
	for _, path := range paths {
		sections, err := s.env.readINI(s.env.expand(path))
		if err != nil {
			return nil, err
		}
		values := section(sections, "Credentials")
		values.Delete("aws_session_token")
		values.Delete("aws_security_token")
		if found, err := keysIn(values, "boto-config"); found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}
