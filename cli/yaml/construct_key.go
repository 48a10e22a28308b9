package yaml

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strconv"

	"vedette/cli/document"
)

// flatten replaces the merge keys (<<) of a mapping by the pairs that they
// bring in, which come before its own.
func (c *constructor) flatten(n *node) error {
	if c.depth++; c.depth > maxDepth {
		return errDepth()
	}
	defer func() { c.depth-- }()
	var merge, own []pair
	for _, entry := range n.pairs {
		switch entry.key.tag {
		case tagMerge:
			if len(merge) > 0 {
				return fail("found duplicate key <<")
			}
			var err error
			if merge, err = c.mergePairs(entry.value); err != nil {
				return err
			}
		case tagValue:
			entry.key.tag = tagStr
			own = append(own, entry)
		default:
			own = append(own, entry)
		}
	}
	n.pairs = own
	if len(merge) == 0 {
		return nil
	}
	for _, entry := range merge {
		c.merged += entry.key.size
	}
	if c.merged > maxSize {
		return fail("the document is too large")
	}
	n.pairs, n.merged = append(merge, own...), true
	return nil
}

// mergePairs returns the pairs of a mapping, or of a list of mappings, of which
// the first ones count more and so come last.
func (c *constructor) mergePairs(n *node) ([]pair, error) {
	switch n.kind {
	case mappingNode:
		err := c.flatten(n)
		return slices.Clone(n.pairs), err
	case scalarNode:
		return nil, fail("expected a mapping or list of mappings for merging")
	}
	var merge []pair
	for _, item := range n.items {
		if item.kind != mappingNode {
			return nil, fail("expected a mapping for merging")
		}
		if err := c.flatten(item); err != nil {
			return nil, err
		}
	}
	for _, item := range slices.Backward(n.items) {
		if merge = append(merge, item.pairs...); len(merge) > maxSize {
			return nil, fail("the document is too large")
		}
	}
	return merge, nil
}

// keyID returns a text that is the same for keys that Python takes for equal:
// 1, 1.0 and true are.
func keyID(key document.Value) (string, error) {
	switch key := key.(type) {
	case nil:
		return "null", nil
	case bool:
		if key {
			return "number 1", nil
		}
		return "number 0", nil
	case int64:
		return "number " + strconv.FormatInt(key, 10), nil
	case *big.Int:
		return "number " + key.String(), nil
	case float64:
		if key == math.Trunc(key) && !math.IsInf(key, 0) {
			n, _ := big.NewFloat(key).Int(nil)
			return "number " + n.String(), nil
		}
		return "number " + document.Float(key), nil
	case document.Tuple:
		return tupleID(key)
	case []document.Value:
		return "", &ValueError{"unhashable type: 'list'"}
	case *document.Map:
		return "", &ValueError{"unhashable type: 'dict'"}
	}
	return document.TypeName(key) + " " + document.Repr(key), nil
}

func tupleID(tuple document.Tuple) (string, error) {
	ids := make([]string, len(tuple))
	for i, element := range tuple {
		var err error
		if ids[i], err = keyID(element); err != nil {
			return "", err
		}
	}
	id, err := json.Marshal(ids)
	return "tuple " + string(id), err
}
