package agent

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// setClock shows what it is set to.
type setClock struct{ now time.Time }

func (c *setClock) Now() time.Time { return c.now }

func (c *setClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// roomOf is a session with nothing but a clock, an outbox and a room.
func roomOf(t *testing.T, at clock.Clock) *session {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	s := &session{cfg: Config{Log: slog.New(slog.DiscardHandler)}, clock: &toldClock{Clock: at}}
	s.box, err = outbox.Open(root, outbox.Config{
		Identity: identity.FromSeed([32]byte{7}), Software: "test/1", Clock: s.clock, Log: s.cfg.Log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.box.Close() })
	return s
}

var (
	home       = outbox.Origin{Network: measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkFixed}, Plan: "p"}
	gatewayKey = ed25519.NewKeyFromSeed(make([]byte, 32))
)

func beatAt(at time.Time) []measurement.Record {
	return []measurement.Record{{Kind: measurement.KindBeat, MeasuredAt: at.UTC().Truncate(time.Millisecond), Beat: &measurement.Beat{}}}
}

// Without the gateway's key nothing goes to the disk; with it everything does.
func TestHeldUntilThereIsAKey(t *testing.T) {
	s := roomOf(t, clock.System{})
	s.keep(home, beatAt(time.Now()))
	s.keep(home, beatAt(time.Now()))
	if n := s.room.count(); n != 2 || s.box.Stats().Bytes > 0 {
		t.Errorf("%d records are held, %d bytes are on the disk", n, s.box.Stats().Bytes)
	}
	if err := s.sealTo(gatewayKey.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	s.emptyRoom()
	if n := s.room.count(); n != 0 || s.box.Stats().Bytes == 0 {
		t.Errorf("%d records are held, %d bytes are on the disk", n, s.box.Stats().Bytes)
	}
}

// What is measured at 1970 is signed with no time until the true one is known, and then with that.
func TestHeldUntilTheTimeIsKnown(t *testing.T) {
	at := &setClock{time.Unix(100, 0)}
	s := roomOf(t, at)
	if err := s.sealTo(gatewayKey.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	s.keep(home, beatAt(at.now))
	if n := s.room.count(); n != 1 || s.box.Stats().Bytes > 0 {
		t.Fatalf("%d records are held, %d bytes are on the disk", n, s.box.Stats().Bytes)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	s.clock.set(now)
	s.emptyRoom()
	if n := s.room.count(); n != 0 || s.box.Stats().Bytes == 0 {
		t.Errorf("with the gateway's time %d records are held, %d bytes are on the disk", n, s.box.Stats().Bytes)
	}
	s.box.Told(now)
	at.now = now.Add(time.Hour) // a time server has set the clock
	if !s.clock.believable(s.box.Past()) || !s.clock.Now().Equal(at.now) {
		t.Errorf("a clock that is right again shows %v", s.clock.Now())
	}
	at.now = now.AddDate(0, -2, 0)
	if s.clock.believable(s.box.Past()) {
		t.Error("a clock is believed that is before what a gateway told")
	}
}

// What a clock at 1970 took for a list of the future had expired when it was measured.
func TestHeldIsStaleByTheTimeThatIsKnown(t *testing.T) {
	at := &setClock{time.Unix(100, 0)}
	s := roomOf(t, at)
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	s.cfg.Stale = func(at time.Time) bool { return at.After(now.AddDate(0, -1, 0)) }
	if err := s.sealTo(gatewayKey.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	s.keep(home, beatAt(at.now))
	s.clock.set(now)
	s.emptyRoom()
	if err := s.box.Seal(); err != nil {
		t.Fatal(err)
	}
	if !opened(t, s.box).Header.PlanStale {
		t.Error("it is said to be of a list that had not expired")
	}
}

// opened returns the batch that waits, as the gateway reads it.
func opened(t *testing.T, box *outbox.Outbox) measurement.Batch {
	t.Helper()
	unit, ok, err := box.Next()
	if err != nil || !ok {
		t.Fatalf("nothing waits (%v)", err)
	}
	key, err := measurement.NewUnsealKey(gatewayKey)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := key.Open(unit.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unpack.Close()
	raw, err := unpack.DecodeAll(signed.Body, nil)
	if err != nil {
		t.Fatal(err)
	}
	batch, err := measurement.Decode(signed.Key, raw)
	if err != nil {
		t.Fatal(err)
	}
	return batch
}

func TestRedated(t *testing.T) {
	wrong := time.Unix(100, 0)
	check := heldCheck{records: beatAt(wrong.Add(-2 * time.Second)), wall: wrong, steady: 10 * time.Minute}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	got := redated(check, now, 13*time.Minute)[0]
	if want := now.Add(-3*time.Minute - 2*time.Second); !got.MeasuredAt.Equal(want) || got.Validate() != nil {
		t.Errorf("measured at %v, want %v", got.MeasuredAt, want)
	}
	if !check.records[0].MeasuredAt.Equal(wrong.Add(-2 * time.Second)) {
		t.Error("what is held was changed")
	}
}

// A room that is full gives up every second check, and keeps the first.
func TestRoomIsBounded(t *testing.T) {
	s := roomOf(t, clock.System{})
	begin := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	for n := range 3 * maxHeld {
		s.keep(home, beatAt(begin.Add(time.Duration(n)*time.Second)))
	}
	if n := s.room.count(); n > maxHeld || n < maxHeld/3 {
		t.Errorf("%d records are held", n)
	}
	var gap time.Duration
	last := begin
	for _, check := range s.room.held {
		gap, last = max(gap, check.records[0].MeasuredAt.Sub(last)), check.records[0].MeasuredAt
	}
	if !slices.ContainsFunc(s.room.held, func(c heldCheck) bool { return c.records[0].MeasuredAt.Equal(begin) }) || gap > time.Minute {
		t.Errorf("the longest gap is %v", gap)
	}
}
