//go:build !unix

package mqtt

import (
	"net"
	"syscall"
)

// rawConn returns nil: every connection is read and written in the portable way.
func rawConn(net.Conn) syscall.RawConn { return nil }

func readable(uintptr) bool { return true }

func readSocket(uintptr, []byte) (int, bool, error) { return 0, false, syscall.EINVAL }

func writeSocket(uintptr, []byte) (int, error) { return 0, syscall.EINVAL }
