package client

import (
	"context"
	"fmt"
	"iter"
	"math/big"

	"vedette/api"
	"vedette/cli/document"
)

// Paging says which part of a list is wanted.
type Paging struct {
	StartingToken *string        // where a former call ended; nil: at the beginning
	PageSize      document.Value // items a request; nil: as the server likes
	MaxItems      *big.Int       // items in all; nil: all
}

// Pages are the answers of a list operation, one request after the other.
type Pages struct {
	client       *Client
	op           *api.Operation
	parameters   *document.Map
	paging       Paging
	resume       string
	nonAggregate *document.Map
}

// Pages returns the pages of a list operation, which must have a paginator.
// Nothing is asked for before the pages are.
func (c *Client) Pages(op *api.Operation, parameters *document.Map, paging Paging) *Pages {
	own := new(document.Map)
	for key, v := range parameters.All() {
		own.Set(key, v)
	}
	return &Pages{client: c, op: op, parameters: own, paging: paging, nonAggregate: new(document.Map)}
}

// ResumeToken returns what --starting-token takes to go on where the pages
// ended, or "" where nothing is left.
func (p *Pages) ResumeToken() string { return p.resume }

// All yields the pages. After an error there is none.
func (p *Pages) All(ctx context.Context) iter.Seq2[*document.Map, error] {
	return func(yield func(*document.Map, error) bool) {
		if err := p.each(ctx, func(page *document.Map) bool { return yield(page, nil) }); err != nil {
			yield(nil, err)
		}
	}
}

func (p *Pages) each(ctx context.Context, yield func(*document.Map) bool) error {
	next, skip, err := p.start()
	if err != nil {
		return err
	}
	var previous *document.Map
	total := new(big.Int)
	for first := true; ; first = false {
		page, err := p.client.Call(ctx, p.op, p.parameters)
		if err != nil {
			return err
		}
		if first {
			if err := p.first(page, skip); err != nil {
				return err
			}
		} else {
			skip = int64(0)
		}
		items := p.items(page)
		total.Add(total, big.NewInt(int64(len(items))))
		if p.paging.MaxItems != nil && total.Cmp(p.paging.MaxItems) > 0 {
			return p.truncate(page, items, total, skip, next, yield)
		}
		if !yield(page) {
			return nil
		}
		token := page.Value(p.op.Paginate.OutputToken)
		if !document.Truth(token) {
			return nil
		}
		next = document.NewMap(p.op.Paginate.InputToken, token)
		if p.paging.MaxItems != nil && total.Cmp(p.paging.MaxItems) == 0 {
			return p.setResume(next)
		}
		if previous != nil && document.Repr(previous) == document.Repr(next) {
			return wordsf("Error during pagination: The same next token was received twice: %s", document.Repr(next))
		}
		p.inject(next)
		previous = next
	}
}

// start sets the parameters of the first request. skip is how many items of its
// page were shown already.
func (p *Pages) start() (next *document.Map, skip document.Value, err error) {
	next, skip = document.NewMap(p.op.Paginate.InputToken, nil), int64(0)
	if p.paging.StartingToken != nil {
		if next, skip, err = p.decodeToken(*p.paging.StartingToken); err != nil {
			return nil, 0, err
		}
		p.inject(next)
	}
	if p.paging.PageSize != nil {
		p.parameters.Set(p.op.Paginate.LimitKey, p.paging.PageSize)
	}
	return next, skip, nil
}

func (p *Pages) inject(next *document.Map) {
	for key, token := range next.All() {
		if token != nil && token != "None" {
			p.parameters.Set(key, token)
		} else {
			p.parameters.Delete(key)
		}
	}
}

// first takes away what a former call showed of the first page, and notes the
// members that are the same on each page.
func (p *Pages) first(page *document.Map, skip document.Value) error {
	if p.paging.StartingToken != nil {
		var rest document.Value
		if items := p.items(page); items != nil {
			from, err := place(skip, len(items))
			if err != nil {
				return err
			}
			rest = items[from:]
		}
		page.Set(p.op.Paginate.ResultKey, rest)
	}
	for _, key := range p.op.Paginate.NonAggregate {
		p.nonAggregate.Set(key, page.Value(key))
	}
	return nil
}

// truncate yields the last page with as many items as are still wanted.
func (p *Pages) truncate(page *document.Map, items []document.Value, total *big.Int, skip document.Value, next *document.Map, yield func(*document.Map) bool) error {
	over := new(big.Int).Sub(total, p.paging.MaxItems)
	keep := new(big.Int).Sub(big.NewInt(int64(len(items))), over)
	end, err := place(keep, len(items))
	if err != nil {
		return err
	}
	page.Set(p.op.Paginate.ResultKey, append([]document.Value{}, items[:end]...))
	skipped, ok := integer(skip)
	if !ok {
		return fmt.Errorf("unsupported operand type(s) for +: 'int' and '%s'", document.TypeName(skip))
	}
	next.Set(truncated, document.Integer(keep.Add(keep, skipped)))
	if err := p.setResume(next); err != nil {
		return err
	}
	yield(page)
	return nil
}

// items returns what a page lists, nil where it says nothing.
func (p *Pages) items(page *document.Map) []document.Value {
	items, _ := page.Value(p.op.Paginate.ResultKey).([]document.Value)
	return items
}

// Result gathers all pages in one answer, with the resume token as NextToken
// where something is left.
func (p *Pages) Result(ctx context.Context) (*document.Map, error) {
	result, key := new(document.Map), p.op.Paginate.ResultKey
	for page, err := range p.All(ctx) {
		if err != nil {
			return nil, err
		}
		if items := p.items(page); items != nil {
			before, _ := result.Value(key).([]document.Value)
			result.Set(key, append(before, items...))
		}
	}
	for k, v := range p.nonAggregate.All() {
		result.Set(k, v)
	}
	if p.resume != "" {
		result.Set("NextToken", p.resume)
	}
	return result, nil
}
