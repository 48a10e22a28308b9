package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vedette/api"
)

// TestGenerated: the generated files are what the generator makes of the model
// and its patch.
func TestGenerated(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("go", "run", "generate.go", "-out", dir).CombinedOutput(); err != nil {
		t.Fatalf("go run generate.go: %v\n%s", err, out)
	}
	for _, pattern := range []string{filepath.Join(dir, "*.go"), "*_gen.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if diff := cmp.Diff(read(t, filepath.Join(dir, name)), read(t, name)); diff != "" {
				t.Errorf("%s is not up to date: run go generate ./api\n%s", name, diff)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTypesFollowShapes: field i of a Go type is member i of its shape, as
// Validate and restjson take for granted.
func TestTypesFollowShapes(t *testing.T) {
	seen := map[*api.Shape]bool{}
	for _, op := range api.Operations() {
		follow(t, op.Input, reflect.TypeOf(op.NewInput()).Elem(), seen)
		if op.Output != nil {
			follow(t, op.Output, reflect.TypeOf(op.NewOutput()).Elem(), seen)
		}
	}
	if len(seen) < len(api.Operations()) {
		t.Errorf("saw %d shapes only", len(seen))
	}
}

func follow(t *testing.T, s *api.Shape, goType reflect.Type, seen map[*api.Shape]bool) {
	if seen[s] {
		return
	}
	seen[s] = true
	kinds := map[api.Type]reflect.Kind{
		api.TypeStructure: reflect.Struct, api.TypeList: reflect.Slice, api.TypeMap: reflect.Map, api.TypeString: reflect.String,
		api.TypeInteger: reflect.Int32, api.TypeLong: reflect.Int64, api.TypeDouble: reflect.Float64, api.TypeBoolean: reflect.Bool,
		api.TypeTimestamp: reflect.Struct,
	}
	if goType.Kind() != kinds[s.Type] {
		t.Errorf("shape %s: got the Go type %s, want a %s", s.Name, goType, kinds[s.Type])
		return
	}
	switch s.Type {
	case api.TypeList:
		follow(t, s.Element, goType.Elem(), seen)
	case api.TypeMap:
		follow(t, s.Key, goType.Key(), seen)
		follow(t, s.Value, goType.Elem(), seen)
	case api.TypeStructure:
		if goType.NumField() != len(s.Members) {
			t.Errorf("shape %s: %d fields for %d members", s.Name, goType.NumField(), len(s.Members))
			return
		}
		for i, m := range s.Members {
			field := goType.Field(i)
			if field.Tag.Get("json") != m.Name+",omitempty" {
				t.Errorf("shape %s: field %d is %s, member is %s", s.Name, i, field.Name, m.Name)
			}
			fieldType := field.Type
			if fieldType.Kind() == reflect.Pointer {
				fieldType = fieldType.Elem()
			}
			follow(t, m.Shape, fieldType, seen)
		}
	}
}
