package control

import (
	"context"
	"slices"

	"vedette/api"
	"vedette/metric"
	"vedette/store"
	"vedette/violation"
)

// fleet is the things whose values a request is about, and when.
type fleet struct {
	ctx      context.Context
	service  *Service
	group    *string // nil: all things
	from, to int64   // epoch milliseconds
}

func (s *Service) newFleet(ctx context.Context, in *GetSuggestionsRequest) (*fleet, error) {
	now := s.opts.Now()
	end := now
	if in.EndTime != nil {
		end = *in.EndTime
	}
	start := end.Add(-suggestWithin)
	if in.StartTime != nil {
		start = *in.StartTime
	}
	switch {
	case start.After(now):
		return nil, api.InvalidRequest("startTime is in the future: give a time that values were kept in.")
	case !start.Before(end):
		return nil, api.InvalidRequest("startTime must be before endTime.")
	}
	if in.ThingGroupName != nil {
		if err := s.knowsGroup(ctx, *in.ThingGroupName); err != nil {
			return nil, err
		}
	}
	return &fleet{ctx: ctx, service: s, group: in.ThingGroupName, from: start.UnixMilli(), to: end.UnixMilli()}, nil
}

// place is how far a fleet's things have been read.
type place struct {
	last store.Membership // without a group its Thing alone says so
	open []string         // things behind it that have values in memory, some of them
	all  bool             // open has all of them
}

// pages calls fn with the names of the fleet's things, some at a time.
func (f *fleet) pages(fn func(things []string) error) error {
	var at place
	for {
		next := f.nextMembers
		if f.group == nil {
			next = f.nextOfAll
		}
		page, err := next(&at)
		if err != nil {
			return unavailable(err)
		}
		if len(page) > 0 {
			if err := fn(page); err != nil {
				return err
			}
		}
		if len(page) < fleetPage {
			return nil
		}
	}
}

// nextMembers returns the things of the group behind at, and moves it.
func (f *fleet) nextMembers(at *place) (names []string, err error) {
	err = f.service.store.Read(f.ctx, func(tx *store.Tx) error {
		members, err := tx.Members(*f.group, true, at.last, fleetPage)
		for _, m := range members {
			names, at.last = append(names, m.Thing), m
		}
		return err
	})
	return names, err
}

// nextOfAll returns the things behind at, and moves it: those that are registered, and
// those that have values, in memory or in the store.
func (f *fleet) nextOfAll(at *place) ([]string, error) {
	if err := f.lookAhead(at); err != nil { // before the store is read: values only move there
		return nil, err
	}
	names, err := f.service.store.FleetThings(f.ctx, f.from, at.last.Thing, fleetPage)
	if err != nil {
		return nil, err
	}
	names = append(names, at.open[:min(len(at.open), fleetPage)]...)
	slices.Sort(names)
	names = slices.Compact(names)
	names = names[:min(len(names), fleetPage)]
	if len(names) > 0 {
		at.last.Thing = names[len(names)-1]
		behind, _ := slices.BinarySearch(at.open, at.last.Thing+"\x00")
		at.open = at.open[behind:]
	}
	return names, nil
}

// lookAhead gets the things of at.open, unless it has all that a page can need.
func (f *fleet) lookAhead(at *place) (err error) {
	if f.service.opts.OpenThings == nil || at.all || len(at.open) >= fleetPage {
		return nil
	}
	if at.open, err = f.service.opts.OpenThings(f.ctx, f.from, at.last.Thing, openThings); err != nil {
		return notStored(err)
	}
	at.all = len(at.open) < openThings
	return nil
}

// size returns the number of things.
func (f *fleet) size() (*int64, error) {
	n := int64(0)
	err := f.pages(func(things []string) error {
		n += int64(len(things))
		return nil
	})
	return &n, err
}

// each calls visit with every thing and its chunks of a series that end at from or
// later, oldest first; those that the engine has not handed out are among them.
func (f *fleet) each(series metric.Series, from int64, visit func(thing string, chunks []violation.Chunk) error) error {
	return f.pages(func(things []string) error {
		chunks := make(map[string][]violation.Chunk, len(things))
		open, err := f.open(series, things)
		if err != nil {
			return err
		}
		err = f.service.store.FleetChunks(f.ctx, things, store.ChunkFilter{Series: series, From: from, To: f.to}, func(c violation.Chunk) error {
			chunks[c.Thing] = append(chunks[c.Thing], c)
			return nil
		})
		if err != nil {
			return unavailable(err)
		}
		for _, name := range things {
			list := chunks[name]
			if o := open[name]; o != nil && (len(list) == 0 || list[len(list)-1].First < o.First) {
				list = append(list, *o) // otherwise it was stored meanwhile
			}
			if len(list) == 0 {
				continue
			}
			if err := visit(name, list); err != nil {
				return err
			}
		}
		return nil
	})
}

// open returns the chunks of things that are not stored yet.
func (f *fleet) open(series metric.Series, things []string) (map[string]*violation.Chunk, error) {
	open := map[string]*violation.Chunk{}
	for _, name := range things {
		c, _, err := f.service.openChunk(f.ctx, name, series)
		if err != nil {
			return nil, err
		}
		if c != nil {
			open[name] = c
		}
	}
	return open, nil
}
