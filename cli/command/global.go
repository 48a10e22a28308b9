package command

import "vedette/cli/argument"

// Global returns the options that every command has, in the order of the help
// pages.
func Global() []*argument.Option {
	flag := func(name, dest string, value bool) *argument.Option {
		return &argument.Option{Name: name, Dest: dest, Arity: argument.Flag, Const: value}
	}
	return []*argument.Option{
		flag("--debug", "", true),
		{Name: "--endpoint-url"},
		flag("--no-verify-ssl", "", true),
		flag("--no-paginate", "", true),
		{Name: "--output", Choices: []string{"json", "text", "table", "yaml", "yaml-stream"}},
		{Name: "--query"},
		{Name: "--profile"},
		{Name: "--region"},
		{Name: "--version", Arity: argument.Flag, Stop: true},
		{Name: "--color", Choices: []string{"on", "off", "auto"}},
		flag("--no-sign-request", "", true),
		{Name: "--ca-bundle"},
		{Name: "--cli-read-timeout"},
		{Name: "--cli-connect-timeout"},
		{Name: "--cli-binary-format", Choices: []string{"base64", "raw-in-base64-out"}},
		flag("--no-cli-pager", "", true),
		flag("--cli-auto-prompt", "", true),
		flag("--no-cli-auto-prompt", "", true),
	}
}
