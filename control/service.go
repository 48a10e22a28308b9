// Package control is the control plane: one method for each operation of the
// API, one file for each group of operations. It decides what is allowed; what
// is kept and how is the store's business, and what arrives here was decoded
// and checked against the API model by restjson.
//
// Every operation is one transaction. What it changes for detection is written
// in that transaction as change records; Options.Changed is told afterwards.
package control

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"vedette/api"
	"vedette/detect"
	"vedette/gateway"
	"vedette/metric"
	"vedette/principal"
	"vedette/restjson"
	"vedette/store"
	"vedette/violation"
)

// Options is what a Service needs to know.
type Options struct {
	Store *store.DB

	Account  string // 12 digits
	Region   string // us-east-1
	Hostname string // bare host name that DescribeEndpoint answers

	// Changed is called after a commit that may have changed something for
	// detection, with the revision of the last change; it returns when the changes
	// up to it are in the log. An error is logged, no more: the changes are kept in
	// the store until they are. nil: nobody waits.
	Changed func(ctx context.Context, revision int64) error

	// Settle is called before violations and values are read; it returns when every report
	// that was accepted until now is judged and stored. nil: nobody waits.
	Settle func(ctx context.Context) error

	// OpenChunk returns the values of a series of a thing that are not handed to the
	// store yet, nil for none, and whether the thing is known to detection. All
	// values before them are stored when it returns. nil: there are none.
	OpenChunk func(ctx context.Context, thing string, series metric.Series) (open *violation.Chunk, known bool, err error)

	// OpenThings returns the next things after the one called after, by name, at most
	// limit, that have values which are not handed to the store yet and end at from, epoch
	// milliseconds, or later. What it misses because it was handed over meanwhile is stored
	// when it returns. nil: there are none.
	OpenThings func(ctx context.Context, from int64, after string, limit int) ([]string, error)

	// FindThings returns what detection knows of things that have a place in a list, in
	// its order. It is called when all reports and changes until then are judged. nil:
	// it knows none.
	FindThings func(q detect.ThingQuery) []detect.ThingStatus

	// Thing returns what detection knows of a thing, and whether that is anything. All
	// values but those of the open series are stored when it returns. nil: it is nothing.
	Thing func(ctx context.Context, name string) (d detect.ThingDetail, known bool, err error)

	// Reports returns the last accepted reports of a thing that the log has, the newest
	// first, at most limit, and the time back to which it was searched, epoch
	// milliseconds; 0: not at all. nil: there are none.
	Reports func(ctx context.Context, thing string, limit int) (list []LoggedReport, from int64, err error)

	// DeltasSince returns when detection began to make the deltas of a thing from the
	// totals that it sends, epoch milliseconds; 0: it does not. nil: of no thing.
	DeltasSince func(thing string) int64

	// MetricRetention is how long values of metrics are shown; 0: as long as they
	// are stored.
	MetricRetention time.Duration

	// Rejections returns the last rejected reports of a thing, oldest first. nil:
	// none are known.
	Rejections func(thing string) []gateway.Rejection

	// Watch streams what happens, for WatchLive. nil: there is no such operation.
	Watch func(ctx context.Context, in *WatchLiveRequest, out *restjson.Stream) error

	// Fleet returns what the overview tells that is not in the store. nil: the operation
	// GetOverview answers zeros for it.
	Fleet func(ctx context.Context) FleetFigures

	// Authority issues the certificates of devices. nil: the operations that need
	// it answer NotImplementedException.
	Authority *principal.Authority

	// User returns who a caller is; nil where the access key is unknown or disabled, or
	// the role is. User itself being nil, nobody is asked who it is, and everybody may do
	// all.
	User func(caller restjson.Caller) *principal.User

	Version       string         // of the server
	OpenIDConnect *OpenIDConnect // where one can sign in without an access key; nil: nowhere

	// Deployment returns what DescribeDeployment answers, but for the health. nil: nothing.
	Deployment func() DescribeDeploymentResponse

	// Health returns how the parts of the server are. nil: none are known.
	Health func(ctx context.Context) []Health

	Limits Limits
	Logger *slog.Logger     // nil discards
	Now    func() time.Time // nil: time.Now
}

// Service implements the operations of the control plane. It is safe for
// concurrent use.
type Service struct {
	opts   Options
	store  *store.DB
	arns   api.ARNs
	limits Limits
	log    *slog.Logger

	permissions map[*api.Operation]permission
	suggesting  chan struct{} // holds an element while GetSuggestions reads a fleet
	overview    overviewParts
	measuring   chan struct{} // holds an element while GetDistribution reads a fleet
}

// New returns a service over o.Store.
func New(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{
		opts:   o,
		store:  o.Store,
		arns:   api.ARNs{Account: o.Account, Region: o.Region},
		limits: o.Limits.withDefaults(),
		log:    o.Logger.With("component", "control"),

		permissions: newPermissions(),
		suggesting:  make(chan struct{}, 1),
		measuring:   make(chan struct{}, 1),
	}
}

// Limits returns the quotas in force.
func (s *Service) Limits() Limits { return s.limits }

// read runs fn on one unchanging state of the store.
func (s *Service) read(ctx context.Context, fn func(tx *store.Tx) error) error {
	return unavailable(s.store.Read(ctx, fn))
}

// write runs fn in a transaction that detection need not hear of.
func (s *Service) write(ctx context.Context, fn func(tx *store.Tx) error) error {
	return unavailable(s.store.Write(ctx, fn))
}

// change runs fn in a transaction that detection may have to hear of, and waits
// until it has. It waits too when fn changed nothing: fn then repeats a call
// whose answer was lost, and its caller is promised the same.
func (s *Service) change(ctx context.Context, fn func(tx *store.Tx) error) error {
	var revision int64
	err := s.write(ctx, func(tx *store.Tx) (err error) {
		if err := fn(tx); err != nil {
			return err
		}
		revision, err = tx.LastRevision()
		return err
	})
	if err != nil || s.opts.Changed == nil {
		return err
	}
	if err := s.opts.Changed(ctx, revision); err != nil {
		s.log.WarnContext(ctx, "change is stored but not yet in the log", "revision", revision, "error", err)
	}
	return nil
}

// unavailable makes a store that cannot work now the caller's to try again.
func unavailable(err error) error {
	if !errors.Is(err, store.ErrUnavailable) {
		return err
	}
	return &api.Error{Code: api.ServiceUnavailableException, Message: "The store is unavailable. Try again later.", Cause: err}
}

// found replaces store.ErrNotFound by what the caller is told.
func found[T any](v *T, err error, what, name string) (*T, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound(what, name)
	}
	return v, err
}

// absent is like found where nothing being there is fine: nil.
func absent[T any](v *T, err error) (*T, error) {
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return v, err
}

func notFound(what, name string) error {
	return api.NotFound("The %s %s does not exist.", what, name)
}

// alreadyExists is the answer to a creation that differs from what exists.
func alreadyExists(what, name, arn string) error {
	e := api.Errorf(api.ResourceAlreadyExistsException, "The %s %s already exists with different content.", what, name)
	e.ResourceID, e.ResourceARN = name, arn
	return e
}

// checkVersion refuses an expected version that is not the current one.
func checkVersion(expected *int64, version int64, what, name string) error {
	if expected == nil || *expected == version {
		return nil
	}
	return api.Errorf(api.VersionConflictException, "The %s %s has version %d, not the expected version %d.", what, name, version, *expected)
}
