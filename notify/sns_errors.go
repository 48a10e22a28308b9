package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// unhelped are the codes of SNS and STS that only a change by the operator ends,
// with what to do about them. Every other failure may pass by itself.
var unhelped = map[string]string{
	"NotFound":                    "create the topic, or correct alertTargetArn of the security profile",
	"AuthorizationError":          "allow sns:Publish on the topic",
	"AccessDenied":                "allow the action to the credentials in use",
	"AccessDeniedException":       "allow the action to the credentials in use",
	"InvalidClientTokenId":        "the access key is not known there: check the credentials and the endpoint",
	"UnrecognizedClientException": "the access key is not known there: check the credentials and the endpoint",
	"SignatureDoesNotMatch":       "the secret access key is wrong: check the credentials",
	"OptInRequired":               "subscribe the account to SNS",
	"KMSAccessDenied":             "allow kms:Decrypt and kms:GenerateDataKey on the topic's key",
	"KMSDisabled":                 "enable the topic's key",
	"KMSInvalidState":             "enable the topic's key",
	"KMSNotFound":                 "create the topic's key, or choose another",
	"KMSOptInRequired":            "subscribe the account to KMS",
}

const credentialsHint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or run where AWS gives a role; " +
	"--sns-endpoint sends to another SNS"

func noCredentials(ctx context.Context, cause error) error {
	if e := new(SendError); errors.As(cause, &e) {
		return e
	}
	if ctx.Err() != nil {
		return &SendError{Reason: "no AWS credentials: none came in time", Hint: credentialsHint, Permanent: true, Err: cause}
	}
	return &SendError{Reason: "no AWS credentials: " + innermost(cause), Hint: credentialsHint, Permanent: true, Err: cause}
}

// roleError: the role belongs to the security profile of the alert, so alerts of
// other profiles for the same topic go on.
func roleError(ctx context.Context, role string, cause error) error {
	reason, permanent, _ := explain(ctx, cause)
	return &SendError{
		Reason:    fmt.Sprintf("cannot assume role %s: %s", role, reason),
		Hint:      "let the role trust the credentials in use (sts:AssumeRole), or correct roleArn of the security profile",
		Permanent: permanent,
		Alone:     true,
		Err:       cause,
	}
}

func publishError(ctx context.Context, cause error) error {
	if e := new(SendError); errors.As(cause, &e) { // of a role
		return e
	}
	reason, permanent, hint := explain(ctx, cause)
	e := &SendError{Reason: reason, Permanent: permanent, Hint: hint, Err: cause}
	var answer smithy.APIError
	if errors.As(cause, &answer) && slices.Contains([]string{"InvalidParameter", "InvalidParameterValue", "ValidationError"}, answer.ErrorCode()) {
		e.Permanent = true
		// A message that is too long, for example, is no fault of its topic.
		e.Alone = !strings.Contains(answer.ErrorMessage(), "TopicArn")
	}
	return e
}

// explain puts a failed call into words that are the same whenever it fails in
// the same way.
func explain(ctx context.Context, cause error) (reason string, permanent bool, hint string) {
	var answer smithy.APIError
	var response *awshttp.ResponseError
	switch {
	case errors.As(cause, &answer):
		hint, permanent = unhelped[answer.ErrorCode()]
		reason = answer.ErrorCode()
		if m := answer.ErrorMessage(); m != "" {
			reason += ": " + m
		}
		return reason, permanent, hint
	case ctx.Err() != nil || errors.Is(cause, context.DeadlineExceeded):
		return "no answer in time", false, ""
	case errors.As(cause, &response) && response.HTTPStatusCode() != 0:
		return fmt.Sprintf("answered with HTTP status %d", response.HTTPStatusCode()), false, ""
	default:
		return innermost(cause), false, ""
	}
}

// innermost names the cause without what changes between attempts: request ids
// and the local port of a connection.
func innermost(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		where := op.Net
		if op.Addr != nil {
			where += " " + op.Addr.String()
		}
		return fmt.Sprintf("%s %s: %v", op.Op, where, op.Err)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
