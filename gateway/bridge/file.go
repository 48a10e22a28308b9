package bridge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// File is a bridge file.
type File struct {
	Brokers []Broker `yaml:"brokers"` // at least one
}

// Broker is a broker and what is wanted from it.
type Broker struct {
	// Name tells the broker from others in logs and metrics, 1 to 64 letters, digits,
	// _ and -. With another name the things connected there count as disconnected.
	Name string `yaml:"name"`

	// URL is mqtt://HOST[:1883], or mqtts://HOST[:8883] for TLS.
	URL string `yaml:"url"`

	Version  string `yaml:"version"`   // of MQTT: 5 (default) or 3.1.1
	ClientID string `yaml:"client-id"` // of the session that the broker keeps; of nobody else

	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password-file"` // its first line; at most one of the two
	PasswordEnv  string `yaml:"password-env"`  // name of an environment variable

	TLS TLS `yaml:"tls"` // for mqtts://

	KeepAlive      time.Duration `yaml:"keep-alive"`      // whole seconds, 5s to 18h; 0: 30s
	SessionExpiry  time.Duration `yaml:"session-expiry"`  // for how long the broker keeps what comes while the link is down, version 5 only; 0: 168h
	ReceiveMaximum int           `yaml:"receive-maximum"` // messages under way; 0: 1000
	Reconnect      Reconnect     `yaml:"reconnect"`

	Reports  []Reports `yaml:"reports"`
	Presence string    `yaml:"presence"` // aws, emqx, or empty for none
	Counts   []Counts  `yaml:"counts"`
}

// TLS says whom to trust and what to show. Files are read again for each connection.
type TLS struct {
	CA                 string   `yaml:"ca"`          // PEM; empty: the system's
	Cert               string   `yaml:"cert"`        // PEM, with its chain; together with Key
	Key                string   `yaml:"key"`         // PEM
	ServerName         string   `yaml:"server-name"` // that is asked for (SNI) and that the certificate must be for; empty: the URL's host
	ALPN               []string `yaml:"alpn"`        // such as x-amzn-mqtt-ca
	InsecureSkipVerify bool     `yaml:"insecure-skip-verify"`
}

// Reconnect bounds the pauses between attempts to connect, which double from Least to
// Most. Each is shortened by up to a half at random.
type Reconnect struct {
	Least time.Duration `yaml:"least"` // 0: 1s
	Most  time.Duration `yaml:"most"`  // 0: 1m
}

// Reports are topics on which things report.
type Reports struct {
	Topic    string  `yaml:"topic"`    // fleet/{thing}/defender
	Format   string  `yaml:"format"`   // json (default) or cbor
	Accepted *string `yaml:"accepted"` // topic of replies, with {topic} and {thing}; nil: {topic}/accepted; empty: none
	Rejected *string `yaml:"rejected"` // nil: {topic}/rejected; empty: none
	QoS      int     `yaml:"qos"`      // of replies, 0 or 1
}

// Counts are topics whose messages are counted as sent by the thing that they name.
type Counts struct {
	Topic string `yaml:"topic"` // fleet/{thing}/#
}

// Load reads a bridge file, and checks it with all that it names.
func Load(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read bridge file: %w", err)
	}
	f, err := parse(text)
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("bridge file %s: %w", path, err)
	}
	return f, nil
}

// parse reads the text of a bridge file; what is left out has its default.
func parse(text []byte) (*File, error) {
	var f File
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return nil, explain(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more than one YAML document: put all brokers into one list")
	}
	for i := range f.Brokers {
		f.Brokers[i].fill()
	}
	return &f, nil
}

func (b *Broker) fill() {
	if b.Version == "" {
		b.Version = "5"
	}
	span := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	span(&b.KeepAlive, 30*time.Second)
	span(&b.SessionExpiry, 7*24*time.Hour)
	span(&b.Reconnect.Least, time.Second)
	span(&b.Reconnect.Most, time.Minute)
	if b.ReceiveMaximum == 0 {
		b.ReceiveMaximum = 1000
	}
	for i := range b.Reports {
		r := &b.Reports[i]
		if r.Format == "" {
			r.Format = "json"
		}
		if r.Accepted == nil {
			r.Accepted = new(topicVariable + "/accepted")
		}
		if r.Rejected == nil {
			r.Rejected = new(topicVariable + "/rejected")
		}
	}
}

var unknownField = regexp.MustCompile(`field (.*) not found in type bridge\.(\w+)$`)

// explain says in the file's words what YAML says in Go's.
func explain(err error) error {
	wrong, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		return err
	}
	var faults []error
	for _, text := range wrong.Errors {
		m := unknownField.FindStringSubmatch(text)
		if m == nil {
			faults = append(faults, errors.New(text))
			continue
		}
		line := strings.TrimSuffix(text, m[0])
		if m[1] == "password" {
			faults = append(faults, fmt.Errorf("%sa password does not stand in this file: give password-file or password-env", line))
			continue
		}
		faults = append(faults, fmt.Errorf("%sunknown key %q: want one of %s", line, m[1], strings.Join(keysOf(m[2]), ", ")))
	}
	return errors.Join(faults...)
}

// keysOf returns the keys of a part of the file.
func keysOf(name string) (keys []string) {
	for _, part := range []any{File{}, Broker{}, TLS{}, Reconnect{}, Reports{}, Counts{}} {
		t := reflect.TypeOf(part)
		for i := 0; t.Name() == name && i < t.NumField(); i++ {
			keys = append(keys, t.Field(i).Tag.Get("yaml"))
		}
	}
	return keys
}
