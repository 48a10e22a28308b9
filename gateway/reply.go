package gateway

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"vedette/metric"
)

// reply is the answer to a report, published on the report's topic with
// /accepted or /rejected behind it. Its form is AWS's.
type reply struct {
	thing     []byte
	id        int64
	hasID     bool
	timestamp int64  // epoch milliseconds
	code      string // ErrorCode; empty: accepted
	message   string // ErrorMessage
}

// appendTopic appends the topic of the reply to a report of the given format.
func (r *reply) appendTopic(dst []byte, f metric.Format) []byte {
	dst = append(dst, thingsPrefix...)
	dst = append(dst, r.thing...)
	dst = append(dst, metricsSuffix...)
	dst = append(dst, f.String()...)
	if r.code == "" {
		return append(dst, "/accepted"...)
	}
	return append(dst, "/rejected"...)
}

// appendPayload appends the reply in the format of the report.
func (r *reply) appendPayload(dst []byte, f metric.Format) []byte {
	if f == metric.CBOR {
		return r.appendCBOR(dst)
	}
	return r.appendJSON(dst)
}

func (r *reply) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"thingName":`...)
	dst = appendJSONString(dst, r.thing)
	if r.hasID {
		dst = append(dst, `,"reportId":`...)
		dst = strconv.AppendInt(dst, r.id, 10)
	}
	if r.code == "" {
		dst = append(dst, `,"status":"ACCEPTED"`...)
	} else {
		dst = append(dst, `,"status":"REJECTED","statusDetails":{"ErrorCode":`...)
		dst = appendJSONString(dst, r.code)
		dst = append(dst, `,"ErrorMessage":`...)
		dst = appendJSONString(dst, r.message)
		dst = append(dst, '}')
	}
	dst = append(dst, `,"timestamp":`...)
	dst = strconv.AppendInt(dst, r.timestamp, 10)
	return append(dst, '}')
}

// appendJSONString appends s as a JSON string. What is no UTF-8 becomes U+FFFD.
func appendJSONString[T []byte | string](dst []byte, s T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range string(s) {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}

// The major types of CBOR that replies need.
const (
	cborUnsigned = 0 << 5
	cborNegative = 1 << 5
	cborText     = 3 << 5
	cborMap      = 5 << 5
)

func (r *reply) appendCBOR(dst []byte) []byte {
	members := byte(3)
	if r.hasID {
		members++
	}
	if r.code != "" {
		members++
	}
	dst = append(dst, cborMap|members)
	dst = appendCBORText(appendCBORText(dst, "thingName"), r.thing)
	if r.hasID {
		dst = appendCBORInt(appendCBORText(dst, "reportId"), r.id)
	}
	if r.code == "" {
		dst = appendCBORText(appendCBORText(dst, "status"), "ACCEPTED")
	} else {
		dst = appendCBORText(appendCBORText(dst, "status"), "REJECTED")
		dst = append(appendCBORText(dst, "statusDetails"), cborMap|2)
		dst = appendCBORText(appendCBORText(dst, "ErrorCode"), r.code)
		dst = appendCBORText(appendCBORText(dst, "ErrorMessage"), r.message)
	}
	return appendCBORInt(appendCBORText(dst, "timestamp"), r.timestamp)
}

func appendCBORInt(dst []byte, v int64) []byte {
	if v < 0 {
		return appendCBORHead(dst, cborNegative, uint64(-1-v))
	}
	return appendCBORHead(dst, cborUnsigned, uint64(v))
}

func appendCBORText[T []byte | string](dst []byte, s T) []byte {
	return append(appendCBORHead(dst, cborText, uint64(len(s))), s...)
}

func appendCBORHead(dst []byte, major byte, arg uint64) []byte {
	switch {
	case arg < 24:
		return append(dst, major|byte(arg))
	case arg < 1<<8:
		return append(dst, major|24, byte(arg))
	case arg < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, major|25), uint16(arg))
	case arg < 1<<32:
		return binary.BigEndian.AppendUint32(append(dst, major|26), uint32(arg))
	}
	return binary.BigEndian.AppendUint64(append(dst, major|27), arg)
}
