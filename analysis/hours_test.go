package analysis

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// o'clock, of one day.
func clock(hour int) time.Time { return time.Date(2026, 3, 11, hour, 0, 0, 0, time.UTC) }

func TestDueHours(t *testing.T) {
	stored := func(hours ...int) map[time.Time]uint64 {
		out := make(map[time.Time]uint64)
		for _, h := range hours {
			out[clock(h)] = 7
		}
		return out
	}
	judged := func(hour int, seen uint64, at int) incident.JudgedHour {
		return incident.JudgedHour{Hour: clock(hour), Seen: seen, JudgedAt: clock(at)}
	}
	for _, test := range []struct {
		name    string
		stored  map[time.Time]uint64
		judged  []incident.JudgedHour
		want    []int
		waiting int
	}{
		{"nothing", nil, nil, nil, 0},
		{"never judged, the newest first", stored(1, 2, 3), nil, []int{3, 2, 1}, 0},
		{"as they were judged", stored(1, 2), []incident.JudgedHour{judged(1, 7, 4), judged(2, 7, 4)}, nil, 0},
		{"of one something came", stored(1, 2), []incident.JudgedHour{judged(1, 6, 4), judged(2, 7, 4)}, []int{1}, 0},
		{"the one judged longest ago first", stored(1, 2, 3), []incident.JudgedHour{judged(1, 6, 5), judged(2, 6, 4), judged(3, 6, 6)}, []int{2, 1, 3}, 0},
		{"what was never judged before it", stored(1, 2, 3), []incident.JudgedHour{judged(2, 6, 4), judged(3, 6, 6)}, []int{1, 2, 3}, 0},
		{"more than there is time for", stored(1, 2, 3, 4, 5), nil, []int{5, 4, 3}, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			was := make(map[time.Time]incident.JudgedHour)
			for _, j := range test.judged {
				was[j.Hour] = j
			}
			hours, waiting := dueHours(test.stored, was, 3)
			var got []int
			for _, h := range hours {
				got = append(got, h.Hour())
			}
			if diff := cmp.Diff(test.want, got); diff != "" || waiting != test.waiting {
				t.Errorf("%d wait, want %d (-want +got):\n%s", waiting, test.waiting, diff)
			}
		})
	}
}

// Though something comes for every hour between two passes, each has its turn.
func TestEveryDueHourHasItsTurn(t *testing.T) {
	stored, judged := make(map[time.Time]uint64), make(map[time.Time]incident.JudgedHour)
	for h := range 20 {
		stored[clock(h)] = 1
	}
	left := maps.Clone(stored)
	for pass := range 7 {
		hours, _ := dueHours(stored, judged, 3)
		for _, h := range hours {
			judged[h] = incident.JudgedHour{Hour: h, Seen: stored[h], JudgedAt: clock(24 + pass)}
			delete(left, h)
		}
		for h := range stored {
			stored[h]++
		}
	}
	if len(left) > 0 {
		t.Errorf("never judged: %v", slices.Collect(maps.Keys(left)))
	}
}

// An hour that fails every time keeps no other from being judged, is tried again behind them, and is told.
func TestHourThatFails(t *testing.T) {
	stored := map[time.Time]uint64{clock(1): 7, clock(2): 7, clock(3): 7}
	judged := make(map[time.Time]incident.JudgedHour)
	failed, bad := make(failedHours), errors.New("bad")
	tried := make(map[int]int)
	for pass := range 6 {
		hours, _ := dueHours(stored, failed.among(judged), 1)
		_, err := failed.each(t.Context(), hours, func(hour time.Time) (int, error) {
			tried[hour.Hour()]++
			if hour.Hour() == 3 {
				return 0, bad
			}
			judged[hour] = incident.JudgedHour{Hour: hour, Seen: 7, JudgedAt: clock(4)}
			return 1, nil
		})
		if hours[0].Hour() == 3 != errors.Is(err, bad) {
			t.Errorf("pass %d: %v", pass, err)
		}
	}
	if diff := cmp.Diff(map[int]int{1: 1, 2: 1, 3: 4}, tried); diff != "" {
		t.Errorf("tried (-want +got):\n%s", diff)
	}
	failed.forget(clock(4))
	if len(failed) != 0 {
		t.Errorf("left are %v", failed)
	}
	// One that fails keeps none of the same pass from being judged.
	looks, err := failed.each(t.Context(), []time.Time{clock(3), clock(2)}, func(hour time.Time) (int, error) {
		if hour.Hour() == 3 {
			return 0, bad
		}
		return 5, nil
	})
	if looks != 5 || !errors.Is(err, bad) {
		t.Errorf("%d looks, %v", looks, err)
	}
}
