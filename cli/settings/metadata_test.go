package settings_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"vedette/cli/settings"
)

const roleAnswer = `{"Code":"Success","AccessKeyId":"AKROLE","SecretAccessKey":"s","Token":"t","Expiration":"2999-01-01T00:00:00Z"}`

// metadataService answers as EC2's does. Documents are those below latest.
func metadataService(t *testing.T, documents map[string]string) (url string, asked *[]string) {
	t.Helper()
	asked = new([]string)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.Method+" "+r.URL.Path)
		text, ok := documents[strings.TrimPrefix(r.URL.Path, "/latest/")]
		token := r.Header.Get("X-Aws-Ec2-Metadata-Token")
		switch {
		case !ok || r.Method == http.MethodPut && r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds") != "21600":
			http.NotFound(w, r)
		case r.Method == http.MethodGet && token != documents["api/token"]:
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = w.Write([]byte(text))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

func TestMetadata(t *testing.T) {
	whole := map[string]string{
		"api/token":                               "token",
		"meta-data/placement/availability-zone/":  "eu-west-1b",
		"meta-data/iam/security-credentials/":     "role",
		"meta-data/iam/security-credentials/role": roleAnswer,
	}
	without := func(name, text string) map[string]string {
		changed := map[string]string{}
		for key, value := range whole {
			changed[key] = value
		}
		if changed[name] = text; text == "" {
			delete(changed, name)
		}
		return changed
	}
	for name, test := range map[string]struct {
		documents  map[string]string
		wantRegion string
		wantKey    string
	}{
		"ok/Region and role":        {whole, "eu-west-1", "AKROLE"},
		"ok/no token needed":        {without("api/token", ""), "eu-west-1", "AKROLE"},
		"fail/no role":              {without("meta-data/iam/security-credentials/", ""), "eu-west-1", ""},
		"fail/role without key":     {without("meta-data/iam/security-credentials/role", `{"Code":"Failed"}`), "eu-west-1", ""},
		"fail/role that is no JSON": {without("meta-data/iam/security-credentials/role", `{`), "eu-west-1", ""},
		"fail/role that is a list":  {without("meta-data/iam/security-credentials/role", `[]`), "eu-west-1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := metadataService(t, test.documents)
			s := bare(t, "AWS_EC2_METADATA_SERVICE_ENDPOINT="+url)
			s.Environ = slices.DeleteFunc(s.Environ, func(v string) bool { return strings.HasPrefix(v, "AWS_EC2_METADATA_DISABLED") })
			c := client(t, settings.Options{}, s)
			key, err := c.Credentials(t.Context())
			if c.Region != test.wantRegion || key.AccessKeyID != test.wantKey || (err == nil) != (test.wantKey != "") {
				t.Errorf("got Region %q, key %q, error %v, want %q, %q", c.Region, key.AccessKeyID, err, test.wantRegion, test.wantKey)
			}
		})
	}
}

func TestMetadataIsLeftAlone(t *testing.T) {
	url, asked := metadataService(t, map[string]string{"api/token": "token"})
	region := "us-east-1"
	client(t, settings.Options{Region: &region}, bare(t, "AWS_EC2_METADATA_SERVICE_ENDPOINT="+url))
	if len(*asked) > 0 {
		t.Errorf("asked for %v though it is disabled", *asked)
	}
}

func TestMetadataIsNotThere(t *testing.T) {
	s := bare(t, "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://"+refused(t))
	s.Environ = slices.DeleteFunc(s.Environ, func(v string) bool { return strings.HasPrefix(v, "AWS_EC2_METADATA_DISABLED") })
	loaded, err := settings.Load(settings.Options{}, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Client(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "You must specify a region.") {
		t.Errorf("got %v", err)
	}
}

// TestMetadataTimeout: a timeout of zero would be forever; it is an error instead.
func TestMetadataTimeout(t *testing.T) {
	url, asked := metadataService(t, map[string]string{"api/token": "token"})
	for _, seconds := range []string{"0", "-1"} {
		t.Run("fail/"+seconds, func(t *testing.T) {
			s := bare(t, "AWS_EC2_METADATA_SERVICE_ENDPOINT="+url, "AWS_METADATA_SERVICE_TIMEOUT="+seconds)
			s.Environ = slices.DeleteFunc(s.Environ, func(v string) bool { return strings.HasPrefix(v, "AWS_EC2_METADATA_DISABLED") })
			region := "us-east-1"
			loaded, err := settings.Load(settings.Options{Region: &region}, s)
			if err != nil {
				t.Fatal(err)
			}
			want := "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to " + seconds + ", but the timeout cannot be set to a value less than or equal to 0."
			if _, err := loaded.Client(t.Context()); err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			if len(*asked) > 0 {
				t.Errorf("asked for %v", *asked)
			}
		})
	}
}

func TestContainer(t *testing.T) {
	for name, test := range map[string]struct {
		status     int
		body, want string
	}{
		"ok/role":        {http.StatusOK, roleAnswer, ""},
		"fail/status":    {http.StatusForbidden, "no", "Error when retrieving credentials from container-role: Received non 200 response (403) from ECS metadata: no"},
		"fail/no JSON":   {http.StatusOK, "<html>", "Error when retrieving credentials from container-role: Unable to parse JSON returned from ECS metadata services"},
		"fail/no secret": {http.StatusOK, `{"AccessKeyId":"AK"}`, "'SecretAccessKey'"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Basic x" {
					t.Error("no authorization")
				}
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			}))
			t.Cleanup(server.Close)
			loaded, err := settings.Load(settings.Options{}, bare(t, "AWS_REGION=us-east-1", "AWS_CONTAINER_CREDENTIALS_FULL_URI="+server.URL, "AWS_CONTAINER_AUTHORIZATION_TOKEN=Basic x"))
			if err != nil {
				t.Fatal(err)
			}
			c, err := loaded.Client(t.Context())
			if test.want != "" {
				if err == nil || err.Error() != test.want {
					t.Errorf("got  %v\nwant %s", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if key, err := c.Credentials(t.Context()); err != nil || key.AccessKeyID != "AKROLE" || key.SessionToken != "t" {
				t.Errorf("got %+v, %v", key, err)
			}
		})
	}
}
