package settings

import (
	"os"
	"strings"

	"vedette/cli/document"
)

// Files is what the configuration and credentials files hold, and the
// environment that says where they are.
type Files struct {
	env      *environ
	config   string        // path of the configuration file, expanded
	keys     string        // path of the credentials file, expanded
	profiles *document.Map // name to *document.Map of its values, both files merged
	sessions *document.Map // the same of [sso-session name]
	services *document.Map // the same of [services name]

	configured *document.Map // profiles of the configuration file alone
	shared     *document.Map // sections of the credentials file
}

// Read reads the configuration and the credentials file. Files that do not exist,
// are no regular files or cannot be opened count as empty; one that is not
// understood is an error (255).
func Read(system System) (*Files, error) {
	env := newEnviron(system)
	f := &Files{env: env}
	f.config = env.expand(env.pathOf("AWS_CONFIG_FILE", "~/.aws/config"))
	sections, err := env.readINI(f.config)
	if err != nil {
		return nil, err
	}
	f.sort(sections)
	f.keys = env.expand(env.pathOf("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
	if f.shared, err = env.readINI(f.keys); err != nil {
		return nil, err
	}
	f.merge()
	return f, nil
}

// Profiles returns the names of all profiles.
func (f *Files) Profiles() []string { return f.profiles.Keys() }

func (e *environ) pathOf(variable, otherwise string) string {
	if path, ok := e.values[variable]; ok {
		return path
	}
	return otherwise
}

// readINI reads the sections of a file.
func (e *environ) readINI(path string) (*document.Map, error) {
	file := e.file(path)
	if path == "" || !isFile(file) {
		return new(document.Map), nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return new(document.Map), nil // as AWS CLI does with a file it may not read
	}
	sections, err := parseINI(string(text))
	if err != nil {
		return nil, fail("Unable to parse config file: %s", path)
	}
	return sections, nil
}

// sort tells profiles, sessions and services among the sections of the
// configuration file. A later section of the same name replaces an earlier one.
func (f *Files) sort(sections *document.Map) {
	f.configured, f.sessions, f.services = new(document.Map), new(document.Map), new(document.Map)
	for header, values := range sections.All() {
		kinds := []struct {
			prefix string
			into   *document.Map
		}{{"profile", f.configured}, {"sso-session", f.sessions}, {"services", f.services}}
		if header == "default" {
			f.configured.Set(header, values)
			continue
		}
		for _, kind := range kinds {
			if strings.HasPrefix(header, kind.prefix) {
				if words, err := splitShell(header); err == nil && len(words) == 2 {
					kind.into.Set(words[1], values)
				}
				break
			}
		}
	}
}

// merge makes the profiles of both files: values of the credentials file win.
func (f *Files) merge() {
	f.profiles = new(document.Map)
	for _, source := range []*document.Map{f.configured, f.shared} {
		for name, values := range source.All() {
			merged := new(document.Map)
			if already, ok := f.profiles.Value(name).(*document.Map); ok {
				merged = already
			}
			for key, value := range values.(*document.Map).All() {
				merged.Set(key, value)
			}
			f.profiles.Set(name, merged)
		}
	}
}

// section returns a section of a map of them; an empty one if there is none.
func section(sections *document.Map, name string) *document.Map {
	if values, ok := sections.Value(name).(*document.Map); ok {
		return values
	}
	return new(document.Map)
}
