package history

import (
	"bytes"
	"crypto/ed25519"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// from and until span the end of a month, and begin and end within a day.
var (
	from  = time.Date(2026, 1, 25, 7, 0, 0, 0, time.UTC)
	until = time.Date(2026, 2, 8, 7, 0, 0, 0, time.UTC)
)

func volunteer(seed byte) *Volunteer {
	return &Volunteer{
		Identity: identity.FromSeed([identity.SeedSize]byte{seed}),
		Network:  measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkMobile},
		Software: "lamplight-probe/lab",
		Plan: plan.Plan{
			Version:   "lab-1",
			Domestic:  map[string][]string{"XL": {"http://127.120.0.1:8080/", "http://127.120.0.2:8080/"}},
			Foreign:   []string{"http://127.122.0.1:8080/", "http://127.122.0.2:8080/"},
			Targets:   []plan.Target{{URL: "https://chat.example:8443/", Class: measurement.ClassService}},
			BeatEvery: 5 * time.Minute, TargetEvery: 3 * time.Hour,
		},
		On:        func(t time.Time) bool { return t.Hour() != 3 && t.Day() != 30 },
		Addresses: map[string]netip.Addr{"chat.example": netip.MustParseAddr("127.122.0.20")},
		PageBytes: 64,
	}
}

func collect(t *testing.T, v *Volunteer) []Batch {
	t.Helper()
	var out []Batch
	for b, err := range v.Batches(from, until) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

func TestSamePastEveryTime(t *testing.T) {
	same := func(a, b Batch) bool { return a.Key.Equal(b.Key) && bytes.Equal(a.Bytes, b.Bytes) }
	if diff := cmp.Diff(collect(t, volunteer(1)), collect(t, volunteer(1)), cmp.Comparer(same)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(collect(t, volunteer(1)), collect(t, volunteer(2)), cmp.Comparer(same)) {
		t.Error("two volunteers have one past")
	}
}

// A gateway takes every batch, knows that nobody measured it, and finds each key's chain whole.
func TestBatchesAreWhole(t *testing.T) {
	v := volunteer(1)
	type chain struct {
		sequence uint64
		previous string
	}
	chains := make(map[string]chain)
	last := from
	for _, b := range collect(t, v) {
		decoded, err := measurement.Decode(b.Key.Public().(ed25519.PublicKey), b.Bytes)
		if err != nil || len(decoded.Rejected) > 0 {
			t.Fatalf("%v, rejected: %v", err, decoded.Rejected)
		}
		if !decoded.Header.Generated {
			t.Error("a batch that nobody measured does not say so")
		}
		first := decoded.Lines[0].Record.MeasuredAt
		if !b.Key.Equal(v.Identity.Key("XL", 64501, first)) {
			t.Errorf("the batch of %s is not signed with the key of its month", first)
		}
		c := chains[string(b.Key)]
		if decoded.Header.Sequence != c.sequence+1 || decoded.Header.Previous != c.previous {
			t.Errorf("batch of %s: number %d after %d", first, decoded.Header.Sequence, c.sequence)
		}
		chains[string(b.Key)] = chain{decoded.Header.Sequence, decoded.ID.String()}
		for _, line := range decoded.Lines {
			at := line.Record.MeasuredAt
			if at.Before(last) || !at.Before(until) {
				t.Errorf("line %d of %s: out of order or out of the interval", line.Number, at)
			}
			if !v.On(at) {
				t.Errorf("measured at %s by a machine that was off", at)
			}
			last = at
		}
	}
	if len(chains) != 2 {
		t.Errorf("%d keys in two months", len(chains))
	}
}

// The past is what it claims to be: a beat every five minutes, looks at the plan's pace, hardly a failure.
func TestPastIsOrdinary(t *testing.T) {
	kinds := make(map[measurement.Kind]int)
	failed := 0
	for _, b := range collect(t, volunteer(1)) {
		decoded, err := measurement.Decode(b.Key.Public().(ed25519.PublicKey), b.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range decoded.Lines {
			r := line.Record
			kinds[r.Kind]++
			if r.Failure != "" || r.Beat != nil && (r.Beat.Domestic.Answered < 2 || r.Beat.Foreign.Answered < 2) {
				failed++
			}
		}
	}
	hours := 13 * 23 // 14 days without the 30th, without an hour each
	if want := hours * 12; kinds[measurement.KindBeat] < want-40 || kinds[measurement.KindBeat] > want+40 {
		t.Errorf("%d beats, want about %d", kinds[measurement.KindBeat], want)
	}
	if want := hours / 3; kinds[measurement.KindHTTP] < want-10 || kinds[measurement.KindHTTP] > want+10 {
		t.Errorf("%d fetches, want about %d", kinds[measurement.KindHTTP], want)
	}
	if kinds[measurement.KindDNS] != kinds[measurement.KindHTTP] {
		t.Errorf("%d lookups for %d fetches", kinds[measurement.KindDNS], kinds[measurement.KindHTTP])
	}
	if failed == 0 || failed > 120 {
		t.Errorf("%d failures, want a few in a thousand", failed)
	}
}
