package settings_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vedette/cli/settings"
)

// tokenService is AWS STS as far as it hands out keys. It returns its address and
// the forms that it was sent.
func tokenService(t *testing.T, expires time.Time) (endpoint string, asked *[]url.Values) {
	t.Helper()
	asked = new([]url.Values)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*asked = append(*asked, r.PostForm)
		action := r.PostForm.Get("Action")
		if r.PostForm.Get("ExternalId") == "wrong" {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>`)
			return
		}
		fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>AKROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%[2]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`, action, expires.UTC().Format(time.RFC3339))
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// roleSystem has a profile r with more settings, and one with a key to assume its
// role with.
func roleSystem(t *testing.T, endpoint, more string) settings.System {
	t.Helper()
	s := bare(t)
	put(t, filepath.Join(s.Dir, ".aws/config"), "[profile r]\nregion = us-east-1\nservices = local\nrole_arn = arn:aws:iam::123456789012:role/x\n"+more+
		"\n[profile k]\naws_access_key_id = AK\naws_secret_access_key = s\n[services local]\nsts =\n  endpoint_url = "+endpoint+"\n")
	return s
}

func TestRole(t *testing.T) {
	endpoint, asked := tokenService(t, time.Now().Add(time.Hour))
	s := roleSystem(t, endpoint, "source_profile = k\nmfa_serial = arn:aws:iam::123456789012:mfa/me\nrole_session_name = name\n")
	question := ""
	s.Prompt = func(q string) (string, error) { question = q; return "123456", nil }
	for range 2 { // the second time from the cache
		key, err := client(t, settings.Options{Profile: "r"}, s).Credentials(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if key.AccessKeyID != "AKROLE" || key.SecretAccessKey != "s" || key.SessionToken != "t" || key.Source != "assume-role" {
			t.Errorf("got %+v", key)
		}
	}
	if len(*asked) != 1 {
		t.Fatalf("asked %d times, want once: %v", len(*asked), *asked)
	}
	form := (*asked)[0]
	for name, want := range map[string]string{"Action": "AssumeRole", "RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "name", "TokenCode": "123456"} {
		if got := form.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if want := "Enter MFA code for arn:aws:iam::123456789012:mfa/me: "; question != want {
		t.Errorf("asked %q, want %q", question, want)
	}
	// AWS CLI reads the same file: its name is made of the parameters.
	kept, err := os.ReadFile(filepath.Join(s.Dir, ".aws/cli/cache/5d41e26a6cedc1d2ee9ed0b432ed73d8c8b4419d.json"))
	if err != nil || !strings.Contains(string(kept), `"AccessKeyId": "AKROLE"`) {
		t.Errorf("cache: got %s, %v", kept, err)
	}
}

// TestRoleCache: what is about to expire, or is no cache, is not used.
func TestRoleCache(t *testing.T) {
	for name, content := range map[string]string{
		"fail/about to expire": `{"Credentials": {"AccessKeyId": "AKOLD", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "` + time.Now().Add(time.Minute).UTC().Format("2006-01-02T15:04:05UTC") + `"}}`,
		"fail/no key":          `{"Credentials": {"Expiration": "2999-01-01T00:00:00UTC"}}`,
		"fail/no time":         `{"Credentials": {"AccessKeyId": "AKOLD", "Expiration": "later"}}`,
		"fail/no JSON":         `{`,
		"fail/a list":          `[]`,
		"ok/fresh":             `{"Credentials": {"AccessKeyId": "AKKEPT", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2999-01-01T00:00:00UTC"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			endpoint, _ := tokenService(t, time.Now().Add(time.Hour))
			s := roleSystem(t, endpoint, "source_profile = k\n")
			if _, err := client(t, settings.Options{Profile: "r"}, s).Credentials(t.Context()); err != nil {
				t.Fatal(err)
			}
			files, err := filepath.Glob(filepath.Join(s.Dir, ".aws/cli/cache/*.json"))
			if err != nil || len(files) != 1 {
				t.Fatalf("cache: %v, %v", files, err)
			}
			put(t, files[0], content)
			want := "AKROLE"
			if name == "ok/fresh" {
				want = "AKKEPT"
			}
			key, err := client(t, settings.Options{Profile: "r"}, s).Credentials(t.Context())
			if err != nil || key.AccessKeyID != want {
				t.Errorf("got key %s, %v, want %s", key.AccessKeyID, err, want)
			}
		})
	}
}

func TestRoleErrors(t *testing.T) {
	endpoint, _ := tokenService(t, time.Now().Add(time.Hour))
	expired, _ := tokenService(t, time.Now().Add(-time.Hour))
	for name, test := range map[string]struct {
		endpoint, more string
		wantCode       int
		want           string // its beginning
	}{
		"fail/refused by the service": {endpoint, "source_profile = k\nexternal_id = wrong\n", 254, "An error occurred (AccessDenied) when calling the AssumeRole operation: not you"},
		"fail/nobody to ask":          {endpoint, "source_profile = k\nmfa_serial = m\n", 255, "Error when retrieving credentials from assume-role: "},
		"fail/already expired":        {expired, "source_profile = k\n", 255, "Credentials were refreshed, but the refreshed credentials are still expired."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client(t, settings.Options{Profile: "r"}, roleSystem(t, test.endpoint, test.more)).Credentials(t.Context())
			var told *settings.Error
			if !errors.As(err, &told) || told.ExitCode != test.wantCode || !strings.HasPrefix(told.Message, test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestWebIdentity(t *testing.T) {
	endpoint, asked := tokenService(t, time.Now().Add(time.Hour))
	s := roleSystem(t, endpoint, "web_identity_token_file = "+write(t, "token\n")+"\n")
	key, err := client(t, settings.Options{Profile: "r"}, s).Credentials(t.Context())
	if err != nil || key.AccessKeyID != "AKROLE" || key.Source != "assume-role-with-web-identity" {
		t.Fatalf("got %+v, %v", key, err)
	}
	if form := (*asked)[0]; form.Get("Action") != "AssumeRoleWithWebIdentity" || !strings.HasPrefix(form.Get("WebIdentityToken"), "token") {
		t.Errorf("sent %v", form)
	}
}
