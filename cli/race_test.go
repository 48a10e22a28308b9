//go:build race

package cli_test

// commandLines is how many command lines TestRobust tries: with the race detector
// each takes five times as long.
const commandLines = 3_000
