package settings

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vedette/cli/document"
)

// cacheMargin is how much time the credentials of a role must have left.
const cacheMargin = 15 * time.Minute

// cached keeps the credentials of a role between commands, in the files where AWS
// CLI keeps them, so that a code is asked for once an hour and not each time. The
// parameters are those that the role is assumed with.
func (s *Settings) cached(parameters *document.Map, p *provider) *provider {
	sum := sha1.Sum([]byte(document.Compact(parameters))) // a name, not a secret
	path := s.env.file(s.env.expandUser("~/.aws/cli/cache/" + hex.EncodeToString(sum[:]) + ".json"))
	return &provider{p.source, func(ctx context.Context) (Credentials, error) {
		if c, ok := readCache(path); ok {
			c.Source = p.source
			return c, nil
		}
		c, err := p.fetch(ctx)
		if err == nil && !c.expires.IsZero() {
			writeCache(path, c)
		}
		return c, err
	}}
}

func readCache(path string) (Credentials, bool) {
	if !isFile(path) {
		return Credentials{}, false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Credentials{}, false
	}
	value, _ := document.Parse(string(text))
	kept, ok := value.(*document.Map)
	if !ok {
		return Credentials{}, false
	}
	answer := section(kept, "Credentials")
	c := Credentials{}
	c.AccessKeyID, _ = answer.Value("AccessKeyId").(string)
	c.SecretAccessKey, _ = answer.Value("SecretAccessKey").(string)
	c.SessionToken, _ = answer.Value("SessionToken").(string)
	expiration, _ := answer.Value("Expiration").(string)
	c.expires, err = time.Parse(time.RFC3339, strings.Replace(expiration, "UTC", "Z", 1))
	return c, err == nil && c.AccessKeyID != "" && time.Until(c.expires) >= cacheMargin
}

// writeCache keeps credentials if it can: the next command asks again if not.
func writeCache(path string, c Credentials) {
	text := document.Compact(document.NewMap("Credentials", document.NewMap(
		"AccessKeyId", c.AccessKeyID, "SecretAccessKey", c.SecretAccessKey, "SessionToken", c.SessionToken,
		"Expiration", c.expires.UTC().Format("2006-01-02T15:04:05UTC"),
	)))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // readable by its owner only
	if err != nil {
		return
	}
	_, err = f.WriteString(text)
	if f.Close() != nil || err != nil || os.Rename(f.Name(), path) != nil {
		_ = os.Remove(f.Name())
	}
}

// roleParameters are what names the cached credentials of a role, sorted by key.
func roleParameters(profile *document.Map) *document.Map {
	parameters := new(document.Map)
	for _, key := range [][2]string{{"DurationSeconds", "duration_seconds"}, {"ExternalId", "external_id"}, {"RoleArn", "role_arn"}, {"RoleSessionName", "role_session_name"}, {"SerialNumber", "mfa_serial"}} {
		value, ok := profile.Get(key[1])
		if !ok {
			continue
		}
		if key[0] == "DurationSeconds" {
			seconds, err := parseInt(value)
			if err != nil {
				continue
			}
			value = seconds
		}
		parameters.Set(key[0], value)
	}
	return parameters
}
