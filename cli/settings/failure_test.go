package settings_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"vedette/cli/settings"
)

// TestRequestErrorOfOthers: errors of a client that is not our own are understood
// too.
func TestRequestErrorOfOthers(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	get := func(timeout time.Duration, url string) error {
		response, err := (&http.Client{Timeout: timeout, Transport: &http.Transport{DisableKeepAlives: true}}).Get(url)
		if err == nil {
			response.Body.Close()
		}
		return err
	}
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"fail/refused":   {get(time.Minute, "http://"+refused(t)), `Could not connect to the endpoint URL: "URL"`},
		"fail/silence":   {get(soon, "http://"+serve(t, hang)), `Read timeout on endpoint URL: "URL"`},
		"fail/hangs up":  {get(time.Minute, "http://"+serve(t, closeAtOnce)), `Connection was closed before we received a valid response from endpoint URL: "URL".`},
		"fail/no TLS":    {get(time.Minute, "https://"+serve(t, func(c net.Conn) { _, _ = io.WriteString(c, answerOK) })), "SSL validation failed for URL [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)"},
		"fail/authority": {get(time.Minute, secure.URL), "SSL validation failed for URL [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992)"},
		"fail/no URL":    {get(time.Minute, "http://h:abc"), "An HTTP Client raised an unhandled exception: Failed to parse: URL"},
		"fail/whatever":  {errors.New("whatever"), `Connection was closed before we received a valid response from endpoint URL: "URL".`},
	} {
		t.Run(name, func(t *testing.T) {
			err := settings.RequestError(test.err, "URL")
			var told *settings.Error
			if !errors.As(err, &told) || told.ExitCode != 255 || told.Message != test.want || !errors.Is(err, test.err) {
				t.Errorf("%v:\n got %v\nwant %s", test.err, err, test.want)
			}
		})
	}
	if settings.RequestError(nil, "URL") != nil {
		t.Error("an error of none")
	}
}

// TestCalledOff: a request that is called off ends with the context's error,
// whatever it was waiting for.
func TestCalledOff(t *testing.T) {
	for name, endpoint := range map[string]string{
		"ok/an answer":   "http://" + serve(t, hang),
		"ok/a handshake": "https://" + serve(t, hang),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := client(t, settings.Options{EndpointURL: &endpoint}, system(t))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Millisecond, cancel)
			target, text := c.Target("/things", "")
			request := &http.Request{Method: http.MethodGet, URL: target, Header: http.Header{}}
			response, err := c.Transport.RoundTrip(request.WithContext(ctx))
			if err == nil {
				response.Body.Close()
			}
			if err := settings.RequestError(err, text); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
}
