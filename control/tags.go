package control

import (
	"context"
	"strings"

	"vedette/api"
	"vedette/store"
)

// TagResource puts tags on a resource, over those with the same keys.
func (s *Service) TagResource(ctx context.Context, in *api.TagResourceRequest) (*api.TagResourceResponse, error) {
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	return nil, s.write(ctx, func(tx *store.Tx) error {
		r, err := s.resource(tx, *in.ResourceArn)
		if err != nil {
			return err
		}
		if err := tx.PutTags(r, tags); err != nil {
			return err
		}
		all, err := tx.Tags(r)
		if err != nil {
			return err
		}
		return s.checkTagCount(len(all))
	})
}

// UntagResource takes the tags with the given keys off a resource; a key that
// it does not have is no error.
func (s *Service) UntagResource(ctx context.Context, in *api.UntagResourceRequest) (*api.UntagResourceResponse, error) {
	return nil, s.write(ctx, func(tx *store.Tx) error {
		r, err := s.resource(tx, *in.ResourceArn)
		if err != nil {
			return err
		}
		return tx.DeleteTags(r, in.TagKeys)
	})
}

// ListTagsForResource returns all tags of a resource, in one page.
func (s *Service) ListTagsForResource(ctx context.Context, in *api.ListTagsForResourceRequest) (*api.ListTagsForResourceResponse, error) {
	if _, err := newPager[string](api.ListTagsForResource, in.NextToken, nil, in.ResourceArn); err != nil {
		return nil, err
	}
	out := &api.ListTagsForResourceResponse{}
	err := s.read(ctx, func(tx *store.Tx) error {
		r, err := s.resource(tx, *in.ResourceArn)
		if err != nil {
			return err
		}
		tags, err := tx.Tags(r)
		out.Tags = mapped(tags, func(t store.Tag) api.Tag { return api.Tag{Key: &t.Key, Value: t.Value} })
		return err
	})
	return out, err
}

// resource returns the resource with the given ARN: one of this account and
// Region that carries tags and exists.
func (s *Service) resource(tx *store.Tx, arn string) (store.Resource, error) {
	a, err := api.ParseARN(arn)
	if err != nil || !s.arns.Own(a) {
		return store.Resource{}, api.InvalidRequest("%s is not a resource of this account and Region.", arn)
	}
	r := store.Resource{Kind: a.Kind(), Name: a.Name()}
	if !r.Taggable() {
		return r, api.InvalidRequest("%s is not a resource that can be tagged.", arn)
	}
	exists, err := tx.ResourceExists(r)
	if err == nil && !exists {
		err = api.NotFound("The resource %s does not exist.", arn)
	}
	return r, err
}

// newTags checks tags to put on a resource.
func (s *Service) newTags(in []api.Tag) ([]store.Tag, error) {
	tags := make([]store.Tag, len(in))
	seen := make(map[string]bool, len(in))
	for i, t := range in {
		key := api.Value(t.Key)
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, api.InvalidRequest("The tag key %s begins with aws:, which is reserved.", key)
		case seen[key]:
			return nil, api.InvalidRequest("The tag key %s is given twice.", key)
		}
		seen[key] = true
		tags[i] = store.Tag{Key: key, Value: t.Value}
	}
	return tags, s.checkTagCount(len(tags))
}

func (s *Service) checkTagCount(n int) error {
	if n > s.limits.TagsPerResource {
		return api.InvalidRequest("A resource has at most %d tags, not %d.", s.limits.TagsPerResource, n)
	}
	return nil
}

// sameTags tells whether two sets of tags are the same.
func sameTags(a, b []store.Tag) bool {
	values := func(tags []store.Tag) map[string]*string {
		m := make(map[string]*string, len(tags))
		for _, t := range tags {
			m[t.Key] = t.Value
		}
		return m
	}
	return sameJSON(values(a), values(b))
}
