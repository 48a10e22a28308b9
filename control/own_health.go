package control

var healthShape = listShape("HealthOfParts", structure("Health",
	required(field("name", oneOf("HealthName", HealthLog, HealthStore, HealthDetection))),
	required(field("healthy", flag)),
	required(field("message", text)),
))

// The parts whose health is told, as /readyz tells it.
const (
	HealthLog       = "log"
	HealthStore     = "store"
	HealthDetection = "detection"
)

// Health is how a part of the server is.
type Health struct {
	Name    *string
	Healthy *bool
	Message *string // what is wrong; empty: nothing
}
