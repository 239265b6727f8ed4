package blockpage_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
)

func load(t testing.TB, rows string) []blockpage.Fingerprint {
	t.Helper()
	prints, err := blockpage.Load(strings.NewReader(head + rows))
	if err != nil {
		t.Fatal(err)
	}
	return prints
}

func TestAnswer(t *testing.T) {
	set := blockpage.New(load(t, `page,nat,,body,contains,access denied by order,5,,,,
whole,nat,,body,full,blocked,5,,,,
start,nat,,body,prefix,<html>stop,5,,,,
expression,nat,,body,regexp,Order no\. [0-9]+ of,5,,,,
surer,nat,,body,contains,order of the ministry,9,,,,
server,prod,,header.server,prefix,Protected by,5,,,,
portal,isp,,header.location,prefix,http://block.example/,5,,,,
via,prod,,header.via,full,1.1 filter,5,,,,
mistaken,fp,,body,contains,Example Hosting,5,,,,
`))
	for _, test := range []struct {
		name   string
		header http.Header
		body   string
		want   string
	}{
		{"an ordinary page", nil, "<html>hello", ""},
		{"nothing", nil, "", ""},
		{"a phrase", nil, "<p>access denied by order</p>", "page"},
		{"a phrase at the very end", nil, "access denied by order", "page"},
		{"a phrase cut short", nil, "access denied by orde", ""},
		{"other letters", nil, "Access Denied by order", ""},
		{"the whole body", nil, "blocked", "whole"},
		{"more than the whole body", nil, "blocked.", ""},
		{"a beginning", nil, "<html>stop here", "start"},
		{"a beginning in the middle", nil, "x<html>stop here", ""},
		{"an expression", nil, "by Order no. 17 of today", "expression"},
		{"an expression too far down", nil, strings.Repeat(" ", 17<<10) + "by Order no. 17 of today", ""},
		{"two, one surer", nil, "access denied by order of the ministry", "surer"},
		{"a header", http.Header{"Server": {"Protected by X"}}, "", "server"},
		{"a header's second value", http.Header{"Server": {"nginx", "Protected by X"}}, "", "server"},
		{"where a redirect leads", http.Header{"Location": {"http://block.example/?you=192.0.2.1"}}, "", "portal"},
		{"a header in full", http.Header{"Via": {"1.1 filter"}}, "", "via"},
		{"more than a header in full", http.Header{"Via": {"1.1 filter (x)"}}, "", ""},
		{"a header's words in the body", nil, "Protected by X", ""},
		{"mistaken for one", nil, "access denied by order of Example Hosting", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := set.Answer(test.header, []byte(test.body)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	set := blockpage.New(load(t, "one,nat,,dns,full,203.0.113.7,5,,,,\nsix,nat,,dns,full,2001:db8::7,5,,,,\nmistaken,fp,,dns,full,203.0.113.9,5,,,,\nname,isp,,dns,full,block.example,5,,,,\n"),
		load(t, "later,nat,,dns,full,203.0.113.7,5,,,,\n"))
	for address, want := range map[string]string{
		"203.0.113.7": "one", "::ffff:203.0.113.7": "one", "2001:db8::7": "six", "203.0.113.8": "", "203.0.113.9": "",
	} {
		if got := set.Address(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}

func TestNoSet(t *testing.T) {
	var none *blockpage.Set
	if none.Address(netip.MustParseAddr("203.0.113.7")) != "" || none.Answer(http.Header{}, []byte("x")) != "" {
		t.Error("no set recognizes something")
	}
}

func TestBuiltin(t *testing.T) {
	prints, err := blockpage.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set := blockpage.New(prints)
	if got := set.Answer(nil, []byte(`<html><body><iframe src="http://10.10.34.35:80" style="width: 100%"></iframe>`)); got != "lamplight.ir_national" {
		t.Errorf("got %q", got)
	}
	if got := set.Answer(http.Header{"Location": {"http://www.warning.or.kr/i1.html"}}, nil); got != "lamplight.kr_warning" {
		t.Errorf("got %q", got)
	}
	if got := set.Address(netip.MustParseAddr("195.175.254.2")); got != "lamplight.tr_address" {
		t.Errorf("got %q", got)
	}
}
