package bridge

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"time"
)

var brokerName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Bounds of what a file may ask for.
const (
	leastKeepAlive = 5 * time.Second
	mostKeepAlive  = 65535 * time.Second // what CONNECT can carry
	mostUnderWay   = 65535               // Receive Maximum
	mostExpiry     = 1<<32 - 1           // seconds
)

// faults gathers what is wrong, each with the field that it is about.
type faults struct {
	at   string // what all of it is about
	list []error
}

func (f *faults) add(field, format string, args ...any) {
	f.list = append(f.list, fmt.Errorf("%s%s: %w", f.at, field, fmt.Errorf(format, args...)))
}

// check tells everything that is wrong with a file, and with the files and variables
// that it names.
func (f *File) check() error {
	if len(f.Brokers) == 0 {
		return errors.New("brokers: is missing: want a list with a broker at least, each with name, url and client-id")
	}
	var all []error
	names := map[string]bool{}
	for i := range f.Brokers {
		b := &f.Brokers[i]
		e := &faults{at: fmt.Sprintf("brokers[%d] %q: ", i, b.Name)}
		if !brokerName.MatchString(b.Name) {
			e.add("name", "want 1 to 64 letters, digits, _ and -")
		}
		if names[b.Name] {
			e.add("name", "another broker has it: names tell brokers apart")
		}
		names[b.Name] = true
		b.check(e)
		all = append(all, e.list...)
	}
	return errors.Join(all...)
}

func (b *Broker) check(e *faults) {
	secure := b.checkURL(e)
	if b.Version != "5" && b.Version != "3.1.1" {
		e.add("version", "%q: want 5 or 3.1.1", b.Version)
	}
	if b.ClientID == "" || len(b.ClientID) > maxTopic {
		e.add("client-id", "want the client id under which the broker keeps the bridge's session: its own, and always the same")
	}
	b.checkNumbers(e)
	b.checkPassword(e)
	if !secure && !b.TLS.zero() {
		e.add("tls", "the url is not mqtts://: change it, or leave tls out")
	} else if secure {
		if _, err := b.TLS.config(""); err != nil {
			e.add("tls", "%w", err)
		}
	}
	newPlan(b, e)
}

// checkURL also tells whether the broker is reached by TLS.
func (b *Broker) checkURL(e *faults) (secure bool) {
	const want = "want mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS"
	u, err := url.Parse(b.URL)
	switch {
	case err != nil: // it may quote a password
		e.add("url", "cannot be read: "+want)
		return false
	case u.User != nil:
		e.add("url", "carries a user: give username, and password-file or password-env")
		return false
	case u.Scheme != "mqtt" && u.Scheme != "mqtts" || u.Hostname() == "":
		e.add("url", "%q: "+want, b.URL)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		e.add("url", "%q: nothing may follow the port: "+want, b.URL)
	}
	return u.Scheme == "mqtts"
}

// address returns HOST:PORT and the host of the URL.
func (b *Broker) address() (address, host string, secure bool) {
	u, err := url.Parse(b.URL)
	if err != nil {
		return "", "", false
	}
	port := u.Port()
	if secure = u.Scheme == "mqtts"; port == "" {
		port = "1883"
		if secure {
			port = "8883"
		}
	}
	return net.JoinHostPort(u.Hostname(), port), u.Hostname(), secure
}

func (b *Broker) checkNumbers(e *faults) {
	if d := b.KeepAlive; d < leastKeepAlive || d > mostKeepAlive || d%time.Second != 0 {
		e.add("keep-alive", "%v: want whole seconds, %v to %v", d, leastKeepAlive, mostKeepAlive)
	}
	if d := b.SessionExpiry; d < time.Minute || d > mostExpiry*time.Second || d%time.Second != 0 {
		e.add("session-expiry", "%v: want whole seconds, 1m or more: what comes while the link is down is lost after it", d)
	}
	if n := b.ReceiveMaximum; n < 1 || n > mostUnderWay {
		e.add("receive-maximum", "%d: want 1 to %d", n, mostUnderWay)
	}
	if r := b.Reconnect; r.Least <= 0 || r.Most < r.Least {
		e.add("reconnect", "least %v, most %v: want least above 0 and most not below it", r.Least, r.Most)
	}
	for i, r := range b.Reports {
		if r.QoS != 0 && r.QoS != 1 {
			e.add(fmt.Sprintf("reports[%d].qos", i), "%d: want 0 or 1", r.QoS)
		}
		if r.Format != "json" && r.Format != "cbor" {
			e.add(fmt.Sprintf("reports[%d].format", i), "%q: want json or cbor", r.Format)
		}
	}
	if _, known := presenceSources[b.Presence]; !known && b.Presence != "" {
		e.add("presence", "%q: want aws, emqx, or nothing", b.Presence)
	}
}

func (b *Broker) checkPassword(e *faults) {
	given := b.PasswordFile != "" || b.PasswordEnv != ""
	switch {
	case b.PasswordFile != "" && b.PasswordEnv != "":
		e.add("password-file", "password-env is given too: want one of the two")
	case given && b.Username == "":
		e.add("username", "is missing, but there is a password: MQTT 3.1.1 knows none without a user name")
	case given:
		if _, err := b.password(); err != nil {
			e.add("password", "%w", err)
		}
	}
}

func (t *TLS) zero() bool {
	return t.CA == "" && t.Cert == "" && t.Key == "" && t.ServerName == "" && len(t.ALPN) == 0 && !t.InsecureSkipVerify
}
