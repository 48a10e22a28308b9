package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FileOptions configures a File.
type FileOptions struct {
	Path     string
	MaxBytes int64 // a file that would grow larger is put aside first; 0 means 100 MiB
	Keep     int   // files put aside that are kept: PATH.1 is the newest; 0 means 10
}

// File is a Sink that appends metric values to a file, each as a line of JSON
// (docs/format/export.md). Values are on disk when Send returns.
type File struct {
	o    FileOptions
	file *os.File
	size int64
	buf  bytes.Buffer
}

// Defaults of FileOptions.
const (
	DefaultFileBytes = 100 << 20
	DefaultFileKeep  = 10
)

// OpenFile opens the file, or makes it. Half a line at its end, which a process that
// died has left, is cut off.
func OpenFile(o FileOptions) (*File, error) {
	fallback(&o.MaxBytes, DefaultFileBytes)
	fallback(&o.Keep, DefaultFileKeep)
	f := &File{o: o}
	return f, f.open()
}

func (f *File) open() (err error) {
	file, err := os.OpenFile(f.o.Path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", f.o.Path)
	}
	if err == nil {
		f.size, err = endOfLines(file, info.Size())
	}
	if err == nil && f.size < info.Size() {
		err = file.Truncate(f.size)
	}
	if err == nil {
		err = syncDir(filepath.Dir(f.o.Path))
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.file = file
	return nil
}

// endOfLines returns where the last whole line of a file ends.
func endOfLines(file io.ReaderAt, size int64) (int64, error) {
	for end := size; end > 0; {
		buf := make([]byte, min(end, 64<<10))
		if _, err := file.ReadAt(buf, end-int64(len(buf))); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(buf, '\n'); i >= 0 {
			return end - int64(len(buf)) + int64(i) + 1, nil
		}
		end -= int64(len(buf))
	}
	return 0, nil
}

// Close closes the file.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

// Send implements Sink. Either all of list is in the file, or nothing of it, unless the
// process dies meanwhile.
func (f *File) Send(_ context.Context, list []Export) (int, error) {
	f.buf.Reset()
	for i := range list {
		if err := f.appendLines(&list[i]); err != nil {
			return 0, err
		}
	}
	if f.file == nil { // a rotation has failed halfway
		if err := f.open(); err != nil {
			return 0, err
		}
	}
	if f.size > 0 && f.size+int64(f.buf.Len()) > f.o.MaxBytes {
		if err := f.rotate(); err != nil {
			return 0, fmt.Errorf("rotate %s: %w", f.o.Path, err)
		}
	}
	_, err := f.file.WriteAt(f.buf.Bytes(), f.size)
	if err == nil {
		err = f.file.Sync()
	}
	if err != nil {
		return 0, errors.Join(err, f.file.Truncate(f.size))
	}
	f.size += int64(f.buf.Len())
	return len(list), nil
}

// appendLines appends the values of a message. The members of each are as they are in
// the message; before them come the message's id and the profile.
func (f *File) appendLines(e *Export) error {
	var m struct {
		Metrics []json.RawMessage `json:"metrics"`
	}
	if err := json.Unmarshal(e.Payload, &m); err != nil {
		return fmt.Errorf("read exported message %d: %w", e.ID, err)
	}
	profile, err := json.Marshal(e.Profile)
	if err != nil {
		return err
	}
	for _, item := range m.Metrics {
		fmt.Fprintf(&f.buf, `{"message":%d,"profile":%s,`, e.ID, profile)
		f.buf.Write(item[1:]) // its members, after the brace
		f.buf.WriteByte('\n')
	}
	return nil
}

// rotate puts the file aside and begins a new one. Those put aside before go one
// further, and the oldest is deleted.
func (f *File) rotate() error {
	err := f.file.Close()
	f.file = nil
	if err != nil {
		return err
	}
	for n := f.o.Keep; n >= 1; n-- {
		from := f.o.Path
		if n > 1 {
			from = fmt.Sprintf("%s.%d", f.o.Path, n-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", f.o.Path, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return f.open()
}

// syncDir makes the names in a folder last.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
