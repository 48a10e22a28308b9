package settings_test

import (
	"path/filepath"
	"testing"

	"vedette/cli/settings"
)

// configured has a configuration file.
func configured(t *testing.T, config string, variables ...string) settings.System {
	t.Helper()
	s := system(t, variables...)
	put(t, filepath.Join(s.Dir, ".aws/config"), config)
	return s
}

// TestEndpointSources: endpoints that AWS CLI 2.9.19 does not know of yet, in the
// order of today's SDKs.
func TestEndpointSources(t *testing.T) {
	const profile = "[default]\nendpoint_url = http://profile\nservices = s\n[services s]\niot =\n  endpoint_url = http://section\n"
	option := "http://option"
	all := []string{"AWS_ENDPOINT_URL_IOT=http://iot", "AWS_ENDPOINT_URL=http://all"}
	for name, test := range map[string]struct {
		config    string
		variables []string
		option    *string
		want      string
		source    string
	}{
		"ok/option beats all":               {profile, all, &option, option, "--endpoint-url"},
		"ok/variable of the service":        {profile, all, nil, "http://iot", "AWS_ENDPOINT_URL_IOT"},
		"ok/variable for all":               {profile, all[1:], nil, "http://all", "AWS_ENDPOINT_URL"},
		"ok/empty variables do not count":   {profile, []string{"AWS_ENDPOINT_URL_IOT=", "AWS_ENDPOINT_URL="}, nil, "http://section", "services section s"},
		"ok/services section":               {profile, nil, nil, "http://section", "services section s"},
		"ok/section without the service":    {"[default]\nendpoint_url = http://profile\nservices = s\n[services s]\nsts =\n  endpoint_url = http://sts\n", nil, nil, "http://profile", "endpoint_url of the profile"},
		"ok/profile":                        {"[default]\nendpoint_url = http://profile\n", nil, nil, "http://profile", "endpoint_url of the profile"},
		"ok/ignored by the environment":     {profile, append(all, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"), nil, "https://iot.us-east-1.amazonaws.com", "Region us-east-1"},
		"ok/ignored by the profile":         {"[default]\nendpoint_url = http://profile\nignore_configured_endpoint_urls = true\n", nil, nil, "https://iot.us-east-1.amazonaws.com", "Region us-east-1"},
		"ok/option though others are not":   {profile, []string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"}, &option, option, "--endpoint-url"},
		"ok/IPv6 address":                   {"[default]\nendpoint_url = http://[::1]:8080\n", nil, nil, "http://[::1]:8080", "endpoint_url of the profile"},
		"ok/nothing":                        {"[default]\n", nil, nil, "https://iot.us-east-1.amazonaws.com", "Region us-east-1"},
		"ok/services section has a section": {"[default]\nservices =\n  a = b\n", nil, nil, "https://iot.us-east-1.amazonaws.com", "Region us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, settings.Options{EndpointURL: test.option}, configured(t, test.config, test.variables...))
			if c.Endpoint != test.want || c.EndpointSource != test.source {
				t.Errorf("got %s (%s), want %s (%s)", c.Endpoint, c.EndpointSource, test.want, test.source)
			}
		})
	}
	for name, test := range map[string]struct{ config, variable, want string }{
		"fail/no such section": {"[default]\nservices = s\n", "X=", `The profile is configured to use the services section but the "s" services configuration does not exist.`},
		"fail/no scheme":       {"", "AWS_ENDPOINT_URL=localhost:8080", "Invalid endpoint: localhost:8080"},
		"fail/no URL":          {"", "AWS_ENDPOINT_URL=http://[::1", "Invalid IPv6 URL"},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := settings.Load(settings.Options{}, configured(t, test.config, test.variable))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := loaded.Client(t.Context()); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestAutoPrompt(t *testing.T) {
	for name, test := range map[string]struct{ config, variable, want string }{
		"ok/nothing":             {"", "X=", "off"},
		"ok/profile":             {"[default]\ncli_auto_prompt = On\n", "X=", "on"},
		"ok/environment":         {"[default]\ncli_auto_prompt = on\n", "AWS_CLI_AUTO_PROMPT=on-partial", "on-partial"},
		"ok/no such profile":     {"", "AWS_PROFILE=nope", "off"},
		"ok/environment instead": {"[profile p]\ncli_auto_prompt = on\n", "AWS_PROFILE=p", "on"},
		"fail/a section":         {"[default]\ncli_auto_prompt =\n  a = b\n", "X=", "'dict' object has no attribute 'lower'"},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := settings.Read(configured(t, test.config, test.variable))
			if err != nil {
				t.Fatal(err)
			}
			got, err := files.AutoPrompt()
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPager(t *testing.T) {
	const profile = "[default]\ncli_pager = more\n"
	for name, test := range map[string]struct {
		config    string
		variables []string
		off       bool
		want      string
	}{
		"ok/nothing":                 {"", nil, false, "less"},
		"ok/PAGER":                   {"", []string{"PAGER=cat"}, false, "cat"},
		"ok/profile beats PAGER":     {profile, []string{"PAGER=cat"}, false, "more"},
		"ok/AWS_PAGER beats all":     {profile, []string{"PAGER=cat", "AWS_PAGER=most"}, false, "most"},
		"ok/empty AWS_PAGER is none": {profile, []string{"AWS_PAGER="}, false, ""},
		"ok/empty profile is none":   {"[default]\ncli_pager =\n", nil, false, ""},
		"ok/switched off":            {profile, []string{"AWS_PAGER=most"}, true, ""},
		"ok/section does not count":  {"[default]\ncli_pager =\n  a = b\n", []string{"PAGER=cat"}, false, "cat"},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := settings.Load(settings.Options{NoPager: test.off}, configured(t, test.config, test.variables...))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := loaded.Pager(); err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestTarget(t *testing.T) {
	for name, test := range map[string]struct{ endpoint, path, query, wantText, wantSent string }{
		"ok/plain":                 {"http://h", "/things", "", "http://h/things", "/things"},
		"ok/query":                 {"http://h", "/things", "a=1&b=2", "http://h/things?a=1&b=2", "/things?a=1&b=2"},
		"ok/slash at the end":      {"http://h/", "/things", "", "http://h/things", "/things"},
		"ok/base path":             {"http://h/base", "/things", "", "http://h/base/things", "/base/things"},
		"ok/query in the endpoint": {"http://h?x=1", "/things", "a=1", "http://h/things?x=1&a=1", "/things?x=1&a=1"},
		"ok/escaped label":         {"http://h", "/things/a%2Fb%3Ac", "", "http://h/things/a%2Fb%3Ac", "/things/a%2Fb%3Ac"},
		"ok/blank in the endpoint": {"http://h/a b", "/things", "", "http://h/a b/things", "/a%20b/things"},
		"ok/letters of others":     {"http://h/ä", "/things", "", "http://h/ä/things", "/%C3%A4/things"},
		"ok/percent sign alone":    {"http://h/%zz", "/things", "", "http://h/%zz/things", "/%25zz/things"},
		"ok/user is not sent":      {"http://u:p@h", "/things", "", "http://u:p@h/things", "/things"},
		"ok/root":                  {"http://h", "/", "", "http://h/", "/"},
		"ok/capital scheme":        {"HTTP://h", "/things", "", "http://h/things", "/things"},
		"ok/IPv6":                  {"http://[::1]:1", "/things", "", "http://[::1]:1/things", "/things"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, settings.Options{EndpointURL: &test.endpoint}, system(t))
			sent, text := c.Target(test.path, test.query)
			if text != test.wantText || sent.RequestURI() != test.wantSent || sent.User != nil {
				t.Errorf("got %s, sent %s\nwant %s, sent %s", text, sent.RequestURI(), test.wantText, test.wantSent)
			}
		})
	}
}

// TestRetries: what comes out of them; what is refused is among the decisions.
func TestRetries(t *testing.T) {
	for name, test := range map[string]struct {
		config   string
		variable string
		mode     string
		attempts int64
		validate bool
	}{
		"ok/nothing":        {"", "X=", "standard", 3, true},
		"ok/profile":        {"[default]\nretry_mode = adaptive\nmax_attempts = 7\nparameter_validation = no\n", "X=", "adaptive", 7, false},
		"ok/environment":    {"[default]\nmax_attempts = 7\nparameter_validation = True\n", "AWS_MAX_ATTEMPTS=2", "standard", 2, true},
		"ok/more than ever": {"", "AWS_MAX_ATTEMPTS=99999999999999999999", "standard", 1<<63 - 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, settings.Options{}, configured(t, test.config, test.variable))
			if c.RetryMode != test.mode || c.MaxAttempts != test.attempts || c.ValidateParameters != test.validate {
				t.Errorf("got %s, %d, %v", c.RetryMode, c.MaxAttempts, c.ValidateParameters)
			}
		})
	}
}

// TestFormats: the words that the options or a profile chose.
func TestFormats(t *testing.T) {
	s := configured(t, "[default]\ncli_timestamp_format = wire\ncli_binary_format = raw-in-base64-out\noutput = text\n")
	loaded, err := settings.Load(settings.Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	if output, err := loaded.Output(); output != "text" || err != nil || loaded.TimestampFormat != "wire" || loaded.BinaryFormat != "raw-in-base64-out" {
		t.Errorf("got %s, %v, %s, %s", output, err, loaded.TimestampFormat, loaded.BinaryFormat)
	}
	loaded, err = settings.Load(settings.Options{Output: "table", BinaryFormat: "base64"}, s)
	if err != nil {
		t.Fatal(err)
	}
	if output, err := loaded.Output(); output != "table" || err != nil || loaded.BinaryFormat != "base64" {
		t.Errorf("got %s, %v, %s", output, err, loaded.BinaryFormat)
	}
}

func TestPathsAndVariables(t *testing.T) {
	files, err := settings.Read(settings.System{
		Environ:  []string{"HOME=/home/me/", "A=1", "A=2", "EMPTY=", "junk"},
		Dir:      t.TempDir(),
		UserHome: func(name string) (string, error) { return "/users/" + name, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"~": "/home/me", "~/x": "/home/me/x", "~you/x": "/users/you/x", "x~": "x~", "$A/$B": "1/$B", "${A}b": "1b", "$": "$", "${": "${", "a$EMPTY": "a", "~$A": "/users/1",
	} {
		if got := files.ExpandPath(path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if value, set := files.Lookup("EMPTY"); value != "" || !set {
		t.Error("EMPTY is set")
	}
	if _, set := files.Lookup("B"); set {
		t.Error("B is not set")
	}
}

// BenchmarkClient is what every command pays before its request.
func BenchmarkClient(b *testing.B) {
	home := b.TempDir()
	s := settings.System{Environ: []string{"HOME=" + home, "AWS_ACCESS_KEY_ID=AK", "AWS_SECRET_ACCESS_KEY=s", "AWS_REGION=us-east-1"}, Dir: home}
	b.ReportAllocs()
	for b.Loop() {
		loaded, err := settings.Load(settings.Options{}, s)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := loaded.Client(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
