// Package api is the AWS IoT API as Vedette speaks it: operations, shapes,
// enums, errors and constraints, generated from the API model (iot.json,
// corrected by patch.json), and by hand what the model cannot say: Validate,
// Error, ARN and NewUUID.
//
// Scalars and structures of a shape are pointers: nil means absent. A nil list
// or map is absent, an empty one is present and empty.
package api

//go:generate go run generate.go
