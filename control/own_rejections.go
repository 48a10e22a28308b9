package control

import (
	"context"
	"slices"
	"time"

	"vedette/api"
)

// listReportRejections tells why reports of a thing were rejected.
var listReportRejections = &api.Operation{
	Name: "ListReportRejections", Group: "vedette", Method: "GET", URI: "/vedette/v1/rejections",
	Input: structure("ListReportRejectionsRequest",
		required(parameter("thingName", text)),
	),
	Output: structure("ListReportRejectionsResponse",
		field("rejections", listShape("ReportRejections", structure("ReportRejection",
			field("time", moment),
			field("errorCode", text),
			field("errorMessage", text),
		))),
	),
}

// ListReportRejectionsRequest is the input of ListReportRejections.
type ListReportRejectionsRequest struct {
	ThingName *string // required
}

// ListReportRejectionsResponse is the output of ListReportRejections.
type ListReportRejectionsResponse struct {
	Rejections []ReportRejection // newest first, at most 10
}

// ReportRejection is one report of a thing that was answered with REJECTED.
type ReportRejection struct {
	Time         *time.Time
	ErrorCode    *string // InvalidPayload, Throttled or InternalError
	ErrorMessage *string
}

// ListReportRejections returns the last rejected reports of a thing, since the
// start of the process; none for a thing that is not known.
func (s *Service) ListReportRejections(_ context.Context, in *ListReportRejectionsRequest) (*ListReportRejectionsResponse, error) {
	out := &ListReportRejectionsResponse{Rejections: []ReportRejection{}}
	if s.opts.Rejections == nil {
		return out, nil
	}
	for _, r := range slices.Backward(s.opts.Rejections(*in.ThingName)) {
		out.Rejections = append(out.Rejections, ReportRejection{Time: &r.Time, ErrorCode: &r.Code, ErrorMessage: &r.Reason})
	}
	return out, nil
}
