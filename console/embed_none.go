//go:build no_console

package console

import (
	"embed"
	"io/fs"
)

// built returns an empty tree: this binary leaves the console out.
func built() fs.FS { return embed.FS{} }
