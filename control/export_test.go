package control

import "vedette/api"

// ActionOf returns the action that an operation needs; empty: none.
func ActionOf(op *api.Operation) string { return newPermissions()[op].action }
