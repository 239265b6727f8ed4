// Command generate makes ../world.tsv: the countries of the world as small SVG paths.
//
//	go run . WORLD_ATLAS I18N_ISO_COUNTRIES > ../world.tsv
//
// Its arguments are the unpacked npm packages of those names; fetch.sh gets the pinned versions.
// It works offline and writes the same bytes for the same input.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const provenance = `# Countries as SVG paths. Made by generate/fetch.sh; do not edit.
# Geometry: Natural Earth 4.1 (public domain), from npm world-atlas 2.0.2: shapes at 1:110m; a country
# too small for that scale has only a point, from 1:50m. Codes: npm i18n-iso-countries 7.14.0 (MIT).
# Projection: Equal Earth, 2000 units wide. Columns: ISO 3166-1 alpha-2 ("--" none), x, y, path.
`

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: generate WORLD_ATLAS I18N_ISO_COUNTRIES > world.tsv")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, atlas, codesDir string) error {
	codes, err := readCodes(filepath.Join(codesDir, "codes.json"))
	if err != nil {
		return err
	}
	coarse, err := readTopology(filepath.Join(atlas, "countries-110m.json"))
	if err != nil {
		return err
	}
	fine, err := readTopology(filepath.Join(atlas, "countries-50m.json"))
	if err != nil {
		return err
	}
	rows, err := shapes(coarse, codes)
	if err != nil {
		return err
	}
	drawn := map[string]bool{}
	for _, r := range rows {
		drawn[r.code] = true
	}
	small, err := shapes(fine, codes)
	if err != nil {
		return err
	}
	for _, r := range small {
		if !drawn[r.code] {
			r.path = ""
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.code+a.path, b.code+b.path) })

	out := bufio.NewWriter(w)
	fmt.Fprint(out, provenance)
	for _, r := range rows {
		fmt.Fprintf(out, "%s\t%d\t%d\t%s\n", r.code, r.x, r.y, r.path)
	}
	return out.Flush()
}

// row is one country: where a marker stands on it, and its outline.
type row struct {
	code string
	x, y int
	path string
}

// shapes projects every country. Antarctica, which has no networks of its own, is left out: it would
// take a fifth of the picture.
func shapes(t topology, codes map[string]string) ([]row, error) {
	var rows []row
	arcs := t.simplified()
	for _, g := range t.Objects.Countries.Geometries {
		code := codes[g.ID]
		if g.Properties.Name == "Kosovo" {
			code = "XK" // not in ISO 3166-1; the code that networks there are registered with
		}
		if code == "" {
			code = "--"
		}
		if code == "AQ" {
			continue
		}
		rings, err := g.rings(arcs)
		if err != nil {
			return nil, err
		}
		r := row{code: code}
		largest := 0.0
		for _, places := range rings {
			ring := onPage(places)
			area, cx, cy := centroid(ring)
			if area > largest {
				largest, r.x, r.y = area, cx, cy
			}
			r.path += path(ring)
		}
		rows = append(rows, r)
	}
	return rows, nil
}
