package settings

import (
	"errors"
	"math"
	"net/netip"
	"strings"
	"time"

	"vedette/cli/document"
)

// Options are the global options of a command line that settings depend on.
type Options struct {
	Profile        string  // --profile; "" counts as not given
	Region         *string // --region; nil if not given
	Output         string  // --output, one of its choices; "" if not given
	EndpointURL    *string // --endpoint-url; nil if not given
	CABundle       string  // --ca-bundle; "" if not given
	NoVerifySSL    bool    // --no-verify-ssl
	BinaryFormat   string  // --cli-binary-format, one of its choices; "" if not given
	ReadTimeout    *string // --cli-read-timeout; nil if not given
	ConnectTimeout *string // --cli-connect-timeout; nil if not given
	NoPager        bool    // --no-cli-pager
}

// Settings is what a command line, the environment and the files decide. Its
// methods look things up when they are called, since that is when their errors
// count.
type Settings struct {
	*Files
	options Options

	// ReadTimeout and ConnectTimeout bound each wait for the server; 0 means
	// forever. The default is one minute. Client refuses what is below 0.
	ReadTimeout, ConnectTimeout time.Duration
	// TimestampFormat is "iso8601" or, if times are to be printed as they came,
	// "wire".
	TimestampFormat string
	// BinaryFormat says how blobs are written in parameters: "base64" or
	// "raw-in-base64-out".
	BinaryFormat string

	metadata metadataSettings
	region   string // that services are asked in which hand out credentials
}

// Load reads the files and checks the options: Read and Settings in one.
func Load(options Options, system System) (*Settings, error) {
	files, err := Read(system)
	if err != nil {
		return nil, err
	}
	return files.Settings(options)
}

// Settings checks the global options, then what holds for all commands.
func (f *Files) Settings(options Options) (*Settings, error) {
	s := &Settings{Files: f, options: options}
	if err := checkEndpointOption(options.EndpointURL); err != nil {
		return nil, err
	}
	var err error
	if s.ReadTimeout, err = timeout(options.ReadTimeout); err != nil {
		return nil, err
	}
	if s.ConnectTimeout, err = timeout(options.ConnectTimeout); err != nil {
		return nil, err
	}
	for _, check := range []func() error{s.loadTimestampFormat, s.loadBinaryFormat, s.loadMetadata} {
		if err := check(); err != nil && !errors.Is(err, errNoProfile) {
			return nil, err
		}
	}
	return s, nil
}

func checkEndpointOption(option *string) error {
	if option == nil {
		return nil
	}
	parts, err := splitURL(*option)
	if err != nil {
		return err
	}
	if parts.scheme == "" {
		return failWith(exitUsage, "Bad value for --endpoint-url \"%s\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/", *option)
	}
	return nil
}

func timeout(option *string) (time.Duration, error) {
	if option == nil {
		return time.Minute, nil
	}
	seconds, err := parseInt(*option)
	seconds = min(max(seconds, -1e6), math.MaxInt64/int64(time.Second))
	return time.Duration(seconds) * time.Second, err
}

// profileName returns the profile that the user named, and whether any was.
func (s *Settings) profileName() (string, bool) {
	if s.options.Profile != "" {
		return s.options.Profile, true
	}
	return s.env.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
}

// profile returns the values of the profile: the one that was named, which must
// exist, or default.
func (s *Settings) profile() (*document.Map, error) {
	name, named := s.profileName()
	if !named {
		return section(s.profiles, "default"), nil
	}
	if !s.profiles.Has(name) {
		err := fail("The config profile (%s) could not be found", name)
		err.cause = errNoProfile
		return nil, err
	}
	return section(s.profiles, name), nil
}

// value returns a setting: the first of the variables that is set, else the key
// of the profile, else nil. It asks the profile, which may be missing, only then.
func (s *Settings) value(key string, variables ...string) (document.Value, error) {
	if value, ok := s.env.first(variables...); ok {
		return value, nil
	}
	profile, err := s.profile()
	if err != nil {
		return nil, err
	}
	return profile.Value(key), nil
}

// integer returns a setting that is a number.
func (s *Settings) integer(otherwise int64, key string, variables ...string) (int64, error) {
	value, err := s.value(key, variables...)
	if err != nil || value == nil {
		return otherwise, err
	}
	return parseInt(value)
}

// isOn returns a setting that is a switch.
func (s *Settings) isOn(key string, variables ...string) (bool, error) {
	value, err := s.value(key, variables...)
	return isTrue(value), err
}

func (s *Settings) loadTimestampFormat() error {
	s.TimestampFormat = "iso8601"
	value, err := s.value("cli_timestamp_format")
	switch {
	case err != nil || value == nil:
		return err
	case value != "wire" && value != "iso8601":
		return failWith(exitConfiguration, "Unknown cli_timestamp_format value: %s, valid values are \"wire\" or \"iso8601\"", document.Text(value))
	}
	s.TimestampFormat = value.(string)
	return nil
}

func (s *Settings) loadBinaryFormat() error {
	s.BinaryFormat = "base64"
	if s.options.BinaryFormat != "" {
		s.BinaryFormat = s.options.BinaryFormat
		return nil
	}
	value, err := s.value("cli_binary_format")
	switch value {
	case nil:
		return err
	case "base64", "raw-in-base64-out":
		s.BinaryFormat = value.(string)
		return nil
	}
	if _, nested := value.(*document.Map); nested {
		return fail("unhashable type: 'dict'")
	}
	return fail("%s", document.Repr(value))
}

// metadataSettings say how the metadata service of EC2 is asked.
type metadataSettings struct {
	endpoint string        // with a slash at the end
	timeout  time.Duration // with none above 0 it cannot be asked
	attempts int64
}

func (s *Settings) loadMetadata() error {
	m := &s.metadata
	m.endpoint = "http://169.254.169.254/"
	seconds, err := s.integer(1, "metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT")
	if err != nil {
		return err
	}
	m.timeout = time.Duration(min(max(seconds, -1e6), 3600)) * time.Second
	if m.attempts, err = s.integer(1, "metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"); err != nil {
		return err
	}
	endpoint, err := s.value("ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT")
	if err != nil {
		return err
	}
	ipv6, err := s.metadataIPv6()
	if err != nil {
		return err
	}
	switch text, _ := endpoint.(string); {
	case document.Truth(endpoint):
		m.endpoint = text
	case ipv6:
		m.endpoint = "http://[fd00:ec2::254]/"
	}
	if !validEndpoint(m.endpoint) {
		return fail("Invalid endpoint EC2 Instance Metadata endpoint: %s", m.endpoint)
	}
	return nil
}

func (s *Settings) metadataIPv6() (bool, error) {
	mode, err := s.value("ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
	if err != nil {
		return false, err
	}
	if mode == nil {
		return s.isOn("imds_use_ipv6", "AWS_IMDS_USE_IPV6")
	}
	text, _ := mode.(string)
	switch strings.ToLower(text) {
	case "ipv4":
		return false, nil
	case "ipv6":
		return true, nil
	}
	return false, fail("Invalid EC2 Instance Metadata endpoint mode: %s Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6').", document.Text(mode))
}

// AutoPrompt returns the configured mode of the auto-prompt: "on", "on-partial",
// or anything else for off. It is asked before the options are known; a profile
// that does not exist is none of its errors.
func (f *Files) AutoPrompt() (string, error) {
	s := &Settings{Files: f}
	value, err := s.value("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT")
	if err != nil || value == nil {
		return "off", nil
	}
	text, ok := value.(string)
	if !ok {
		return "", fail("'dict' object has no attribute 'lower'")
	}
	return strings.ToLower(text), nil
}

// Output returns the output format. It is asked, and unknown formats of the
// environment or a profile are errors, when there is something to print.
func (s *Settings) Output() (string, error) {
	if s.options.Output != "" {
		return s.options.Output, nil
	}
	value, err := s.value("output", "AWS_DEFAULT_OUTPUT")
	switch value {
	case nil:
		return "json", err
	case "json", "text", "table", "yaml", "yaml-stream":
		return value.(string), nil
	}
	if _, nested := value.(*document.Map); nested {
		return "", fail("unhashable type: 'dict'")
	}
	return "", fail("Unknown output type: %s", value)
}

// Pager returns the command that shows output on a terminal; "" for none.
func (s *Settings) Pager() (string, error) {
	if s.options.NoPager {
		return "", nil
	}
	value, err := s.value("cli_pager", "AWS_PAGER")
	if err != nil {
		return "", err
	}
	if text, ok := value.(string); ok {
		return text, nil
	}
	if pager, ok := s.env.values["PAGER"]; ok {
		return pager, nil
	}
	return "less", nil
}

// Lookup returns a variable of the environment, and whether it is set.
func (f *Files) Lookup(name string) (string, bool) {
	value, ok := f.env.values[name]
	return value, ok
}

// ExpandPath replaces $VARIABLE, ${VARIABLE} and a leading ~ or ~user in a path.
func (f *Files) ExpandPath(path string) string { return f.env.expand(path) }

// validEndpoint tells whether a URL names a host that can be asked.
func validEndpoint(url string) bool {
	parts, err := splitURL(url)
	if err != nil || strings.ContainsAny(url, "\t\r\n") {
		return false
	}
	host := parts.hostname()
	ip, err := netip.ParseAddr(host)
	return validHost(host) || err == nil && ip.Is6()
}
