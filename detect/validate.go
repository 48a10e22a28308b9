package detect

import (
	"fmt"

	"vedette/api"
)

// The limits of a profile's behaviors (V19) and of consecutive datapoints (V1).
const (
	maxBehaviors   = 100
	maxElements    = 1000 // counts, CIDRs, ports, strings and numbers over all behaviors
	maxConsecutive = 10
)

// maxFaults is how many faults of one behavior are told. With the values in
// their texts cut to 256 characters it keeps the answer in proportion to the
// request: one list may hold a hundred thousand addresses that are none.
const maxFaults = 100

// Fault is one thing that makes a behavior malformed.
type Fault struct {
	Behavior string // name of the behavior, "#2" for the second one without a name; empty: all of them together
	Detail   string
}

// Error returns the text that AWS IoT answers.
func (f Fault) Error() string {
	if f.Behavior == "" {
		return f.Detail
	}
	return fmt.Sprintf("Behavior %.256s is malformed. %s", f.Behavior, f.Detail)
}

// Validate returns all faults of a profile's behaviors, in their order, then
// those of the whole list; nil when Create would accept them. Members that the
// API model constrains are checked here too: api.Validate leaves behaviors
// to this function, since AWS IoT reports their faults in this form. Of too many
// behaviors only the first hundred are looked at: the answer stays bounded.
func Validate(behaviors []api.Behavior, c Catalog) []Fault {
	var faults []Fault
	seen := make(map[string]bool, len(behaviors))
	elements := 0
	for i := range behaviors[:min(len(behaviors), maxBehaviors)] {
		b := &behaviors[i]
		_, found := Compile(b, c)
		name := api.Value(b.Name)
		if name == "" {
			for j := range found {
				found[j].Behavior = fmt.Sprintf("#%d", i+1)
			}
		}
		if name != "" && seen[name] {
			found = append(found, Fault{name, "name is used by another behavior of the profile"})
		}
		seen[name] = true
		faults = append(faults, found...)
		elements += countElements(b)
	}
	if len(behaviors) > maxBehaviors {
		faults = append(faults, Fault{Detail: fmt.Sprintf("A security profile has at most %d behaviors, not %d.", maxBehaviors, len(behaviors))})
	}
	if elements > maxElements {
		faults = append(faults, Fault{Detail: fmt.Sprintf("The behaviors of a security profile have at most %d value elements, not %d.", maxElements, elements)})
	}
	return faults
}

// countElements counts the value elements of b: each count, CIDR, port, string
// and number is one.
func countElements(b *api.Behavior) int {
	if b.Criteria == nil || b.Criteria.Value == nil {
		return 0
	}
	v := b.Criteria.Value
	n := len(v.Cidrs) + len(v.Ports) + len(v.Numbers) + len(v.Strings)
	if v.Count != nil {
		n++
	}
	if v.Number != nil {
		n++
	}
	return n
}
