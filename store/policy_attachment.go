package store

// A policy is attached to a certificate or to a thing group: a Resource of that
// kind, which is kept as the resource part of its ARN.

// PolicyAttached tells whether a policy is attached to a target.
func (tx *Tx) PolicyAttached(policy string, target Resource) (bool, error) {
	return tx.exists(`SELECT 1 FROM policy_attachment WHERE policy = ? AND target = ?`, policy, target.String())
}

// AttachPolicy attaches a policy to a target. The caller has seen that both exist
// and the attachment does not.
func (tx *Tx) AttachPolicy(policy string, target Resource) error {
	if _, err := tx.Exec(`INSERT INTO policy_attachment (policy, target) VALUES (?, ?)`, policy, target.String()); err != nil {
		return err
	}
	return tx.touchTarget(target)
}

// DetachPolicy detaches a policy from a target. It is no error if it is not
// attached.
func (tx *Tx) DetachPolicy(policy string, target Resource) error {
	deleted, err := tx.deleteRows(`DELETE FROM policy_attachment WHERE policy = ? AND target = ?`, policy, target.String())
	if err != nil || deleted == 0 {
		return err
	}
	return tx.touchTarget(target)
}

// detachPolicies detaches every policy from a target that goes away.
func (tx *Tx) detachPolicies(target Resource) error {
	_, err := tx.Exec(`DELETE FROM policy_attachment WHERE target = ?`, target.String())
	return err
}

// CountAttachedPolicies returns how many policies are attached to a target.
func (tx *Tx) CountAttachedPolicies(target Resource) (int, error) {
	return tx.count(`SELECT COUNT(*) FROM policy_attachment WHERE target = ?`, target.String())
}

// AttachedPolicies returns the names of the policies that are attached to any of
// the targets, after the name after, in order, at most limit. No name comes twice.
func (tx *Tx) AttachedPolicies(targets []Resource, after string, limit int) ([]string, error) {
	args := make([]any, 0, len(targets)+2)
	for _, t := range targets {
		args = append(args, t.String())
	}
	return tx.strings(`SELECT DISTINCT policy FROM policy_attachment WHERE target IN (`+placeholders(len(targets))+`) AND policy > ?
		ORDER BY policy LIMIT ?`, append(args, after, limit)...)
}

// PolicyTargets returns the targets that a policy is attached to, as the resource
// parts of their ARNs, after the target after, in order, at most limit.
func (tx *Tx) PolicyTargets(policy, after string, limit int) ([]string, error) {
	return tx.strings(`SELECT target FROM policy_attachment WHERE policy = ? AND target > ? ORDER BY target LIMIT ?`, policy, after, limit)
}
