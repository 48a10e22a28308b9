//go:build unix

package output

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// surviveBrokenPipe turns the signal that would end the process, when nobody
// reads its output, into an error of the write. Programs that are started later
// do not inherit this.
func surviveBrokenPipe() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// terminalWidth returns how many columns a terminal has, and whether f is one.
func terminalWidth(f *os.File) (width int, terminal bool) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	return int(size.Col), true
}
