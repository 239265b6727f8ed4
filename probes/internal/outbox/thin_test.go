package outbox

import (
	"fmt"
	"strings"
	"testing"
)

// scripted makes units of 100 bytes of a line of words: an hour, with "t" behind it where it holds a transition.
func scripted(t *testing.T, line string) []unit {
	t.Helper()
	var out []unit
	for i, word := range strings.Fields(line) {
		u := unit{number: uint64(i + 1), bytes: 100}
		hour, edge := strings.CutSuffix(word, "t")
		u.edge = edge
		if _, err := fmt.Sscan(hour, &u.hour); err != nil {
			t.Fatal(err)
		}
		out = append(out, u)
	}
	return out
}

func TestThin(t *testing.T) {
	for _, test := range []struct {
		name  string
		units string
		limit int64
		want  string // those that stay
	}{
		{"nothing to do", "1 1 1", 300, "1 2 3"},
		{"detail goes first, oldest first", "1 1 1 2 2 2", 400, "1 4 5 6"},
		{"then odd hours", "1 1 2 3 4 5 6", 400, "1 3 5 7"},
		{"then every second even hour", "1 2 3 4 5 6 7 8 9", 400, "1 4 8 9"},
		{"transitions stay", "1 1 1t 1 2 3t 4", 400, "1 3 6 7"},
		{"what came before one stays with the eighth hours", "1 1 1 1t 1 2 3 4", 400, "1 3 4 8"},
		{"too many transitions", "1 1t 1t 1t 1", 300, "1 4 5"},
		{"the ends stay whatever it is", "1 2 3", 0, "1 3"},
		{"one", "1", 0, "1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			units := scripted(t, test.units)
			gone := thin(units, test.limit)
			var stay []string
			for _, u := range units {
				if !gone[u.number] {
					stay = append(stay, fmt.Sprint(u.number))
				}
			}
			if got := strings.Join(stay, " "); got != test.want {
				t.Errorf("stay %s, want %s", got, test.want)
			}
		})
	}
}
