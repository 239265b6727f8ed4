package detect

import (
	"fmt"
	"testing"
)

// A rise is no event, nor is the same hour a day, a week or two weeks after it: a week alone says nothing of an hour of
// the week. What comes back from a rise that has lasted for days has fallen, and is told.
func TestNoAlarmAfterARise(t *testing.T) {
	for _, test := range []struct {
		name, act string
		history   int // days that it takes
	}{
		{"by a fifth", "bgp 02:00 720:00 1.2", 1},
		{"by little", "bgp 02:00 720:00 1.03", 1},
		{"to twice as much", "bgp 14:00 720:00 2", 1},
		{"for a morning", "bgp 02:00 08:00 1.5", 2},
		{"and again a week later", "bgp 02:00 720:00 1.2\nbgp 170:00 720:00 1.2", 7},
	} {
		for _, history := range []int{1, 2, 5, 7, 8, 10, 14, 15, 21, 30} {
			if history < test.history {
				continue
			}
			t.Run(fmt.Sprintf("%s, after %d days", test.name, history), func(t *testing.T) {
				s := read(t, fmt.Sprintf("history %d\ndays 30\nsignal bgp 10000\n%s", history, test.act))
				if got := brief(Run(s.signals, Defaults()).Found); got != "" {
					t.Errorf("found %s", got)
				}
			})
		}
	}
}
