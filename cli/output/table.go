package output

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"vedette/cli/document"
)

// table turns a document into sections: one for each map, and for each list,
// that has a name.
type table struct {
	sections []*section
}

func printTable(p printer, v document.Value) error {
	t := new(table)
	if err := t.build(&p.Operation, v, 0); err != nil || len(t.sections) == 0 {
		return err
	}
	_, err := io.WriteString(p.out, t.render(p))
	return err
}

func (t *table) begin(title *string, level int) {
	t.sections = append(t.sections, &section{title: title, level: level})
}

// current returns the section that rows go to, which is the last one begun,
// even where that belongs to an inner list that has ended.
func (t *table) current() *section { return t.sections[len(t.sections)-1] }

// build adds v, unless it is empty. Without a title it goes on in the current
// section.
func (t *table) build(title *string, v document.Value, level int) error {
	if !document.Truth(v) {
		return nil
	}
	if title != nil {
		t.begin(title, level)
	}
	switch v := v.(type) {
	case []document.Value:
		if isMap(v[0]) {
			return t.addMaps(v, title, level)
		}
		return t.addList(v)
	case *document.Map:
		return t.addMap(v, level)
	}
	return nil
}

// addMap adds the scalar members as a row below a header of their names, one
// alone as a row of name and value; the other members become sections.
func (t *table) addMap(m *document.Map, level int) error {
	headers := scalarKeys(m)
	row := make([]document.Value, len(headers))
	for i, key := range headers {
		row[i] = m.Value(key)
	}
	var err error
	switch len(headers) {
	case 0:
	case 1:
		err = t.current().addRow([]document.Value{headers[0], row[0]})
	default:
		if err = t.current().addHeader(headers); err == nil {
			err = t.current().addRow(row)
		}
	}
	if err != nil {
		return err
	}
	for _, key := range innerKeys(m) {
		if err := t.build(&key, m.Value(key), level+1); err != nil {
			return err
		}
	}
	return nil
}

// addMaps adds a list whose first element is a map: a row for each element below
// one header, or if there are inner sections, title and header again for each.
func (t *table) addMaps(list []document.Value, title *string, level int) error {
	headers, inner, err := groupKeys(list)
	if err != nil {
		return err
	}
	if err := t.current().addHeader(headers); err != nil {
		return err
	}
	for i, v := range list {
		if i > 0 && len(inner) > 0 {
			t.begin(title, level)
			if err := t.current().addHeader(headers); err != nil {
				return err
			}
		}
		if err := t.addElement(v, headers, inner, level); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) addElement(v document.Value, headers, inner []string, level int) error {
	m, isMap := v.(*document.Map)
	if !isMap {
		// Only what has no elements itself comes this far.
		if len(headers) > 0 {
			return fmt.Errorf("'%s' object has no attribute 'get'", document.TypeName(v))
		}
		m = new(document.Map)
	}
	row := make([]document.Value, len(headers))
	for i, key := range headers {
		row[i] = ""
		if cell, ok := m.Get(key); ok {
			row[i] = cell
		}
	}
	if err := t.current().addRow(row); err != nil {
		return err
	}
	for _, key := range inner {
		if m.Has(key) {
			if err := t.build(&key, m.Value(key), level+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// addList adds a list whose first element is no map: a row for each scalar and
// each list of scalars. A map is a row of its names.
func (t *table) addList(list []document.Value) error {
	for _, v := range list {
		var err error
		switch v := v.(type) {
		case []document.Value:
			if slices.IndexFunc(v, isContainer) < 0 {
				err = t.current().addRow(v)
			} else {
				err = t.build(nil, v, 0)
			}
		case *document.Map:
			row := make([]document.Value, 0, v.Len())
			for _, key := range v.Keys() {
				row = append(row, key)
			}
			err = t.current().addRow(row)
		default:
			err = t.current().addRow([]document.Value{v})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isContainer(v document.Value) bool { return !isScalar(v) }

// innerKeys returns the names of the members of m that are no scalars, sorted.
func innerKeys(m *document.Map) []string {
	var keys []string
	for key, v := range m.All() {
		if isContainer(v) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// groupKeys returns the names of all members that are scalars, and of all that
// are not, in any map of the list. An element that is no map is searched for
// members nevertheless, as AWS CLI does, and this rarely ends well.
func groupKeys(list []document.Value) (headers, inner []string, err error) {
	scalars, containers, positions := map[string]bool{}, map[string]bool{}, map[int64]bool{}
	for _, v := range list {
		switch v := v.(type) {
		case *document.Map:
			for _, key := range scalarKeys(v) {
				scalars[key] = true
			}
			for _, key := range innerKeys(v) {
				containers[key] = true
			}
		case []document.Value:
			if err := addPositions(positions, v); err != nil {
				return nil, nil, err
			}
		case string:
			if v != "" {
				return nil, nil, errors.New("string indices must be integers, not 'str'")
			}
		default:
			return nil, nil, fmt.Errorf("'%s' object is not iterable", document.TypeName(v))
		}
	}
	if len(scalars) > 0 && len(positions) > 0 {
		return nil, nil, errors.New("'<' not supported between instances of 'int' and 'str'")
	}
	for _, position := range slices.Sorted(maps.Keys(positions)) {
		headers = append(headers, strconv.FormatInt(position, 10))
	}
	headers = append(headers, slices.Sorted(maps.Keys(scalars))...)
	return headers, slices.Sorted(maps.Keys(containers)), nil
}

// addPositions takes the elements of list for positions in it.
func addPositions(positions map[int64]bool, list []document.Value) error {
	for _, v := range list {
		var position int64
		switch v := v.(type) {
		case int64:
			position = v
		case bool:
			if v {
				position = 1
			}
		default:
			if document.TypeName(v) == "int" {
				return errors.New("cannot fit 'int' into an index-sized integer")
			}
			return fmt.Errorf("list indices must be integers or slices, not %s", document.TypeName(v))
		}
		if position >= int64(len(list)) || position < -int64(len(list)) {
			return errors.New("list index out of range")
		}
		if index := (position + int64(len(list))) % int64(len(list)); isScalar(list[index]) {
			positions[position] = true
		}
	}
	return nil
}
