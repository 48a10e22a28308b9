package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"vedette/app"
	"vedette/store"
)

// keyCommands are the commands about access keys, which share where they are.
type keyCommands struct {
	options app.KeysOptions
	config  string
	flags   *cobra.Command // that has the flags
}

func newKeyCommand() *cobra.Command {
	k := &keyCommands{}
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make and manage access keys that are limited by a policy",
		Long: `Key manages the access keys that sign calls of the API. The root user's key, which the
server makes at its first start, may do all; every other key may do what its policy allows, a
document as IAM has them. A key is named by its name or its id.

The commands work on the database of the data directory or of --database-url, whether the server
runs or not. A running server takes notice of a change with the next request.`,
		Example: `  vedette key create ci --policy ci.json --credentials-file ~/.aws/credentials
  vedette key list
  vedette key disable ci`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	k.flags = cmd
	f := cmd.PersistentFlags()
	f.StringVar(&k.options.DataDir, "data-dir", "vedette-data", "data directory of the server")
	f.StringVar(&k.options.DatabaseURL, "database-url", "", "postgres://… if the server has its database there")
	f.StringVar(&k.config, "config", "", "YAML file of the server, for these flags")
	cmd.AddCommand(k.create(), k.list(), k.show(), k.update(), k.setStatus("disable", store.KeyInactive), k.setStatus("enable", store.KeyActive), k.remove())
	return cmd
}

// with runs fn on the keys of the deployment.
func (k *keyCommands) with(ctx context.Context, fn func(keys *app.Keys) error) (err error) {
	flags := k.flags.PersistentFlags()
	if !flags.Changed("config") {
		k.config = os.Getenv(environmentOf("config"))
	}
	if err := configureFrom(flags, k.config); err != nil {
		return err
	}
	keys, err := app.OpenKeys(ctx, k.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	return fn(keys)
}

func (k *keyCommands) create() *cobra.Command {
	var policy string
	var to handover
	cmd := &cobra.Command{
		Use:   "create [NAME]",
		Short: "Make an access key and print it, once",
		Long: `Create makes an access key that may do what the policy in FILE allows, and prints it as AWS
tools keep it in a credentials file, or appends it to one. The secret is shown this once. NAME, by
default the name of FILE without its ending, stands in the messages about refused calls.`,
		Example: `  vedette key create --policy operator.json
  vedette key create ci --policy ci.json --credentials-file ~/.aws/credentials --profile vedette-ci`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := strings.TrimSuffix(filepath.Base(policy), filepath.Ext(policy))
			if len(args) > 0 {
				name = args[0]
			} else if policy == "-" {
				return errors.New("give the key a name: the policy from the standard input has none")
			}
			document, err := readPolicy(cmd, policy)
			if err != nil {
				return err
			}
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				return to.keep(cmd, keys, name, func() (*store.AccessKey, error) { return keys.Create(cmd.Context(), name, document) })
			})
		},
	}
	policyFlag(cmd, &policy)
	cmd.Flags().StringVar(&to.profile, "profile", "", "profile of the credentials; the default is NAME")
	cmd.Flags().StringVar(&to.file, "credentials-file", "", "append the key to this file, instead of printing it")
	return cmd
}

func (k *keyCommands) list() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the access keys", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				list, err := keys.List(cmd.Context())
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
				fmt.Fprintln(w, "NAME\tID\tSTATUS\tCREATED\tLAST USED")
				for _, key := range list {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", key.Name, key.ID, key.Status, day(&key.Created), lastUsed(&key))
				}
				return w.Flush()
			})
		},
	}
}

func (k *keyCommands) show() *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show an access key with its policy, without its secret", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				key, err := keys.Show(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				out := cmd.OutOrStdout()
				fmt.Fprintf(out, "name       %s\nid         %s\nstatus     %s\ncreated    %s\nlast used  %s\n",
					key.Name, key.ID, key.Status, day(&key.Created), lastUsed(key))
				if key.Name == store.RootName {
					fmt.Fprintln(out, "policy     none: the root user may do all")
					return nil
				}
				fmt.Fprintf(out, "policy\n%s\n", strings.TrimSpace(key.Policy))
				return nil
			})
		},
	}
}

func (k *keyCommands) update() *cobra.Command {
	var policy string
	cmd := &cobra.Command{
		Use: "update NAME", Short: "Give an access key another policy", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			document, err := readPolicy(cmd, policy)
			if err != nil {
				return err
			}
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				return done(cmd, "%s has another policy", args[0], keys.SetPolicy(cmd.Context(), args[0], document))
			})
		},
	}
	policyFlag(cmd, &policy)
	return cmd
}

func (k *keyCommands) setStatus(verb string, status store.KeyStatus) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME", Short: strings.ToUpper(verb[:1]) + verb[1:] + " an access key", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				return done(cmd, "%s is "+verb+"d", args[0], keys.SetStatus(cmd.Context(), args[0], status))
			})
		},
	}
}

func (k *keyCommands) remove() *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete an access key for good", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.with(cmd.Context(), func(keys *app.Keys) error {
				return done(cmd, "%s is deleted", args[0], keys.Delete(cmd.Context(), args[0]))
			})
		},
	}
}

// done says what was done with a key, unless it failed.
func done(cmd *cobra.Command, format, name string, err error) error {
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), format+"\n", name)
	}
	return err
}

func policyFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "policy", "", "file with the policy document, - for the standard input (required)")
	_ = cmd.MarkFlagRequired("policy") // it is there
}

func readPolicy(cmd *cobra.Command, file string) (string, error) {
	if file == "-" {
		text, err := io.ReadAll(cmd.InOrStdin())
		return string(text), err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read policy: %w", err)
	}
	return string(text), nil
}

// day returns the day of a time in epoch milliseconds, UTC.
func day(ms *int64) string {
	if ms == nil {
		return "never"
	}
	return time.UnixMilli(*ms).UTC().Format(time.DateOnly)
}

func lastUsed(key *store.AccessKey) string {
	if key.Name == store.RootName {
		return "-" // it is not noted
	}
	return day(key.LastUsed)
}
