//go:build !unix

package output

import "os"

func surviveBrokenPipe() {}

// terminalWidth takes no file for a terminal.
func terminalWidth(*os.File) (width int, terminal bool) { return 0, false }
