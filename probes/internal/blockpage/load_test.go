package blockpage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
)

// head is the first line of OONI's lists.
const head = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\n"

func TestLoad(t *testing.T) {
	list := "\ufeff" + head +
		"one.a,nat,,dns,full,203.0.113.7,5,XA,,,\n" +
		"two b@c,isp,,body,contains,\"a page\nof two lines, \"\"quoted\"\"\",10,,,,\n" +
		"three,prod,,header.x-app-url,prefix,http://,5,\"XA,XB\",,,a note\n" +
		"four,fp,,body,regexp,<title>.*wrong</title>,5,,,,\n"
	prints, err := blockpage.Load(strings.NewReader(list))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range prints {
		ids = append(ids, p.ID)
	}
	if diff := cmp.Diff([]string{"one.a", "two_b_c", "three", "four"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	row := func(location, kind, pattern string) string {
		return head + "good,nat,,body,contains,good,5,,,,\nbad,nat,," + location + "," + kind + "," + pattern + ",5,,,,\n"
	}
	expressions := head
	for i := range 201 {
		expressions += fmt.Sprintf("e%d,nat,,body,regexp,x,5,,,,\n", i)
	}
	for _, test := range []struct{ name, list, want string }{
		{"nothing", "", "read the line of column names: the list is empty"},
		{"another table", "url,category\n", `line 1: there is no column "name": the list must be in the format of OONI's blocking fingerprints`},
		{"a column missing", "name,scope,location_found,pattern_type,pattern\n", `line 1: there is no column "confidence_no_fp": the list must be in the format of OONI's blocking fingerprints`},
		{"a short row", head + "one,nat\n", "record on line 2: wrong number of fields"},
		{"an open quote", head + "\"one\n", `parse error on line 2, column 6: extraneous or missing " in quoted-field`},
		{"no name", head + ",nat,,body,contains,good,5,,,,\n", "line 2: a name has 1 to 64 bytes"},
		{"a long name", head + strings.Repeat("n", 65) + ",nat,,body,contains,good,5,,,,\n", "line 2: a name has 1 to 64 bytes"},
		{"a name twice", head + "a b,nat,,body,contains,good,5,,,,\na_b,nat,,body,contains,good,5,,,,\n",
			"line 3: the name a_b stands on an earlier line too: give each fingerprint one of its own"},
		{"no confidence", head + "one,nat,,body,contains,good,sure,,,,\n", `line 2: confidence_no_fp is "sure": give a number from 0 to 10`},
		{"more than sure", head + "one,nat,,body,contains,good,11,,,,\n", `line 2: confidence_no_fp is "11": give a number from 0 to 10`},
		{"no pattern", row("body", "full", ""), "line 3: a pattern has 1 to 2048 bytes"},
		{"a long pattern", row("body", "full", strings.Repeat("x", 2049)), "line 3: a pattern has 1 to 2048 bytes"},
		{"a short phrase", row("body", "contains", "abc"), `line 3: pattern "abc" is shorter than 4 bytes, and would match ordinary pages`},
		{"nowhere", row("footer", "full", "x"), `line 3: location_found is "footer": allowed are dns, body and header.NAME`},
		{"a header without a name", row("header.", "full", "x"), `line 3: location_found is "header.": allowed are dns, body and header.NAME`},
		{"an unknown kind", row("body", "glob", "x"), `line 3: pattern_type is "glob": allowed are full, prefix, contains and regexp`},
		{"DNS by a part", row("dns", "prefix", "192."), `line 3: pattern_type of a DNS fingerprint is "prefix": allowed is full`},
		{"DNS by a word", row("dns", "full", "blocked"), `line 3: pattern "blocked" of a DNS fingerprint is neither an IP address nor a host name`},
		{"DNS with a zone", row("dns", "full", "fe80::1%eth0"), `line 3: pattern "fe80::1%eth0" of a DNS fingerprint is neither an IP address nor a host name`},
		{"not RE2", row("body", "regexp", "(?=ahead)"),
			"line 3: pattern is not a regular expression in RE2's syntax: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
		{"an expression that explodes", row("body", "regexp", "((a{100}){100}){100}"),
			"line 3: pattern is not a regular expression in RE2's syntax: error parsing regexp: invalid repeat count: `{100}`"},
		{"a long expression", row("body", "regexp", strings.Repeat("x", 513)), "line 3: a regular expression has at most 512 bytes"},
		{"many expressions", expressions, "line 202: a list holds at most 10000 fingerprints, 200 of them regular expressions: split it, or leave out what you do not need"},
		{"a long list", head + strings.Repeat("#", 4<<20), "the list is longer than 4194304 bytes: leave out what you do not need"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := blockpage.Load(strings.NewReader(test.list))
			if err == nil {
				t.Fatal("the list is taken")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A list of exactly so many bytes that the limit falls on its end must not be taken for a whole one.
func TestLoadOfCutList(t *testing.T) {
	row := "x%06d,nat,,body,contains," + strings.Repeat("y", 1974) + ",5,,,,\n"
	var list strings.Builder
	list.WriteString(head)
	for i := 0; list.Len() <= 4<<20; i++ {
		fmt.Fprintf(&list, row, i)
	}
	if _, err := blockpage.Load(strings.NewReader(list.String())); err == nil {
		t.Error("a list over the limit is taken")
	}
}
