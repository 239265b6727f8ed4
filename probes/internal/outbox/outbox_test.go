package outbox_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var (
	home = outbox.Origin{Network: measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkFixed}, Plan: "test-1"}
	away = outbox.Origin{Network: measurement.Network{Country: "XM", ASN: 64502, Type: measurement.NetworkMobile}, Plan: "test-1"}
)

// TestJourney takes batches through the outbox, with a restart after every step: what is sent never
// changes, and the chain never breaks.
func TestJourney(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1, 2)
	box = reopen(t, folder, box) // seals 1, 2
	first := oldest(t, box)
	add(t, box, home, 3)
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
	box = reopen(t, folder, box)
	if again := oldest(t, box); !cmp.Equal(again, first) {
		t.Error("after a restart the same batch has other bytes")
	}
	deliver(t, box, first)
	box = reopen(t, folder, box)
	second := oldest(t, box)
	deliver(t, box, second)
	box = reopen(t, folder, box)
	add(t, box, home, 4)
	add(t, box, away, 5) // another network: seals 4
	box = reopen(t, folder, box)
	third := oldest(t, box)
	deliver(t, box, third)
	fourth := oldest(t, box)

	var got []measurement.Header
	for _, b := range []outbox.Batch{first, second, third, fourth} {
		h := open(t, b).Header
		h.CreatedAt = time.Time{}
		got = append(got, h)
	}
	header := func(origin outbox.Origin, sequence uint64, previous, beacon string) measurement.Header {
		return measurement.Header{
			Schema: 1, Software: "test/1", Plan: "test-1", Network: origin.Network,
			Sequence: sequence, Previous: previous, Beacon: beacon,
		}
	}
	want := []measurement.Header{
		header(home, 1, "", ""),
		header(home, 2, first.ID.String(), ""),
		header(home, 3, second.ID.String(), "beacon-2"),
		header(away, 1, "", "beacon-2"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if first.Key.Equal(fourth.Key) {
		t.Error("two networks share a key")
	}
	for i, want := range [][]uint32{{1, 2}, {3}, {4}, {5}} {
		if got := marks(t, []outbox.Batch{first, second, third, fourth}[i]); !slices.Equal(got, want) {
			t.Errorf("batch %d holds %v, want %v", i+1, got, want)
		}
	}
}

func TestSealsByItself(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	records := make([]measurement.Record, 600)
	for i := range records {
		records[i] = beat(uint32(i))
	}
	for range 4 { // 600 records are some 96 kB: the third time passes the bound of 256 KiB
		if err := box.Append(home, records...); err != nil {
			t.Fatal(err)
		}
	}
	if got := box.Stats().Waiting; got != 1 {
		t.Errorf("%d batches wait, want 1", got)
	}
	if got := len(marks(t, oldest(t, box))); got != 1800 {
		t.Errorf("the batch holds %d records, want 1800", got)
	}
}

func TestSealOfNothing(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := box.Oldest(); ok || err != nil {
		t.Errorf("a batch of nothing waits: %v, %v", ok, err)
	}
	select {
	case <-box.Ready():
		t.Error("ready with nothing to send")
	default:
	}
	add(t, box, home, 1)
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
	<-box.Ready()
}

func TestReject(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	add(t, box, away, 2)
	box = reopen(t, folder, box)
	if err := box.Reject(oldest(t, box)); err != nil {
		t.Fatal(err)
	}
	box = reopen(t, folder, box)
	if got := marks(t, oldest(t, box)); !slices.Equal(got, []uint32{2}) {
		t.Errorf("after a rejection %v waits first, want [2]", got)
	}
	if s := box.Stats(); s.Rejected != 1 || s.Waiting != 1 {
		t.Errorf("stats %+v, want 1 rejected and 1 waiting", s)
	}
}

func TestDeliveredWantsItsOwnReceipt(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	add(t, box, home, 1)
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
	b := oldest(t, box)
	if err := box.Delivered(b, measurement.Receipt{Batch: measurement.BatchID{}.String()}); err == nil {
		t.Error("a batch was removed for another batch's receipt")
	}
	if again := oldest(t, box); again.ID != b.ID {
		t.Error("the batch is gone")
	}
}

// TestBound fills the outbox past its bound: the oldest go, refused ones first, and are counted.
func TestBound(t *testing.T) {
	folder := t.TempDir()
	root := openRoot(t, folder)
	cfg := config()
	cfg.MaxBytes = 3000
	box, err := outbox.Open(root, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	for i := range 40 {
		add(t, box, home, uint32(i))
		if err := box.Seal(); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if err := box.Reject(oldest(t, box)); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := box.Stats()
	if s.Bytes > cfg.MaxBytes {
		t.Errorf("the outbox holds %d bytes, bound is %d", s.Bytes, cfg.MaxBytes)
	}
	if s.Dropped == 0 || int(s.Dropped)+s.Waiting != 40 || s.Rejected != 0 {
		t.Errorf("stats %+v: want the refused batch dropped and 40 in all", s)
	}
	if got := marks(t, oldest(t, box))[0]; got != uint32(s.Dropped) {
		t.Errorf("oldest batch is %d after %d were dropped", got, s.Dropped)
	}
}

func TestAppendRefuses(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	nowhere := home
	nowhere.Network.Country = "Utopia"
	if err := box.Append(nowhere, beat(1)); err == nil {
		t.Error("records from an impossible country are taken")
	}
	bad := beat(1)
	bad.Target = "example.org"
	if err := box.Append(home, bad); err == nil {
		t.Error("a record that no reader takes is taken")
	}
	add(t, box, home, 7)
	box = reopen(t, folder, box)
	if got := marks(t, oldest(t, box)); !slices.Equal(got, []uint32{7}) {
		t.Errorf("batch holds %v, want [7]", got)
	}
}

// The rest of this file is how these tests speak.

func config() outbox.Config {
	return outbox.Config{
		Identity: identity.FromSeed([32]byte{7}), Software: "test/1", Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	}
}

func openRoot(t *testing.T, folder string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// reopen closes box, if there is one, and opens the folder's outbox as after a restart.
func reopen(t *testing.T, folder string, box *outbox.Outbox) *outbox.Outbox {
	t.Helper()
	if box != nil {
		if err := box.Close(); err != nil {
			t.Fatal(err)
		}
	}
	next, err := outbox.Open(openRoot(t, folder), config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { next.Close() })
	return next
}

// beat is a record that can be told from others by its mark.
func beat(mark uint32) measurement.Record {
	return measurement.Record{
		Kind: measurement.KindBeat, MeasuredAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), DurationMS: mark, Beat: &measurement.Beat{},
	}
}

func add(t *testing.T, box *outbox.Outbox, origin outbox.Origin, marks ...uint32) {
	t.Helper()
	for _, mark := range marks {
		if err := box.Append(origin, beat(mark)); err != nil {
			t.Fatal(err)
		}
	}
}

func oldest(t *testing.T, box *outbox.Outbox) outbox.Batch {
	t.Helper()
	b, ok, err := box.Oldest()
	if err != nil || !ok {
		t.Fatalf("no batch waits (%v)", err)
	}
	return b
}

func deliver(t *testing.T, box *outbox.Outbox, b outbox.Batch) {
	t.Helper()
	beacon := fmt.Sprintf("beacon-%d", open(t, b).Header.Sequence)
	if err := box.Delivered(b, measurement.Receipt{Version: measurement.ReceiptVersion, Batch: b.ID.String(), Beacon: beacon}); err != nil {
		t.Fatal(err)
	}
}

// open does what a gateway does with a batch.
func open(t *testing.T, b outbox.Batch) measurement.Batch {
	t.Helper()
	r, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	signed, err := r.DecodeAll(b.Body, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !measurement.VerifyBatch(b.Key, signed, b.Signature) {
		t.Fatal("the batch's signature does not verify")
	}
	content, err := measurement.Decode(b.Key, signed)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func marks(t *testing.T, b outbox.Batch) []uint32 {
	t.Helper()
	var out []uint32
	for _, line := range open(t, b).Lines {
		out = append(out, line.Record.DurationMS)
	}
	return out
}

func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
