package control

import (
	"time"

	"vedette/api"
)

// listAccessKeys lists all access keys.
var listAccessKeys = &api.Operation{
	Name: "ListAccessKeys", Group: "vedette", Method: "GET", URI: "/vedette/v1/access-keys",
	Input: structure("ListAccessKeysRequest"),
	Output: structure("ListAccessKeysResponse",
		required(field("accessKeys", listShape("AccessKeys", accessKeyShape))),
	),
}

var accessKeyShape = structure("AccessKey",
	required(field("accessKeyId", text)),
	required(field("name", text)),
	required(field("root", flag)),
	required(field("status", accessKeyStatus)),
	field("policy", text),
	required(field("createdAt", moment)),
	field("lastUsedAt", moment),
)

var accessKeyStatus = oneOf("AccessKeyStatus", "ACTIVE", "INACTIVE")

// ListAccessKeysRequest is the input of ListAccessKeys.
type ListAccessKeysRequest struct{}

// ListAccessKeysResponse is the output of ListAccessKeys.
type ListAccessKeysResponse struct {
	AccessKeys []AccessKey // by name
}

// AccessKey is an access key without its secret.
type AccessKey struct {
	AccessKeyID *string
	Name        *string
	Root        *bool
	Status      *string // ACTIVE or INACTIVE
	Policy      *string // document; nil: the root user's
	CreatedAt   *time.Time
	LastUsedAt  *time.Time // the day's begin, UTC; nil: never, or the root user's
}

// createAccessKey makes an access key and tells its secret, this once.
var createAccessKey = &api.Operation{
	Name: "CreateAccessKey", Group: "vedette", Method: "POST", URI: "/vedette/v1/access-keys",
	Input: structure("CreateAccessKeyRequest",
		required(field("name", text)),
		field("policy", text),
	),
	Output: structure("CreateAccessKeyResponse",
		required(field("accessKeyId", text)),
		required(field("secretAccessKey", &api.Shape{Name: "SecretAccessKey", Type: api.TypeString, Sensitive: true})),
		required(field("name", text)),
		required(field("status", accessKeyStatus)),
		required(field("policy", text)),
		required(field("createdAt", moment)),
	),
}

// CreateAccessKeyRequest is the input of CreateAccessKey.
type CreateAccessKeyRequest struct {
	Name   *string // required; as IAM's users are called
	Policy *string // document; only the root user gives one. nil: the key may do nothing
}

// CreateAccessKeyResponse is the output of CreateAccessKey.
type CreateAccessKeyResponse struct {
	AccessKeyID     *string
	SecretAccessKey *string
	Name            *string
	Status          *string
	Policy          *string
	CreatedAt       *time.Time
}

// updateAccessKey disables an access key or enables it again.
var updateAccessKey = &api.Operation{
	Name: "UpdateAccessKey", Group: "vedette", Method: "PATCH", URI: "/vedette/v1/access-keys/{accessKeyId}",
	Input: structure("UpdateAccessKeyRequest",
		required(label("accessKeyId", text)),
		required(field("status", accessKeyStatus)),
	),
	Output: structure("UpdateAccessKeyResponse"),
}

// UpdateAccessKeyRequest is the input of UpdateAccessKey.
type UpdateAccessKeyRequest struct {
	AccessKeyID *string // required
	Status      *string // required; ACTIVE or INACTIVE
}

// UpdateAccessKeyResponse is the output of UpdateAccessKey.
type UpdateAccessKeyResponse struct{}

// deleteAccessKey deletes an access key for good.
var deleteAccessKey = &api.Operation{
	Name: "DeleteAccessKey", Group: "vedette", Method: "DELETE", URI: "/vedette/v1/access-keys/{accessKeyId}",
	Input: structure("DeleteAccessKeyRequest",
		required(label("accessKeyId", text)),
	),
	Output: structure("DeleteAccessKeyResponse"),
}

// DeleteAccessKeyRequest is the input of DeleteAccessKey.
type DeleteAccessKeyRequest struct {
	AccessKeyID *string // required
}

// DeleteAccessKeyResponse is the output of DeleteAccessKey.
type DeleteAccessKeyResponse struct{}
