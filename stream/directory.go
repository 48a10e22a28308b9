package stream

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// formatVersion is the newest version of the log's layout that this program
// knows: of the directory, the streams, the batches and the snapshots together.
const formatVersion = 1

// marker is what format.json in the log's directory says, and, on any server,
// the metadata of each stream.
type marker struct {
	Format int `json:"format"`
	Shards int `json:"shards"`
}

// check compares what is stored with what this program wants.
func (m marker) check(where string, shards int) error {
	if m.Format > formatVersion {
		return fmt.Errorf("%s was written by a newer version of vedette (log format %d, this one knows %d): "+
			"start that version, or restore a backup made before the upgrade", where, m.Format, formatVersion)
	}
	if m.Shards != shards {
		return fmt.Errorf("%s has %d shards and not %d; the number of shards is fixed when the log is made: configure %d",
			where, m.Shards, shards, m.Shards)
	}
	return nil
}

// directory is the log's directory, locked against other processes.
type directory struct {
	path  string
	lock  *os.File
	marks *watermarks
}

// openDirectory makes, locks and checks the log's directory.
func openDirectory(path string, shards int) (*directory, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make the log's directory: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log's lock: %w", err)
	}
	d := &directory{path: path, lock: lock}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("the log in %s is in use by another process: stop that one, or use another directory (%w)", path, err)
	}
	if err := d.checkMarker(shards); err != nil {
		d.close()
		return nil, err
	}
	if d.marks, err = openWatermarks(path, shards); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *directory) checkMarker(shards int) error {
	name := filepath.Join(d.path, "format.json")
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return d.writeMarker(name, marker{Format: formatVersion, Shards: shards})
	}
	if err != nil {
		return fmt.Errorf("read the log's format: %w", err)
	}
	m := marker{}
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return m.check("the log in "+d.path, shards)
}

// writeMarker writes format.json so that it is complete whenever it exists.
func (d *directory) writeMarker(name string, m marker) error {
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode the log's format: %w", err)
	}
	if err := writeSynced(name+".new", append(data, '\n')); err != nil {
		return fmt.Errorf("write the log's format: %w", err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fmt.Errorf("write the log's format: %w", err)
	}
	return nil
}

// probe tells whether n bytes can be written to the directory.
func (d *directory) probe(n int) error {
	name := filepath.Join(d.path, "probe")
	defer os.Remove(name)
	if err := writeSynced(name, make([]byte, n)); err != nil {
		return fmt.Errorf("write to the log's directory: %w", err)
	}
	return nil
}

func (d *directory) close() {
	if d.marks != nil {
		d.marks.close()
	}
	d.lock.Close()
}

func writeSynced(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}
