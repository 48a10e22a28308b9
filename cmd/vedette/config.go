package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// configure fills the flags that the command line left out: from the
// environment (VEDETTE_DATA_DIR for --data-dir), then from the YAML file
// (data-dir: …). It returns the limits: section of the file.
func configure(flags *pflag.FlagSet, path string) (map[string]int, error) {
	file, limits, err := readConfig(path)
	if err != nil {
		return nil, err
	}
	faults := fill(flags, path, file)
	for _, key := range slices.Sorted(maps.Keys(file)) {
		faults = append(faults, fmt.Errorf("%s: unknown key %q: keys are the flags of vedette serve without the dashes, and limits", path, key))
	}
	return limits, errors.Join(faults...)
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

// readConfig reads a configuration file; no path means an empty one.
func readConfig(path string) (values map[string]string, limits map[string]int, err error) {
	if path == "" {
		return nil, nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read configuration: %w", err)
	}
	nodes := map[string]yaml.Node{}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, nil, fmt.Errorf("read configuration %s: %w", path, err)
	}
	values = map[string]string{}
	for key, node := range nodes {
		if key == "limits" {
			if err := node.Decode(&limits); err != nil {
				return nil, nil, fmt.Errorf("%s: limits: want a number for each limit: %w", path, err)
			}
			continue
		}
		var scalar string
		if err := node.Decode(&scalar); err != nil {
			return nil, nil, fmt.Errorf("%s: %s: want one value: %w", path, key, err)
		}
		values[key] = scalar
	}
	return values, limits, nil
}
