package app

import "testing"

func TestTrimmer(t *testing.T) {
	tests := []struct {
		name        string
		connections []int64
		want        []bool // whether memory is given back then
	}{
		{"ok/few connections are not worth it", []int64{10, 500, 999, 999}, []bool{false, false, false, false}},
		{"ok/once after a storm", []int64{4000, 10_000, 10_005, 10_005}, []bool{false, false, true, false}},
		{"ok/not before it is calm", []int64{4000, 8000, 12_000, 12_000}, []bool{false, false, false, true}},
		{"ok/when they have gone", []int64{5000, 5000, 100, 90}, []bool{false, true, false, true}},
		{"ok/a tenth of many", []int64{50_000, 50_000, 54_000, 54_000, 55_000, 55_000}, []bool{false, true, false, false, false, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var now int64
			freed := false
			m := trimmer{connections: func() int64 { return now }, free: func() { freed = true }}
			for i, n := range tt.connections {
				now, freed = n, false
				m.look()
				if freed != tt.want[i] {
					t.Errorf("look %d, %d connections: given back %v, want %v", i, n, freed, tt.want[i])
				}
			}
		})
	}
}
