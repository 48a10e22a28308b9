package jmespath

import "slices"

func maximum(v Value) (Value, error) {
	elements := v.([]Value)
	return extreme(elements, elements, tokenGreater)
}

func minimum(v Value) (Value, error) {
	elements := v.([]Value)
	return extreme(elements, elements, tokenLess)
}

func maximumBy(r *run, arguments []Value) (Value, error) {
	return r.extremeBy("max_by", tokenGreater, arguments)
}

func minimumBy(r *run, arguments []Value) (Value, error) {
	return r.extremeBy("min_by", tokenLess, arguments)
}

// extreme returns the first element whose key no other key beats.
func extreme(elements, keys []Value, operator tokenKind) (Value, error) {
	if len(elements) == 0 {
		return nil, nil
	}
	best := 0
	for i := 1; i < len(keys); i++ {
		beats, err := order(operator, keys[i], keys[best])
		if err != nil {
			return nil, err
		}
		if beats {
			best = i
		}
	}
	return elements[best], nil
}

func (r *run) extremeBy(function string, operator tokenKind, arguments []Value) (Value, error) {
	var best, bestKey Value
	for i, element := range arguments[0].([]Value) {
		key, err := r.key(function, arguments[1], element, "['number', 'string']", 1<<kindNumber|1<<kindString)
		if err != nil {
			return nil, err
		}
		beats := i == 0
		if !beats {
			if beats, err = order(operator, key, bestKey); err != nil {
				return nil, err
			}
		}
		if beats {
			best, bestKey = element, key
		}
	}
	return best, nil
}

// key returns what the referenced expression makes of an element; it must be of
// the given kinds.
func (r *run) key(function string, reference, element Value, names string, kinds uint16) (Value, error) {
	key, err := r.with(reference, element)
	if err != nil {
		return nil, err
	}
	if k := kindOf(key); kinds&(1<<k) == 0 {
		return nil, typeError(function, key, names, k.String())
	}
	return key, nil
}

func sortElements(v Value) (Value, error) {
	elements := v.([]Value)
	return sorted(elements, elements), nil
}

func sortBy(r *run, arguments []Value) (Value, error) {
	elements := arguments[0].([]Value)
	if len(elements) == 0 {
		return elements, nil
	}
	keys := make([]Value, len(elements))
	var want kind
	for i, element := range elements {
		key, err := r.with(arguments[1], element)
		if err != nil {
			return nil, err
		}
		k := kindOf(key)
		switch {
		case i > 0 && k != want:
			return nil, typeError("sort_by", key, "['"+want.String()+"']", k.String())
		case i == 0 && k != kindNumber && k != kindString:
			return nil, typeError("sort_by", element, "['string', 'number']", k.String())
		}
		keys[i], want = key, k
	}
	return sorted(elements, keys), nil
}

// sorted returns the elements in the order of their keys; equal ones stay as
// they are. Short lists are sorted with Python's own steps, as the place of a
// NaN depends on them.
func sorted(elements, keys []Value) []Value {
	places := make([]int, len(elements))
	for i := range places {
		places[i] = i
	}
	less := func(i, j int) bool {
		c, ordered := compare(keys[i], keys[j])
		return ordered && c < 0
	}
	if len(places) < 64 {
		insertionSort(places, less)
	} else {
		slices.SortStableFunc(places, func(i, j int) int {
			c, _ := compare(keys[i], keys[j])
			return c
		})
	}
	found := make([]Value, len(places))
	for i, place := range places {
		found[i] = elements[place]
	}
	return found
}

// insertionSort extends the run that the list starts with, finding each place
// by halving.
func insertionSort(list []int, less func(i, j int) bool) {
	if len(list) < 2 {
		return
	}
	run, falling := 2, less(list[1], list[0])
	for run < len(list) && less(list[run], list[run-1]) == falling {
		run++
	}
	if falling {
		slices.Reverse(list[:run])
	}
	for ; run < len(list); run++ {
		pivot, low, high := list[run], 0, run
		for low < high {
			middle := (low + high) / 2
			if less(pivot, list[middle]) {
				high = middle
			} else {
				low = middle + 1
			}
		}
		copy(list[low+1:run+1], list[low:run])
		list[low] = pivot
	}
}
