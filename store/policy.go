package store

import "vedette/api"

// Policy is an IoT policy: a named set of versions of a document, one of which is
// in force.
type Policy struct {
	Name           string
	DefaultVersion int64
	LastVersion    int64  // of all that were ever made
	Generation     string // UUID
	Created        int64  // epoch milliseconds
	Modified       int64  // epoch milliseconds
}

// PolicyVersion is one version of a policy.
type PolicyVersion struct {
	Policy   string
	Version  int64 // 1, 2, …; never given twice
	Document string
	Created  int64 // epoch milliseconds
}

const (
	policyColumns        = `name, default_version, last_version, generation, created_ms, modified_ms`
	policyVersionColumns = `policy, version, document, created_ms`
)

func (p *Policy) scan(row scanner) error {
	return row.Scan(&p.Name, &p.DefaultVersion, &p.LastVersion, &p.Generation, &p.Created, &p.Modified)
}

func (v *PolicyVersion) scan(row scanner) error {
	return row.Scan(&v.Policy, &v.Version, &v.Document, &v.Created)
}

// Key returns p's place in a list.
func (p *Policy) Key() CreationKey { return CreationKey{p.Created, p.Name} }

// Policy returns the policy called name, or ErrNotFound.
func (tx *Tx) Policy(name string) (*Policy, error) {
	return one[Policy](tx, `SELECT `+policyColumns+` FROM policy WHERE name = ?`, name)
}

// InsertPolicy stores a new policy with its first version, which is in force.
func (tx *Tx) InsertPolicy(p *Policy, document string) error {
	p.DefaultVersion, p.LastVersion, p.Created, p.Modified = 1, 1, tx.Now, tx.Now
	_, err := tx.Exec(`INSERT INTO policy (`+policyColumns+`) VALUES (?, ?, ?, ?, ?, ?)`,
		p.Name, p.DefaultVersion, p.LastVersion, p.Generation, p.Created, p.Modified)
	if err != nil {
		return err
	}
	return tx.insertPolicyVersion(PolicyVersion{p.Name, 1, document, tx.Now})
}

// AddPolicyVersion stores the next version of p, in force if asDefault, and sets
// what that changes of p.
func (tx *Tx) AddPolicyVersion(p *Policy, document string, asDefault bool) (PolicyVersion, error) {
	p.LastVersion, p.Modified = p.LastVersion+1, tx.Now
	v := PolicyVersion{p.Name, p.LastVersion, document, tx.Now}
	if err := tx.insertPolicyVersion(v); err != nil {
		return v, err
	}
	if asDefault {
		return v, tx.SetDefaultPolicyVersion(p, v.Version)
	}
	_, err := tx.Exec(`UPDATE policy SET last_version = ?, modified_ms = ? WHERE name = ?`, p.LastVersion, p.Modified, p.Name)
	return v, err
}

func (tx *Tx) insertPolicyVersion(v PolicyVersion) error {
	_, err := tx.Exec(`INSERT INTO policy_version (`+policyVersionColumns+`) VALUES (?, ?, ?, ?)`, v.Policy, v.Version, v.Document, v.Created)
	return err
}

// SetDefaultPolicyVersion puts a version of p in force, which the caller has seen
// to exist.
func (tx *Tx) SetDefaultPolicyVersion(p *Policy, version int64) error {
	p.DefaultVersion, p.Modified = version, tx.Now
	_, err := tx.Exec(`UPDATE policy SET default_version = ?, last_version = ?, modified_ms = ? WHERE name = ?`,
		p.DefaultVersion, p.LastVersion, p.Modified, p.Name)
	if err != nil {
		return err
	}
	return tx.touchIdentity(SubjectPolicy, p.Name)
}

// PolicyVersion returns a version of a policy, or ErrNotFound.
func (tx *Tx) PolicyVersion(policy string, version int64) (*PolicyVersion, error) {
	return one[PolicyVersion](tx, `SELECT `+policyVersionColumns+` FROM policy_version WHERE policy = ? AND version = ?`, policy, version)
}

// PolicyVersions returns the versions of a policy, newest first.
func (tx *Tx) PolicyVersions(policy string) ([]PolicyVersion, error) {
	return all[PolicyVersion](tx, `SELECT `+policyVersionColumns+` FROM policy_version WHERE policy = ? ORDER BY version DESC`, policy)
}

// DeletePolicyVersion deletes a version that is not in force.
func (tx *Tx) DeletePolicyVersion(policy string, version int64) error {
	_, err := tx.Exec(`DELETE FROM policy_version WHERE policy = ? AND version = ?`, policy, version)
	return err
}

// DeletePolicy deletes a policy with its versions and tags. The caller has seen
// that it is attached to nothing. It is no error if there is none.
func (tx *Tx) DeletePolicy(name string) error {
	deleted, err := tx.deleteRows(`DELETE FROM policy WHERE name = ?`, name)
	if err != nil || deleted == 0 {
		return err
	}
	return tx.deleteTags(Resource{api.ARNPolicy, name})
}

// Policies returns a page of the policies, by creation.
func (tx *Tx) Policies(p CreationPage) ([]Policy, error) {
	var c conditions
	return all[Policy](tx, `SELECT `+policyColumns+` FROM policy`+c.page(p, "name"), append(c.args, p.Limit)...)
}
