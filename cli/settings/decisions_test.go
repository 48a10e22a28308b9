package settings

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// decision is a case of testdata/decisions.txt: what is given, and the lines from
// exit on.
type decision struct {
	name    string
	args    []string
	environ []string
	files   map[string]string
	want    []string
}

func readDecisions(t *testing.T) []decision {
	t.Helper()
	text, err := os.ReadFile("testdata/decisions.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := []decision{}
	for block := range strings.SplitSeq(string(text), "\n=== ") {
		lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
		d, file := decision{name: unquoted(lines[0]), files: map[string]string{}}, ""
		for _, line := range lines[1:] {
			kind, rest, _ := strings.Cut(line, " ")
			switch kind {
			case "arg":
				d.args = append(d.args, unquoted(rest))
			case "env":
				name, value, _ := strings.Cut(rest, "=")
				d.environ = append(d.environ, name+"="+unquoted(value))
			case "file":
				file = rest
				d.files[file] = ""
			case "|":
				d.files[file] += rest + "\n"
			default:
				d.want = append(d.want, line)
			}
		}
		cases = append(cases, d)
	}
	return cases[1:]
}

func unquoted(s string) string {
	var text string
	if strings.HasPrefix(s, "\"") && json.Unmarshal([]byte(s), &text) == nil {
		return text
	}
	return s
}

// TestDecisions holds every decision and every error to those of AWS CLI.
func TestDecisions(t *testing.T) {
	for _, d := range readDecisions(t) {
		t.Run(d.name, func(t *testing.T) {
			home := t.TempDir()
			for name, text := range d.files {
				path := filepath.Join(home, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			environ := append(d.environ, "HOME="+home, "PATH=/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED=true")
			got := decide(t, d.args, System{Environ: environ, Dir: home})
			if diff := cmp.Diff(d.want, got); diff != "" {
				t.Errorf("(-AWS CLI +got)\n%s", diff)
			}
		})
	}
}

// decide does what a command does before it sends a request, and prints it as the
// file has it.
func decide(t *testing.T, args []string, system System) []string {
	t.Helper()
	options, sign := parseOptions(t, args)
	request := []string{}
	err := func() error {
		s, err := Load(options, system)
		if err != nil {
			return err
		}
		c, err := s.Client(t.Context())
		if err != nil {
			return err
		}
		if request, err = describe(t.Context(), c, sign); err != nil {
			return err
		}
		_, err = s.Output()
		return err
	}()
	exit := "exit 0"
	if told, ok := err.(*Error); ok {
		exit = "exit " + strings.TrimSpace(fmt.Sprintf("%d %s", told.ExitCode, strings.ReplaceAll(told.Message, system.Dir, "@HOME@")))
		if message := told.Message; message != strings.TrimSpace(message) || strings.HasPrefix(message, "\"") || strings.ContainsAny(message, "\t\n") {
			exit = fmt.Sprintf("exit %d %s", told.ExitCode, quoted(message))
		}
	} else if err != nil {
		t.Fatalf("error of type %T: %v", err, err)
	}
	return append([]string{exit}, request...)
}

func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

func describe(ctx context.Context, c *Client, sign bool) ([]string, error) {
	var key Credentials
	scope := ""
	if sign {
		if c.credentials != nil && c.credentials.source == roleSource {
			return []string{"delegated"}, nil
		}
		var err error
		if key, err = c.Credentials(ctx); err != nil {
			return nil, err
		}
		scope = c.Region + "/" + c.SigningName
	}
	_, url := c.Target("/dimensions", "")
	lines := []string{"url " + url}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, name+" "+value)
		}
	}
	add("key", key.AccessKeyID)
	add("token", key.SessionToken)
	add("scope", scope)
	d := c.Transport.dialer
	switch {
	case d.trust.anything:
		add("verify", "False")
	default:
		add("verify", d.trust.path)
	}
	for _, wait := range []struct {
		name string
		time time.Duration
	}{{"connect", d.connect}, {"read", d.read}} {
		switch wait.time {
		case time.Minute:
		case 0:
			add(wait.name, "forever")
		default:
			add(wait.name, fmt.Sprint(wait.time.Seconds()))
		}
	}
	if d.proxy != nil {
		add("proxy", d.proxy.masked)
	}
	return lines, nil
}

func parseOptions(t *testing.T, args []string) (options Options, sign bool) {
	t.Helper()
	sign = true
	for i := 0; i < len(args); i++ {
		next := func() *string { i++; return &args[i] }
		if region, found := strings.CutPrefix(args[i], "--region="); found {
			options.Region = &region
			continue
		}
		switch args[i] {
		case "--profile":
			options.Profile = *next()
		case "--region":
			options.Region = next()
		case "--endpoint-url":
			options.EndpointURL = next()
		case "--cli-read-timeout":
			options.ReadTimeout = next()
		case "--cli-connect-timeout":
			options.ConnectTimeout = next()
		case "--ca-bundle":
			options.CABundle = *next()
		case "--output":
			options.Output = *next()
		case "--cli-binary-format":
			options.BinaryFormat = *next()
		case "--no-verify-ssl":
			options.NoVerifySSL = true
		case "--no-sign-request":
			sign = false
		default:
			t.Fatalf("option %s", args[i])
		}
	}
	return options, sign
}
