package web_test

import (
	"context"
	"flag"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
)

var shots = flag.String("shots", "", "folder for a picture of each page, to look at")

// screens are a desk's and a small phone's, in both color schemes, with JavaScript and without.
var screens = []screen{
	{"desktop", 1280, 900, "light", true},
	{"desktop-dark", 1280, 900, "dark", true},
	{"phone", 360, 740, "light", true},
	{"phone-without-script", 360, 740, "dark", false},
}

// seen is what a person sees of an element.
type seen struct {
	Text          string
	Width, Height float64
}

// look returns the elements of a selector that take room on the screen.
func look(ctx context.Context, t *testing.T, selector string) []seen {
	t.Helper()
	all := run(ctx, t, chromedp.Evaluate[[]seen](`[...document.querySelectorAll("`+selector+`")].filter(e => e.checkVisibility()).map(e => {
		const box = e.getBoundingClientRect();
		return {Text: e.innerText || e.textContent, Width: box.width, Height: box.height};
	})`))
	return slices.DeleteFunc(all, func(s seen) bool { return s.Width == 0 || s.Height == 0 })
}

func TestPagesInABrowser(t *testing.T) {
	site := serve(t, everything()...)
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			ctx, b := newTab(t)

			open(ctx, t, s, site.url+"/")
			expect(ctx, t, "h1", "Who has been left in the dark")
			expect(ctx, t, "#candidates", "Automatic candidates")
			expect(ctx, t, ".cards h3", "Iraq: connectivity lost")
			expect(ctx, t, ".cards .of", "probability of a shutdown")
			if world := look(ctx, t, ".world .lit path"); len(world) == 0 {
				t.Error("no country is lit on the map")
			}
			fits(ctx, t, s, "list")

			open(ctx, t, s, site.url+"/i/"+examples.Blackout().ID)
			expect(ctx, t, "h1", "Iraq: connectivity lost, 15 Jun 2026 04:00 local time (01:00 UTC), for 4 h.")
			expect(ctx, t, "h1", "Probability that this was a shutdown: 93 %.")
			expect(ctx, t, ".verdict", "could not see")
			if drawn := look(ctx, t, ".chart .value"); len(drawn) != 6 {
				t.Errorf("%d lines of measured values are to be seen, want 6", len(drawn))
			}
			if holes := look(ctx, t, ".chart .hole"); len(holes) != 1 {
				t.Errorf("%d charts show what could not be seen, want one", len(holes))
			}
			if rows := look(ctx, t, "details td"); len(rows) != 0 {
				t.Error("the tables are open before anybody asks for them")
			}
			fits(ctx, t, s, "incident")

			open(ctx, t, s, site.url+"/i/"+examples.Ongoing().ID)
			expect(ctx, t, ".banner", "Rehearsal.")
			expect(ctx, t, ".banner", "Nobody has reviewed it yet.")
			fits(ctx, t, s, "candidate")

			open(ctx, t, s, site.url+"/docs/reading-an-incident")
			expect(ctx, t, "h1", "How to read an incident")
			fits(ctx, t, s, "handbook")

			b.quiet(t, site.url)
		})
	}
}

// A person without a mouse opens a table with the keyboard, without JavaScript.
func TestTablesOpenByKeyboard(t *testing.T) {
	site := serve(t, everything()...)
	ctx, _ := newTab(t)
	s := screen{"keyboard", 1280, 900, "light", false}
	open(ctx, t, s, site.url+"/i/"+examples.Blackout().ID)
	run(ctx, t, chromedp.Focus("summary"))
	run(ctx, t, chromedp.KeyEvent("\r"))
	if rows := look(ctx, t, "details td"); len(rows) < 10 {
		t.Errorf("%d cells are to be seen after Enter on a summary, want a table", len(rows))
	}
}

// expect demands that some element of a selector is to be seen and says want.
func expect(ctx context.Context, t *testing.T, selector, want string) {
	t.Helper()
	found := look(ctx, t, selector)
	for _, s := range found {
		if strings.Contains(strings.Join(strings.Fields(s.Text), " "), want) {
			return
		}
	}
	t.Errorf("no %s to be seen says %q; %d say something else", selector, want, len(found))
}

// fits demands that the page needs no scrolling sideways.
func fits(ctx context.Context, t *testing.T, s screen, name string) {
	t.Helper()
	if got := run(ctx, t, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)); got > s.width {
		t.Errorf("%s is %d pixels wide on a screen of %d", name, got, s.width)
	}
	picture(ctx, t, name+"-"+s.name)
}

// quiet demands that no page complained, and that all asked nobody but the site for anything.
func (b *tab) quiet(t *testing.T, site string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Errorf("the browser complains: %s", c)
	}
	if len(b.requests) == 0 {
		t.Error("no request was seen: the test is blind")
	}
	for _, r := range b.requests {
		if !strings.HasPrefix(r, site+"/") {
			t.Errorf("a page asks somebody else: %s", r)
		}
	}
}
