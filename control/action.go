package control

import "vedette/api"

// ActionOf returns the action that a policy must allow for an operation of the API
// or of Vedette's own, such as iot:CreateThing; empty: none is needed.
func ActionOf(op *api.Operation) string { return newPermissions()[op].action }
