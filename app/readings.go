package app

import (
	"maps"

	"github.com/prometheus/client_golang/prometheus"

	"vedette/detect"
	"vedette/gateway"
	"vedette/gateway/bridge"
	"vedette/notify"
)

const (
	counter = prometheus.CounterValue
	gauge   = prometheus.GaugeValue
)

// watch registers the counters that the parts keep themselves.
func (m *metrics) watch(a *App) {
	var r readings
	r.addBroker(a)
	r.addTLS(a)
	r.addLimits(a)
	r.addLog(a)
	r.addUsage(a)
	r.addBridge(a)
	r.addStore(a)
	r.addAlerts(a)
	r.addExports(a)
	for _, o := range a.owners {
		r.addEngine(o.engine)
	}
	m.registry.MustRegister(r, reports{a.gateway}, unjudged{a.owners})
}

func (r *readings) addBroker(a *App) {
	stats := a.broker.Stats
	r.add(gauge, "mqtt_connections", "Open MQTT connections.", nil, func() float64 { return float64(stats().Connections) })
	r.add(gauge, "mqtt_sessions", "MQTT sessions, connected or not.", nil, func() float64 { return float64(stats().Sessions) })
	r.add(gauge, "mqtt_subscriptions", "MQTT subscriptions.", nil, func() float64 { return float64(stats().Subscriptions) })
	r.add(gauge, "mqtt_retained_messages", "Retained MQTT messages.", nil, func() float64 { return float64(stats().Retained) })
	r.add(gauge, "mqtt_queued_bytes", "Bytes of QoS 1 messages that wait for sessions.", nil, func() float64 { return float64(stats().Queued) })
	r.add(counter, "mqtt_slow_consumers_total", "MQTT connections closed because the client did not read.", nil, func() float64 { return float64(stats().SlowConsumers) })
	r.add(counter, "mqtt_connects_total", "MQTT connections that were accepted.", nil, func() float64 { return float64(stats().Connects) })
	r.add(counter, "mqtt_refused_total", "MQTT connections that were refused.", nil, func() float64 { return float64(stats().Refused) })
	r.add(counter, "mqtt_protocol_errors_total", "MQTT connections closed because of an error of the client.", nil, func() float64 { return float64(stats().ProtocolErrors) })
	r.add(counter, "mqtt_messages_total", "MQTT messages.", prometheus.Labels{"direction": "in"}, func() float64 { return float64(stats().MessagesIn) })
	r.add(counter, "mqtt_messages_total", "MQTT messages.", prometheus.Labels{"direction": "out"}, func() float64 { return float64(stats().MessagesOut) })
	r.add(counter, "mqtt_messages_dropped_total", "MQTT messages dropped because a client was too slow or a queue full.", nil, func() float64 { return float64(stats().Dropped) })
	r.add(counter, "mqtt_queue_full_total", "Of the dropped MQTT messages, those of QoS 1 for which a session had no room.", nil, func() float64 { return float64(stats().QueueFull) })
	r.add(counter, "mqtt_bytes_total", "Bytes of MQTT packets.", prometheus.Labels{"direction": "in"}, func() float64 { return float64(stats().BytesIn) })
	r.add(counter, "mqtt_bytes_total", "Bytes of MQTT packets.", prometheus.Labels{"direction": "out"}, func() float64 { return float64(stats().BytesOut) })
	r.add(counter, "mqtt_panics_total", "MQTT connections closed because of an error of the server.", nil, func() float64 { return float64(stats().Panics) })
	r.add(counter, "mqtt_save_failures_total", "MQTT sessions and messages that could not be kept.", nil, func() float64 { return float64(stats().SaveErrors) })
}

// addLimits shows how many connections each limit has kept out.
func (r *readings) addLimits(a *App) {
	for _, limit := range gateway.Limits() {
		r.add(counter, "connections_refused_total", "Connections refused because of a limit.", prometheus.Labels{"limit": limit.String()},
			func() float64 { return float64(a.gate.Refused(limit) + a.gateway.Refused(limit)) })
	}
	r.add(counter, "connections_refused_total", "Connections refused because of a limit.", prometheus.Labels{"limit": "sessions"},
		func() float64 { return float64(a.broker.Stats().Limited) })
}

// addTLS shows what became of the handshakes of the listeners that speak TLS.
func (r *readings) addTLS(a *App) {
	o, l := &a.options, &a.listeners
	for _, one := range []struct {
		name string
		on   bool
		at   **gateway.TLSListener // nil until Start
	}{{"http", o.HTTPTLS, &l.api}, {"mqtts", o.MQTTSAddr != "", &l.mqtts}, {"https_device", o.HTTPSDeviceAddr != "", &l.device}} {
		if !one.on {
			continue
		}
		count := func(result string, of func(gateway.Handshakes) uint64) {
			labels := prometheus.Labels{"listener": one.name, "result": result}
			r.add(counter, "tls_handshakes_total", "TLS handshakes.", labels, func() float64 { return float64(of((*one.at).Stats())) })
		}
		count("done", func(h gateway.Handshakes) uint64 { return h.Done })
		count("failed", func(h gateway.Handshakes) uint64 { return h.Failed })
		count("dropped", func(h gateway.Handshakes) uint64 { return h.Dropped })
	}
}

func (r *readings) addLog(a *App) {
	stats := a.log.Stats
	r.add(counter, "log_records_total", "Records committed to the log.", nil, func() float64 { return float64(stats().Records) })
	r.add(counter, "log_bytes_total", "Bytes of batches committed to the log.", nil, func() float64 { return float64(stats().Bytes) })
	r.add(counter, "log_retries_total", "Commits sent again because no answer came.", nil, func() float64 { return float64(stats().Retries) })
	r.add(counter, "log_overloaded_total", "Records refused because too many wait for their commit.", nil, func() float64 { return float64(stats().Overloaded) })
	r.add(gauge, "log_pending_bytes", "Bytes that wait for their commit.", nil, func() float64 { return float64(stats().Pending) })
	r.add(counter, "log_snapshots_total", "Snapshots of the engine's state kept.", nil, func() float64 { return float64(stats().Snapshots) })
}

func (r *readings) addStore(a *App) {
	stats := a.db.Stats
	r.add(gauge, "store_connections", "Open connections to the database.", nil, func() float64 { return float64(stats().Connections) })
	r.add(counter, "store_violation_events_total", "Violation events stored.", nil, func() float64 { return float64(stats().Events) })
	r.add(counter, "store_metric_chunks_total", "Chunks of metric values stored.", nil, func() float64 { return float64(stats().Chunks) })
	r.add(counter, "store_metric_chunk_bytes_total", "Bytes of the chunks of metric values stored.", nil, func() float64 { return float64(stats().ChunkBytes) })
}

func (r *readings) addAlerts(a *App) {
	stats := a.dispatcher.Stats
	r.add(counter, "alerts_total", "Attempts to send an alert.", prometheus.Labels{"result": "sent"}, func() float64 { return float64(stats().Sent) })
	r.add(counter, "alerts_total", "Attempts to send an alert.", prometheus.Labels{"result": "failed"}, func() float64 { return float64(stats().Failures) })
	r.add(gauge, "alerts_waiting", "Alerts in memory that are not delivered yet.", nil, func() float64 { return float64(stats().Held) })
	r.add(gauge, "alert_targets_failing", "Alert targets whose last attempt failed.", nil, func() float64 { return float64(stats().Failing) })
}

// addExports shows what became of exported metric values, for each sink.
func (r *readings) addExports(a *App) {
	r.add(counter, "exports_total", "Messages of exported metric values stored.", nil, func() float64 { return float64(a.db.Stats().Exports) })
	for _, sink := range a.exporters.sinks {
		stats := func() notify.ExporterStats { return a.exporters.stats(sink.name) }
		one := func(result string) prometheus.Labels { return prometheus.Labels{"sink": sink.name, "result": result} }
		r.add(counter, "export_messages_total", "Messages of exported metric values, by what became of them.", one("taken"), func() float64 { return float64(stats().Sent) - float64(sink.dropped()) })
		r.add(counter, "export_messages_total", "Messages of exported metric values, by what became of them.", one("dropped"), func() float64 { return float64(sink.dropped()) })
		r.add(counter, "export_failures_total", "Attempts in vain to export metric values.", prometheus.Labels{"sink": sink.name}, func() float64 { return float64(stats().Failures) })
		r.add(gauge, "export_sink_failing", "1 if the last attempt to export metric values was in vain.", prometheus.Labels{"sink": sink.name}, func() float64 {
			if stats().Failing {
				return 1
			}
			return 0
		})
	}
}

func (r *readings) addEngine(e *detect.Engine) {
	stats := e.Stats
	r.add(counter, "engine_reports_total", "Reports judged.", nil, func() float64 { return float64(stats().Reports) })
	r.add(counter, "engine_repeats_total", "Reports that were the thing's last one again.", nil, func() float64 { return float64(stats().Repeats) })
	r.add(counter, "engine_changes_total", "Changes of the control plane applied.", nil, func() float64 { return float64(stats().Changes) })
	r.add(counter, "engine_damaged_records_total", "Records skipped because they could not be read.", nil, func() float64 { return float64(stats().Damaged) })
	r.add(counter, "datapoints_total", "Datapoints judged.", nil, func() float64 { return float64(stats().Datapoints) })
	r.add(counter, "verdicts_total", "Verdicts on datapoints.", prometheus.Labels{"verdict": "normal"}, func() float64 { return float64(stats().Normal) })
	r.add(counter, "verdicts_total", "Verdicts on datapoints.", prometheus.Labels{"verdict": "violating"}, func() float64 { return float64(stats().Violating) })
	r.add(counter, "engine_usage_records_total", "Usage records judged.", nil, func() float64 { return float64(stats().Usages) })
	r.add(counter, "engine_presence_records_total", "Connections and disconnections judged.", nil, func() float64 { return float64(stats().Presences) })
	for result, of := range map[string]func(detect.Stats) uint64{
		"set":             func(s detect.Stats) uint64 { return s.Thresholds },
		"too_few_things":  func(s detect.Stats) uint64 { return s.TooFew },
		"negative_values": func(s detect.Stats) uint64 { return s.Negative },
	} {
		r.add(counter, "thresholds_total", "Windows of statistical behaviors that have got a threshold, or cannot have one.", prometheus.Labels{"result": result},
			func() float64 { return float64(of(stats())) })
	}
	r.add(gauge, "datapoints_waiting", "Datapoints that wait for their statistical threshold.", nil, func() float64 { return float64(stats().Waiting) })
	r.add(counter, "exported_values_total", "Metric values exported, once for each security profile that does.", prometheus.Labels{"result": "written"}, func() float64 { s := stats(); return float64(s.Exported - s.Unexported) })
	r.add(counter, "exported_values_total", "Metric values exported, once for each security profile that does.", prometheus.Labels{"result": "too_large"}, func() float64 { return float64(stats().Unexported) })
	r.add(gauge, "things_online", "Things that are connected.", nil, func() float64 { return float64(stats().Online) })
	r.add(gauge, "things_seen", "Things that the engine knows.", nil, func() float64 { return float64(stats().Things) })
	for converted, of := range map[string]func(detect.Stats) int{
		"false": func(s detect.Stats) int { return s.SendingTotals - s.Converted },
		"true":  func(s detect.Stats) int { return s.Converted },
	} {
		r.add(gauge, "things_sending_totals", "Things that send totals since their start instead of deltas, as far as this process has seen; converted: deltas are made of them.",
			prometheus.Labels{"converted": converted}, func() float64 { return float64(of(stats())) })
	}
	r.add(gauge, "things_converted", "Things in a group of --delta-from-totals that have reported: their deltas are made of totals.", nil, func() float64 { return float64(stats().DeltasMade) })
	r.add(gauge, "active_violations", "Violations that are active.", nil, func() float64 { return float64(stats().ActiveViolations) })
	r.add(gauge, "engine_state_bytes", "Memory of the engine's state.", nil, func() float64 { return float64(stats().Bytes) })
	r.add(counter, "metric_values_total", "Metric values kept.", nil, func() float64 { return float64(stats().Values) })
	r.add(gauge, "open_chunks", "Chunks of metric values in memory.", nil, func() float64 { return float64(stats().OpenChunks) })
	r.add(gauge, "open_chunk_bytes", "Memory of the chunks of metric values in memory.", nil, func() float64 { return float64(stats().OpenChunkBytes) })
	r.add(gauge, "engine_clock_seconds", "The engine's clock: the latest arrival it has seen, epoch seconds.", nil, func() float64 { return float64(stats().Clock) / 1000 })
}

func (r *readings) addUsage(a *App) {
	stats := a.gateway.Stats
	r.add(counter, "usage_records_total", "Records of what clients did that were handed to the log.", nil, func() float64 { return float64(stats().Usages) })
	r.add(counter, "usage_failures_total", "Of these, those that could not be stored and are tried again.", nil, func() float64 { return float64(stats().UsageFailures) })
	r.add(counter, "usage_uncounted_total", "Refused connections and messages by HTTPS that were not counted: too many client ids, things or addresses.", nil, func() float64 { return float64(stats().Uncounted) })
}

// addBridge shows how the links to brokers elsewhere do.
func (r *readings) addBridge(a *App) {
	if a.bridge == nil {
		return
	}
	for i, link := range a.bridge.Stats() {
		labels := prometheus.Labels{"broker": link.Broker}
		stats := func() *bridge.Stats { return &a.bridge.Stats()[i] }
		r.add(gauge, "bridge_connected", "1 while the link to a broker is up.", labels, func() float64 {
			if stats().Connected {
				return 1
			}
			return 0
		})
		r.add(counter, "bridge_connects_total", "Times that the link to a broker came up.", labels, func() float64 { return float64(stats().Connects) })
		r.add(counter, "bridge_connect_failures_total", "Attempts to connect to a broker that failed.", labels, func() float64 { return float64(stats().Failures) })
		r.add(counter, "bridge_sessions_forgotten_total", "Reconnects for which a broker had no session any more.", labels, func() float64 { return float64(stats().Forgotten) })
		r.add(counter, "bridge_replies_total", "Replies to reports that were handed to a broker.", labels, func() float64 { return float64(stats().Replies) })
		r.add(counter, "bridge_replies_undelivered_total", "Replies to reports that could not be handed to a broker.", labels, func() float64 { return float64(stats().Undelivered) })
		for kind := range link.Messages {
			r.add(counter, "bridge_messages_total", "Messages from a broker.", prometheus.Labels{"broker": link.Broker, "kind": kind},
				func() float64 { return float64(stats().Messages[kind]) })
		}
	}
}

// reports shows what became of the reports that devices sent.
type reports struct{ gateway *gateway.Gateway }

var (
	acceptedDesc   = prometheus.NewDesc("vedette_reports_total", "Reports that were accepted.", []string{"format"}, nil)
	rejectedDesc   = prometheus.NewDesc("vedette_report_rejections_total", "Reports that were rejected.", []string{"format", "reason"}, nil)
	repeatsDesc    = prometheus.NewDesc("vedette_report_repeats_total", "Reports that were sent again, and answered without being stored again.", nil, nil)
	datapointsDesc = prometheus.NewDesc("vedette_report_datapoints_total", "Datapoints in reports that were handed to the log.", []string{"kind"}, nil)
	pendingDesc    = prometheus.NewDesc("vedette_reports_pending", "Reports that wait to be stored.", nil, nil)
)

// Describe implements prometheus.Collector.
func (reports) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{acceptedDesc, rejectedDesc, repeatsDesc, datapointsDesc, pendingDesc} {
		ch <- desc
	}
}

// Collect implements prometheus.Collector.
func (r reports) Collect(ch chan<- prometheus.Metric) {
	stats := r.gateway.Stats()
	for format, n := range stats.Accepted {
		ch <- prometheus.MustNewConstMetric(acceptedDesc, counter, float64(n), format.String())
	}
	for by, n := range stats.Rejected {
		ch <- prometheus.MustNewConstMetric(rejectedDesc, counter, float64(n), by.Format.String(), by.Reason.String())
	}
	for kind, n := range stats.Datapoints {
		ch <- prometheus.MustNewConstMetric(datapointsDesc, counter, float64(n), kind.String())
	}
	ch <- prometheus.MustNewConstMetric(repeatsDesc, counter, float64(stats.Repeats))
	ch <- prometheus.MustNewConstMetric(pendingDesc, gauge, float64(stats.Pending))
}

// unjudged shows each behavior that is stored and not judged by this release.
type unjudged struct{ owners []*owner }

var unjudgedDesc = prometheus.NewDesc("vedette_behaviors_unjudged", "Behaviors that are stored, and not judged by this release.", []string{"security_profile", "behavior", "reason"}, nil)

// Describe implements prometheus.Collector.
func (unjudged) Describe(ch chan<- *prometheus.Desc) { ch <- unjudgedDesc }

// Collect implements prometheus.Collector. Every shard knows every profile, so
// each behavior is shown once.
func (u unjudged) Collect(ch chan<- prometheus.Metric) {
	all := map[detect.Unjudged]bool{}
	for _, o := range u.owners {
		for _, one := range o.engine.Stats().Unjudged {
			all[one] = true
		}
	}
	for one := range maps.Keys(all) {
		ch <- prometheus.MustNewConstMetric(unjudgedDesc, gauge, 1, one.Profile, one.Behavior, one.Why)
	}
}
