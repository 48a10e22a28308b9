//go:build !killpoints

// Package killpoint lets a test build of vedette die by SIGKILL at a named
// point, to prove that nothing acknowledged is lost there. In every other build
// Reach does nothing and costs nothing.
//
// The test build (go build -tags killpoints) reads VEDETTE_KILL_AT=NAME or
// NAME:N: the process kills itself when it reaches NAME for the N-th time.
package killpoint

// Reach marks the point called name.
func Reach(name string) {}
