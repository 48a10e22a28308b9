package settings_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vedette/cli/settings"
)

const localKey = "[default]\naws_access_key_id = AKLOCAL\naws_secret_access_key = local/secret\n"

// dataDir makes the data directory of a server that runs at an address.
func dataDir(t *testing.T, dir, address string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "endpoints.json"), `{"http":"http://`+address+`","mqtt":"127.0.0.1:1883"}`)
	put(t, filepath.Join(dir, "credentials"), localKey)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// bare has nothing in its environment but a home, which is the working folder.
func bare(t *testing.T, variables ...string) settings.System {
	t.Helper()
	home := t.TempDir()
	return settings.System{Environ: append(variables, "HOME="+home, "AWS_EC2_METADATA_DISABLED=true"), Dir: home}
}

// TestLocal: the Vedette of the data directory is used exactly if the user chose
// nothing else.
func TestLocal(t *testing.T) {
	address := serve(t, answer(answerOK))
	_, port, _ := net.SplitHostPort(address)
	url, region := "http://127.0.0.1:1", "eu-west-1"
	for name, test := range map[string]struct {
		variables  []string
		options    settings.Options
		files      map[string]string // in the home folder; "" takes one away
		wantReason string            // a part of it
		wantRegion string            // us-east-1 if not given
	}{
		"ok/in the working folder":      {},
		"ok/option for the Region":      {options: settings.Options{Region: &region}, wantRegion: region},
		"ok/Region of the environment":  {variables: []string{"AWS_REGION=eu-west-1"}, wantRegion: region},
		"ok/Region of the profile":      {files: map[string]string{".aws/config": "[default]\nregion = eu-west-1\n"}, wantRegion: region},
		"ok/the server says its Region": {files: map[string]string{".aws/config": "[default]\nregion = sa-east-1\n", "vedette-data/credentials": "[default]\naws_access_key_id = AKLOCAL\naws_secret_access_key = local\nregion = eu-west-1\n"}, wantRegion: region},
		"ok/own key in the home folder": {files: map[string]string{".aws/credentials": "[default]\naws_access_key_id = AKAWS\naws_secret_access_key = s\n"}},
		"ok/the server's own file":      {variables: []string{"AWS_SHARED_CREDENTIALS_FILE=vedette-data/credentials"}},
		"ok/all addresses":              {files: map[string]string{"vedette-data/endpoints.json": `{"http":"http://0.0.0.0:` + port + `"}`}},
		"ok/by name":                    {files: map[string]string{"vedette-data/endpoints.json": `{"http":"http://localhost:` + port + `"}`}},
		"ok/no proxy":                   {variables: []string{"HTTP_PROXY=http://127.0.0.1:1"}},
		"ok/ignored endpoint":           {variables: []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"}},

		"fail/endpoint by option":        {options: settings.Options{EndpointURL: &url}, wantReason: "an endpoint is configured"},
		"fail/endpoint by environment":   {variables: []string{"AWS_ENDPOINT_URL=http://127.0.0.1:1"}, wantReason: "an endpoint is configured"},
		"fail/endpoint of the service":   {variables: []string{"AWS_ENDPOINT_URL_IOT=http://127.0.0.1:1"}, wantReason: "an endpoint is configured"},
		"fail/endpoint of the profile":   {files: map[string]string{".aws/config": "[default]\nendpoint_url = http://127.0.0.1:1\n"}, wantReason: "an endpoint is configured"},
		"fail/profile by option":         {options: settings.Options{Profile: "default"}, files: map[string]string{".aws/config": "[default]\n"}, wantReason: "a profile is named"},
		"fail/profile by environment":    {variables: []string{"AWS_PROFILE=default"}, files: map[string]string{".aws/config": "[default]\n"}, wantReason: "a profile is named"},
		"fail/key in the environment":    {variables: []string{"AWS_ACCESS_KEY_ID=AK", "AWS_SECRET_ACCESS_KEY=s"}, wantReason: "AWS_ACCESS_KEY_ID is set"},
		"fail/half a key":                {variables: []string{"AWS_SECRET_ACCESS_KEY=s"}, wantReason: "AWS_SECRET_ACCESS_KEY is set"},
		"fail/other credentials file":    {variables: []string{"AWS_SHARED_CREDENTIALS_FILE=keys"}, files: map[string]string{"keys": "[default]\naws_access_key_id = AK\naws_secret_access_key = s\n"}, wantReason: "another key"},
		"fail/role in a named file":      {variables: []string{"AWS_CONFIG_FILE=config"}, files: map[string]string{"config": "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = k\n[profile k]\naws_access_key_id = AK\naws_secret_access_key = s\n"}, wantReason: "role_arn"},
		"fail/not running":               {files: map[string]string{"vedette-data/endpoints.json": ""}, wantReason: "no Vedette runs"},
		"fail/was killed":                {files: map[string]string{"vedette-data/endpoints.json": `{"http":"http://` + refused(t) + `"}`}, wantReason: "nothing answers"},
		"fail/endpoint elsewhere":        {files: map[string]string{"vedette-data/endpoints.json": `{"http":"http://192.0.2.1:80"}`}, wantReason: "not on this machine"},
		"fail/endpoint by another name":  {files: map[string]string{"vedette-data/endpoints.json": `{"http":"http://example.com:80"}`}, wantReason: "not on this machine"},
		"fail/endpoint that is no URL":   {files: map[string]string{"vedette-data/endpoints.json": `{"http":"127.0.0.1:80"}`}, wantReason: "not on this machine"},
		"fail/endpoints.json is no JSON": {files: map[string]string{"vedette-data/endpoints.json": "{"}, wantReason: "not understood"},
		"fail/no credentials":            {files: map[string]string{"vedette-data/credentials": ""}, wantReason: "cannot be read"},
		"fail/broken credentials":        {files: map[string]string{"vedette-data/credentials": "x"}, wantReason: "not understood"},
		"fail/no key":                    {files: map[string]string{"vedette-data/credentials": "[default]\n"}, wantReason: "have no key"},
	} {
		t.Run(name, func(t *testing.T) {
			s := bare(t, test.variables...)
			dataDir(t, filepath.Join(s.Dir, "vedette-data"), address)
			for file, text := range test.files {
				if path := filepath.Join(s.Dir, file); text != "" {
					put(t, path, text)
				} else if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			if test.wantReason != "" && test.options.Region == nil {
				test.options.Region = &region
			}
			c := client(t, test.options, s)
			if test.wantReason != "" {
				checkNotLocal(t, c, test.wantReason)
				return
			}
			checkLocal(t, c, test.wantRegion)
		})
	}
}

func checkLocal(t *testing.T, c *settings.Client, region string) {
	t.Helper()
	key, err := c.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !c.Local.Used || key.AccessKeyID != "AKLOCAL" || !strings.HasPrefix(c.EndpointSource, "the Vedette running with data directory") {
		t.Errorf("got %+v from %s with key %s", c.Local, c.EndpointSource, key.AccessKeyID)
	}
	if region == "" {
		region = "us-east-1"
	}
	if c.Region != region {
		t.Errorf("Region: got %s, want %s", c.Region, region)
	}
	if body, err := ask(t, c); err != nil || body != "{}" {
		t.Errorf("request: got %q, %v", body, err)
	}
}

// checkNotLocal makes sure that neither the endpoint nor the key of the local
// server is used.
func checkNotLocal(t *testing.T, c *settings.Client, reason string) {
	t.Helper()
	if c.Local.Used || !strings.Contains(c.Local.Reason, reason) {
		t.Errorf("got %+v, want a reason with %q", c.Local, reason)
	}
	if key, err := c.Credentials(t.Context()); err == nil && key.AccessKeyID == "AKLOCAL" {
		t.Error("signed with the key of the local server")
	}
}

func TestLocalDataDirNamed(t *testing.T) {
	address := serve(t, answer(answerOK))
	s := bare(t, "VEDETTE_DATA_DIR=elsewhere")
	dataDir(t, filepath.Join(s.Dir, "elsewhere"), address)
	dataDir(t, filepath.Join(s.Dir, "vedette-data"), refused(t))
	c := client(t, settings.Options{}, s)
	checkLocal(t, c, "")
	if c.Local.DataDir != "elsewhere" || c.Endpoint != "http://"+address {
		t.Errorf("got %+v", c.Local)
	}
}
