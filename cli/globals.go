package cli

import "strings"

// globals is what the global options say.
type globals map[string]any

func (g globals) text(option string) string {
	s, _ := g[option].(string)
	return s
}

func (g globals) set(option string) bool {
	on, _ := g[option].(bool)
	return on
}

// optional returns what an option says, or nil where it is absent.
func (g globals) optional(option string) *string {
	if s, ok := g[option].(string); ok {
		return &s
	}
	return nil
}

// getenv returns a variable of the environment, or "".
func (p *Program) getenv(name string) string {
	for _, pair := range p.System.Environ {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value
		}
	}
	return ""
}
