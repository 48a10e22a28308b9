package control_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"vedette/api"
	"vedette/control"
	"vedette/metric"
	"vedette/record"
)

// inLog returns a report as the log has it.
func inLog(t *testing.T, at int64, payload string) control.LoggedReport {
	t.Helper()
	var parsed metric.Report
	if err := metric.ParseReport(metric.JSON, []byte(payload), &parsed); err != nil {
		t.Fatal(err)
	}
	r := &record.Report{}
	if err := r.Decode(record.AppendReport(nil, []byte("cam"), &parsed)); err != nil {
		t.Fatal(err)
	}
	return control.LoggedReport{At: at, Report: r}
}

// TestListAcceptedReports: a report is shown as it came, without what the log does not
// keep of it.
func TestListAcceptedReports(t *testing.T) {
	const (
		header  = `{"header":{"report_id":7,"version":"1.0"},`
		metrics = `"metrics":{"listening_tcp_ports":{"ports":[{"port":22},{"port":443}],"total":2},"listening_udp_ports":{"ports":[],"total":0},` +
			`"network_stats":{"bytes_in":1,"bytes_out":2,"packets_in":3,"packets_out":4},` +
			`"tcp_connections":{"established_connections":{"connections":[{"remote_addr":"10.0.0.1"},{"remote_addr":"2001:db8::1"}],"total":5}}}`
		custom = `{"heat":[{"number":-1.5}],"levels":[{"number_list":[1,2.5]}],"users":[{"string_list":["a","b"]}],"peers":[{"ip_list":["10.0.0.2"]}],"none":[{"string_list":[]}]}`
	)
	asked := 0
	var err error
	e := newEnv(t, func(o *control.Options) {
		o.Reports = func(_ context.Context, thing string, limit int) ([]control.LoggedReport, int64, error) {
			if asked = limit; thing != "cam" {
				return nil, 0, err
			}
			return []control.LoggedReport{
				inLog(t, january+1, header+metrics+`,"custom_metrics":`+custom+`}`),
				inLog(t, january, header+`"metrics":{"network_stats":{"bytes_in":9},"listening_tcp_ports":{"total":3}}}`),
				inLog(t, january, `{"header":{"report_id":-3,"version":"1.0"},"custom_metrics":{"heat":[{"number":1}]}}`),
				inLog(t, january, header+`"metrics":{}}`),
			}, january - 1000, err
		}
	})
	e.expect(exchange{"GET /vedette/v1/things/cam/reports", 200, `{"searchedFrom":1767225599,"reports":[
		{"time":1767225600.001,"reportId":7,` + metrics + `,"customMetrics":` + custom + `},
		{"time":1767225600,"reportId":7,"metrics":{"network_stats":{"bytes_in":9},"listening_tcp_ports":{"total":3}}},
		{"time":1767225600,"reportId":-3,"customMetrics":{"heat":[{"number":1}]}},
		{"time":1767225600,"reportId":7}]}`})
	if asked != 20 {
		t.Errorf("asked for %d reports, want 20", asked)
	}
	for _, x := range []exchange{
		{"GET /vedette/v1/things/nobody/reports", 200, `{"reports":[]}`},
		{"GET /vedette/v1/things/" + strings.Repeat("a", 129) + "/reports", 400, `*`},
		{"GET /vedette/v1/things/%ff/reports", 400, `*`},
		{"GET /vedette/v1/things//reports", 404, `*`},
		{"DELETE /vedette/v1/things/cam/reports", 405, `*`},
	} {
		e.expect(x)
	}
	err = &api.Error{Code: api.ServiceUnavailableException, Message: "The log cannot be read. Try again later.", Cause: errors.New("away")}
	e.expect(exchange{"GET /vedette/v1/things/cam/reports", 503, `ServiceUnavailableException: The log cannot be read. Try again later.`})
}
