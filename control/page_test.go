package control_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestPages reads 60 profiles to the end, in pages of several lengths.
func TestPages(t *testing.T) {
	e := newEnv(t)
	var want []string
	for i := range 60 {
		name := fmt.Sprintf("p%02d", i)
		want = append(want, name)
		e.must(`POST /security-profiles/` + name)
	}
	for _, c := range []struct {
		query string
		pages int
	}{
		{"", 3}, // 25 is the default
		{"maxResults=1", 60},
		{"maxResults=20", 3},
		{"maxResults=59", 2},
		{"maxResults=60", 1},
		{"maxResults=250", 1},
	} {
		t.Run("ok/"+c.query, func(t *testing.T) {
			got, pages := e.listed("/security-profiles?"+c.query, "securityProfileIdentifiers", "name")
			if !slices.Equal(got, want) || pages != c.pages {
				t.Errorf("got %v in %d pages, want all 60 in %d", got, pages, c.pages)
			}
		})
	}
}

func TestPageTokens(t *testing.T) {
	e := newEnv(t)
	e.must(`POST /security-profiles/a {"additionalMetricsToRetain":["aws:all-bytes-in"]}`, `POST /security-profiles/b {"additionalMetricsToRetain":["aws:all-bytes-in"]}`)
	token := func(url string) string {
		var page struct{ NextToken string }
		if _, body := e.do("GET " + url); json.Unmarshal([]byte(body), &page) != nil || page.NextToken == "" {
			t.Fatalf("%s: no token in %s", url, body)
		}
		return page.NextToken
	}
	all := token("/security-profiles?maxResults=1")
	filtered := token("/security-profiles?maxResults=1&metricName=aws:all-bytes-in")
	flipped := func(s string) string {
		raw, err := base64.RawURLEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)-3] ^= 1
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	const foreign = `InvalidRequestException: The nextToken is invalid: it was not issued by this service.`
	const other = `InvalidRequestException: The nextToken is invalid: it was issued for a different request.`
	for _, c := range []struct{ name, url, want string }{
		{"ok/same list", "/security-profiles?maxResults=250&nextToken=" + all, ""},
		{"ok/same filter", "/security-profiles?metricName=aws:all-bytes-in&nextToken=" + filtered, ""},
		{"fail/without its filter", "/security-profiles?nextToken=" + filtered, other},
		{"fail/other filter", "/security-profiles?metricName=aws:all-bytes-out&nextToken=" + filtered, other},
		{"fail/filter added", "/security-profiles?metricName=aws:all-bytes-in&nextToken=" + all, other},
		{"fail/other operation", "/dimensions?nextToken=" + all, other},
		{"fail/operation with another key", "/things?nextToken=" + all, foreign},
		{"fail/empty", "/security-profiles?nextToken=", foreign},
		{"fail/garbage", "/security-profiles?nextToken=%00%ff", ""},
		{"fail/short", "/security-profiles?nextToken=AAAA", foreign},
		{"fail/cut", "/security-profiles?nextToken=" + all[:len(all)-4], foreign},
		{"fail/one bit", "/security-profiles?nextToken=" + flipped(all), foreign},
		{"fail/long", "/security-profiles?nextToken=" + strings.Repeat("A", 10_000), foreign},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := 200
			if strings.HasPrefix(c.name, "fail/") {
				want = 400
			}
			if status, answer := e.do("GET " + c.url); status != want || c.want != "" && answer != c.want {
				t.Errorf("got %d %s, want %d %s", status, answer, want, c.want)
			}
		})
	}
}

// TestPagesOfEveryList reads every list of names to the end one by one.
func TestPagesOfEveryList(t *testing.T) {
	e := newEnv(t)
	const n = 3
	for i := range n {
		e.must(
			fmt.Sprintf(`POST /dimensions/n%d {"type":"TOPIC_FILTER","stringValues":["a"],"clientRequestToken":"t"}`, i),
			fmt.Sprintf(`POST /custom-metric/n%d {"metricType":"number","clientRequestToken":"t"}`, i),
			fmt.Sprintf(`POST /thing-types/n%d`, i),
			group(fmt.Sprintf("n%d", i), ""),
			`POST /security-profiles/p`, attach("p", fmt.Sprintf("thinggroup/n%d", i)),
		)
	}
	for _, c := range []struct{ url, list, member string }{
		{"/dimensions", "dimensionNames", ""},
		{"/custom-metrics", "metricNames", ""},
		{"/thing-types", "thingTypes", "thingTypeName"},
		{"/thing-groups", "thingGroups", "groupName"},
		{"/security-profiles/p/targets", "securityProfileTargets", "arn"},
	} {
		t.Run("ok"+c.url, func(t *testing.T) {
			got, pages := e.listed(c.url+"?maxResults=1", c.list, c.member)
			if len(got) != n || pages != n || !slices.IsSorted(got) {
				t.Errorf("got %v in %d pages, want %d in %d", got, pages, n, n)
			}
		})
	}
}
