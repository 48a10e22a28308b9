//go:build !unix

package cli

import "os"

// writable tells whether a folder is there; whether files can be made in it,
// only the try tells.
func writable(folder string) bool {
	info, err := os.Stat(folder)
	return err == nil && info.IsDir()
}
