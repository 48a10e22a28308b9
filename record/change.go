package record

import (
	"encoding/json"
	"fmt"

	"vedette/api"
)

// Change is the body of a change record: the new content of one entity of the
// control plane. Exactly one of its members beside Revision is set, or ValueMemory and
// ExportInterval. It is stored as JSON.
type Change struct {
	Revision        int64            `json:"revision"` // grows with every change; one at or below the last applied is skipped; 0: part of an empty log's start, never skipped
	Profile         *Profile         `json:"profile,omitempty"`
	Attachment      *Attachment      `json:"attachment,omitempty"`
	Thing           *Thing           `json:"thing,omitempty"`
	Group           *Group           `json:"group,omitempty"`
	Membership      *Membership      `json:"membership,omitempty"`
	Dimension       *Dimension       `json:"dimension,omitempty"`
	CustomMetric    *CustomMetric    `json:"customMetric,omitempty"`
	DeltaFromTotals *DeltaFromTotals `json:"deltaFromTotals,omitempty"`
	ExportInterval  int64            `json:"exportInterval,omitempty"` // period of exported metric values from here on, ms, a multiple of UsageWindow; 0: no word of it
	ValueMemory     int64            `json:"valueMemory,omitempty"`    // bytes that open chunks of metric values may take from here on, in this shard; 0: no word of it
}

// Profile is a security profile as it is now. Deleting a profile drops its
// attachments too; no attachment record follows.
type Profile struct {
	Name         string                                  `json:"name"`
	Deleted      bool                                    `json:"deleted,omitempty"`
	Behaviors    []api.Behavior                          `json:"behaviors,omitempty"`
	AlertTargets map[api.AlertTargetType]api.AlertTarget `json:"alertTargets,omitempty"`
	Retain       []api.MetricToRetain                    `json:"retain,omitempty"`
	ExportTopic  string                                  `json:"exportTopic,omitempty"` // mqttTopic of metricsExportConfig; empty: nothing is exported
}

// TargetKind is which of the four kinds of targets an attachment has.
type TargetKind string

// The kinds of targets.
const (
	AllThings          TargetKind = "all/things"
	RegisteredThings   TargetKind = "all/registered-things"
	UnregisteredThings TargetKind = "all/unregistered-things"
	ThingGroup         TargetKind = "thinggroup"
)

// Attachment says whether a profile is attached to a target.
type Attachment struct {
	Profile  string     `json:"profile"`
	Kind     TargetKind `json:"kind"`
	Group    string     `json:"group,omitempty"` // ThingGroup only
	Attached bool       `json:"attached"`
}

// Thing says whether a name is in the registry. Deleting a thing ends its
// memberships; no membership record follows.
type Thing struct {
	Name    string `json:"name"`
	Deleted bool   `json:"deleted,omitempty"`
}

// Group is a thing group. Deleting a group ends its memberships and
// attachments; no records of those follow.
type Group struct {
	Name    string `json:"name"`
	Parent  string `json:"parent,omitempty"` // empty: a root
	Deleted bool   `json:"deleted,omitempty"`
}

// Membership says whether a thing is directly in a group.
type Membership struct {
	Thing  string `json:"thing"`
	Group  string `json:"group"`
	Member bool   `json:"member"`
}

// Dimension is a dimension and its topic filters.
type Dimension struct {
	Name    string   `json:"name"`
	Deleted bool     `json:"deleted,omitempty"`
	Values  []string `json:"values,omitempty"`
}

// CustomMetric is a custom metric; its type never changes while it exists.
type CustomMetric struct {
	Name    string               `json:"name"`
	Deleted bool                 `json:"deleted,omitempty"`
	Type    api.CustomMetricType `json:"type,omitempty"`
}

// DeltaFromTotals names the thing groups whose things, and those of the groups below
// them, send totals since their start as the metrics that ask for deltas. From here on
// these are made of them. It takes the place of the one before.
type DeltaFromTotals struct {
	Groups []string `json:"groups,omitempty"` // they need not exist; empty: none
}

// Encode returns the body of the change record.
func (c *Change) Encode() ([]byte, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode change %d: %w", c.Revision, err)
	}
	return b, nil
}

// DecodeChange reads the body of a change record.
func DecodeChange(body []byte) (*Change, error) {
	c := &Change{}
	if err := json.Unmarshal(body, c); err != nil {
		return nil, fmt.Errorf("decode change record: %w", err)
	}
	return c, nil
}
