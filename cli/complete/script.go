package complete

import "embed"

//go:embed script
var scripts embed.FS

// Script returns what makes a shell (bash, zsh or fish) ask vedette how its
// command lines can go on, and whether there is that shell.
func Script(shell string) (string, bool) {
	text, err := scripts.ReadFile("script/" + shell)
	return string(text), err == nil
}
