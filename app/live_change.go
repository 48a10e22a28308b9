package app

import (
	"net/http"
	"strings"
	"time"

	"vedette/api"
	"vedette/control"
	"vedette/gateway"
	"vedette/record"
)

// callKinds returns the kind of resource that a call of an operation changes, by the
// names of the operations that change any: as in ARNs, where there are such.
func callKinds() map[string]string {
	byGroup := map[string]string{
		"certificates": "cert", "custom-metrics": "custommetric", "dimensions": "dimension", "policies": "policy",
		"security-profiles": "securityprofile", "tags": "tag", "thing-groups": "thinggroup", "things": "thing", "violations": "violation",
	}
	kinds := map[string]string{}
	for _, op := range api.Operations() {
		kind, ok := byGroup[op.Group]
		switch {
		case !ok || op.Method == http.MethodGet:
		case op == api.ValidateSecurityProfileBehaviors || op == api.TestAuthorization || op == api.GetEffectivePolicies || op == api.ListAttachedPolicies || op == api.ListTargetsForPolicy: // they only read
		case strings.Contains(op.Name, "ThingType"):
			kinds[op.Name] = "thingtype"
		default:
			kinds[op.Name] = kind
		}
	}
	for _, op := range control.OwnOperations() {
		if strings.HasSuffix(op.Name, "AccessKey") && op.Method != http.MethodGet {
			kinds[op.Name] = "accesskey"
		}
	}
	return kinds
}

// observeCall hears of every answer of the API.
func (l *live) observeCall(operation string, status int) {
	if status == http.StatusOK && l.kinds[operation] != "" {
		l.changed(l.kinds[operation])
	}
}

// changeRecord hears of a change that is in the log, whoever made it.
func (l *live) changeRecord(body []byte) {
	c, err := record.DecodeChange(body)
	switch {
	case err != nil: // the engine says so
	case c.Profile != nil || c.Attachment != nil:
		l.changed("securityprofile")
	case c.Group != nil || c.Membership != nil:
		l.changed("thinggroup")
	case c.Thing != nil:
		l.changed("thing")
	case c.Dimension != nil:
		l.changed("dimension")
	case c.CustomMetric != nil:
		l.changed("custommetric")
	}
}

// report tells of a report that is in the log to those who watch its thing.
func (l *live) report(r *record.Record) {
	var report record.Report
	if report.Decode(r.Body) != nil {
		return // the engine says so
	}
	l.about(report.Thing, "report", &control.LiveReport{Time: new(time.UnixMilli(r.At).UTC()), ReportID: &report.ID})
}

// rejection tells of a report that was rejected to those who watch its thing.
func (l *live) rejection(thing []byte, x gateway.Rejection) {
	if l.watching() {
		l.about(thing, "rejection", &control.LiveRejection{Time: &x.Time, ErrorCode: &x.Code, ErrorMessage: &x.Reason})
	}
}
