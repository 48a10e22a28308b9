package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// dataDirVersion is the layout of a data directory that this release writes.
// Later releases read all earlier ones.
const dataDirVersion = 1

// dataDir is the folder of one running deployment, locked against a second.
type dataDir struct {
	path string
	lock *os.File
}

// openDataDir makes the folder if it is missing, takes its lock and checks that
// this release can read what is in it.
func openDataDir(path string) (*dataDir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open data directory %s: %w", path, err)
	}
	d := &dataDir{path: path, lock: lock}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("data directory %s is in use by another vedette%s: stop it first or give another --data-dir", path, d.owner())
		}
		return nil, fmt.Errorf("lock data directory %s: %w", path, err)
	}
	if err := d.checkVersion(); err != nil {
		d.close()
		return nil, err
	}
	d.removeEndpoints() // of a run that was killed: nobody listens there
	if err := lock.Truncate(0); err == nil {
		_, _ = lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return d, nil
}

// owner names the process that wrote its id into the lock file.
func (d *dataDir) owner() string {
	text, err := os.ReadFile(d.lock.Name())
	if pid := strings.TrimSpace(string(text)); err == nil && pid != "" {
		return " (process " + pid + ")"
	}
	return ""
}

func (d *dataDir) checkVersion() error {
	path := d.file("version")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d.write("version", []byte(strconv.Itoa(dataDirVersion)+"\n"))
	}
	if err != nil {
		return fmt.Errorf("read data directory: %w", err)
	}
	version, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("%s holds %q, not a version number: is %s a data directory of vedette?", path, text, d.path)
	}
	if version > dataDirVersion {
		return fmt.Errorf("data directory %s has version %d, this release reads up to %d: run a newer vedette, or give another --data-dir", d.path, version, dataDirVersion)
	}
	return nil
}

func (d *dataDir) file(name string) string { return filepath.Join(d.path, name) }

// write replaces a file of the folder at once, readable by its owner only. It is on
// disk before it gets its name: a power failure leaves the old one or the new one.
func (d *dataDir) write(name string, content []byte) error { return d.writeMode(name, content, 0o600) }

// writeMode is write for a file that others may read.
func (d *dataDir) writeMode(name string, content []byte, mode fs.FileMode) error {
	temporary := d.file(name + ".new")
	if err := writeSynced(temporary, content, mode); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(temporary, d.file(name)); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func writeSynced(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

func (d *dataDir) close() {
	_ = d.lock.Close() // closing gives the lock back
}

// writeCredentials keeps the root user's access key where AWS tools look for
// one: a shared credentials file with the profile "default".
func (d *dataDir) writeCredentials(id, secret, region string) error {
	return d.write("credentials", fmt.Appendf(nil, "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = %s\n", id, secret, region))
}

// writeRoot keeps the root certificate of the deployment's own certificate
// authority where devices and tools get it from.
func (d *dataDir) writeRoot(pem string) error { return d.writeMode("ca.pem", []byte(pem), 0o644) }

// Endpoints are the addresses that a running deployment is reached at.
type Endpoints struct {
	HTTP        string `json:"http"`                   // http://127.0.0.1:8080, https://… with TLS
	MQTT        string `json:"mqtt"`                   // 127.0.0.1:1883
	MQTTS       string `json:"mqtts,omitempty"`        // 127.0.0.1:8883; empty: not configured
	HTTPSDevice string `json:"https_device,omitempty"` // https://127.0.0.1:8443; empty: not configured
}

// attributes returns the endpoints for the log.
func (e Endpoints) attributes() []any {
	list := []any{"http", e.HTTP, "mqtt", e.MQTT}
	if e.MQTTS != "" {
		list = append(list, "mqtts", e.MQTTS)
	}
	if e.HTTPSDevice != "" {
		list = append(list, "https_device", e.HTTPSDevice)
	}
	return list
}

func (d *dataDir) writeEndpoints(e Endpoints) error {
	content, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode endpoints: %w", err)
	}
	return d.write("endpoints.json", append(content, '\n'))
}

func (d *dataDir) removeEndpoints() { _ = os.Remove(d.file("endpoints.json")) }
