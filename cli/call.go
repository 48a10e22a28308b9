package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"strings"

	"vedette/cli/client"
	"vedette/cli/command"
	"vedette/cli/document"
	"vedette/cli/jmespath"
	"vedette/cli/output"
	"vedette/cli/settings"
)

// call is one call of an operation, from its words to its output.
type call struct {
	*Program
	globals
	files    *settings.Files
	settings *settings.Settings
	query    *jmespath.Expression // nil: none
	log      *slog.Logger
	paginate bool
	values   map[string]document.Value // what the operation's options say
}

// newCall checks the global options.
func (p *Program) newCall(files *settings.Files, values globals) (*call, error) {
	c := &call{Program: p, globals: values, files: files, log: p.newLog(values.set("--debug")), paginate: !values.set("--no-paginate")}
	c.log.Debug("command line", "version", p.Version, "arguments", p.Args)
	if expression, ok := values["--query"].(string); ok {
		compiled, err := jmespath.Compile(expression)
		if err != nil {
			return nil, usageErrorf("Bad value for --query %s: %s", expression, err)
		}
		c.query = compiled
	}
	var err error
	c.settings, err = files.Settings(settings.Options{
		Profile:        values.text("--profile"),
		Region:         values.optional("--region"),
		Output:         values.text("--output"),
		EndpointURL:    values.optional("--endpoint-url"),
		CABundle:       values.text("--ca-bundle"),
		NoVerifySSL:    values.set("--no-verify-ssl"),
		BinaryFormat:   values.text("--cli-binary-format"),
		ReadTimeout:    values.optional("--cli-read-timeout"),
		ConnectTimeout: values.optional("--cli-connect-timeout"),
		NoPager:        values.set("--no-cli-pager"),
	})
	return c, err
}

// run calls an operation with the words that follow its command.
func (c *call) run(ctx context.Context, op *command.Operation, args []string) error {
	if len(args) == 1 && args[0] == "help" {
		return c.operationHelp(op)
	}
	parsed, err := op.Parser(args).Parse(args)
	if err != nil {
		return err
	}
	if word, _ := parsed.Values["help"].(string); word != "" {
		if word == "help" {
			return c.operationHelp(op)
		}
		parsed.Rest = append(parsed.Rest, word)
	}
	if parsed.Rest != nil {
		return &unknownOptions{parsed.Rest}
	}
	c.values = parsed.Values
	if err := c.checkPaging(op); err != nil {
		return err
	}
	parameters, files, err := c.parameters(op)
	if err != nil {
		return err
	}
	if err := c.addInput(parameters); err != nil {
		return err
	}
	if p := op.Paginate; p != nil && (parameters.Has(p.InputToken) || p.LimitKey != "" && parameters.Has(p.LimitKey)) {
		c.paginate = false // who pages by hand is left to it
	}
	switch c.values[command.Skeleton] {
	case "input":
		_, err := io.WriteString(c.Screen.Out, inputSkeleton(op.Operation))
		return err
	case "yaml-input":
		_, err := io.WriteString(c.Screen.Out, yamlSkeleton(op.Operation))
		return err
	case "output":
		return c.showSample(ctx, op, parameters)
	}
	return c.invoke(ctx, op, parameters, files)
}

// checkPaging turns automatic paging off for those who page by hand, and refuses
// options that make sense only with it.
func (c *call) checkPaging(op *command.Operation) error {
	p := op.Paginate
	if p == nil {
		return nil
	}
	for _, m := range op.Members {
		if _, given := c.values[m.Option]; given && (m.Name == p.InputToken || m.Name == p.LimitKey) {
			c.paginate = false
		}
	}
	if c.paginate {
		return nil
	}
	var used []string
	for _, option := range []string{command.StartingToken, command.PageSize, command.MaxItems} {
		if !op.IsMember(option) && document.Truth(c.values[option]) {
			used = append(used, option)
		}
	}
	if used != nil {
		return usageErrorf("Cannot specify --no-paginate along with pagination arguments: %s", strings.Join(used, ", "))
	}
	return nil
}

// parameters returns what the options say, and the files that are to be written.
func (c *call) parameters(op *command.Operation) (*document.Map, map[string]command.Outfile, error) {
	parameters, paging := new(document.Map), new(document.Map)
	for _, m := range op.Members {
		given, ok := c.values[m.Option]
		if !ok || c.paginate && op.Shadowed(m.Option) {
			continue
		}
		loaded, err := c.load(m.Option, given)
		if err != nil {
			return nil, nil, err
		}
		v, err := c.unpack(m.Option, m.Shape, loaded)
		if err != nil {
			return nil, nil, err
		}
		parameters.Set(m.Name, v)
	}
	files := map[string]command.Outfile{}
	for _, o := range op.Own {
		given, ok := c.values[o.Name]
		if !ok {
			continue
		}
		loaded, err := c.load(o.Name, given)
		if err != nil {
			return nil, nil, err
		}
		if key := pagingKey(o.Name); key != "" && (c.paginate || !op.IsMember(o.Name)) {
			paging.Set(key, loaded)
			parameters.Set(pagingConfig, paging)
		}
		if file, ok := op.FindOutfile(o.Name); ok {
			path, err := c.checkOutfile(document.Text(loaded))
			if err != nil {
				return nil, nil, err
			}
			files[path] = file
		}
	}
	return parameters, files, nil
}

// pagingConfig is the parameter that the options of paging make; it is sent to
// nobody.
const pagingConfig = "PaginationConfig"

func pagingKey(option string) string {
	switch option {
	case command.StartingToken:
		return "StartingToken"
	case command.PageSize:
		return "PageSize"
	case command.MaxItems:
		return "MaxItems"
	}
	return ""
}

// invoke calls the operation and shows what it answers.
func (c *call) invoke(ctx context.Context, op *command.Operation, parameters *document.Map, files map[string]command.Outfile) error {
	caller, err := c.client(ctx)
	if err != nil {
		return err
	}
	if len(files) > 0 {
		caller.Done = func(answer *document.Map) error {
			for path, file := range files {
				if err := saveOutfile(file, path, answer); err != nil {
					return err
				}
			}
			return nil
		}
	}
	if op.Paginate != nil && c.paginate {
		return c.showPages(ctx, op, caller, parameters)
	}
	answer, err := caller.Call(ctx, op.Operation, parameters)
	if err != nil {
		return err
	}
	return c.show(op, answer)
}

func (c *call) showPages(ctx context.Context, op *command.Operation, caller *client.Client, parameters *document.Map) error {
	paging := client.Paging{}
	if config, ok := parameters.Value(pagingConfig).(*document.Map); ok {
		parameters.Delete(pagingConfig)
		switch token := config.Value("StartingToken").(type) {
		case string:
			paging.StartingToken = &token
		case document.Bytes: // from fileb://
			return errors.New("'bytes' object has no attribute 'encode'")
		}
		paging.PageSize = config.Value("PageSize")
		if err := setMaxItems(&paging, config.Value("MaxItems")); err != nil {
			return err
		}
	}
	pages := caller.Pages(op.Operation, parameters, paging)
	options, err := c.outputOptions(op)
	if err != nil {
		return err
	}
	return c.Screen.ShowPages(options, output.Pages{
		All:          pages.All(ctx),
		Result:       func() (*document.Map, error) { return pages.Result(ctx) },
		ResumeToken:  pages.ResumeToken,
		ResultKey:    op.Paginate.ResultKey,
		NonAggregate: op.Paginate.NonAggregate,
	})
}

func setMaxItems(paging *client.Paging, v document.Value) (err error) {
	if text, ok := v.(string); ok {
		if v, err = document.ReadInteger(text); err != nil {
			return err
		}
	}
	switch n := v.(type) {
	case int64:
		paging.MaxItems = big.NewInt(n)
	case *big.Int:
		paging.MaxItems = n
	}
	return nil
}

// showSample shows what the operation might answer, after the same checks as a
// real call.
func (c *call) showSample(ctx context.Context, op *command.Operation, parameters *document.Map) error {
	caller, err := c.client(ctx)
	if err != nil {
		return err
	}
	answer := new(document.Map)
	if op.Output != nil {
		s := &sampler{names: true}
		answer = s.value(op.Output, "").(*document.Map)
		if err := client.Validate(op.Output, answer, c.Now()); err != nil {
			return err
		}
	}
	if err := caller.Check(op.Operation, parameters); err != nil {
		return err
	}
	return c.show(op, answer)
}

func (c *call) show(op *command.Operation, answer *document.Map) error {
	options, err := c.outputOptions(op)
	if err != nil {
		return err
	}
	return c.Screen.Show(options, answer)
}

func (c *call) outputOptions(op *command.Operation) (output.Options, error) {
	format, err := c.settings.Output()
	if err != nil {
		return output.Options{}, err
	}
	if c.Screen.Pager, err = c.settings.Pager(); err != nil {
		return output.Options{}, err
	}
	o := output.Options{Format: format, Operation: op.Name, Color: c.text("--color")}
	if c.query != nil {
		o.Query = func(v document.Value) (document.Value, error) { return c.search(v, format) }
	}
	return o, nil
}

// search applies the query. A reference to an expression (&name) is a value of
// the language that formats cannot print.
func (c *call) search(v document.Value, format string) (document.Value, error) {
	found, err := c.query.Search(v)
	if reference, ok := found.(*jmespath.Reference); ok && err == nil {
		switch format {
		case "json":
			return nil, &settings.Error{ExitCode: exitOther, Message: "Circular reference detected"}
		case "yaml", "yaml-stream":
			return nil, fmt.Errorf("cannot represent an object: %s", reference)
		}
		return reference.String(), nil
	}
	return found, err
}
