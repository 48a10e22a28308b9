package settings

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"

	"vedette/cli/document"
)

// Client is all that requests need: where they go, how, and who signs them.
type Client struct {
	Region      string // that requests are signed for
	SigningName string // of the service that requests are signed for: iot
	// Endpoint is the URL that paths are added to, and EndpointSource says in a few
	// words for --debug who decided on it.
	Endpoint, EndpointSource string
	// OfAWS is true if nobody named an endpoint, and no Vedette was found: it is AWS's.
	OfAWS bool
	// RetryMode is "standard" or "adaptive", MaxAttempts at least 1.
	RetryMode   string
	MaxAttempts int64
	// ValidateParameters is false if a profile turned the client's own checks off.
	ValidateParameters bool
	// Transport sends requests. It keeps to the timeouts, proxies and certificate
	// authorities of the settings.
	Transport *Transport
	// Local tells whether the Vedette of the data directory answers, or why not.
	Local Local

	address     address
	credentials *provider
}

// Target returns the URL of a request as net/http sends it, and as errors print
// it. The path and the query are those of the operation, escaped already.
func (c *Client) Target(path, query string) (*url.URL, string) {
	target := c.address.join(path, query)
	return target.url(), target.String()
}

// Client decides how requests are sent. Errors come in the order of AWS CLI:
// Region, profile, credentials that are half there, endpoint, retries.
func (s *Settings) Client(ctx context.Context) (*Client, error) {
	c := &Client{SigningName: "iot", ValidateParameters: true}
	c.Local = s.findLocal(ctx)
	if err := s.loadRegion(ctx, c); err != nil {
		return nil, err
	}
	s.region = c.Region
	trust, err := s.trust()
	if err != nil {
		return nil, err
	}
	if c.Local.Used {
		trust.also = filepath.Join(s.env.file(c.Local.DataDir), "ca.pem")
	}
	if err := s.loadCredentials(ctx, c); err != nil {
		return nil, err
	}
	profile, err := s.profile()
	if err != nil {
		return nil, err
	}
	if check := profile.Value("parameter_validation"); check != nil {
		c.ValidateParameters = isTrue(check)
	}
	if err := s.loadEndpoint(c); err != nil {
		return nil, err
	}
	if err := s.loadRetries(c, profile); err != nil {
		return nil, err
	}
	if c.address, err = checkEndpoint(c.Endpoint); err != nil {
		return nil, err
	}
	c.Transport, err = s.transport(c, trust, isTrue(profile.Value("tcp_keepalive")))
	return c, err
}

// loadRegion finds the Region: --region, the environment, the profile, the
// machine that this runs on. It may stay empty until there is an endpoint to find.
func (s *Settings) loadRegion(ctx context.Context, c *Client) error {
	var region document.Value
	switch fromServer := c.Local.Region; {
	case s.options.Region != nil:
		region = *s.options.Region
	default:
		var err error
		if region, err = s.value("region", "AWS_REGION", "AWS_DEFAULT_REGION"); err != nil {
			return err
		}
		if _, chosen := s.env.first("AWS_REGION", "AWS_DEFAULT_REGION"); fromServer != "" && !chosen {
			region = fromServer
		}
	}
	if region == nil {
		if c.Local.Used {
			region = "us-east-1"
		} else if found := s.metadataRegion(ctx); found != "" {
			region = found
		} else {
			c.Region = noRegion
			return nil
		}
	}
	text, ok := region.(string)
	if !ok {
		return fail("expected string or bytes-like object, got 'dict'")
	}
	if !validRegion(text) {
		return fail("Provided region_name '%s' doesn't match a supported format.", text)
	}
	c.Region = text
	return nil
}

// noRegion stands for a Region that nobody named; "" is a name, be it a bad one.
const noRegion = "\x00"

// validRegion tells whether a Region can be a label of a host name. One final
// newline is fine, as it is for AWS CLI, and leads to an endpoint that is not.
func validRegion(region string) bool {
	region = strings.TrimSuffix(region, "\n")
	if len(region) > 63 || strings.HasPrefix(region, "-") || strings.HasSuffix(region, "-") {
		return false
	}
	onlyDigits := region != ""
	for _, c := range []byte(region) {
		if c != '-' && !isAlphanumeric(c) {
			return false
		}
		onlyDigits = onlyDigits && c >= '0' && c <= '9'
	}
	return !onlyDigits
}

// loadRetries reads how often and when a request is tried again.
func (s *Settings) loadRetries(c *Client, profile *document.Map) error {
	var err error
	if c.MaxAttempts, err = s.integer(3, "max_attempts", "AWS_MAX_ATTEMPTS"); err != nil {
		return err
	}
	mode, err := s.value("retry_mode", "AWS_RETRY_MODE")
	if err != nil {
		return err
	}
	if mode == nil {
		mode = "standard"
	}
	if _, nested := profile.Value("tcp_keepalive").(*document.Map); nested {
		return fail("'dict' object has no attribute 'lower'")
	}
	// A style for S3 is checked for every service.
	if s3, ok := profile.Value("s3").(*document.Map); ok {
		switch style := s3.Value("addressing_style"); style {
		case nil, "virtual", "auto", "path":
		default:
			return fail("S3 addressing style %s is invalid. Valid options are: 'auto', 'virtual', and 'path'", style)
		}
	}
	if c.MaxAttempts < 1 {
		return fail("Value provided to \"max_attempts\": %d must be an integer greater than or equal to one.", c.MaxAttempts)
	}
	if mode != "standard" && mode != "adaptive" {
		return fail("Invalid value provided to \"mode\": \"%s\" must be one of: \"standard\" or \"adaptive\"", document.Text(mode))
	}
	c.RetryMode = mode.(string)
	return nil
}

func checkEndpoint(endpoint string) (address, error) {
	parts, err := splitURL(endpoint)
	if err != nil {
		return parts, err
	}
	if !validEndpoint(endpoint) {
		return parts, fail("Invalid endpoint: %s", endpoint)
	}
	return parts, nil
}
