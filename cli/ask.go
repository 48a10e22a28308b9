package cli

import (
	"bytes"
	"context"
	"io"

	"vedette/api"
	"vedette/cli/argument"
	"vedette/cli/command"
	"vedette/cli/document"
	"vedette/cli/jmespath"
	"vedette/cli/output"
	"vedette/cli/settings"
)

// Ask calls an operation once, as a command line with these global options would,
// but prints nothing and asks nobody for a code: completion is told by it what
// there is on the server.
func (p *Program) Ask(ctx context.Context, globals []string, op *api.Operation, parameters *document.Map) (*document.Map, error) {
	quiet := *p
	quiet.Stderr = io.Discard
	quiet.System.Prompt = nil
	files, err := settings.Read(quiet.System)
	if err != nil {
		return nil, err
	}
	parsed, err := (&argument.Parser{Options: command.Global()}).Parse(globals)
	if err != nil {
		return nil, err
	}
	c, err := quiet.newCall(files, parsed.Values)
	if err != nil {
		return nil, err
	}
	caller, err := c.client(ctx)
	if err != nil {
		return nil, err
	}
	caller.MaxAttempts = 1
	return caller.Call(ctx, op, parameters)
}

// Sample returns what an answer of an operation looks like in an output format,
// after a query; either may be empty. What is wrong with them is said instead.
func (p *Program) Sample(op *api.Operation, format, query string) string {
	if op == nil || op.Output == nil || len(op.Output.Members) == 0 {
		return "No output"
	}
	if format == "" {
		format = "json"
	}
	options := output.Options{Format: format, Operation: op.Name, Color: "off"}
	if query != "" {
		compiled, err := jmespath.Compile(query)
		if err != nil {
			return "Bad value for --query: " + query + "\n\n" + err.Error()
		}
		options.Query = compiled.Search
	}
	var b bytes.Buffer
	screen := &output.Screen{Out: &b, Width: 80}
	err := screen.Show(options, (&sampler{names: true}).value(op.Output, ""))
	if err != nil {
		return err.Error()
	}
	screen.Close()
	return b.String()
}
