package app

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"vedette/api"
	"vedette/store"
	"vedette/violation"
)

// metrics is what /metrics shows: durations, observed as they happen, and the
// counters that the parts keep themselves, read when somebody asks.
type metrics struct {
	registry *prometheus.Registry

	commit    prometheus.Histogram
	batch     prometheus.Histogram
	tx        *prometheus.HistogramVec
	calls     *prometheus.HistogramVec
	sends     *prometheus.HistogramVec
	delay     prometheus.Histogram
	alarms    map[api.ViolationEventType]*prometheus.CounterVec
	failedTx  *prometheus.CounterVec
	failedLog prometheus.Counter
	requests  *prometheus.CounterVec
}

// fine buckets resolve what should take milliseconds.
var fine = []float64{.0001, .00025, .0005, .001, .002, .003, .005, .0075, .01, .015, .02, .03, .05, .075, .1, .25, .5, 1, 2.5, 5, 10}

func newMetrics() *metrics {
	histogram := func(name, help string, buckets []float64) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Namespace: "vedette", Name: name, Help: help, Buckets: buckets}
	}
	alarm := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "vedette", Name: name, Help: help}, []string{"security_profile", "behavior"})
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		commit:   prometheus.NewHistogram(histogram("log_commit_seconds", "Time to commit a batch of records to the log.", fine)),
		batch:    prometheus.NewHistogram(histogram("log_batch_records", "Records in a committed batch.", prometheus.ExponentialBuckets(1, 2, 14))),
		tx:       prometheus.NewHistogramVec(histogram("store_transaction_seconds", "Time of a transaction of the store.", fine), []string{"kind"}),
		calls:    prometheus.NewHistogramVec(histogram("api_request_seconds", "Time to answer a call of the API.", fine), []string{"operation", "status"}),
		sends:    prometheus.NewHistogramVec(histogram("alert_send_seconds", "Time of an attempt to send an alert.", prometheus.DefBuckets), []string{"target", "result"}),
		delay:    prometheus.NewHistogram(histogram("violation_event_delay_seconds", "Time from the arrival of the deciding record to its violation event being stored.", fine)),
		alarms: map[api.ViolationEventType]*prometheus.CounterVec{
			api.ViolationEventTypeInAlarm:          alarm("violations_total", "Violations that began (in-alarm)."),
			api.ViolationEventTypeAlarmCleared:     alarm("violations_cleared_total", "Violations that were cleared (alarm-cleared)."),
			api.ViolationEventTypeAlarmInvalidated: alarm("violations_invalidated_total", "Violations that were invalidated (alarm-invalidated)."),
		},
		failedTx:  prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "vedette", Name: "store_transaction_failures_total", Help: "Transactions of the store that failed."}, []string{"kind"}),
		requests:  prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "vedette", Name: "gateway_requests_total", Help: "HTTP requests to the gateway."}, []string{"operation", "status"}),
		failedLog: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "vedette", Name: "log_commit_failures_total", Help: "Batches that could not be committed to the log."}),
	}
	m.registry.MustRegister(m.commit, m.batch, m.tx, m.calls, m.sends, m.delay, m.failedTx, m.failedLog, m.requests,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, vec := range m.alarms {
		m.registry.MustRegister(vec)
	}
	return m
}

func (m *metrics) observeCommit(records, _ int, d time.Duration, err error) {
	if err != nil {
		m.failedLog.Inc()
		return
	}
	m.commit.Observe(d.Seconds())
	m.batch.Observe(float64(records))
}

func (m *metrics) observeTx(kind string, d time.Duration, err error) {
	m.tx.WithLabelValues(kind).Observe(d.Seconds())
	if err != nil && !isAnswer(err) {
		m.failedTx.WithLabelValues(kind).Inc()
	}
}

// isAnswer tells an error that answers the question of a caller, such as that
// something does not exist, from a fault.
func isAnswer(err error) bool {
	_, told := errors.AsType[*api.Error](err)
	return told || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) || errors.Is(err, context.Canceled)
}

func (m *metrics) observeCall(operation string, status int, d time.Duration) {
	m.calls.WithLabelValues(operation, strconv.Itoa(status)).Observe(d.Seconds())
}

// observeRequest counts a message published by HTTP, or a WebSocket.
func (m *metrics) observeRequest(operation string, status int) {
	m.requests.WithLabelValues(operation, strconv.Itoa(status)).Inc()
}

func (m *metrics) observeSend(target string, d time.Duration, err error) {
	result := "sent"
	if err != nil {
		result = "failed"
	}
	m.sends.WithLabelValues(target, result).Observe(d.Seconds())
}

// observeEvents counts violation events that were stored at now; arrivals has the
// arrival time of each event's deciding record, in epoch milliseconds.
func (m *metrics) observeEvents(events []violation.Event, arrivals []int64, now int64) {
	for i := range events {
		e := &events[i]
		m.alarms[e.Type].WithLabelValues(e.Profile, e.Behavior).Inc()
		m.delay.Observe(float64(max(now-arrivals[i], 0)) / 1000)
	}
}

// reading is a counter or gauge that a part keeps itself.
type reading struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func() float64
}

// readings shows the counters of the parts under fixed names.
type readings []reading

func (r *readings) add(kind prometheus.ValueType, name, help string, labels prometheus.Labels, value func() float64) {
	*r = append(*r, reading{prometheus.NewDesc("vedette_"+name, help, nil, labels), kind, value})
}

// Describe implements prometheus.Collector.
func (r readings) Describe(ch chan<- *prometheus.Desc) {
	for _, one := range r {
		ch <- one.desc
	}
}

// Collect implements prometheus.Collector.
func (r readings) Collect(ch chan<- prometheus.Metric) {
	for _, one := range r {
		ch <- prometheus.MustNewConstMetric(one.desc, one.kind, one.value())
	}
}
