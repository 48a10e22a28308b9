//go:build unix

package mqtt

import (
	"net"
	"syscall"
)

// rawConn returns the means to read and write a plain TCP connection without
// waiting, nil for any other connection.
func rawConn(conn net.Conn) syscall.RawConn {
	socket, ok := conn.(syscall.Conn) // a *net.TCPConn, or something around one
	if !ok {
		return nil
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// readable tells whether a read would return something, if only an error.
func readable(fd uintptr) bool {
	var b [1]byte
	_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
	return err != syscall.EAGAIN
}

// readSocket reads once; again means that there is nothing yet.
func readSocket(fd uintptr, b []byte) (n int, again bool, err error) {
	for {
		n, err = syscall.Read(int(fd), b)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return 0, true, nil
		}
		return n, false, err
	}
}

// writeSocket writes as much of b as the socket takes.
func writeSocket(fd uintptr, b []byte) (n int, err error) {
	for len(b) > n {
		m, err := syscall.Write(int(fd), b[n:])
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return n, nil
		case err != nil:
			return n, err
		}
		n += m
	}
	return n, nil
}
