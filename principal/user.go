package principal

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"

	"vedette/principal/policy"
)

// User is who signs with an access key, or has signed in without one. It is immutable.
type User struct {
	Name     string
	Role     string      // of who has signed in without an access key; else empty
	Root     bool        // may do all
	Policies *policy.Set // what anybody but the root user may do; nil: nothing
}

// ARN returns the user's ARN in an account, as IAM writes it, and STS that of somebody
// with a role.
func (u *User) ARN(account string) string {
	switch {
	case u.Root:
		return "arn:aws:iam::" + account + ":root"
	case u.Role != "":
		return "arn:aws:sts::" + account + ":assumed-role/" + u.Role + "/" + u.Name
	}
	return "arn:aws:iam::" + account + ":user/" + u.Name
}

// NewAccessKey returns a random access key of AWS's form: AKIA and 16 letters and
// digits; 40 letters, digits, + and /.
func NewAccessKey() (id, secret string) {
	random := make([]byte, 10+30)
	_, _ = rand.Read(random) // never fails: crypto/rand
	return "AKIA" + base32.StdEncoding.EncodeToString(random[:10]), base64.StdEncoding.EncodeToString(random[10:])
}
