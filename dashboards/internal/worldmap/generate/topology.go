package main

import (
	"encoding/json"
	"fmt"
	"os"
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

// projected returns every arc on the page. Arcs are simplified one by one, so that two countries keep
// the border they share.
func (t topology) projected() [][]point {
	out := make([][]point, len(t.Arcs))
	for i, arc := range t.Arcs {
		var x, y int
		var line []point
		for _, d := range arc {
			x, y = x+d[0], y+d[1]
			line = append(line, equalEarth(
				float64(x)*t.Transform.Scale[0]+t.Transform.Translate[0],
				float64(y)*t.Transform.Scale[1]+t.Transform.Translate[1]))
		}
		out[i] = simplify(line)
	}
	return out
}

// rings joins the arcs of a geometry into closed lines. A negative number ^n is arc n backwards.
func (g geometry) rings(arcs [][]point) [][]point {
	var polygons [][][]int
	switch g.Type {
	case "Polygon":
		var one [][]int
		if json.Unmarshal(g.Arcs, &one) == nil {
			polygons = [][][]int{one}
		}
	case "MultiPolygon":
		_ = json.Unmarshal(g.Arcs, &polygons) // a geometry without arcs has no rings
	}
	var out [][]point
	for _, polygon := range polygons {
		for _, numbers := range polygon {
			out = append(out, ring(numbers, arcs))
		}
	}
	return out
}

func ring(numbers []int, arcs [][]point) []point {
	var line []point
	add := func(p point) {
		if len(line) == 0 || line[len(line)-1] != p {
			line = append(line, p)
		}
	}
	for _, n := range numbers {
		if n >= 0 {
			for _, p := range arcs[n] {
				add(p)
			}
			continue
		}
		backwards := arcs[^n]
		for i := len(backwards) - 1; i >= 0; i-- {
			add(backwards[i])
		}
	}
	return line
}
