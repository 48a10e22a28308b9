package settings

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// System is what settings are taken from.
type System struct {
	// Environ has the environment as KEY=value. Of equal keys the first counts.
	Environ []string
	// Dir is the folder that relative paths start from; "" means the folder of
	// this process.
	Dir string
	// UserHome returns the home folder of a user, of the one that runs this
	// process if name is "". Nil asks the user database. HOME beats it.
	UserHome func(name string) (string, error)
	// Prompt asks the person at the terminal for a code. Nil: there is nobody.
	Prompt func(question string) (string, error)
}

// environ is the environment, ready to look up.
type environ struct {
	System
	values map[string]string
}

func newEnviron(s System) *environ {
	e := &environ{System: s, values: make(map[string]string, len(s.Environ))}
	for _, pair := range s.Environ {
		key, value, found := strings.Cut(pair, "=")
		if _, there := e.values[key]; found && !there {
			e.values[key] = value
		}
	}
	return e
}

// first returns the first of the variables that is set, be it to nothing.
func (e *environ) first(names ...string) (string, bool) {
	for _, name := range names {
		if value, ok := e.values[name]; ok {
			return value, true
		}
	}
	return "", false
}

// file returns the path to open for a path that is written in settings.
func (e *environ) file(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(e.Dir, path)
}

// expand replaces variables and a leading ~ in a path. What is unknown stays.
func (e *environ) expand(path string) string { return e.expandUser(e.expandVariables(path)) }

func (e *environ) expandVariables(path string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(path, "$")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, length := variable(rest)
		if value, ok := e.values[name]; length > 0 && ok {
			out.WriteString(value)
		} else {
			out.WriteString("$" + rest[:length])
		}
		path = rest[length:]
	}
}

// variable returns the name at the start of s, word or {anything}, and how long
// it is with its braces; 0 if there is none.
func variable(s string) (string, int) {
	if strings.HasPrefix(s, "{") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[1:end], end + 1
		}
		return "", 0
	}
	end := strings.IndexFunc(s, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
	if end < 0 {
		end = len(s)
	}
	return s[:end], end
}

func (e *environ) expandUser(path string) string {
	rest, found := strings.CutPrefix(path, "~")
	if !found {
		return path
	}
	end := strings.IndexByte(rest, '/')
	if end < 0 {
		end = len(rest)
	}
	home, ok := e.home(rest[:end])
	if !ok {
		return path
	}
	if expanded := strings.TrimRight(home, "/") + rest[end:]; expanded != "" {
		return expanded
	}
	return "/"
}

func (e *environ) home(name string) (string, bool) {
	if home, ok := e.values["HOME"]; ok && name == "" {
		return home, true
	}
	lookup := e.UserHome
	if lookup == nil {
		lookup = userHome
	}
	home, err := lookup(name)
	return home, err == nil
}

func userHome(name string) (string, error) {
	current := user.Current
	if name != "" {
		current = func() (*user.User, error) { return user.Lookup(name) }
	}
	u, err := current()
	if err != nil {
		return "", err
	}
	return u.HomeDir, nil
}

// isFile tells whether there is a regular file, or a link to one.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
