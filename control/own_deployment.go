package control

import (
	"time"

	"vedette/api"
)

// describeDeployment tells how the server is set up and how it is; nothing secret.
var describeDeployment = &api.Operation{
	Name: "DescribeDeployment", Group: "vedette", Method: "GET", URI: "/vedette/v1/deployment",
	Input: structure("DescribeDeploymentRequest"),
	Output: structure("DescribeDeploymentResponse",
		required(field("version", text)),
		required(field("accountId", text)),
		required(field("region", text)),
		required(field("startedAt", moment)),
		required(field("endpoints", structure("DeploymentEndpoints",
			required(field("http", text)),
			required(field("mqtt", text)),
			field("mqtts", text),
			field("httpsDevice", text),
			required(field("hostname", text)),
		))),
		required(field("storage", structure("DeploymentStorage",
			required(field("database", oneOf("DeploymentDatabase", DatabaseSQLite, DatabasePostgreSQL))),
			required(field("log", oneOf("DeploymentLog", LogEmbedded, LogNATS))),
		))),
		required(field("retention", structure("DeploymentRetention",
			required(field("violationDays", double)),
			required(field("metricValueDays", double)),
			required(field("silenceDays", double)),
		))),
		required(field("mqttRules", text)),
		required(field("limits", listShape("DeploymentLimits", structure("DeploymentLimit",
			required(field("name", text)),
			required(field("value", whole)),
		)))),
		required(field("exports", listShape("DeploymentExports", structure("DeploymentExport",
			required(field("name", text)),
			required(field("kind", text)),
		)))),
		required(field("health", healthShape)),
	),
}

// What a deployment keeps its data in.
const (
	DatabaseSQLite     = "SQLite"
	DatabasePostgreSQL = "PostgreSQL"
	LogEmbedded        = "embedded"
	LogNATS            = "NATS"
)

// DescribeDeploymentRequest is the input of DescribeDeployment.
type DescribeDeploymentRequest struct{}

// DescribeDeploymentResponse is the output of DescribeDeployment.
type DescribeDeploymentResponse struct {
	Version   *string
	AccountID *string
	Region    *string
	StartedAt *time.Time
	Endpoints *DeploymentEndpoints
	Storage   *DeploymentStorage
	Retention *DeploymentRetention
	MQTTRules *string // standard or aws
	Limits    []DeploymentLimit
	Exports   []DeploymentExport
	Health    []Health
}

// DeploymentEndpoints are the addresses that a server listens on.
type DeploymentEndpoints struct {
	HTTP        *string // http://127.0.0.1:8080
	MQTT        *string // 127.0.0.1:1883
	MQTTS       *string // nil: none
	HTTPSDevice *string // https://127.0.0.1:8443; nil: none
	Hostname    *string // that devices connect to
}

// DeploymentStorage is what a deployment keeps its data in.
type DeploymentStorage struct {
	Database *string // DatabaseSQLite or DatabasePostgreSQL
	Log      *string // LogEmbedded or LogNATS
}

// DeploymentRetention is how long things are kept, in days.
type DeploymentRetention struct {
	ViolationDays   *float64 // ended violations and their events
	MetricValueDays *float64
	SilenceDays     *float64 // after which a violation of a silent metric is invalidated
}

// DeploymentLimit is a quota, by the name that it has in the configuration file.
type DeploymentLimit struct {
	Name  *string
	Value *int64 // 0: no limit
}

// DeploymentExport is a sink of exported metric values.
type DeploymentExport struct {
	Name *string
	Kind *string
}
