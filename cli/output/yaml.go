package output

import (
	"vedette/cli/document"
	"vedette/cli/yaml"
)

func printYAML(p printer, v document.Value) error {
	if isEmpty(v) {
		return nil
	}
	return yaml.Dump(p.out, v)
}

func printYAMLElement(p printer, v document.Value) error { return yaml.DumpStreamElement(p.out, v) }
