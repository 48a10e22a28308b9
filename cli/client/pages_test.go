package client_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"vedette/cli/client"
	"vedette/cli/document"
)

// resume makes a resume token.
func resume(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// listed returns answers of ListPrincipalThings, a page of letters each; all but
// the last have the token t1, t2 …
func listed(pages ...string) []answer {
	var all []answer
	for i, page := range pages {
		m := document.NewMap("things", []document.Value{})
		var things []document.Value
		for _, letter := range page {
			things = append(things, string(letter))
		}
		if things != nil {
			m.Set("things", things)
		}
		if i < len(pages)-1 {
			m.Set("nextToken", fmt.Sprintf("t%d", i+1))
		}
		all = append(all, answer{status: 200, body: document.Compact(m)})
	}
	return all
}

// TestPages: all that a list has, or as much as is wanted, and the token to go on
// with.
func TestPages(t *testing.T) {
	for _, test := range []struct {
		name    string
		answers []answer
		token   string // - for none
		most    int64  // -99 for all
		size    document.Value
		want    string // the items of each page
		resume  string // as a JSON text
		queries string
	}{
		{"ok/one page", listed("abc"), "-", -99, nil, "abc", "", ""},
		{"ok/nothing", listed(""), "-", -99, nil, "", "", ""},
		{"ok/three pages", listed("ab", "cd", "e"), "-", -99, nil, "ab cd e", "", " nextToken=t1 nextToken=t2"},
		{"ok/an empty page between", listed("ab", "", "e"), "-", -99, nil, "ab  e", "", " nextToken=t1 nextToken=t2"},
		{"ok/page size", listed("ab", "c"), "-", -99, int64(2), "ab c", "", "maxResults=2 maxResults=2&nextToken=t1"},
		{"ok/fewer than the first page has", listed("abc", "d"), "-", 2, nil, "ab", `{"nextToken": null, "boto_truncate_amount": 2}`, ""},
		{"ok/as many as the first page has", listed("abc", "d"), "-", 3, nil, "abc", `{"nextToken": "t1"}`, ""},
		{"ok/more than the first page has", listed("abc", "def", "g"), "-", 4, nil, "abc d", `{"nextToken": "t1", "boto_truncate_amount": 1}`, " nextToken=t1"},
		{"ok/as many as there are", listed("abc", "d"), "-", 4, nil, "abc d", "", " nextToken=t1"},
		{"ok/more than there are", listed("abc", "d"), "-", 99, nil, "abc d", "", " nextToken=t1"},
		{"ok/none", listed("abc", "d"), "-", 0, nil, "", `{"nextToken": null, "boto_truncate_amount": 0}`, ""},
		{"ok/none of nothing", listed("", "d"), "-", 0, nil, "", `{"nextToken": "t1"}`, ""},
		{"ok/fewer than none", listed("abc"), "-", -1, nil, "ab", `{"nextToken": null, "boto_truncate_amount": -1}`, ""},
		{"ok/the service's own token", listed("ab", "c"), "x/y", -99, nil, "ab c", "", "nextToken=x%2Fy nextToken=t1"},
		{"ok/a token of an old release", listed("abcd", "e"), "x___2", -99, nil, "cd e", "", "nextToken=x nextToken=t1"},
		{"ok/an old token of the first page", listed("abcd"), "None___1", -99, nil, "bcd", "", ""},
		{"ok/an old token with digits of Python", listed("abcd"), "x___ 0_2 ", -99, nil, "cd", "", "nextToken=x"},
		{"ok/an old token with a count that is none", listed("abcd"), "x___y", -99, nil, "abcd", "", "nextToken=x___y"},
		{"ok/a resume token", listed("abcd", "e"), resume(`{"nextToken": "x", "boto_truncate_amount": 1}`), -99, nil, "bcd e", "", "nextToken=x nextToken=t1"},
		{"ok/a resume token of the first page", listed("abcd"), resume(`{"nextToken": null, "boto_truncate_amount": 3}`), -99, nil, "d", "", ""},
		{"ok/a resume token without a count", listed("abcd"), resume(`{"nextToken": "x"}`), -99, nil, "abcd", "", "nextToken=x"},
		{"ok/counts add up", listed("abcd"), resume(`{"nextToken": "x", "boto_truncate_amount": 1}`), 2, nil, "bc", `{"nextToken": "x", "boto_truncate_amount": 3}`, "nextToken=x"},
		{"ok/the count is of the page that is cut", listed("abcd", "ef"), resume(`{"nextToken": "x", "boto_truncate_amount": 1}`), 4, nil,
			"bcd e", `{"nextToken": "t1", "boto_truncate_amount": 1}`, "nextToken=x nextToken=t1"},
		{"ok/a forged count beyond the page", listed("ab", "c"), resume(`{"nextToken": "x", "boto_truncate_amount": 9}`), -99, nil, " c", "", "nextToken=x nextToken=t1"},
		{"ok/a forged count from the end", listed("abcd"), resume(`{"nextToken": "x", "boto_truncate_amount": -1}`), -99, nil, "d", "", "nextToken=x"},
		{"ok/a list is no resume token", listed("ab"), "W10=", -99, nil, "ab", "", "nextToken=W10%3D"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: test.answers}
			paging := client.Paging{PageSize: test.size}
			if test.token != "-" {
				paging.StartingToken = &test.token
			}
			if test.most != -99 {
				paging.MaxItems = big.NewInt(test.most)
			}
			parameters := minimal(t, "ListPrincipalThings")
			pages := s.client().Pages(operation(t, "ListPrincipalThings"), parameters, paging)
			var got, queries []string
			for page, err := range pages.All(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				items := ""
				for _, item := range page.Value("things").([]document.Value) {
					items += item.(string)
				}
				got = append(got, items)
			}
			for _, sent := range s.sent {
				_, query, _ := strings.Cut(sent.URL, "?")
				queries = append(queries, query)
			}
			check(t, "items", strings.Join(got, " "), test.want)
			check(t, "queries", strings.Join(queries, " "), test.queries)
			raw, err := base64.StdEncoding.DecodeString(pages.ResumeToken())
			if err != nil {
				t.Fatal(err)
			}
			check(t, "resume token", string(raw), test.resume)
			check(t, "parameters", parameters.Keys(), []string{"principal"})
		})
	}
}

// TestPagesFail: lists that end with an error, after the pages before it.
func TestPagesFail(t *testing.T) {
	same := listed("a", "b")
	for _, test := range []struct {
		name    string
		answers []answer
		token   string
		most    int64
		pages   int
		want    string
	}{
		{"fail/the same token twice", same[:1], "-", -99, 2, "Error during pagination: The same next token was received twice: {'nextToken': 't1'}"},
		{"fail/an error of the service", append(listed("a", "b")[:1], answer{status: 400, header: map[string]string{"x-amzn-errortype": "X"}}), "-", -99, 1,
			"An error occurred (X) when calling the ListPrincipalThings operation (reached max retries: 0): "},
		{"fail/a token in too many parts", listed("a"), "a___b___1", -99, 0, "Bad starting token: a___b___1"},
		{"fail/a number for a token", listed("a"), "MTIz", -99, 0, "'int' object has no attribute 'pop'"},
		{"fail/null for a token", listed("a"), "bnVsbA==", -99, 0, "'NoneType' object has no attribute 'pop'"},
		{"fail/a count that is none", listed("a"), resume(`{"nextToken": "x", "boto_truncate_amount": "1"}`), -99, 0, "slice indices must be integers or None or have an __index__ method"},
		{"fail/no count to add to", listed("abc"), resume(`{"nextToken": "x", "boto_truncate_amount": null}`), 1, 0, "unsupported operand type(s) for +: 'int' and 'NoneType'"},
		{"fail/a token of another list", listed("abc"), resume(`{"marker": "x"}`), 1, 0,
			"Parameter validation failed:\nUnknown parameter in input: \"marker\", must be one of: nextToken, maxResults, principal"},
		{"fail/a token without one", listed("abc"), resume(`{}`), 1, 0, "Bad starting token: {'boto_truncate_amount': 1}"},
		{"fail/items that cannot be counted", []answer{{status: 200, body: `{"things":5}`}}, "-", -99, 0, "'int' object is not iterable"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &server{answers: test.answers}
			paging := client.Paging{}
			if test.token != "-" {
				paging.StartingToken = &test.token
			}
			if test.most != -99 {
				paging.MaxItems = big.NewInt(test.most)
			}
			pages, got := 0, error(nil)
			for _, err := range s.client().Pages(operation(t, "ListPrincipalThings"), minimal(t, "ListPrincipalThings"), paging).All(context.Background()) {
				if got = err; err == nil {
					pages++
				}
			}
			check(t, "error", message(got), test.want)
			check(t, "pages", pages, test.pages)
			_, err := s.client().Pages(operation(t, "ListPrincipalThings"), minimal(t, "ListPrincipalThings"), paging).Result(context.Background())
			if err == nil {
				t.Error("Result: got no error")
			}
		})
	}
}

// TestResult: the pages in one, and what is left.
func TestResult(t *testing.T) {
	for _, test := range []struct {
		name, operation string
		answers         []answer
		most            int64
		want            string
	}{
		{"ok/all", "ListPrincipalThings", listed("ab", "c"), -99, `{"things": ["a", "b", "c"]}`},
		{"ok/nothing", "ListPrincipalThings", listed(""), -99, `{"things": []}`},
		{"ok/no list at all", "ListPrincipalThings", []answer{{status: 200, body: `{}`}}, -99, `{}`},
		{"ok/a part", "ListPrincipalThings", listed("ab", "c"), 1, `{"things": ["a"], "NextToken": "` + resume(`{"nextToken": null, "boto_truncate_amount": 1}`) + `"}`},
		{"ok/members that are the same on each page", "ListThingRegistrationTaskReports", []answer{
			{status: 200, body: `{"resourceLinks":["a"],"reportType":"ERRORS","nextToken":"n"}`},
			{status: 200, body: `{"resourceLinks":["b"],"reportType":"RESULTS"}`},
		}, -99, `{"resourceLinks": ["a", "b"], "reportType": "ERRORS"}`},
		{"ok/other members are left out", "ListAttachedPolicies", []answer{{status: 200, body: `{"policies":[],"nextMarker":""}`}}, -99, `{"policies": []}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			paging := client.Paging{}
			if test.most != -99 {
				paging.MaxItems = big.NewInt(test.most)
			}
			s := &server{answers: test.answers}
			got, err := s.client().Pages(operation(t, test.operation), minimal(t, test.operation), paging).Result(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			check(t, "result", document.Compact(got), test.want)
		})
	}
}

// TestPagesStop: who has seen enough asks for no more.
func TestPagesStop(t *testing.T) {
	s := &server{answers: listed("a", "b", "c")}
	pages := s.client().Pages(operation(t, "ListPrincipalThings"), minimal(t, "ListPrincipalThings"), client.Paging{})
	check(t, "requests before", len(s.sent), 0)
	for range pages.All(context.Background()) {
		break
	}
	check(t, "requests", len(s.sent), 1)
}

// FuzzStartingToken: a token from outside, however odd, does no harm.
func FuzzStartingToken(f *testing.F) {
	for _, token := range []string{"", "x", "None", "x___1", "___", resume(`{}`), resume(`{"nextToken":5,"boto_truncate_amount":-1}`), "MTIz", "é"} {
		f.Add(token, int64(1))
	}
	f.Fuzz(func(t *testing.T, token string, most int64) {
		if len(token) > 1<<16 {
			return
		}
		s := &server{answers: listed("abc", "d")}
		c := s.client()
		c.Unchecked = true
		paging := client.Paging{StartingToken: &token, MaxItems: big.NewInt(most)}
		pages := c.Pages(operation(t, "ListPrincipalThings"), minimal(t, "ListPrincipalThings"), paging)
		if _, err := pages.Result(context.Background()); err == nil && pages.ResumeToken() != "" {
			again := pages.ResumeToken()
			paging.StartingToken = &again
			s.sent = nil
			if _, err := c.Pages(operation(t, "ListPrincipalThings"), minimal(t, "ListPrincipalThings"), paging).Result(context.Background()); err != nil {
				t.Errorf("resume token %s of %q: %v", again, token, err)
			}
		}
	})
}
