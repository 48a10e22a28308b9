package prompt

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostCommands is how many commands the file keeps, as in AWS CLI.
const mostCommands = 500

// history is the file of the commands that were run from the prompt, which AWS
// CLI's prompt reads and writes too.
type history struct {
	path     string // empty: nothing is kept
	commands []string
}

// historyFile is the file's content.
type historyFile struct {
	Version  int      `json:"version"`
	Commands []string `json:"commands"`
}

// readHistory reads the file. One that is missing or broken is as good as empty.
func readHistory(path string) *history {
	h := &history{path: path}
	if text, err := os.ReadFile(path); err == nil {
		var file historyFile
		if json.Unmarshal(text, &file) == nil {
			h.commands = slices.DeleteFunc(file.Commands, func(c string) bool { return strings.TrimSpace(c) == "" })
		}
	}
	return h
}

// add keeps a command. A file that cannot be written is no reason not to run it.
func (h *history) add(command string) {
	command = strings.TrimSpace(command)
	if command == "" || len(h.commands) > 0 && h.commands[len(h.commands)-1] == command {
		return
	}
	h.commands = append(h.commands, command)
	h.commands = h.commands[max(0, len(h.commands)-mostCommands):]
	if h.path == "" {
		return
	}
	text, err := json.Marshal(historyFile{1, h.commands})
	if err != nil {
		return
	}
	if os.MkdirAll(filepath.Dir(h.path), 0o700) == nil {
		os.WriteFile(h.path, text, 0o600)
	}
}

// matching returns the commands that have all letters of a text in order, the
// newest first.
func (h *history) matching(text string) []string {
	var found []string
	for _, c := range slices.Backward(h.commands) {
		if !slices.Contains(found, c) && hasLetters(strings.ToLower(c), strings.ToLower(text)) {
			found = append(found, c)
		}
	}
	return found
}

func hasLetters(text, letters string) bool {
	for _, r := range letters {
		i := strings.IndexRune(text, r)
		if i < 0 {
			return false
		}
		text = text[i:][len(string(r)):]
	}
	return true
}
