package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runKey runs a command line and returns what it prints.
func runKey(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := newCommand()
	cmd.SetArgs(append([]string{"key"}, args...))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetIn(strings.NewReader(`{"Statement":[]}`))
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// TestKeySettings: the commands find the server's data as the server does.
func TestKeySettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "vedette.yaml")
	if err := os.WriteFile(file, []byte("data-dir: /of/the/file\nregion: eu-west-1\nlimits: {dimensions: 3}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		environment map[string]string
		args        []string
		want        string
	}{
		"ok/default":         {nil, nil, "no database in vedette-data"},
		"ok/flag":            {map[string]string{"VEDETTE_DATA_DIR": "/of/the/environment"}, []string{"--data-dir", "/of/the/flag"}, "no database in /of/the/flag"},
		"ok/environment":     {map[string]string{"VEDETTE_DATA_DIR": "/of/the/environment"}, []string{"--config", file}, "no database in /of/the/environment"},
		"ok/file":            {nil, []string{"--config", file}, "no database in /of/the/file"},
		"ok/file by name":    {map[string]string{"VEDETTE_CONFIG": file}, nil, "no database in /of/the/file"},
		"fail/file":          {map[string]string{"VEDETTE_CONFIG": file + "x"}, nil, "read configuration"},
		"fail/database":      {map[string]string{"VEDETTE_DATABASE_URL": "postgres://x:y@127.0.0.1:1/z"}, nil, "open database"},
		"fail/database form": {nil, []string{"--database-url", "nonsense"}, "open database"},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range c.environment {
				t.Setenv(name, value)
			}
			out, err := runKey(t, append([]string{"list"}, c.args...)...)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), ":y@") {
				t.Errorf("got %v, want it to say %q; printed %q", err, c.want, out)
			}
		})
	}
}

// TestKeyArguments: mistakes are found before anything is opened.
func TestKeyArguments(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"fail/no policy":          {[]string{"create", "ci"}, `"policy" not set`},
		"fail/policy not there":   {[]string{"create", "--policy", "nowhere.json"}, "read policy: open nowhere.json"},
		"fail/no name":            {[]string{"create", "--policy", "-"}, "give the key a name"},
		"fail/update without one": {[]string{"update", "ci"}, `"policy" not set`},
		"fail/show nothing":       {[]string{"show"}, "accepts 1 arg"},
		"fail/unknown":            {[]string{"destroy"}, "unknown command"},
		"fail/input":              {[]string{"create", "ci", "--policy", "-"}, "there is no database"},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := runKey(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q; printed %q", err, c.want, out)
			}
		})
	}
}
