//go:build !race

package cli_test

// commandLines is how many command lines TestRobust tries.
const commandLines = 20_000
