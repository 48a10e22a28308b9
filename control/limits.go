package control

// Limits are the quotas of an account. A zero member is AWS's default.
type Limits struct {
	ProfilesPerTarget int // 5
	Dimensions        int // 10
	CustomMetrics     int // 100
	TagsPerResource   int // 50

	GroupsPerThing       int // 10
	GroupDepth           int // 7; a root group has depth 1
	Attributes           int // 3: of a thing without a thing type
	TypedAttributes      int // 50: of a thing with a thing type, and of a group
	SearchableAttributes int // 3: of a thing type

	PoliciesPerPrincipal int // 10: attached to a certificate
	PoliciesPerGroup     int // 2: attached to a thing group
	PolicyVersions       int // 5: of a policy
	PolicyDocumentSize   int // 2048: characters of a document, not counting white space
}

func (l Limits) withDefaults() Limits {
	for _, limit := range []struct {
		value    *int
		standard int
	}{
		{&l.ProfilesPerTarget, 5},
		{&l.Dimensions, 10},
		{&l.CustomMetrics, 100},
		{&l.TagsPerResource, 50},
		{&l.GroupsPerThing, 10},
		{&l.GroupDepth, 7},
		{&l.Attributes, 3},
		{&l.TypedAttributes, 50},
		{&l.SearchableAttributes, 3},
		{&l.PoliciesPerPrincipal, 10},
		{&l.PoliciesPerGroup, 2},
		{&l.PolicyVersions, 5},
		{&l.PolicyDocumentSize, 2048},
	} {
		if *limit.value == 0 {
			*limit.value = limit.standard
		}
	}
	return l
}
