package notify

import (
	"bytes"
	"encoding/json"
	"fmt"

	"vedette/api"
)

// message is what AWS IoT Device Defender publishes for an event of a
// violation, in the order of its members (docs/format/alert.md).
type message struct {
	Time              int64           `json:"violationEventTime"`
	Thing             string          `json:"thingName"`
	Behavior          json.RawMessage `json:"behavior"`
	Type              string          `json:"violationEventType"`
	Value             json.RawMessage `json:"metricValue,omitempty"`
	AdditionalInfo    *additionalInfo `json:"violationEventAdditionalInfo,omitempty"`
	VerificationState string          `json:"verificationState"`
	Verification      string          `json:"verificationStateDescription,omitempty"`
	ViolationID       string          `json:"violationId"`
	Profile           string          `json:"securityProfileName"`
}

type additionalInfo struct {
	ConfidenceLevel string `json:"confidenceLevel"`
}

// Message renders the text that subscribers of an alert target receive. It
// depends on nothing but d, so a retry repeats it byte for byte. It fails only
// on a damaged row: a Definition or Value that is not JSON.
func Message(d *Delivery) ([]byte, error) {
	m := message{
		Time:              d.Time,
		Thing:             d.Thing,
		Behavior:          json.RawMessage(d.Definition),
		Type:              d.Type,
		Value:             json.RawMessage(d.Value),
		VerificationState: d.VerificationState,
		Verification:      d.VerificationDescription,
		ViolationID:       d.ViolationID,
		Profile:           d.Profile,
	}
	if m.VerificationState == "" {
		m.VerificationState = string(api.VerificationStateUnknown)
	}
	if d.Type == string(api.ViolationEventTypeAlarmInvalidated) {
		m.Value = nil
	}
	if d.Confidence != "" {
		m.AdditionalInfo = &additionalInfo{ConfidenceLevel: d.Confidence}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // a thing may be called a<b
	if err := enc.Encode(m); err != nil {
		return nil, fmt.Errorf("render alert %d of violation %s: %w", d.ID, d.ViolationID, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
