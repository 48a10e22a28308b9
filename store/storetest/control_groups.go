package storetest

import (
	"errors"
	"fmt"
	"testing"

	"vedette/api"
	"vedette/record"
	"vedette/store"
)

func testThingGroups(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/life":                            testGroupLife,
		"ok/hierarchies":                     testHierarchies,
		"ok/deleted with all it has":         testDeleteGroup,
		"ok/attached around":                 testAttachedAround,
		"ok/attached to any of some targets": testAttachedToAny,
		"fail/missing and repeated": func(t *testing.T, db *store.DB) {
			insert := func(tx *store.Tx) error { return tx.InsertThingGroup(&store.ThingGroup{Name: "g"}) }
			refused(t, db, store.ErrNotFound, func(tx *store.Tx) error {
				_, err := tx.ThingGroup("g")
				return err
			})
			Write(t, db, insert)
			refused(t, db, store.ErrConflict, insert)
		},
	})
}

// tree stores groups, each "name" or "name parent".
func tree(t testing.TB, db *store.DB, groups ...string) {
	t.Helper()
	Write(t, db, func(tx *store.Tx) error {
		known := map[string]*store.ThingGroup{"": {}}
		for _, text := range groups {
			var name, parent string
			_, _ = fmt.Sscan(text, &name, &parent)
			g := &store.ThingGroup{Name: name, Parent: parent, Root: known[parent].Root, Depth: known[parent].Depth + 1}
			if parent == "" {
				g.Root = name
			}
			known[name] = g
			if err := tx.InsertThingGroup(g); err != nil {
				return err
			}
		}
		return nil
	})
}

func testGroupLife(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	g := &store.ThingGroup{Name: "g", ID: "id", Parent: "top", Root: "top", Depth: 2, Description: new("d"), Attributes: map[string]string{"a": "1"}}
	w.write(func(tx *store.Tx) error { return tx.InsertThingGroup(g) }, `"group":{"name":"g","parent":"top"}`)
	read := func(tx *store.Tx) (*store.ThingGroup, error) { return tx.ThingGroup("g") }
	equal(t, "group", g, Read(t, db, read))
	g.Description, g.Attributes = nil, nil
	w.write(func(tx *store.Tx) error { return tx.UpdateThingGroup(g) }) // nothing that detection sees
	want := &store.ThingGroup{Name: "g", ID: "id", Parent: "top", Root: "top", Depth: 2, Version: 2, Created: g.Created}
	equal(t, "updated group", want, Read(t, db, read))
}

func testHierarchies(t *testing.T, db *store.DB) {
	tree(t, db, "a", "ab a", "ac a", "abd ab", "b", "zz abd", "B")
	for name, c := range map[string]struct {
		filter store.ThingGroupFilter
		want   []string
	}{
		"all":               {store.ThingGroupFilter{}, []string{"B", "a", "ab", "abd", "ac", "b", "zz"}},
		"prefix":            {store.ThingGroupFilter{Prefix: "ab"}, []string{"ab", "abd"}},
		"children":          {store.ThingGroupFilter{Parent: "a"}, []string{"ab", "ac"}},
		"all below":         {store.ThingGroupFilter{Parent: "a", Recursive: true}, []string{"ab", "abd", "ac", "zz"}},
		"prefix below":      {store.ThingGroupFilter{Parent: "a", Recursive: true, Prefix: "z"}, []string{"zz"}},
		"roots":             {store.ThingGroupFilter{Roots: true}, []string{"B", "a", "b"}},
		"roots by prefix":   {store.ThingGroupFilter{Roots: true, Prefix: "a"}, []string{"a"}},
		"prefix of nothing": {store.ThingGroupFilter{Prefix: "abc"}, nil},
		"leaf":              {store.ThingGroupFilter{Parent: "zz", Recursive: true}, nil},
	} {
		for limit := 1; limit <= 8; limit++ {
			got := pages(t, db, limit, itself, func(tx *store.Tx, after string, limit int) ([]string, error) {
				return tx.ThingGroupNames(c.filter, after, limit)
			})
			equal(t, fmt.Sprintf("%s in pages of %d", name, limit), c.want, got)
		}
	}
	for name, want := range map[string][]string{"zz": {"a", "ab", "abd"}, "a": nil, "nope": nil} {
		equal(t, "groups above "+name, want, Read(t, db, func(tx *store.Tx) ([]string, error) { return tx.Ancestors(name) }))
	}
}

func testAttachedAround(t *testing.T, db *store.DB) {
	tree(t, db, "top", "middle top", "leaf middle", "aside top", "other")
	attachment := func(profile, group string) store.Attachment {
		return store.Attachment{Profile: profile, Target: store.Target{Kind: record.ThingGroup, Group: group}}
	}
	attached := []store.Attachment{
		attachment("p", "aside"), attachment("p", "leaf"), attachment("p", "top"),
		attachment("q", "leaf"), attachment("q", "middle"), attachment("q", "other"),
	}
	Write(t, db, func(tx *store.Tx) error {
		errs := []error{tx.InsertProfile(&store.Profile{Name: "p"}), tx.InsertProfile(&store.Profile{Name: "q"})}
		for _, a := range attached {
			errs = append(errs, tx.Attach(a))
		}
		return errors.Join(errs...)
	})
	for _, c := range []struct {
		group     string
		recursive bool
		want      []store.Attachment
	}{
		{"middle", false, []store.Attachment{attached[4]}},
		{"middle", true, []store.Attachment{attached[1], attached[2], attached[3], attached[4]}},
		{"top", true, attached[:5]},
		{"aside", true, []store.Attachment{attached[0], attached[2]}},
		{"other", true, attached[5:]},
	} {
		for limit := 1; limit <= 6; limit++ {
			got := pages(t, db, limit, itself, func(tx *store.Tx, after store.Attachment, limit int) ([]store.Attachment, error) {
				return tx.AttachmentsTo(store.Target{Kind: record.ThingGroup, Group: c.group}, c.recursive, after, limit)
			})
			equal(t, fmt.Sprintf("attached to %s, recursive %v, in pages of %d", c.group, c.recursive, limit), c.want, got)
		}
	}
}

// testAttachedToAny lists what is attached to several targets, each attachment once.
func testAttachedToAny(t *testing.T, db *store.DB) {
	tree(t, db, "a", "b", "c")
	group := func(name string) store.Target { return store.Target{Kind: record.ThingGroup, Group: name} }
	all := store.Target{Kind: record.AllThings}
	list := []store.Attachment{{Profile: "p", Target: all}, {Profile: "p", Target: group("a")}, {Profile: "p", Target: group("c")}, {Profile: "q", Target: group("b")}}
	Write(t, db, func(tx *store.Tx) error {
		errs := []error{tx.InsertProfile(&store.Profile{Name: "p"}), tx.InsertProfile(&store.Profile{Name: "q"})}
		for _, a := range list {
			errs = append(errs, tx.Attach(a))
		}
		return errors.Join(errs...)
	})
	got := Read(t, db, func(tx *store.Tx) ([]store.Attachment, error) {
		return tx.AttachmentsToAny([]store.Target{group("b"), group("a"), all, {Kind: record.RegisteredThings}})
	})
	equal(t, "attached to any", []store.Attachment{list[0], list[1], list[3]}, got)
}

func testDeleteGroup(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	tree(t, db, "g")
	attachment := store.Attachment{Profile: "p", Target: store.Target{Kind: record.ThingGroup, Group: "g"}}
	resource := store.Resource{Kind: api.ARNThingGroup, Name: "g"}
	Write(t, db, func(tx *store.Tx) error {
		return errors.Join(tx.InsertThing(&store.Thing{Name: "t"}), tx.AddMember(store.Membership{Thing: "t", Group: "g"}),
			tx.InsertProfile(&store.Profile{Name: "p"}), tx.Attach(attachment), tx.PutTags(resource, []store.Tag{{Key: "k"}}))
	})
	w.seen = Read(t, db, (*store.Tx).LastRevision)
	remove := func(tx *store.Tx) error { return tx.DeleteThingGroup("g") }
	w.write(remove, `"group":{"name":"g","deleted":true}`)
	w.write(remove)
	equal(t, "attached", false, Read(t, db, func(tx *store.Tx) (bool, error) { return tx.Attached(attachment) }))
	equal(t, "groups", []store.ThingGroup(nil), Read(t, db, func(tx *store.Tx) ([]store.ThingGroup, error) { return tx.GroupsOf("t", "", 10) }))
	equal(t, "tags", []store.Tag(nil), Read(t, db, func(tx *store.Tx) ([]store.Tag, error) { return tx.Tags(resource) }))
}

func testMemberships(t *testing.T) {
	runAll(t, map[string]func(*testing.T, *store.DB){
		"ok/join, list, leave":  testMembers,
		"ok/leave with a thing": testMemberDeleted,
		"fail/what is not there": func(t *testing.T, db *store.DB) {
			refused(t, db, store.ErrReferenced, func(tx *store.Tx) error { return tx.AddMember(store.Membership{Thing: "t", Group: "g"}) })
		},
	})
}

// members stores things, each in one group: "thing group".
func members(t testing.TB, db *store.DB, list ...string) (all []store.Membership) {
	t.Helper()
	Write(t, db, func(tx *store.Tx) error {
		for _, text := range list {
			var m store.Membership
			_, _ = fmt.Sscan(text, &m.Thing, &m.Group)
			if err := tx.InsertThing(&store.Thing{Name: m.Thing}); err != nil {
				return err
			}
			if err := tx.AddMember(m); err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	return all
}

func testMembers(t *testing.T, db *store.DB) {
	w := writer{TB: t, db: db}
	tree(t, db, "top", "b top", "a top", "aa a", "other")
	list := members(t, db, "t5 a", "t3 aa", "t1 b", "t6 b", "t2 top", "t4 other") // in the order of a recursive list
	for limit := 1; limit <= 6; limit++ {
		recursive := pages(t, db, limit, itself, func(tx *store.Tx, after store.Membership, limit int) ([]store.Membership, error) {
			return tx.Members("top", true, after, limit)
		})
		equal(t, fmt.Sprintf("all below top in pages of %d", limit), list[:5], recursive)
		direct := pages(t, db, limit, itself, func(tx *store.Tx, after store.Membership, limit int) ([]store.Membership, error) {
			return tx.Members("b", false, after, limit)
		})
		equal(t, fmt.Sprintf("members of b in pages of %d", limit), list[2:4], direct)
	}
	w.seen = Read(t, db, (*store.Tx).LastRevision)
	m := store.Membership{Thing: "t1", Group: "other"}
	w.write(func(tx *store.Tx) error { return tx.AddMember(m) }, `"membership":{"thing":"t1","group":"other","member":true}`)
	groups := pages(t, db, 1, func(g store.ThingGroup) string { return g.Name }, func(tx *store.Tx, after string, limit int) ([]store.ThingGroup, error) {
		return tx.GroupsOf("t1", after, limit)
	})
	if len(groups) != 2 || groups[0].Name != "b" || groups[0].Root != "top" || groups[1].Name != "other" {
		t.Errorf("groups of t1: got %v, want b and other", groups)
	}
	refused(t, db, store.ErrConflict, func(tx *store.Tx) error { return tx.AddMember(m) })
	leave := func(tx *store.Tx) error { return tx.RemoveMember(m) }
	w.write(leave, `"membership":{"thing":"t1","group":"other","member":false}`)
	w.write(leave)
}

func testMemberDeleted(t *testing.T, db *store.DB) {
	tree(t, db, "g")
	members(t, db, "t g", "u g")
	Write(t, db, func(tx *store.Tx) error { return tx.DeleteThing("t") })
	got := Read(t, db, func(tx *store.Tx) ([]store.Membership, error) { return tx.Members("g", true, store.Membership{}, 10) })
	equal(t, "members", []store.Membership{{Thing: "u", Group: "g"}}, got)
}
