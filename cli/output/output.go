// Package output shows the results of calls as AWS CLI v2 does, to the byte: as
// json, text, table, yaml or yaml-stream, on standard output or in a pager.
package output

import (
	"fmt"
	"io"
	"iter"

	"vedette/cli/document"
)

// Options says how a result is to look.
type Options struct {
	Format    string // json, text, table, yaml or yaml-stream
	Operation string // the operation's name, which is the title of a table
	Color     string // on, off, or auto: as the screen is; the zero value is auto

	// Query changes each document before it is shown: once the whole result,
	// but each page by itself for text and yaml-stream. Nil changes nothing.
	Query func(document.Value) (document.Value, error)
}

// Pages is the result of a list operation. A format takes it either whole or
// page by page, so nothing may be asked of the server before.
type Pages struct {
	// All yields the answers, at the end an error if there was one.
	All iter.Seq2[*document.Map, error]
	// Result gathers all answers in one.
	Result func() (*document.Map, error)
	// ResumeToken returns the token to go on with, "" where nothing is left. It
	// is called after the last page.
	ResumeToken func() string
	// ResultKey is the member that has the items.
	ResultKey string
	// NonAggregate names the members that are the same on each page.
	NonAggregate []string
}

// Show shows the result of a call that is not paged. It returns ErrInterrupted,
// or what goes to standard error: the query's error, a *PagerError, a *WriteError
// of the text format (the others end quietly when nobody reads on), or that the
// format does not know what to do with the document.
func (s *Screen) Show(o Options, v document.Value) error {
	return s.show(o, func(p printer) error { return p.document(v) })
}

// ShowPages shows the result of a list operation. It returns what Show does,
// and the errors of the pages.
func (s *Screen) ShowPages(o Options, pages Pages) error {
	return s.show(o, func(p printer) error { return p.pages(pages) })
}

func (s *Screen) show(o Options, do func(printer) error) error {
	p, err := s.printer(o)
	if err != nil {
		return err
	}
	w, err := s.open()
	if err != nil {
		return err
	}
	p.out, p.flush = w, w.Flush
	err = do(p)
	return s.done(w, err)
}

// printer is one format at work.
type printer struct {
	Options
	out   io.Writer
	flush func() error
	// print writes one document. An error of out is a *WriteError or a
	// *PagerError, any other error is about the document.
	print func(p printer, v document.Value) error

	width int  // of the screen in columns
	color bool // for tables
	reset bool // colors are switched off after each piece of text
}

// printer returns the printer for a format.
func (s *Screen) printer(o Options) (printer, error) {
	p := printer{Options: o, width: s.Width}
	switch o.Format {
	case "json":
		p.print = printJSON
	case "text":
		p.print = printText
	case "table":
		p.print = printTable
		p.color = o.Color == "on" || o.Color != "off" && s.Terminal
		p.reset = p.color && !s.paging()
		s.colored = p.color
	case "yaml":
		p.print = printYAML
	case "yaml-stream":
		p.print = printYAMLElement
	default:
		//lint:ignore ST1005 AWS CLI's words
		return printer{}, fmt.Errorf("Unknown output type: %s", o.Format)
	}
	return p, nil
}

// document shows one document, after the query.
func (p printer) document(v document.Value) error {
	v, err := p.queried(v)
	if err != nil || p.Format == "yaml-stream" && isEmpty(v) {
		return err
	}
	return p.quiet(p.print(p, v))
}

func (p printer) pages(pages Pages) error {
	switch p.Format {
	case "text":
		return p.textPages(pages)
	case "yaml-stream":
		return p.eachPage(pages)
	}
	result, err := pages.Result()
	if err != nil {
		return err
	}
	return p.document(result)
}

// eachPage shows pages as they are and as they come, until nobody reads on.
func (p printer) eachPage(pages Pages) error {
	for page, err := range pages.All {
		if err != nil {
			return err
		}
		v, err := p.queried(page)
		if err != nil {
			return err
		}
		if err := p.print(p, v); err != nil {
			return p.quiet(err)
		}
		p.flush() // an error comes again with the next page, or at the end
	}
	return nil
}

func (p printer) queried(v document.Value) (document.Value, error) {
	if p.Query == nil {
		return v, nil
	}
	return p.Query(v)
}

// quiet hides that output could not be written, as all formats but text do.
func (p printer) quiet(err error) error {
	if _, unwritten := err.(*WriteError); unwritten && p.Format != "text" {
		return nil
	}
	return err
}

// isEmpty tells whether v is an object without members, as operations without
// output return it. Nothing is printed for it, but null, "" and [] are.
func isEmpty(v document.Value) bool {
	m, isMap := v.(*document.Map)
	return isMap && m.Len() == 0
}

func printJSON(p printer, v document.Value) error {
	if isEmpty(v) {
		return nil
	}
	_, err := io.WriteString(p.out, document.JSON(v)+"\n")
	return err
}
