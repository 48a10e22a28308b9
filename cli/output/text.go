package output

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"vedette/cli/document"
)

// textPages shows of each page only the items, and with the first one what is
// the same on each page. Columns and queries see no more than one page.
func (p printer) textPages(pages Pages) error {
	first := true
	for page, err := range pages.All {
		if err != nil {
			return err
		}
		shown := new(document.Map)
		if first {
			for _, key := range pages.NonAggregate {
				shown.Set(key, page.Value(key))
			}
		}
		shown.Set(pages.ResultKey, page.Value(pages.ResultKey))
		if err := p.document(shown); err != nil {
			return err
		}
		first = false
	}
	if token := pages.ResumeToken(); token != "" {
		return p.document(document.NewMap("NextToken", document.NewMap("NextToken", token)))
	}
	return nil
}

func printText(p printer, v document.Value) error {
	var b strings.Builder
	bad := appendText(&b, v, "")
	// What stands before the part that cannot be shown is printed all the same.
	if _, err := io.WriteString(p.out, b.String()); err != nil {
		return err
	}
	return bad
}

// appendText writes v. label is what its rows start with: the name of the member
// that v is the value of and a tab, or nothing.
func appendText(b *strings.Builder, v document.Value, label string) error {
	switch v := v.(type) {
	case *document.Map:
		return appendRow(b, v, scalarKeys(v), label)
	case []document.Value:
		return appendList(b, v, label)
	}
	b.WriteString(document.Text(v) + "\n")
	return nil
}

// appendRow writes the columns of a map, empty where it has none, and then its
// other members.
func appendRow(b *strings.Builder, m *document.Map, columns []string, label string) error {
	if len(columns) > 0 {
		b.WriteString(label)
		for i, key := range columns {
			if i > 0 {
				b.WriteByte('\t')
			}
			if v, ok := m.Get(key); ok {
				b.WriteString(document.Text(v))
			}
		}
		b.WriteByte('\n')
	}
	for _, key := range slices.Sorted(slices.Values(m.Keys())) {
		if _, shown := slices.BinarySearch(columns, key); shown {
			continue
		}
		if err := appendText(b, m.Value(key), upper(key)+"\t"); err != nil {
			return err
		}
	}
	return nil
}

// appendList writes a list. The maps of a list have the columns of them all; a
// list that has maps cannot have anything else.
func appendList(b *strings.Builder, list []document.Value, label string) error {
	if slices.ContainsFunc(list, isMap) {
		columns, err := sharedColumns(list)
		if err != nil {
			return err
		}
		for _, v := range list {
			if err := appendRow(b, v.(*document.Map), columns, label); err != nil {
				return err
			}
		}
		return nil
	}
	appendScalars(b, list, label)
	for _, v := range list {
		if inner, ok := v.([]document.Value); ok {
			if err := appendList(b, inner, label); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendScalars writes the scalars of a list: a row each where they have a name,
// otherwise all in one row.
func appendScalars(b *strings.Builder, list []document.Value, label string) {
	separator, written := "\n", false
	if label == "" {
		separator = "\t"
	}
	for _, v := range list {
		if !isScalar(v) {
			continue
		}
		if written {
			b.WriteString(separator)
		}
		b.WriteString(label + document.Text(v))
		written = true
	}
	if written {
		b.WriteByte('\n')
	}
}

// scalarKeys returns the names of the members of m that are scalars, sorted.
func scalarKeys(m *document.Map) []string {
	var keys []string
	for key, v := range m.All() {
		if isScalar(v) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// sharedColumns returns the names of all members that are a scalar in one map of
// the list at least, sorted.
func sharedColumns(list []document.Value) ([]string, error) {
	columns := map[string]bool{}
	for _, v := range list {
		m, ok := v.(*document.Map)
		if !ok {
			return nil, fmt.Errorf("'%s' object has no attribute 'items'", document.TypeName(v))
		}
		for _, key := range scalarKeys(m) {
			columns[key] = true
		}
	}
	return slices.Sorted(maps.Keys(columns)), nil
}

func isMap(v document.Value) bool {
	_, ok := v.(*document.Map)
	return ok
}

func isScalar(v document.Value) bool {
	switch v.(type) {
	case []document.Value, *document.Map:
		return false
	}
	return true
}
