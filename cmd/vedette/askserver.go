package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"vedette/api"
	"vedette/cli/settings"
	"vedette/sigv4"
)

// serverFlags say which server a command asks, and who asks; without them it is found
// as `vedette iot` finds it.
type serverFlags struct{ endpoint, profile, region string }

func (s *serverFlags) add(f *pflag.FlagSet) {
	f.StringVar(&s.endpoint, "endpoint-url", "", "URL of the server; by default the one with the data directory of VEDETTE_DATA_DIR, or ./vedette-data")
	f.StringVar(&s.profile, "profile", "", "profile of the AWS configuration and credentials files")
	f.StringVar(&s.region, "region", "", "Region of the server")
}

// client returns a client of the server. It waits for answers as long as they take.
func (s *serverFlags) client(ctx context.Context) (*apiClient, error) {
	options := settings.Options{Profile: s.profile, ReadTimeout: new("0")}
	if s.endpoint != "" {
		options.EndpointURL = &s.endpoint
	}
	if s.region != "" {
		options.Region = &s.region
	}
	found, err := findServer(ctx, options)
	if e, ok := errors.AsType[*settings.Error](err); ok && e.ExitCode == exitNoRegion {
		options.Region = new("us-east-1") // as a server's is unless it is told another one
		found, err = findServer(ctx, options)
	}
	if err != nil {
		return nil, err
	}
	if found.OfAWS {
		return nil, fmt.Errorf("no Vedette was found: %s. Start one with `vedette serve`, set VEDETTE_DATA_DIR to the data directory of one that runs, or give --endpoint-url",
			found.Local.Reason)
	}
	keys, err := found.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	return &apiClient{
		endpoint: strings.TrimSuffix(found.Endpoint, "/"),
		signer: sigv4.Signer{
			AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken,
			Region: found.Region, Service: found.SigningName,
		},
		http: &http.Client{Transport: wordedTransport{found.Transport}},
	}, nil
}

// exitNoRegion is the exit code of AWS CLI for a Region that nobody named.
const exitNoRegion = 253

func findServer(ctx context.Context, options settings.Options) (*settings.Client, error) {
	loaded, err := settings.Load(options, settings.System{Environ: os.Environ()})
	if err != nil {
		return nil, err
	}
	return loaded.Client(ctx)
}

// wordedTransport says in a person's words what goes wrong with a request.
type wordedTransport struct{ *settings.Transport }

func (t wordedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.Transport.RoundTrip(r)
	return resp, settings.RequestError(err, r.URL.String())
}

// ask calls an operation.
func ask[O any](ctx context.Context, c *apiClient, op *api.Operation, in any) (*O, error) {
	out := new(O)
	err := c.call(ctx, op, in, out)
	if e, ok := errors.AsType[*settings.Error](err); ok {
		return nil, e // without what net/http says around it
	}
	return out, advised(err)
}

// advised adds to an error of the API what to do about it.
func advised(err error) error {
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		return err
	}
	switch {
	case e.Code == api.ResourceNotFoundException && strings.HasPrefix(e.Message, "The thing group "):
		return fmt.Errorf("%s `vedette iot list-thing-groups` shows those there are", e.Message)
	case e.Code == api.ResourceNotFoundException && strings.HasPrefix(e.Message, "The thing "):
		return fmt.Errorf("%s `vedette iot list-things` shows those that are registered", e.Message)
	case e.Code == api.AccessDeniedException:
		return fmt.Errorf("%s. `vedette key update` gives the key another policy", strings.TrimSuffix(e.Message, "."))
	case e.Code == api.InvalidRequestException, e.Code == api.ServiceUnavailableException:
		return errors.New(e.Message)
	}
	return err
}

// printJSON prints an answer for other programs.
func printJSON(out io.Writer, answer any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "    ")
	return e.Encode(answer)
}

// parseDays reads a duration: as Go has it, or days as in 14d.
func parseDays(text string) (time.Duration, error) {
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		n, err := strconv.ParseFloat(days, 64)
		return time.Duration(n * float64(24*time.Hour)), err
	}
	return time.ParseDuration(text)
}

// parseSince reads a time that is over.
func parseSince(text string) (time.Duration, error) {
	d, err := parseDays(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("--since %q: give how far to look back, as in 90m, 24h or 14d", text)
	}
	return d, nil
}

// oneOf refuses a value of a flag that is none of those it takes.
func oneOf(flag, value string, values ...string) error {
	for _, v := range values {
		if v == value {
			return nil
		}
	}
	return fmt.Errorf("--%s %q: give one of %s", flag, value, strings.Join(values, ", "))
}
