package store

import (
	"database/sql"
	"strconv"
	"strings"
)

// dialect is what differs between the two databases, beside how they are opened.
type dialect struct {
	name          string // as in the names of migrations: sqlite, postgres
	numbered      bool   // placeholders are $1, $2 …
	advisoryLocks bool
	partitions    bool // metric_chunk has one for each day
	readOptions   *sql.TxOptions
	types         *strings.Replacer // column types of a migration; nil: as they are
}

// rebind writes the placeholders of a query as the database wants them.
func (d *dialect) rebind(query string) string {
	if !d.numbered {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n, from := 0, 0
	scanSQL(query, func(i int) {
		if query[i] == '?' {
			n++
			b.WriteString(query[from:i])
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
			from = i + 1
		}
	})
	b.WriteString(query[from:])
	return b.String()
}

// statements cuts a script at its semicolons, without empty ones.
func statements(script string) []string {
	var list []string
	from := 0
	cut := func(to int) {
		if s := strings.TrimSpace(script[from:to]); s != "" {
			list = append(list, s)
		}
		from = to + 1
	}
	scanSQL(script, func(i int) {
		if script[i] == ';' {
			cut(i)
		}
	})
	cut(len(script))
	return list
}

// scanSQL calls at with the index of every byte that is outside of string
// literals, quoted names and comments.
func scanSQL(s string, at func(i int)) {
	for i := 0; i < len(s); {
		rest := s[i:]
		skip := 0
		switch {
		case rest[0] == '\'' || rest[0] == '"':
			skip = through(rest, 1, rest[:1])
		case strings.HasPrefix(rest, "--"):
			skip = through(rest, 2, "\n")
		case strings.HasPrefix(rest, "/*"):
			skip = through(rest, 2, "*/")
		default:
			at(i)
			skip = 1
		}
		i += skip
	}
}

// through returns the length of s up to the end of the first end that begins at
// from or later. A doubled quote is two literals in a row, which comes to the same.
func through(s string, from int, end string) int {
	i := strings.Index(s[from:], end)
	if i < 0 {
		return len(s)
	}
	return from + i + len(end)
}
