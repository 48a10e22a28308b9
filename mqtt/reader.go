package mqtt

import (
	"io"
	"net"
	"syscall"
)

// smallRead is what a connection other than plain TCP waits with.
const smallRead = 128

// A reader collects the bytes of a connection. It holds a buffer only while
// there are bytes of a packet in it: a plain TCP connection waits without any.
type reader struct {
	buf     *buffer // received and not yet consumed
	pending int     // bytes of it that were handled already
	raw     syscall.RawConn
	wait    func(fd uintptr) bool
	err     error // of wait

	small []byte // memory to wait with, when there is no raw
}

// fill waits for bytes and appends them to the buffer, which has room.
func (r *reader) fill(conn net.Conn, p *buffers) (n int, err error) {
	before := 0
	if r.buf != nil {
		before = len(r.buf.b)
	}
	if r.raw != nil {
		if err := r.raw.Read(r.wait); err != nil {
			return 0, err
		}
		if r.err != nil {
			return 0, r.err
		}
		return len(r.buf.b) - before, nil
	}
	return r.read(conn, p)
}

// maxEmptyReads is how often in a row a connection may return nothing at all.
const maxEmptyReads = 100

// read is fill for connections other than plain TCP.
func (r *reader) read(conn net.Conn, p *buffers) (n int, err error) {
	into := r.small
	if r.buf != nil {
		into = r.buf.b[len(r.buf.b):cap(r.buf.b)]
	} else if into == nil {
		r.small = make([]byte, smallRead)
		into = r.small
	}
	for range maxEmptyReads {
		if n, err = conn.Read(into); n > 0 || err != nil {
			break
		}
	}
	switch {
	case n == 0 && err == nil:
		return 0, io.ErrNoProgress
	case n == 0:
		return 0, err
	case r.buf == nil:
		r.buf = p.get()
		r.buf.b = append(r.buf.b, into[:n]...)
	default:
		r.buf.b = r.buf.b[:len(r.buf.b)+n]
	}
	return n, nil // an error comes again with the next read
}

// await waits until a plain TCP connection has something to read, or has failed,
// and reads nothing. It needs little stack.
func (r *reader) await() {
	if r.raw != nil {
		_ = r.raw.Read(readable) // the next fill meets the same error
	}
}

// receive makes the function that reads from the socket once it has something.
func (r *reader) receive(p *buffers) func(fd uintptr) bool {
	return func(fd uintptr) bool {
		buf := r.buf
		if buf == nil {
			buf = p.get()
		}
		n, again, err := readSocket(fd, buf.b[len(buf.b):cap(buf.b)])
		if again {
			if r.buf == nil {
				p.put(buf)
			}
			return false
		}
		if n == 0 && err == nil {
			err = io.EOF
		}
		buf.b = buf.b[:len(buf.b)+max(n, 0)]
		r.buf, r.err = buf, err
		return true
	}
}

// consumed drops the first n bytes, and sees that there is room for more of a
// packet of size bytes (0: not known yet).
func (r *reader) consumed(n, size int, p *buffers) {
	rest := r.buf.b[n:]
	if len(rest) == 0 {
		r.release(p)
		return
	}
	if n > 0 {
		r.buf.b = append(r.buf.b[:0], rest...)
	}
	if len(r.buf.b) < cap(r.buf.b) {
		return
	}
	// Memory grows with what has come, not with what a header promises.
	grown := make([]byte, len(r.buf.b), max(cap(r.buf.b)+1, min(2*cap(r.buf.b), size)))
	copy(grown, r.buf.b)
	p.put(r.buf)
	r.buf = &buffer{b: grown}
}

func (r *reader) release(p *buffers) {
	if r.buf != nil {
		p.put(r.buf)
		r.buf = nil
	}
}
