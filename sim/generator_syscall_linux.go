package sim

import (
	"syscall"
	"unsafe"
)

// read and write on a socket that never blocks: without telling Go's scheduler,
// for which a call that may block costs more than the call.
func read(fd int, p []byte) (int, error) { return transfer(syscall.SYS_READ, fd, p) }

func write(fd int, p []byte) (int, error) { return transfer(syscall.SYS_WRITE, fd, p) }

func transfer(call uintptr, fd int, p []byte) (int, error) {
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
