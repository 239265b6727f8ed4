package history

import (
	"crypto/ed25519"
	"log/slog"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
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

// gateway is whom the past is sealed to.
var gateway = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// write returns the folder of the outbox that holds a volunteer's past.
func write(t *testing.T, v *Volunteer) (folder string) {
	t.Helper()
	folder = t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	key, err := measurement.NewSealKey(gateway.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Write(root, key, from, until, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return folder
}

// past returns what the probe that runs next will deliver, decoded, with the keys that signed it.
func past(t *testing.T, v *Volunteer) (batches []measurement.Batch, keys []ed25519.PublicKey) {
	t.Helper()
	root, err := os.OpenRoot(write(t, v))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	box, err := outbox.Open(root, outbox.Config{
		Identity: v.Identity, Software: v.Software, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unpack.Close()
	unseal, err := measurement.NewUnsealKey(gateway)
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, any, err := box.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !any {
			return batches, keys
		}
		sealed, err := unseal.Open(b.Body)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := unpack.DecodeAll(sealed.Body, nil)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := measurement.Decode(sealed.Key, signed)
		if err != nil || len(decoded.Rejected) > 0 {
			t.Fatalf("%v, rejected: %v", err, decoded.Rejected)
		}
		batches, keys = append(batches, decoded), append(keys, sealed.Key)
		if err := box.Delivered(b, measurement.Receipt{Batch: decoded.ID.String()}); err != nil {
			t.Fatal(err)
		}
	}
}

var equalAddr = cmp.Comparer(func(a, b netip.Addr) bool { return a == b })

func TestSamePastEveryTime(t *testing.T) {
	first, _ := past(t, volunteer(1))
	again, _ := past(t, volunteer(1))
	if diff := cmp.Diff(first, again, equalAddr); diff != "" {
		t.Error(diff)
	}
	if other, _ := past(t, volunteer(2)); cmp.Equal(first, other, equalAddr) {
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
	batches, keys := past(t, v)
	for n, b := range batches {
		if !b.Header.Generated {
			t.Error("a batch that nobody measured does not say so")
		}
		first := b.Lines[0].Record.MeasuredAt
		if want := v.Identity.Key("XL", 64501, first).Public(); !keys[n].Equal(want) {
			t.Errorf("the batch of %s is not signed with the key of its month", first)
		}
		c := chains[string(keys[n])]
		if b.Header.Sequence != c.sequence+1 || b.Header.Previous != c.previous {
			t.Errorf("batch of %s: number %d after %d", first, b.Header.Sequence, c.sequence)
		}
		chains[string(keys[n])] = chain{b.Header.Sequence, b.ID.String()}
		for _, line := range b.Lines {
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
	batches, _ := past(t, volunteer(1))
	for _, b := range batches {
		for _, line := range b.Lines {
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
