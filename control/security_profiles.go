package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"vedette/api"
	"vedette/detect"
	"vedette/metric"
	"vedette/store"
)

// CreateSecurityProfile makes a security profile. The same call again succeeds
// as long as the profile still has the content asked for (U77).
func (s *Service) CreateSecurityProfile(ctx context.Context, in *api.CreateSecurityProfileRequest) (*api.CreateSecurityProfileResponse, error) {
	name := *in.SecurityProfileName
	resource := store.Resource{Kind: api.ARNSecurityProfile, Name: name}
	tags, err := s.newTags(in.Tags)
	if err != nil {
		return nil, err
	}
	p := &store.Profile{Name: name}
	created := false
	err = s.change(ctx, func(tx *store.Tx) error {
		if err := contentOfCreate(in).apply(tx, p); err != nil {
			return err
		}
		old, err := absent(tx.Profile(name))
		if err != nil {
			return err
		}
		if old == nil {
			created = true
			return errors.Join(tx.InsertProfile(p), tx.PutTags(resource, tags))
		}
		oldTags, err := tx.Tags(resource)
		if err != nil {
			return err
		}
		if !sameContent(p, old) || !sameTags(tags, oldTags) {
			return alreadyExists("security profile", name, s.arns.SecurityProfile(name))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if created {
		s.warnUnjudged(ctx, name, in.Behaviors)
	}
	return &api.CreateSecurityProfileResponse{SecurityProfileName: &name, SecurityProfileArn: new(s.arns.SecurityProfile(name))}, nil
}

// UpdateSecurityProfile replaces the parts of a security profile that are given
// and deletes those whose flag is set; an empty list is not given (U77a). The
// version grows even if nothing changes (U78).
func (s *Service) UpdateSecurityProfile(ctx context.Context, in *api.UpdateSecurityProfileRequest) (*api.UpdateSecurityProfileResponse, error) {
	content := contentOfUpdate(in)
	if err := content.checkDeletions(in); err != nil {
		return nil, err
	}
	var p *store.Profile
	err := s.change(ctx, func(tx *store.Tx) (err error) {
		if p, err = profile(tx, *in.SecurityProfileName); err != nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, p.Version, "security profile", p.Name); err != nil {
			return err
		}
		deleteParts(p, in)
		if err := content.apply(tx, p); err != nil {
			return err
		}
		return tx.UpdateProfile(p)
	})
	if err != nil {
		return nil, err
	}
	s.warnUnjudged(ctx, p.Name, in.Behaviors)
	return new(api.UpdateSecurityProfileResponse(s.profileResponse(p))), nil
}

// DescribeSecurityProfile returns a security profile.
func (s *Service) DescribeSecurityProfile(ctx context.Context, in *api.DescribeSecurityProfileRequest) (*api.DescribeSecurityProfileResponse, error) {
	var p *store.Profile
	err := s.read(ctx, func(tx *store.Tx) (err error) {
		p, err = profile(tx, *in.SecurityProfileName)
		return err
	})
	if err != nil {
		return nil, err
	}
	return new(s.profileResponse(p)), nil
}

// DeleteSecurityProfile deletes a security profile with its attachments. One
// that does not exist is deleted already.
func (s *Service) DeleteSecurityProfile(ctx context.Context, in *api.DeleteSecurityProfileRequest) (*api.DeleteSecurityProfileResponse, error) {
	return nil, s.change(ctx, func(tx *store.Tx) error {
		p, err := absent(tx.Profile(*in.SecurityProfileName))
		if err != nil || p == nil {
			return err
		}
		if err := checkVersion(in.ExpectedVersion, p.Version, "security profile", p.Name); err != nil {
			return err
		}
		return tx.DeleteProfile(p.Name)
	})
}

// ListSecurityProfiles returns the security profiles: all, or those that use a
// dimension or a metric.
func (s *Service) ListSecurityProfiles(ctx context.Context, in *api.ListSecurityProfilesRequest) (*api.ListSecurityProfilesResponse, error) {
	if in.DimensionName != nil && in.MetricName != nil {
		return nil, api.InvalidRequest("dimensionName and metricName cannot be used together.")
	}
	p, err := newPager[string](api.ListSecurityProfiles, in.NextToken, in.MaxResults, in.DimensionName, in.MetricName)
	if err != nil {
		return nil, err
	}
	out := &api.ListSecurityProfilesResponse{}
	err = s.read(ctx, func(tx *store.Tx) error {
		filter := store.ProfileFilter{Metric: api.Value(in.MetricName), Dimension: api.Value(in.DimensionName)}
		if err := checkFilter(tx, filter); err != nil {
			return err
		}
		names, err := tx.ProfileNames(filter, api.Value(p.after), p.read())
		names, out.NextToken = cut(p, names, byName)
		out.SecurityProfileIdentifiers = mapped(names, func(name string) api.SecurityProfileIdentifier {
			return *s.profileIdentifier(name)
		})
		return err
	})
	return out, err
}

// checkFilter refuses a filter by a metric or dimension that does not exist.
func checkFilter(tx *store.Tx, f store.ProfileFilter) error {
	if f.Dimension != "" {
		_, err := dimension(tx, f.Dimension)
		return err
	}
	if _, known := metric.Lookup(f.Metric); f.Metric == "" || known {
		return nil
	}
	_, err := tx.CustomMetric(f.Metric)
	if errors.Is(err, store.ErrNotFound) {
		return notFound("metric", f.Metric)
	}
	return err
}

// ValidateSecurityProfileBehaviors returns every fault of the behaviors.
func (s *Service) ValidateSecurityProfileBehaviors(ctx context.Context, in *api.ValidateSecurityProfileBehaviorsRequest) (*api.ValidateSecurityProfileBehaviorsResponse, error) {
	var faults []detect.Fault
	err := s.read(ctx, func(tx *store.Tx) error {
		c, err := readCatalog(tx)
		if err != nil {
			return err
		}
		faults = detect.Validate(in.Behaviors, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ValidateSecurityProfileBehaviorsResponse{
		Valid: new(len(faults) == 0),
		ValidationErrors: mapped(faults, func(f detect.Fault) api.ValidationError {
			return api.ValidationError{ErrorMessage: new(f.Error())}
		}),
	}, nil
}

// profile returns the security profile called name, or what the caller is told.
func profile(tx *store.Tx, name string) (*store.Profile, error) {
	p, err := tx.Profile(name)
	return found(p, err, "security profile", name)
}

// knowsProfile returns an error unless there is a profile of the name.
func (s *Service) knowsProfile(ctx context.Context, name string) error {
	return s.read(ctx, func(tx *store.Tx) error {
		_, err := profile(tx, name)
		return err
	})
}

// warnUnjudged tells the log of the behaviors that this release stores but
// cannot judge.
func (s *Service) warnUnjudged(ctx context.Context, profile string, behaviors []api.Behavior) {
	for i := range behaviors {
		if judged, why := detect.Judged(&behaviors[i]); !judged {
			s.log.WarnContext(ctx, "behavior is stored but not judged", "securityProfile", profile,
				"behavior", api.Value(behaviors[i].Name), "reason", why)
		}
	}
}

func (s *Service) profileIdentifier(name string) *api.SecurityProfileIdentifier {
	return &api.SecurityProfileIdentifier{Name: &name, Arn: new(s.arns.SecurityProfile(name))}
}

func (s *Service) profileResponse(p *store.Profile) api.DescribeSecurityProfileResponse {
	return api.DescribeSecurityProfileResponse{
		SecurityProfileName:         &p.Name,
		SecurityProfileArn:          new(s.arns.SecurityProfile(p.Name)),
		SecurityProfileDescription:  p.Description,
		Behaviors:                   p.Behaviors,
		AlertTargets:                p.AlertTargets,
		AdditionalMetricsToRetain:   plainMetrics(p.Retain),
		AdditionalMetricsToRetainV2: p.Retain,
		Version:                     &p.Version,
		CreationDate:                new(millis(p.Created)),
		LastModifiedDate:            new(millis(p.Modified)),
		MetricsExportConfig:         p.Export,
	}
}

// sameContent tells whether two profiles say the same, versions and times apart.
func sameContent(a, b *store.Profile) bool {
	content := func(p *store.Profile) []any {
		return []any{p.Description, p.Behaviors, p.AlertTargets, p.Retain, p.Export}
	}
	return sameJSON(content(a), content(b))
}

// sameJSON tells whether two values of the API's shapes are the same on the wire.
func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
