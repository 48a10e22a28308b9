package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"vedette/mqtt"
	"vedette/notify"
	"vedette/record"
	"vedette/store"
)

// mqttSink is the name of the sink that every deployment has: the topic of the profile.
const mqttSink = "mqtt"

// ExportSink is somewhere that exported metric values go to beside MQTT: RemoteWrite or
// File. It goes on where it was by its name.
type ExportSink struct {
	Name        string           `yaml:"name"` // 1 to 64 of A-Z, a-z, 0-9, - and _; not "mqtt"
	RemoteWrite *RemoteWriteSink `yaml:"remote-write"`
	File        *FileSink        `yaml:"file"`
}

// RemoteWriteSink is a receiver of Prometheus remote write, version 1.
type RemoteWriteSink struct {
	URL             string            `yaml:"url"`
	BearerTokenFile string            `yaml:"bearer-token-file"` // read for each request; empty: no token
	Headers         map[string]string `yaml:"headers"`
}

// FileSink is a file of JSON lines (docs/format/export.md).
type FileSink struct {
	Path     string `yaml:"path"`
	MaxBytes int64  `yaml:"max-bytes"` // of a file; 0: 100 MiB
	Keep     int    `yaml:"keep"`      // files put aside; 0: 10
}

var sinkPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)

// checkExports tells what is wrong with the options of exports.
func (o *Options) checkExports() (faults []error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	const window = time.Duration(record.UsageWindow) * time.Millisecond
	if o.ExportInterval < window || o.ExportInterval > 24*time.Hour || o.ExportInterval%window != 0 {
		fault("export-interval %v: want a multiple of 5m, at most 24h", o.ExportInterval)
	}
	if o.ExportRetention < time.Hour {
		fault("export-retention %v: want at least 1h", o.ExportRetention)
	}
	names, paths := map[string]bool{mqttSink: true}, map[string]string{}
	for i, s := range o.Exports {
		switch {
		case !sinkPattern.MatchString(s.Name):
			fault("export: sink %d: name %q: want 1 to 64 letters, digits, - and _", i+1, s.Name)
		case s.Name == mqttSink:
			fault("export: sink %d: the name mqtt is that of the topics of profiles: give another one", i+1)
		case names[s.Name]:
			fault("export: sink %d: name %q is used twice", i+1, s.Name)
		case (s.RemoteWrite == nil) == (s.File == nil):
			fault("export: sink %s: want either remote-write or file", s.Name)
		case s.File != nil && (s.File.Path == "" || s.File.MaxBytes < 0 || s.File.Keep < 0):
			fault("export: sink %s: file: want a path, and max-bytes and keep of 0, for the defaults, or more", s.Name)
		case s.File != nil:
			path := filepath.Clean(s.File.Path)
			if other := paths[path]; other != "" {
				fault("export: sink %s: file: path %q is that of sink %s: two of them would write over each other", s.Name, s.File.Path, other)
			}
			paths[path] = s.Name
		case s.RemoteWrite != nil:
			if _, err := notify.NewRemoteWrite(s.RemoteWrite.options(nil)); err != nil {
				fault("export: sink %s: remote-write: %w", s.Name, err)
			}
		}
		names[s.Name] = true
	}
	return faults
}

func (s *RemoteWriteSink) options(logger *slog.Logger) notify.RemoteWriteOptions {
	return notify.RemoteWriteOptions{URL: s.URL, BearerTokenFile: s.BearerTokenFile, Headers: s.Headers, Logger: logger}
}

// exportSink is an open sink. Shards take turns at it.
type exportSink struct {
	name    string
	dropped func() uint64 // messages that can never get there

	mu   sync.Mutex
	sink notify.Sink
}

func (s *exportSink) Send(ctx context.Context, list []notify.Export) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sink.Send(ctx, list)
}

// exporters take exported values to all sinks.
type exporters struct {
	sinks []*exportSink
	runs  map[string][]*notify.Exporter // by sink, one for each shard
}

func (e *exporters) wake() {
	for _, list := range e.runs {
		for _, x := range list {
			x.Wake()
		}
	}
}

// stats adds up what became of the messages for a sink.
func (e *exporters) stats(sink string) (sum notify.ExporterStats) {
	for _, x := range e.runs[sink] {
		s := x.Stats()
		sum.Sent, sum.Failures, sum.Failing = sum.Sent+s.Sent, sum.Failures+s.Failures, sum.Failing || s.Failing
	}
	return sum
}

// wireExports opens the sinks and makes what takes exported metric values to them.
func (a *App) wireExports(ctx context.Context) error {
	topics := &brokerSink{broker: a.broker, log: a.logger.With("component", "export", "sink", mqttSink)}
	x := &a.exporters
	x.sinks = []*exportSink{{name: mqttSink, sink: topics, dropped: topics.dropped.Load}}
	for i := range a.options.Exports {
		s, err := a.openSink(&a.options.Exports[i])
		if err != nil {
			return fmt.Errorf("export: sink %s: %w", a.options.Exports[i].Name, err)
		}
		x.sinks = append(x.sinks, s)
	}
	var names []string
	for _, s := range x.sinks {
		names = append(names, s.name)
	}
	x.runs = make(map[string][]*notify.Exporter)
	for _, o := range a.owners {
		done, err := a.db.SetExportSinks(ctx, o.shard, names)
		if err != nil {
			return err
		}
		for _, s := range x.sinks {
			x.runs[s.name] = append(x.runs[s.name], notify.NewExporter(notify.ExporterOptions{
				Name: s.name, Outbox: exportOutbox{a.db, o.shard, s.name}, Sink: s, After: done[s.name], Logger: a.logger,
			}))
		}
	}
	return nil
}

func (a *App) openSink(s *ExportSink) (*exportSink, error) {
	if s.File != nil {
		file, err := notify.OpenFile(notify.FileOptions{Path: s.File.Path, MaxBytes: s.File.MaxBytes, Keep: s.File.Keep})
		if err != nil {
			return nil, err
		}
		a.later(closing(file))
		return &exportSink{name: s.Name, sink: file, dropped: func() uint64 { return 0 }}, nil
	}
	remote, err := notify.NewRemoteWrite(s.RemoteWrite.options(a.logger.With("sink", s.Name)))
	if err != nil {
		return nil, err
	}
	a.later(closing(remote))
	return &exportSink{name: s.Name, sink: remote, dropped: remote.Dropped}, nil
}

func closing(c io.Closer) func(context.Context) error {
	return func(context.Context) error { return c.Close() }
}

// export runs the exporters. They stop before the broker, which takes no more then.
func (a *App) export() {
	for name, list := range a.exporters.runs {
		for _, x := range list {
			a.background("exports to "+name, x.Run)
		}
	}
}

// setExportInterval tells the engines how often values go out. It has to be in the log: a
// replay hands out the same messages at the same places.
func (a *App) setExportInterval(ctx context.Context) error {
	every := a.options.ExportInterval.Milliseconds()
	if !slices.ContainsFunc(a.owners, func(o *owner) bool { return o.engine.Stats().ExportInterval != every }) {
		return nil
	}
	body, err := (&record.Change{ExportInterval: every}).Encode()
	if err != nil {
		return err
	}
	if err := a.log.AppendChange(ctx, body); err != nil {
		return fmt.Errorf("write --export-interval to the log: %w", err)
	}
	return nil
}

// exportOutbox gives an exporter the messages of a shard that wait in the store.
type exportOutbox struct {
	db    *store.DB
	shard int
	sink  string
}

func (o exportOutbox) Exports(ctx context.Context, after int64, limit int) ([]notify.Export, error) {
	rows, err := o.db.Exports(ctx, o.shard, after, limit)
	list := make([]notify.Export, len(rows))
	for i, r := range rows {
		list[i] = notify.Export{ID: r.ID, Profile: r.Profile, Topic: r.Topic, Payload: r.Payload}
	}
	return list, err
}

func (o exportOutbox) MarkExported(ctx context.Context, id int64) error {
	return o.db.MarkExported(ctx, o.shard, o.sink, id)
}

// brokerSink publishes exported values to the topics of their profiles.
type brokerSink struct {
	broker  *mqtt.Server
	log     *slog.Logger
	dropped atomic.Uint64
}

// Send implements notify.Sink. A message is as safe as one that a client published with
// QoS 1 and that was acknowledged.
func (s *brokerSink) Send(ctx context.Context, list []notify.Export) (int, error) {
	stored := make([]chan mqtt.Code, len(list))
	for i := range list {
		m := mqtt.Message{Topic: []byte(list[i].Topic), Payload: list[i].Payload, QoS: 1}
		done := make(chan mqtt.Code, 1)
		stored[i] = done
		if !mqtt.ValidTopic(m.Topic) || !s.broker.Fits(m.Topic) {
			n := s.dropped.Add(1)
			s.log.Error("metric values dropped: nothing can be published to their topic; update the metricsExportConfig of the security profile",
				"profile", list[i].Profile, "topic", list[i].Topic, "dropped", n)
			done <- mqtt.CodeSuccess
			continue
		}
		s.broker.PublishThen(m, func(code mqtt.Code) { done <- code })
	}
	for i, done := range stored {
		select {
		case code := <-done:
			if code.Failed() {
				return i, errors.New("the broker could not store the message: " + code.String())
			}
		case <-ctx.Done():
			return i, ctx.Err()
		}
	}
	return len(list), nil
}
