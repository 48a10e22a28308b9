package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"vedette/app"
)

// configure fills the flags that the command line left out: from the
// environment (VEDETTE_DATA_DIR for --data-dir), then from the YAML file
// (data-dir: …). It returns the sections of the file.
func configure(flags *pflag.FlagSet, path string) (sections, error) {
	file, rest, err := readConfig(path)
	if err != nil {
		return rest, err
	}
	faults := fill(flags, path, file)
	for _, key := range slices.Sorted(maps.Keys(file)) {
		faults = append(faults, fmt.Errorf("%s: unknown key %q: keys are the flags of vedette serve without the dashes, limits and export", path, key))
	}
	return rest, errors.Join(faults...)
}

// configureFrom is configure for a command that has only some of the flags of
// vedette serve: it takes these from the file and leaves the rest.
func configureFrom(flags *pflag.FlagSet, path string) error {
	file, _, err := readConfig(path)
	if err != nil {
		return err
	}
	return errors.Join(fill(flags, path, file)...)
}

// fill sets the flags that the command line left out, and takes from file what is
// theirs.
func fill(flags *pflag.FlagSet, path string, file map[string]string) (faults []error) {
	flags.VisitAll(func(flag *pflag.Flag) {
		value, inFile := file[flag.Name]
		delete(file, flag.Name)
		name := environmentOf(flag.Name)
		if flag.Changed {
			return
		}
		if env, ok := os.LookupEnv(name); ok {
			if err := flags.Set(flag.Name, env); err != nil {
				faults = append(faults, fmt.Errorf("environment variable %s: %w", name, err))
			}
			return
		}
		if inFile {
			if err := flags.Set(flag.Name, value); err != nil {
				faults = append(faults, fmt.Errorf("%s: %s: %w", path, flag.Name, err))
			}
		}
	})
	return faults
}

// environmentOf returns the environment variable of a flag.
func environmentOf(flag string) string {
	return "VEDETTE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// sections are what only the file can say.
type sections struct {
	limits  map[string]int
	exports []app.ExportSink
}

// readConfig reads a configuration file; no path means an empty one.
func readConfig(path string) (values map[string]string, rest sections, err error) {
	if path == "" {
		return nil, rest, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, rest, fmt.Errorf("read configuration: %w", err)
	}
	nodes := map[string]yaml.Node{}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, rest, fmt.Errorf("read configuration %s: %w", path, err)
	}
	values = map[string]string{}
	for key, node := range nodes {
		switch key {
		case "limits":
			if err := node.Decode(&rest.limits); err != nil {
				return nil, rest, fmt.Errorf("%s: limits: want a number for each limit: %w", path, err)
			}
			continue
		case "export":
			if err := decodeStrictly(&node, &rest.exports); err != nil {
				return nil, rest, fmt.Errorf("%s: export: want a list of sinks, each with name and either remote-write (url, bearer-token-file, headers) or file (path, max-bytes, keep): %w", path, err)
			}
			continue
		case "delta-from-totals":
			list, err := decodeList(&node)
			if err != nil {
				return nil, rest, fmt.Errorf("%s: %s: want thing groups, separated by commas or as a list: %w", path, key, err)
			}
			values[key] = list
			continue
		}
		var scalar string
		if err := node.Decode(&scalar); err != nil {
			return nil, rest, fmt.Errorf("%s: %s: want one value; only limits, export and delta-from-totals have more: %w", path, key, err)
		}
		values[key] = scalar
	}
	return values, rest, nil
}

// decodeList returns a value, or those of a list, separated by commas.
func decodeList(node *yaml.Node) (text string, err error) {
	if node.Kind != yaml.SequenceNode {
		return text, node.Decode(&text)
	}
	var list []string
	err = node.Decode(&list)
	return strings.Join(list, ","), err
}

// decodeStrictly decodes a node whose keys must all be known.
func decodeStrictly(node *yaml.Node, into any) error {
	text, err := yaml.Marshal(node)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	return d.Decode(into)
}
