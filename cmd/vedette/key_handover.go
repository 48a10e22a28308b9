package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"vedette/app"
	"vedette/store"
)

// handover says where a new access key goes to: into a file as AWS tools read
// them, or on the screen in the same form.
type handover struct {
	profile string // empty: the key's name
	file    string // empty: none
}

// keep makes a key and hands it over. A file that cannot take it is found before
// the key is made.
func (c handover) keep(cmd *cobra.Command, keys *app.Keys, name string, create func() (*store.AccessKey, error)) error {
	if c.profile == "" {
		c.profile = name
	}
	if c.profile != strings.TrimSpace(c.profile) || c.profile == "" || strings.ContainsAny(c.profile, "[]\r\n") {
		return fmt.Errorf("profile %q: want a name without brackets", c.profile)
	}
	if c.file == "" {
		key, err := create()
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.ErrOrStderr(), "Keep this where AWS tools look for credentials; the secret is not shown again.")
		_, err = io.WriteString(cmd.OutOrStdout(), c.section(key))
		return err
	}
	f, err := c.open(keys.Credentials)
	if err != nil {
		return err
	}
	key, err := create()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	section := c.section(key)
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		section = "\n" + section
	}
	_, err = io.WriteString(f, section)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s does not have the new key: %w", c.file, err), keys.Delete(cmd.Context(), key.ID))
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s has %s as the profile %s\n", c.file, key.ID, c.profile)
	return nil
}

func (c handover) section(key *store.AccessKey) string {
	return fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", c.profile, key.ID, key.Secret)
}

// open opens the file to append to it, readable by its owner only. servers is the
// file that a server writes.
func (c handover) open(servers string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(c.file), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(c.file, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := c.check(f, servers); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (c handover) check(f *os.File, servers string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if other, err := os.Stat(servers); err == nil && os.SameFile(info, other) {
		return fmt.Errorf("%s is written anew at each start of the server: give another --credentials-file", c.file)
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if strings.TrimSpace(lines.Text()) == "["+c.profile+"]" {
			return fmt.Errorf("%s has a profile %s already: give another --profile", c.file, c.profile)
		}
	}
	if info.Mode().IsRegular() && info.Mode().Perm() != 0o600 {
		return f.Chmod(0o600)
	}
	return nil
}
