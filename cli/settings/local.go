package settings

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Local is the Vedette that runs with the data directory of VEDETTE_DATA_DIR, or
// vedette-data in the working folder.
type Local struct {
	Used     bool   // whether requests go there, signed with its key
	Reason   string // why not; "" if they do
	DataDir  string // as it was named
	Endpoint string // http://127.0.0.1:8080
	Region   string // that it says it is in; "" if it does not say

	key Credentials
}

// probeTimeout bounds the wait for a server on this machine. That nobody listens
// is known at once; the wait is for a machine that is busy.
const probeTimeout = 2 * time.Second

// findLocal looks for the Vedette of the data directory. It is used only if the
// user chose neither an endpoint nor an identity, so that nobody's AWS key is sent
// to it and its key to nobody else:
//
//   - no endpoint is configured, by option, environment or profile;
//   - no profile is named, by option or environment;
//   - the environment has no access key, role or container to take one from, and
//     names no credentials file that has another key;
//   - endpoints.json and credentials are in the data directory, and belong to the
//     user unless VEDETTE_DATA_DIR names it;
//   - the endpoint is on this machine, and something answers there.
func (s *Settings) findLocal(ctx context.Context) Local {
	l := Local{DataDir: "vedette-data"}
	named := s.env.values["VEDETTE_DATA_DIR"]
	if named != "" {
		l.DataDir = named
	}
	if l.Reason = s.choice(); l.Reason != "" {
		return l
	}
	dir := s.env.file(l.DataDir)
	if l.Reason = l.read(dir, named == ""); l.Reason != "" {
		return l
	}
	if l.Reason = s.otherKey(l.key); l.Reason != "" {
		return l
	}
	u, _ := url.Parse(l.Endpoint)
	probe, err := (&net.Dialer{Timeout: probeTimeout}).DialContext(ctx, "tcp", u.Host)
	if err != nil {
		l.Reason = "nothing answers at " + l.Endpoint
		return l
	}
	probe.Close()
	l.Used = true
	return l
}

// choice names what the user chose instead of the local server; "" for nothing.
func (s *Settings) choice() string {
	if endpoint, source, err := s.configuredEndpoint(); err != nil || endpoint != "" || source == "--endpoint-url" {
		return "an endpoint is configured"
	}
	if _, named := s.profileName(); named {
		return "a profile is named"
	}
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CREDENTIAL_FILE", "BOTO_CONFIG",
	} {
		if s.env.values[name] != "" {
			return name + " is set"
		}
	}
	return ""
}

// otherKey says that files named by the environment have an identity that is not
// the local server's.
func (s *Settings) otherKey(own Credentials) string {
	for _, name := range []string{"AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"} {
		if s.env.values[name] == "" {
			continue
		}
		profile := section(s.profiles, "default")
		key := profile.Value("aws_access_key_id")
		if key != nil && key != own.AccessKeyID {
			return "the files of " + name + " have another key"
		}
		for _, other := range []string{"role_arn", "credential_process", "sso_account_id", "sso_session", "web_identity_token_file"} {
			if profile.Has(other) {
				return "the files of " + name + " have " + other
			}
		}
	}
	return ""
}

// read takes endpoint and key from the data directory, or says what is missing.
func (l *Local) read(dir string, mustOwn bool) string {
	path := filepath.Join(dir, "endpoints.json")
	content, err := os.ReadFile(path)
	if err != nil {
		return "no Vedette runs with data directory " + l.DataDir
	}
	var said struct{ HTTP string }
	if err := json.Unmarshal(content, &said); err != nil {
		return "endpoints.json is not understood"
	}
	endpoint, ok := loopback(said.HTTP)
	if !ok {
		return "its endpoint is not on this machine: " + said.HTTP
	}
	keys := filepath.Join(dir, "credentials")
	text, err := os.ReadFile(keys)
	if err != nil {
		return "its credentials cannot be read"
	}
	if mustOwn && !(owned(path) && owned(keys)) {
		return "data directory " + l.DataDir + " belongs to somebody else"
	}
	sections, err := parseINI(string(text))
	if err != nil {
		return "its credentials are not understood"
	}
	profile := section(sections, "default")
	l.key = Credentials{Source: "vedette"}
	l.key.AccessKeyID, _ = profile.Value("aws_access_key_id").(string)
	l.key.SecretAccessKey, _ = profile.Value("aws_secret_access_key").(string)
	if l.key.AccessKeyID == "" || l.key.SecretAccessKey == "" {
		return "its credentials have no key"
	}
	l.Endpoint = endpoint
	if region, ok := profile.Value("region").(string); ok && validRegion(region) {
		l.Region = region
	}
	return ""
}

// loopback returns an endpoint on this machine: that of a server that listens on
// all addresses is asked on the loopback one.
func loopback(endpoint string) (string, bool) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Port() == "" || u.User != nil {
		return "", false
	}
	if u.Hostname() == "localhost" {
		return endpoint, true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	switch {
	case err != nil:
		return "", false
	case ip.IsUnspecified():
		u.Host = net.JoinHostPort("127.0.0.1", u.Port())
		return u.String(), true
	}
	return endpoint, ip.IsLoopback()
}

// owned tells whether a file belongs to the user who runs this.
func owned(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	status, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(status.Uid) == os.Geteuid()
}
