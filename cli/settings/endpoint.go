package settings

import (
	"strings"

	"vedette/cli/document"
)

// loadEndpoint decides where requests go: --endpoint-url, an endpoint of the
// environment or the profile, the Vedette of the data directory, the Region's own.
func (s *Settings) loadEndpoint(c *Client) error {
	configured, source, err := s.configuredEndpoint()
	if err != nil {
		return err
	}
	// Asked for in any case: a Region is needed, and variants must exist.
	regional, err := s.regionalEndpoint(c)
	if err != nil {
		return err
	}
	switch {
	case configured != "":
		c.Endpoint, c.EndpointSource = configured, source
	case c.Local.Used:
		c.Endpoint, c.EndpointSource = c.Local.Endpoint, "the Vedette running with data directory "+c.Local.DataDir
	default:
		c.Endpoint, c.EndpointSource, c.OfAWS = regional, "Region "+c.Region, true
	}
	return nil
}

// configuredEndpoint returns the endpoint that the user chose and where; "" if
// none. AWS_ENDPOINT_URL_IOT beats AWS_ENDPOINT_URL, which beats the profile's
// services section, which beats its endpoint_url. Empty values do not count.
func (s *Settings) configuredEndpoint() (endpoint, source string, err error) {
	if s.options.EndpointURL != nil {
		return *s.options.EndpointURL, "--endpoint-url", nil
	}
	ignore, err := s.isOn("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
	if err != nil || ignore {
		return "", "", err
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_IOT", "AWS_ENDPOINT_URL"} {
		if url := s.env.values[name]; url != "" {
			return url, name, nil
		}
	}
	profile, err := s.profile()
	if err != nil {
		return "", "", err
	}
	if name, ok := profile.Value("services").(string); ok {
		services := section(s.services, name)
		if services.Len() == 0 {
			return "", "", fail("The profile is configured to use the services section but the \"%s\" services configuration does not exist.", name)
		}
		if url, _ := section(services, "iot").Value("endpoint_url").(string); url != "" {
			return url, "services section " + name, nil
		}
	}
	url, _ := profile.Value("endpoint_url").(string)
	return url, "endpoint_url of the profile", nil
}

// regionalEndpoint returns AWS's endpoint of the Region, and makes a Region such
// as fips-us-east-1 the one that it means.
func (s *Settings) regionalEndpoint(c *Client) (string, error) {
	dualStack, err := s.isOn("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT")
	if err != nil {
		return "", err
	}
	region := strings.ReplaceAll(strings.ReplaceAll(c.Region, "fips-", ""), "-fips", "")
	fips := region != c.Region
	if !fips {
		if fips, err = s.isOn("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"); err != nil {
			return "", err
		}
	}
	if region == noRegion {
		return "", failWith(exitConfiguration, "You must specify a region. You can also configure your region by running \"aws configure\".")
	}
	c.Region = region
	return regionalHost(region, fips, dualStack)
}

// partition is a group of Regions that share their host names.
type partition struct {
	prefixes  string // of its Regions, which go on -name-number
	suffix    string // of host names
	dualStack string // the same of hosts with IPv6 addresses; "" if there are none
}

// regionalHost returns the endpoint of the service in a Region. Regions of no
// known pattern belong to the partition aws.
func regionalHost(region string, fips, dualStack bool) (string, error) {
	partitions := [...]partition{
		{"us eu ap sa ca me af il mx", "amazonaws.com", "api.aws"},
		{"cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
		{"us-gov", "amazonaws.com", "api.aws"},
		{"us-iso us-isob", "", "api.aws"}, // only with IPv6: AWS CLI does not know better
		{"us-iso", "c2s.ic.gov", ""},
		{"us-isob", "sc2s.sgov.gov", ""},
		{"eu-isoe", "cloud.adc-e.uk", ""},
		{"us-isof", "csp.hci.ic.gov", ""},
		{"eusc-de", "amazonaws.eu", "api.amazonwebservices.eu"},
	}
	home := partitions[0]
	for _, p := range partitions {
		if p.has(region) && (p.suffix != "" || dualStack) {
			home = p
			break
		}
	}
	host, suffix := "iot.", home.suffix
	if fips {
		host = "iot-fips."
	}
	if dualStack {
		suffix = home.dualStack
	}
	if suffix == "" {
		variants := []document.Value{"dualstack"}
		if fips {
			variants = append(variants, "fips")
		}
		return "", fail("Unable to construct a modeled endpoint with the following variant(s) %s: ", document.Repr(variants))
	}
	return "https://" + host + region + "." + suffix, nil
}

// has tells whether a Region is named like those of the partition: us-east-1.
func (p partition) has(region string) bool {
	for prefix := range strings.FieldsSeq(p.prefixes) {
		rest, found := strings.CutPrefix(strings.TrimSuffix(region, "\n"), prefix+"-")
		name, number, two := strings.Cut(rest, "-")
		if found && two && name != "" && number != "" && strings.Trim(number, "0123456789") == "" {
			return true
		}
	}
	return false
}
