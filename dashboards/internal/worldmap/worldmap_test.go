package worldmap_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/dashboards/internal/worldmap"
)

func draw(t *testing.T, marks ...worldmap.Mark) (svg string, unplaced []worldmap.Mark) {
	t.Helper()
	m, err := worldmap.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m.SVG("Current incidents", marks)
}

func TestSVGLightsMarkedCountries(t *testing.T) {
	svg, unplaced := draw(t,
		worldmap.Mark{Code: "IQ", Label: "Iraq: 1 incident", Link: "/i/a", Reviewed: true},
		worldmap.Mark{Code: "BH", Label: "Bahrain <1>", Link: "/i/b?x=1&y=2"},
	)
	if len(unplaced) != 0 {
		t.Errorf("unplaced = %v, want none", unplaced)
	}
	for _, want := range []string{
		`<a class="lit reviewed" href="/i/a" aria-label="Iraq: 1 incident">`,
		`<a class="lit candidate" href="/i/b?x=1&amp;y=2" aria-label="Bahrain &lt;1&gt;">`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("svg lacks %s", want)
		}
	}
	if got := strings.Count(svg, `class="dot"`); got != 2 {
		t.Errorf("%d dots, want one a country, also where it is too small for an outline", got)
	}
}

// What no map of the world shows stands in an inset, and is handed back to be named beneath.
func TestSVGHandsBackWhatHasNoPlace(t *testing.T) {
	pretend := worldmap.Mark{Code: "XL", Label: "Lampland", Link: "/i/c"}
	svg, unplaced := draw(t, pretend)
	if diff := cmp.Diff([]worldmap.Mark{pretend}, unplaced); diff != "" {
		t.Errorf("unplaced (-want +got):\n%s", diff)
	}
	if !strings.Contains(svg, `<a class="lit candidate" href="/i/c" aria-label="Lampland">`) || !strings.Contains(svg, `>XL</text>`) {
		t.Error("a country without geometry is not in the inset")
	}
	if strings.Contains(svg, `class="dot"`) {
		t.Error("a country without geometry has a place on the map")
	}
	if svg, _ := draw(t); strings.Contains(svg, "inset") {
		t.Error("an inset without anything in it")
	}
}

func TestSVGIsWellFormedAndSmall(t *testing.T) {
	svg, _ := draw(t, worldmap.Mark{Code: "UA", Label: "Ukraine", Link: "/i/u"})
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(svg) > 32<<10 {
		t.Errorf("the map weighs %d bytes, more than 32 KiB: a page must stay under 100 kB", len(svg))
	}
}
