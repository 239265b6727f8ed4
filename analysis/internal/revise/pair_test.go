package revise

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// network makes an incident one of some networks of its country, one network's if there is one.
func network(numbers ...uint32) func(*incident.Incident) {
	return func(i *incident.Incident) {
		i.Type, i.Networks = incident.TypeNetwork, numbers
		if len(numbers) == 1 {
			i.Place.ASN = numbers[0]
		}
	}
}

func withdrawnOne(i *incident.Incident) { i.State = incident.StateWithdrawn }

// of writes which id each of now is paired with.
func of(now, before []incident.Incident) string {
	pairs := pair(now, before)
	var out []string
	for n := range now {
		id := "new"
		if k, again := pairs[n]; again {
			id = before[k].ID
		}
		out = append(out, id)
	}
	return strings.Join(out, " ")
}

func TestPair(t *testing.T) {
	ended, mobile := with(event(12, 13, 14), named("a")), with(with(event(14.5, 16.5, 17), named("b")), network(1, 2))
	for _, test := range []struct {
		name        string
		now, before []incident.Incident
		want        string
	}{
		{"a conclusion drawn too long keeps its own onset's id",
			[]incident.Incident{event(12, 0, 17), with(event(14.5, 16.5, 17), network(1, 2))}, []incident.Incident{ended, mobile}, "a b"},
		{"and alone, too", []incident.Incident{event(12, 0, 20)}, []incident.Incident{ended, mobile}, "a"},
		{"of the same onset, what is about the same",
			[]incident.Incident{event(12, 13, 16), with(event(12, 0, 16), network(1))}, []incident.Incident{with(event(12, 0, 15), named("a"))}, "a new"},
		{"the same networks rather than some of them",
			[]incident.Incident{with(event(2, 0, 6), network(1)), with(event(2, 5, 6), network(1, 2))},
			[]incident.Incident{with(with(event(2, 0, 5), named("a")), network(1, 2))}, "new a"},
		{"other networks at the same time", []incident.Incident{with(event(2, 5, 6), network(3, 4))},
			[]incident.Incident{with(with(event(2, 5, 6), named("a")), network(1, 2))}, "new"},
		{"began as the one before ended", []incident.Incident{event(13, 0, 14)}, []incident.Incident{ended}, "new"},
		{"began a little before the one before ended", []incident.Incident{event(12.75, 0, 18)}, []incident.Incident{ended}, "new"},
		{"an onset found later, while it goes on", []incident.Incident{event(2.25, 0, 3)}, []incident.Incident{with(event(2, 0, 2.1), named("a"))}, "a"},
		{"an onset found hours earlier", []incident.Incident{event(2, 0, 9)}, []incident.Incident{with(event(5, 0, 8), named("a"))}, "a"},
		{"what stands rather than what was withdrawn", []incident.Incident{event(2, 0, 9)},
			[]incident.Incident{with(with(event(2, 0, 8), named("a")), withdrawnOne), with(event(2.25, 0, 8), named("b"))}, "b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, of(test.now, test.before)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			slices.Reverse(test.before)
			if got := of(test.now, test.before); got != test.want {
				t.Errorf("in another order: %s, want %s", got, test.want)
			}
		})
	}
}
