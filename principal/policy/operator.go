package policy

import "strings"

// comparison is a family of condition operators.
type comparison uint8

const (
	byText     comparison = iota // exact
	byFold                       // exact but for case
	byLike                       // with * and ?
	byARN                        // part by part, with * and ?
	byBool                       // true or false
	byPresence                   // Null
	byNumber
	byDate
	byNetwork
	byBytes
)

// wanted says, by comparison, what a value in a policy must be.
var wanted = [...]string{
	byARN:      "a pattern for ARNs of six parts, or one that ends with *",
	byBool:     "true or false",
	byPresence: "true or false",
	byNumber:   "a decimal number",
	byDate:     "a time such as 2026-01-31T08:00:00Z, a date or seconds since 1970",
	byNetwork:  "an IP address or a CIDR prefix such as 192.0.2.0/24",
	byBytes:    "base64",
}

// order is a set of results of comparing a request's value with a policy's.
type order uint8

const (
	less order = 1 << iota
	equal
	greater
)

// quantifier is a set operator.
type quantifier uint8

const (
	plain  quantifier = iota
	forAll            // ForAllValues:
	forAny            // ForAnyValue:
)

// operator is a condition operator with what may stand around it.
type operator struct {
	name       string
	compares   comparison
	accepts    order // of numbers and dates
	negated    bool  // the result is turned round, and so true for a missing key
	quantifier quantifier
	ifExists   bool
}

// operators are those of IAM.
var operators = []operator{
	{name: "StringEquals", compares: byText},
	{name: "StringNotEquals", compares: byText, negated: true},
	{name: "StringEqualsIgnoreCase", compares: byFold},
	{name: "StringNotEqualsIgnoreCase", compares: byFold, negated: true},
	{name: "StringLike", compares: byLike},
	{name: "StringNotLike", compares: byLike, negated: true},
	{name: "ArnEquals", compares: byARN},
	{name: "ArnNotEquals", compares: byARN, negated: true},
	{name: "ArnLike", compares: byARN},
	{name: "ArnNotLike", compares: byARN, negated: true},
	{name: "Bool", compares: byBool},
	{name: "IpAddress", compares: byNetwork},
	{name: "NotIpAddress", compares: byNetwork, negated: true},
	{name: "NumericEquals", compares: byNumber, accepts: equal},
	{name: "NumericNotEquals", compares: byNumber, accepts: equal, negated: true},
	{name: "NumericLessThan", compares: byNumber, accepts: less},
	{name: "NumericLessThanEquals", compares: byNumber, accepts: less | equal},
	{name: "NumericGreaterThan", compares: byNumber, accepts: greater},
	{name: "NumericGreaterThanEquals", compares: byNumber, accepts: greater | equal},
	{name: "DateEquals", compares: byDate, accepts: equal},
	{name: "DateNotEquals", compares: byDate, accepts: equal, negated: true},
	{name: "DateLessThan", compares: byDate, accepts: less},
	{name: "DateLessThanEquals", compares: byDate, accepts: less | equal},
	{name: "DateGreaterThan", compares: byDate, accepts: greater},
	{name: "DateGreaterThanEquals", compares: byDate, accepts: greater | equal},
	{name: "BinaryEquals", compares: byBytes},
	{name: "Null", compares: byPresence},
}

func operatorNames() string {
	names := make([]string, len(operators))
	for i, op := range operators {
		names[i] = op.name
	}
	return strings.Join(names, ", ")
}

// parseOperator reads [ForAllValues:|ForAnyValue:]NAME[IfExists]. Null takes
// neither.
func parseOperator(s string) (operator, bool) {
	base, all := strings.CutPrefix(s, "ForAllValues:")
	base, some := strings.CutPrefix(base, "ForAnyValue:")
	base, ifExists := strings.CutSuffix(base, "IfExists")
	for _, op := range operators {
		if op.name != base {
			continue
		}
		switch {
		case all && some || op.compares == byPresence && (all || some || ifExists):
			return op, false
		case all:
			op.quantifier = forAll
		case some:
			op.quantifier = forAny
		}
		op.ifExists = ifExists
		return op, true
	}
	return operator{}, false
}
