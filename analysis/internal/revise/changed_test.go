package revise

import (
	"testing"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

func lastSeen(hours float64) func(*incident.Incident) {
	seen := at(hours)
	return func(i *incident.Incident) { i.LastSeen = &seen }
}

// Nothing is written again and again of an event that nobody sees; that nobody sees it is written once.
func TestWorthSayingWhileNobodyLooks(t *testing.T) {
	for _, test := range []struct {
		name        string
		before, now incident.Incident
		want        bool
	}{
		{"an hour more was seen", with(event(1, 0, 3), lastSeen(3)), with(event(1, 0, 4), lastSeen(4)), true},
		{"half an hour more was seen", with(event(1, 0, 3), lastSeen(3)), with(event(1, 0, 3.5), lastSeen(3.5)), false},
		{"nobody looked for an hour", with(event(1, 0, 3), lastSeen(3)), with(event(1, 0, 4), lastSeen(3)), true},
		{"nor for the hour after", with(event(1, 0, 4), lastSeen(3)), with(event(1, 0, 5), lastSeen(3)), false},
		{"and then somebody did", with(event(1, 0, 5), lastSeen(3)), with(event(1, 0, 5.25), lastSeen(5.25)), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := worthSaying(&test.before, &test.now); got != test.want {
				t.Errorf("worth saying: %t, want %t", got, test.want)
			}
		})
	}
}
