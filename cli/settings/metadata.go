package settings

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vedette/cli/document"
)

// metadataDisabled tells whether EC2's metadata service must not be asked.
func (s *Settings) metadataDisabled() bool {
	return strings.ToLower(s.env.values["AWS_EC2_METADATA_DISABLED"]) == "true"
}

// metadataRegion asks EC2's metadata service for the Region; "" if it does not say.
func (s *Settings) metadataRegion(ctx context.Context) string {
	if s.metadataDisabled() {
		return ""
	}
	answers := s.askMetadata(ctx, "placement/availability-zone/")
	if len(answers) == 0 || answers[0] == "" {
		return ""
	}
	zone := answers[0]
	return zone[:len(zone)-1]
}

// fromMetadata takes the credentials of the role of the EC2 instance.
func (s *Settings) fromMetadata(ctx context.Context, _ string) (*provider, error) {
	if s.metadataDisabled() {
		return nil, nil
	}
	if timeout := s.metadata.timeout; timeout <= 0 {
		return nil, fail("An HTTP Client raised an unhandled exception: Attempted to set connect timeout to %d, but the timeout cannot be set to a value less than or equal to 0.", timeout/time.Second)
	}
	answers := s.askMetadata(ctx, "iam/security-credentials/", "")
	if len(answers) < 2 {
		return nil, nil
	}
	value, err := document.Parse(answers[1])
	answer, ok := value.(*document.Map)
	if err != nil || !ok {
		return nil, nil
	}
	for _, key := range []string{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} {
		if !answer.Has(key) {
			return nil, nil
		}
	}
	return found(roleCredentials(answer, "iam-role")), nil
}

func roleCredentials(answer *document.Map, source string) Credentials {
	c := Credentials{Source: source}
	c.AccessKeyID, _ = answer.Value("AccessKeyId").(string)
	c.SecretAccessKey, _ = answer.Value("SecretAccessKey").(string)
	c.SessionToken, _ = answer.Value("Token").(string)
	expiration, _ := answer.Value("Expiration").(string)
	c.expires, _ = time.Parse(time.RFC3339, expiration)
	return c
}

// askMetadata gets documents of the metadata service, each path below the one
// before; "" stands for what the document before said. It ends where one is
// missing.
func (s *Settings) askMetadata(ctx context.Context, paths ...string) []string {
	if s.metadata.timeout <= 0 {
		return nil // which would be forever to net/http
	}
	base := s.metadata.endpoint
	if !strings.HasSuffix(base, "/") {
		base += "/"
	}
	client := &http.Client{Transport: s.plainTransport(base), Timeout: s.metadata.timeout, CheckRedirect: stay}
	token, status := s.fetch(ctx, client, http.MethodPut, base+"latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
	switch {
	case status == 0 || status == http.StatusBadRequest:
		return nil // nobody there, or nobody to ask twice
	case status != http.StatusOK:
		token = ""
	}
	answers, path := []string{}, base+"latest/meta-data/"
	for i, next := range paths {
		if next == "" {
			next = answers[i-1]
		}
		path += next
		text, status := s.fetch(ctx, client, http.MethodGet, path, "X-Aws-Ec2-Metadata-Token", token)
		if status != http.StatusOK || text == "" {
			break
		}
		answers = append(answers, text)
	}
	return answers
}

// maxMetadata bounds what a metadata service may say.
const maxMetadata = 1 << 20

// fetch makes one small request, as often as the settings allow while nothing
// answers. The status is 0 if nothing did.
func (s *Settings) fetch(ctx context.Context, client *http.Client, method, url, header, value string) (text string, status int) {
	for range min(max(s.metadata.attempts, 1), 10) {
		request, err := http.NewRequestWithContext(ctx, method, url, nil)
		if err != nil {
			return "", 0
		}
		if value != "" {
			request.Header.Set(header, value)
		}
		if text, status, err = read(client, request); err == nil {
			return text, status
		}
	}
	return "", 0
}

func read(client *http.Client, request *http.Request) (text string, status int, err error) {
	response, err := client.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxMetadata))
	return string(content), response.StatusCode, err
}

// stay keeps a client from following redirects.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

const containerSource = "container-role"

// fromContainer takes the credentials of the task that this runs in.
func (s *Settings) fromContainer(ctx context.Context, _ string) (*provider, error) {
	endpoint := ""
	if relative, ok := s.env.values["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]; ok {
		endpoint = "http://169.254.170.2" + relative
	} else if endpoint, ok = s.env.values["AWS_CONTAINER_CREDENTIALS_FULL_URI"]; !ok {
		return nil, nil
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, retrievalError(containerSource, err.Error())
	}
	switch u.Hostname() {
	case "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost", "127.0.0.1":
	default:
		return nil, fail("Unsupported host '%s'.  Can only retrieve metadata from these hosts: 169.254.170.2, localhost, 127.0.0.1", u.Hostname())
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 2 * time.Second, CheckRedirect: stay}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
	if err != nil {
		return nil, retrievalError(containerSource, err.Error())
	}
	request.Header.Set("Accept", "application/json")
	if token, ok := s.env.values["AWS_CONTAINER_AUTHORIZATION_TOKEN"]; ok {
		request.Header.Set("Authorization", token)
	}
	text, status, err := read(client, request)
	if err != nil {
		return nil, retrievalError(containerSource, "Received error when attempting to retrieve ECS metadata: "+RequestError(err, endpoint).Error())
	}
	if status != http.StatusOK {
		return nil, retrievalError(containerSource, fmt.Sprintf("Received non 200 response (%d) from ECS metadata: %s", status, text))
	}
	value, err := document.Parse(text)
	answer, ok := value.(*document.Map)
	if err != nil || !ok {
		return nil, retrievalError(containerSource, "Unable to parse JSON returned from ECS metadata services")
	}
	for _, key := range []string{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"} {
		if !answer.Has(key) {
			return nil, fail("'%s'", key)
		}
	}
	return found(roleCredentials(answer, containerSource)), nil
}
