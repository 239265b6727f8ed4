package http

import (
	"strings"
	"testing"
)

func TestTitle(t *testing.T) {
	for _, test := range []struct{ name, page, want string }{
		{"plain", "<title>hello</title>", "hello"},
		{"with space", "<title>\n hello  to\tyou </title>", "hello to you"},
		{"of attributes", `<title lang="en" dir=ltr>hello</title>`, "hello"},
		{"in capitals", "<HTML><HEAD><TITLE>Hello</TITLE>", "Hello"},
		{"the first", "<title>one</title><title>two</title>", "one"},
		{"empty", "<title></title><p>text", ""},
		{"none", "<p>hello", ""},
		{"no page", "", ""},
		{"another element", "<titles>no</titles><titlepage>no</titlepage>", ""},
		{"in a comment", "<!-- <title>no</title> --><title>yes</title>", "yes"},
		{"in a script", "<script>document.write('<title>no</title>')</SCRIPT><title>yes</title>", "yes"},
		{"in a style", "<style>/* <title>no</title> */</style><title>yes</title>", "yes"},
		{"in an open comment", "<!-- <title>no</title>", ""},
		{"cut off", "<title>hello", "hello"},
		{"cut off in its name", "<title", ""},
		{"with an element in it", "<title>a <b>b</b></title>", "a <b>b</b>"},
		{"after a lone bracket", "a < b <title>hello</title>", "hello"},
		{"long", "<title>" + strings.Repeat("x", 600) + "</title>", strings.Repeat("x", 512)},
		{"in another script", "<title>Заблокировано</title>", "Заблокировано"},
	} {
		if got := string(title([]byte(test.page))); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// A page of nothing but openings costs no more than its length.
func BenchmarkTitle(b *testing.B) {
	page := []byte(strings.Repeat("<title<script<", 64<<10/14))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		title(page)
	}
}
