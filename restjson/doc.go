// Package restjson speaks the AWS rest-json protocol both ways, driven by the
// tables of package api. A Server routes, verifies, decodes and validates a
// request, calls the function that Handle bound to its operation, and encodes
// what it answers; EncodeRequest and DecodeResponse are the same for a client.
//
// # What a request may look like
//
// AWS IoT says little about the edges. The rules here accept what AWS may have
// accepted, as long as the meaning is plain:
//
//   - A body that is empty, white space or null is an empty object. Operations
//     without members in the body do not look at it.
//   - Unknown members are ignored, null means absent, of members given twice the
//     last one counts; null inside a list is refused.
//   - A number for an integer may be written 1.0 or 1e2; one that is not
//     integral or does not fit is refused, as every other wrong JSON type is.
//   - Strings are Unicode without U+0000, which SQL text cannot hold. Invalid
//     UTF-8 and unpaired surrogates are refused.
//   - Timestamps are epoch seconds, whole or decimal, or ISO 8601 with up to nine
//     digits of fraction, in the body and in the query.
//   - Of a query parameter given twice the first counts.
//   - A percent-encoded slash in a path label does not split the path.
//
// # What is answered
//
// Absent members are left out; the list that a list operation is about is []
// when it is empty; timestamps are epoch seconds with milliseconds. A path that
// no operation has is an UnknownOperationException (404), one that has no such
// method a MethodNotAllowedException (405), an operation that nobody handles a
// NotImplementedException (501). Every answer carries x-amzn-RequestId.
package restjson
