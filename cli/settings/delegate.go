package settings

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go"
)

// delegate provides credentials that other services hand out. The SDK fetches
// them, from the same files, through the same proxies. An empty profile leaves the
// SDK to the environment.
func (s *Settings) delegate(source, profile string) *provider {
	return &provider{source, func(ctx context.Context) (Credentials, error) {
		loaded, err := config.LoadDefaultConfig(ctx, s.delegateOptions(profile)...)
		if err != nil {
			return Credentials{}, delegateError(ctx, source, err)
		}
		c, err := loaded.Credentials.Retrieve(ctx)
		if err != nil {
			return Credentials{}, delegateError(ctx, source, err)
		}
		return Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Source: source, expires: c.Expires}, nil
	}}
}

func (s *Settings) delegateOptions(profile string) []func(*config.LoadOptions) error {
	client := awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.Proxy = func(r *http.Request) (*url.URL, error) {
			proxy, err := s.env.proxyFor(address{scheme: r.URL.Scheme, authority: r.URL.Host})
			if err != nil || proxy == nil {
				return nil, err
			}
			return proxy.url, nil
		}
	})
	options := []func(*config.LoadOptions) error{
		config.WithSharedConfigFiles([]string{s.env.file(s.config)}),
		config.WithSharedCredentialsFiles([]string{s.env.file(s.keys)}),
		config.WithHTTPClient(client),
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			o.TokenProvider = func() (string, error) { return s.askCode(aws.ToString(o.SerialNumber)) }
		}),
	}
	if s.region != "" && s.region != noRegion {
		options = append(options, config.WithRegion(s.region))
	}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	return options
}

func (s *Settings) askCode(serial string) (string, error) {
	if s.env.Prompt == nil {
		return "", errors.New("there is nobody to enter the MFA code")
	}
	return s.env.Prompt(fmt.Sprintf("Enter MFA code for %s: ", serial))
}

// delegateError words an error of the SDK. What a service answered is told as such.
func delegateError(ctx context.Context, source string, err error) error {
	var answer smithy.APIError
	var call *smithy.OperationError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &answer) && errors.As(err, &call):
		return failWith(exitService, "An error occurred (%s) when calling the %s operation: %s", answer.ErrorCode(), call.OperationName, answer.ErrorMessage())
	}
	return retrievalError(source, err.Error())
}
