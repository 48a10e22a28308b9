package cli

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"vedette/cli/client"
	"vedette/cli/document"
	"vedette/cli/settings"
	"vedette/cli/timestamp"
	"vedette/sigv4"
)

// client returns what calls the endpoint that the settings lead to.
func (c *call) client(ctx context.Context) (*client.Client, error) {
	found, err := c.settings.Client(ctx)
	if err != nil {
		return nil, err
	}
	c.log.Debug("endpoint", "url", found.Endpoint, "source", found.EndpointSource, "region", found.Region)
	if found.Local.Used {
		c.log.Debug("the Vedette of the data directory is used: its endpoint and its access key", "data-dir", found.Local.DataDir)
	} else {
		c.log.Debug("no Vedette of a data directory is used", "data-dir", found.Local.DataDir, "reason", found.Local.Reason)
	}
	caller := &client.Client{
		Target:       found.Target,
		Transport:    found.Transport,
		MaxAttempts:  int(found.MaxAttempts),
		RequestError: settings.RequestError,
		Timestamp:    c.timestamps(),
		Base64:       c.settings.BinaryFormat == "base64",
		Unchecked:    !found.ValidateParameters,
		UserAgent:    c.Version,
		Now:          c.Now,
		Wait:         c.Wait,
		Log:          c.log,
	}
	if found.RetryMode == "adaptive" {
		caller.Limit = adaptiveLimit()
	}
	if !c.set("--no-sign-request") {
		caller.Sign = func(ctx context.Context) (*sigv4.Signer, error) {
			keys, err := found.Credentials(ctx)
			if err != nil {
				return nil, err
			}
			c.log.Debug("credentials", "source", keys.Source, "access-key", keys.AccessKeyID)
			return &sigv4.Signer{
				AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken,
				Region: found.Region, Service: found.SigningName,
			}, nil
		}
	}
	return caller, nil
}

// adaptiveLimit returns the limit of the retry mode adaptive: while the service
// throttles, attempts wait for their turn.
func adaptiveLimit() func(context.Context) (func(throttled bool), error) {
	throttle := errors.New("throttled")
	mode := retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.Throttles = []retry.IsErrorThrottle{retry.IsErrorThrottleFunc(func(err error) aws.Ternary { return aws.BoolTernary(err == throttle) })}
	})
	return func(ctx context.Context) (func(throttled bool), error) {
		release, err := mode.GetAttemptToken(ctx)
		if err != nil {
			return nil, err
		}
		return func(throttled bool) {
			if throttled {
				_ = release(throttle)
				return
			}
			_ = release(nil)
		}, nil
	}
}

// timestamps returns how times of answers are printed.
func (c *call) timestamps() func(document.Value) (document.Value, error) {
	if c.settings.TimestampFormat == "wire" {
		return func(v document.Value) (document.Value, error) { return v, nil }
	}
	return func(v document.Value) (document.Value, error) { return timestamp.Local(v, c.Now()) }
}

// Pause waits for d, or until ctx ends.
func Pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
