package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"vedette/cli/command"
	"vedette/cli/document"
)

// saveOutfile writes the part of an answer to a file that only its owner may read.
func saveOutfile(o command.Outfile, file string, answer *document.Map) error {
	var v document.Value = answer
	for _, name := range o.Path {
		m, ok := v.(*document.Map)
		if !ok {
			v = nil
			break
		}
		v = m.Value(name)
	}
	text := ""
	if v != nil {
		text = document.Text(v)
	}
	// The mode comes first: at no time may others read a private key.
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("%s", reason(err, file))
	}
	defer f.Close()
	if err := f.Chmod(0o600); err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Close()
}

// checkOutfile returns where a file is to be written to, if that is possible.
func (c *call) checkOutfile(given string) (string, error) {
	file := c.files.ExpandPath(given)
	full := c.absolute(file)
	if !writable(filepath.Dir(full)) {
		return "", usageErrorf("Unable to write to file: %s", file)
	}
	return full, nil
}
