package main

import "math"

// unwrap makes longitudes run on past 180 degrees instead of jumping to the other side of the page.
func unwrap(line []place) []place {
	out := make([]place, len(line))
	turns := 0.0
	for i, p := range line {
		if i > 0 {
			switch jump := p.lon + turns - out[i-1].lon; {
			case jump > 180:
				turns -= 360
			case jump < -180:
				turns += 360
			}
		}
		out[i] = place{p.lon + turns, p.lat}
	}
	return out
}

// halves cuts an unwrapped ring that crosses the antimeridian into what belongs on the eastern edge of
// the page and what belongs on the western.
func halves(ring []place) [][]place {
	west, east := math.Inf(1), math.Inf(-1)
	for _, p := range ring {
		west, east = min(west, p.lon), max(east, p.lon)
	}
	shift := 0.0
	if west < -180 {
		shift = 360
	}
	if west+shift >= -180 && east+shift <= 180 {
		return [][]place{ring}
	}
	var out [][]place
	if part := clip(ring, shift, func(lon float64) bool { return lon <= 180 }); len(part) > 0 {
		out = append(out, part)
	}
	if part := clip(ring, shift, func(lon float64) bool { return lon >= 180 }); len(part) > 0 {
		for i := range part {
			part[i].lon -= 360
		}
		out = append(out, part)
	}
	return out
}

// clip keeps the side of the antimeridian that inside names (Sutherland and Hodgman), after shifting
// all longitudes.
func clip(ring []place, shift float64, inside func(lon float64) bool) []place {
	var out []place
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		a.lon, b.lon = a.lon+shift, b.lon+shift
		if inside(a.lon) {
			out = append(out, a)
		}
		if inside(a.lon) != inside(b.lon) {
			part := (180 - a.lon) / (b.lon - a.lon)
			out = append(out, place{180, a.lat + part*(b.lat-a.lat)})
		}
	}
	if len(out) > 0 {
		out = append(out, out[0])
	}
	return out
}
