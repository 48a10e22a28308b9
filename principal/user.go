package principal

import "vedette/principal/policy"

// User is who signs with an access key. It is immutable.
type User struct {
	Name     string
	Root     bool        // may do all
	Policies *policy.Set // what anybody but the root user may do; nil: nothing
}

// ARN returns the user's ARN in an account, as IAM writes it.
func (u *User) ARN(account string) string {
	if u.Root {
		return "arn:aws:iam::" + account + ":root"
	}
	return "arn:aws:iam::" + account + ":user/" + u.Name
}
