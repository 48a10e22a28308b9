//go:build !no_console

package console

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// built returns what `make console` made, an empty tree where that did not run.
func built() fs.FS {
	files, err := fs.Sub(dist, "dist/app")
	if err != nil {
		panic(err) // the path is valid
	}
	return files
}
