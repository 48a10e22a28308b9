package cli

import (
	"errors"
	"fmt"

	"vedette/cli/document"
	"vedette/cli/yaml"
)

// addInput adds the parameters of --cli-input-json or --cli-input-yaml that the
// command line does not say itself.
func (c *call) addInput(parameters *document.Map) error {
	_, isJSON := c.values["--cli-input-json"]
	_, isYAML := c.values["--cli-input-yaml"]
	if isJSON && isYAML {
		return usageErrorf("Only one --cli-input- parameter may be specified.")
	}
	for _, option := range []string{"--cli-input-json", "--cli-input-yaml"} {
		given, ok := c.values[option]
		if !ok {
			continue
		}
		loaded, err := c.load(option, given)
		if err != nil {
			return err
		}
		v, err := parseInput(option, loaded)
		if err != nil {
			return err
		}
		m, ok := v.(*document.Map)
		if !ok {
			return &parameterError{option, fmt.Sprintf("Invalid type: expecting map, received <class '%s'>", document.TypeName(v))}
		}
		for key, value := range m.All() {
			if !parameters.Has(key) {
				parameters.SetKey(m.Key(key), value)
			}
		}
	}
	return nil
}

// parseInput reads the document of an option.
func parseInput(option string, loaded document.Value) (document.Value, error) {
	text, ok := loaded.(string)
	if raw, isRaw := loaded.(document.Bytes); isRaw {
		text, ok = string(raw), true
	}
	if !ok {
		return nil, errIndex
	}
	// AWS CLI names the option without its dashes here.
	if option == "--cli-input-json" {
		v, err := document.Parse(text)
		if _, deep := errors.AsType[*document.DepthError](err); deep {
			return nil, err
		}
		if err != nil {
			return nil, &parameterError{option[2:], "Invalid JSON received."}
		}
		return v, nil
	}
	v, err := yaml.Parse(text)
	if _, ok := errors.AsType[*yaml.SyntaxError](err); ok {
		return nil, &parameterError{option[2:], "Invalid YAML received."}
	}
	return v, err
}
