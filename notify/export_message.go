package notify

import (
	"encoding/json"
	"fmt"

	"vedette/api"
)

// exportMessage is the payload of an Export, as AWS IoT Device Defender writes it
// (facts §9).
type exportMessage struct {
	Version string         `json:"version"`
	Metrics []exportedItem `json:"metrics"`
}

// exportedItem is one metric value of one thing.
type exportedItem struct {
	Name      string            `json:"name"`
	Thing     string            `json:"thing"`
	Value     api.MetricValue   `json:"value"`
	Version   int               `json:"version"`
	Timestamp int64             `json:"timestamp"` // epoch milliseconds
	Dimension *exportedInterest `json:"dimension"`
}

// exportedInterest is the dimension that narrows a metric.
type exportedInterest struct {
	Name     string `json:"name"`
	Operator string `json:"operator"` // IN or NOT_IN
}

func parseExport(e *Export) (m exportMessage, err error) {
	if err := json.Unmarshal(e.Payload, &m); err != nil {
		return m, fmt.Errorf("read exported message %d: %w", e.ID, err)
	}
	return m, nil
}

// elements returns how many elements a list has; false if the value is no list.
func elements(v *api.MetricValue) (n int, list bool) {
	switch {
	case v.Cidrs != nil:
		return len(v.Cidrs), true
	case v.Ports != nil:
		return len(v.Ports), true
	case v.Strings != nil:
		return len(v.Strings), true
	case v.Numbers != nil:
		return len(v.Numbers), true
	}
	return 0, false
}
