//go:build killpoints

package store_test

import (
	"strconv"
	"testing"

	"vedette/store"
	"vedette/store/storetest"
)

// TestKillPoints kills a process on either side of the commit of its fifth effects.
func TestKillPoints(t *testing.T) {
	for point, want := range map[string]uint64{"store/before-effects": 4, "store/after-effects": 5} {
		t.Run(point, func(t *testing.T) {
			storetest.RunOptions(t, func(t *testing.T, o store.Options) {
				t.Setenv("VEDETTE_KILL_AT", point+":5") // for the child: this process has read it already
				cmd, lines, _ := startChild(t, "crash", o)
				acknowledged := uint64(0)
				for lines.Scan() {
					acknowledged, _ = strconv.ParseUint(lines.Text(), 10, 64)
				}
				if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != -1 {
					t.Errorf("the process ended with %v, not by a signal", err)
				}
				checkWhole(t, o, acknowledged)
				if got := storetest.Own(t, storetest.Open(t, o), 0).Seq; got != want || acknowledged != 4 {
					t.Errorf("message %d is stored and %d acknowledged, want %d and 4", got, acknowledged, want)
				}
			})
		})
	}
}
