package record_test

import (
	"reflect"
	"strings"
	"testing"

	"vedette/record"
)

func thresholds() *record.Thresholds {
	return &record.Thresholds{End: 1_767_225_600_000, List: []record.Threshold{
		{Profile: "p", Behavior: "out", Criteria: 1<<64 - 1, N: 3, Count: new(int64(9007199254740993))},
		{Profile: "p", Behavior: "level", Criteria: 7, N: 2, Number: new(0.1)},
		{Profile: "q", Behavior: "few", N: 1},
		{Profile: "q", Behavior: "drift", N: 9, Negative: 2},
	}}
}

func TestThresholds(t *testing.T) {
	want := thresholds()
	body, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := record.DecodeThresholds(body)
	if err != nil || !reflect.DeepEqual(want, got) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestDecodeThresholdsRefuses(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"no JSON", `?`, "decode threshold record"},
		{"no end", `{"thresholds":[]}`, "windows end at 0"},
		{"no name", `{"end":1,"thresholds":[{"profile":"p","n":1}]}`, "should have names"},
		{"two values", `{"end":1,"thresholds":[{"profile":"p","behavior":"b","n":2,"count":1,"number":1}]}`, "not both"},
		{"no value", `{"end":1,"thresholds":[{"profile":"p","behavior":"b","n":2}]}`, "2 things had a value"},
		{"negative count", `{"end":1,"thresholds":[{"profile":"p","behavior":"b","n":2,"count":-1}]}`, "count -1"},
		{"negative number", `{"end":1,"thresholds":[{"profile":"p","behavior":"b","n":2,"number":-0.5}]}`, "number -0.5"},
		{"value of nothing", `{"end":1,"thresholds":[{"profile":"p","behavior":"b","n":1,"count":4}]}`, "should have no value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := record.DecodeThresholds([]byte(tt.body)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func FuzzDecodeThresholds(f *testing.F) {
	body, err := thresholds().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := record.DecodeThresholds(body)
		if err != nil {
			return
		}
		again, err := got.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := record.DecodeThresholds(again); err != nil || !reflect.DeepEqual(got, twice) {
			t.Errorf("got %+v, %v; want %+v", twice, err, got)
		}
	})
}
