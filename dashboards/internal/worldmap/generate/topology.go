package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// topology is the part of a TopoJSON file that holds countries: https://github.com/topojson/topojson-specification
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]int `json:"arcs"` // quantized, each point relative to the one before
	Objects struct {
		Countries struct {
			Geometries []geometry `json:"geometries"`
		} `json:"countries"`
	} `json:"objects"`
}

type geometry struct {
	ID         string          `json:"id"` // ISO 3166-1 numeric
	Type       string          `json:"type"`
	Arcs       json.RawMessage `json:"arcs"`
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

func readTopology(name string) (topology, error) {
	var t topology
	b, err := os.ReadFile(name)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// readCodes maps ISO 3166-1 numeric codes to alpha-2.
func readCodes(name string) (map[string]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var table [][]string // alpha-2, alpha-3, numeric, ...
	if err := json.Unmarshal(b, &table); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	codes := map[string]string{}
	for _, line := range table {
		codes[line[2]] = line[0]
	}
	return codes, nil
}

// simplified returns every arc in degrees. Arcs are simplified one by one, so that two countries keep
// the border they share.
func (t topology) simplified() [][]place {
	out := make([][]place, len(t.Arcs))
	for i, arc := range t.Arcs {
		var x, y int
		var line []place
		for _, d := range arc {
			x, y = x+d[0], y+d[1]
			line = append(line, place{
				lon: float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0],
				lat: float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1],
			})
		}
		out[i] = simplify(unwrap(line))
	}
	return out
}

// rings joins the arcs of a geometry into closed lines. A negative number ^n is arc n backwards.
func (g geometry) rings(arcs [][]place) ([][]place, error) {
	var polygons [][][]int
	var err error
	switch g.Type {
	case "Polygon":
		polygons = make([][][]int, 1)
		err = json.Unmarshal(g.Arcs, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Arcs, &polygons)
	}
	if err != nil {
		return nil, fmt.Errorf("arcs of %s: %w", g.Properties.Name, err)
	}
	var out [][]place
	for _, polygon := range polygons {
		for _, numbers := range polygon {
			out = append(out, halves(ring(numbers, arcs))...)
		}
	}
	return out, nil
}

func ring(numbers []int, arcs [][]place) []place {
	var line []place
	for _, n := range numbers {
		if n >= 0 {
			line = append(line, arcs[n]...)
			continue
		}
		backwards := slices.Clone(arcs[^n])
		slices.Reverse(backwards)
		line = append(line, backwards...)
	}
	return unwrap(line)
}
