package handbook

import (
	"regexp"
	"strings"
	"testing"
)

func load(t *testing.T) []Page {
	t.Helper()
	pages, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestContentsNameEveryPage(t *testing.T) {
	for _, p := range load(t) {
		if p.Summary == "" {
			t.Errorf("contents.txt says nothing of %s: nobody finds a page that it does not name", p.Name)
		}
	}
}

var (
	href = regexp.MustCompile(`href="([^"]*)"`)
	id   = regexp.MustCompile(` id="([^"]*)"`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	there := map[string]bool{}
	for _, p := range load(t) {
		there[p.Name] = true
		for _, m := range id.FindAllStringSubmatch(p.HTML, -1) {
			there[p.Name+"#"+m[1]] = true
		}
	}
	for _, p := range load(t) {
		for _, m := range href.FindAllStringSubmatch(p.HTML, -1) {
			target := m[1]
			switch {
			case strings.HasPrefix(target, "https://"), strings.HasPrefix(target, "/"):
				continue // another site, or a page of this one that is not the handbook's
			case strings.HasPrefix(target, "#"):
				target = p.Name + target
			}
			if !there[target] {
				t.Errorf("%s.md links to %q, which is no page of the handbook", p.Name, m[1])
			}
		}
	}
}

func TestPageLink(t *testing.T) {
	for in, want := range map[string]string{
		"design.md": "design", "design.md#why": "design#why", "#why": "#why", "https://a.example/x.md": "https://a.example/x.md",
		"../../README.md": "../../README.md", "mailto:a@b.example": "mailto:a@b.example",
	} {
		if got := pageLink(in); got != want {
			t.Errorf("pageLink(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPagesCarryNoRawHTML(t *testing.T) {
	for _, p := range load(t) {
		if strings.Contains(p.HTML, "<!-- raw HTML omitted -->") {
			t.Errorf("%s.md holds raw HTML, which is not shown", p.Name)
		}
	}
}
