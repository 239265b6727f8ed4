package plan_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lamplight-net/lamplight/probes/internal/plan"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func targets(n int) plan.Plan {
	p := plan.Plan{Version: "test"}
	for i := range n {
		p.Targets = append(p.Targets, plan.Target{URL: fmt.Sprintf("https://%d.example/", i), Class: "foreign"})
	}
	return p.WithDefaults()
}

// In every period each target is looked at once, and looks keep their distance.
func TestEveryTargetOnceAPeriod(t *testing.T) {
	p := targets(7)
	for seed := range uint64(20) {
		last := make(map[int]time.Time)
		at := noon
		for range 70 {
			item, any := plan.NextTarget(p, seed, at)
			if !any || !item.At.After(at) {
				t.Fatalf("seed %d: after %s comes %+v", seed, at, item)
			}
			if gap := item.At.Sub(at); at != noon && gap < p.TargetEvery/7/2-time.Second {
				t.Errorf("seed %d: only %v between two looks", seed, gap)
			}
			if before, seen := last[item.Target]; seen {
				if apart := item.At.Sub(before); apart < p.TargetEvery*6/7 || apart > p.TargetEvery*8/7 {
					t.Errorf("seed %d: target %d after %v", seed, item.Target, apart)
				}
			}
			last[item.Target], at = item.At, item.At
		}
		if len(last) != 7 {
			t.Errorf("seed %d: only %d of 7 targets are looked at", seed, len(last))
		}
	}
}

// Probes that start together do not look together, and a probe that starts again keeps its timetable.
func TestSeedsDiffer(t *testing.T) {
	p := targets(3)
	moments := make(map[time.Time]bool)
	for seed := range uint64(100) {
		moments[plan.NextBeat(p, seed, noon).At] = true
		late := plan.NextBeat(p, seed, noon).At.Add(-time.Millisecond)
		if plan.NextBeat(p, seed, noon) != plan.NextBeat(p, seed, late) {
			t.Errorf("seed %d: the timetable depends on when one asks", seed)
		}
	}
	if len(moments) < 90 {
		t.Errorf("100 probes beat at %d moments", len(moments))
	}
	if _, any := plan.NextTarget(targets(0), 1, noon); any {
		t.Error("a plan without targets has a look to do")
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for text, ok := range map[string]bool{
		`{}`: false, `hello`: false,
		`{"version":"a b"}`:               false,
		`{"version":"v1","unknown":true}`: false,
	} {
		if _, err := plan.Parse([]byte(text)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := plan.Default(); err != nil {
		t.Errorf("the built-in plan: %v", err)
	}
}

// A plan from outside is read or refused, and a plan that is read can be followed, and written as it was read.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":"v1","targets":[{"url":"https://a.example/","class":"foreign"}]}`))
	f.Add([]byte(`{"version":"v1","whoami":"whoami.example.net","beat_every":"90s","target_every":"20m",
		"anchors":{"domestic":{"KE":["http://a.example/"]},"foreign":["http://b.example/"]},
		"resolvers":[{"address":"192.0.2.1:443","class":"public","transport":"doh","name":"dns.example.net","path":"/q"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := plan.Parse(text)
		if err != nil {
			return
		}
		if item, any := plan.NextTarget(p, 1, noon); any && !item.At.After(noon) {
			t.Errorf("the next look is at %s", item.At)
		}
		written, err := plan.Encode(p)
		if err != nil {
			t.Fatalf("it cannot be written: %v", err)
		}
		again, err := plan.Parse(written)
		if err != nil {
			t.Fatalf("it cannot be read again: %v", err)
		}
		if diff := cmp.Diff(p, again, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
			t.Errorf("read, written and read again (-once +twice):\n%s", diff)
		}
	})
}
