package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text keeps a contrast of 4.5 to its ground, and what must be told apart on a chart one of 3, in both
// color schemes (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	css, err := staticFiles.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "*, ::before")
	for scheme, source := range map[string]string{"light": light, "dark": dark} {
		colors := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z]+): #([0-9a-f]{6});`).FindAllStringSubmatch(source, -1) {
			colors[m[1]] = luminance(t, m[2])
		}
		if len(colors) < 15 {
			t.Fatalf("%s: found %d colors", scheme, len(colors))
		}
		for _, pair := range []struct {
			front, ground string
			least         float64
		}{
			{"ink", "paper", 7}, {"ink", "panel", 7}, {"ink", "banner", 7}, {"muted", "paper", 4.5}, {"muted", "panel", 4.5},
			{"link", "paper", 4.5}, {"link", "panel", 4.5}, {"candidate", "paper", 4.5}, {"candidate", "panel", 4.5}, {"reviewed", "paper", 4.5},
			{"against", "paper", 4.5}, {"measured", "paper", 3}, {"measured", "event", 3}, {"usual", "paper", 3}, {"ink", "event", 4.5},
			{"reviewed", "land", 3}, {"candidate", "land", 3},
		} {
			a, b := colors[pair.front], colors[pair.ground]
			if got := (max(a, b) + 0.05) / (min(a, b) + 0.05); got < pair.least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", scheme, pair.front, pair.ground, got, pair.least)
			}
		}
	}
}

// luminance is the relative luminance of a color as WCAG defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for k, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[2*k:2*k+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// The sheet fetches nothing, and has no side that is left or right except where a chart's time runs.
func TestStyleFetchesNothingAndReadsBothWays(t *testing.T) {
	css, err := staticFiles.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"@import", "url(", "http"} {
		if strings.Contains(string(css), bad) {
			t.Errorf("style.css holds %q", bad)
		}
	}
	physical := regexp.MustCompile(`(margin|padding|border)-(left|right)|text-align: (left|right)|[ {](left|right|float):`)
	for line := range strings.Lines(string(css)) {
		if physical.MatchString(line) && !strings.HasPrefix(line, ".chart ") {
			t.Errorf("a physical side: %s", strings.TrimSpace(line))
		}
	}
}
