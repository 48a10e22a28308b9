package control

import (
	"context"

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
		err := s.read(ctx, func(tx *store.Tx) error {
			_, err := thingGroup(tx, *in.ThingGroupName)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return &fleet{ctx: ctx, service: s, group: in.ThingGroupName, from: start.UnixMilli(), to: end.UnixMilli()}, nil
}

// pages calls fn with the names of the fleet's things, some at a time.
func (f *fleet) pages(fn func(things []string) error) error {
	var after store.Membership
	for {
		page, err := f.page(&after)
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

// page returns the things behind after, and moves it.
func (f *fleet) page(after *store.Membership) (names []string, err error) {
	if f.group == nil {
		names, err = f.service.store.FleetThings(f.ctx, f.from, after.Thing, fleetPage)
		if len(names) > 0 {
			after.Thing = names[len(names)-1]
		}
		return names, err
	}
	err = f.service.store.Read(f.ctx, func(tx *store.Tx) error {
		members, err := tx.Members(*f.group, true, *after, fleetPage)
		for _, m := range members {
			names, *after = append(names, m.Thing), m
		}
		return err
	})
	return names, err
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
