package outbox_test

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// This file is how the tests of this package speak.

var (
	home = outbox.Origin{Network: measurement.Network{Country: "XL", ASN: 64501, Type: measurement.NetworkFixed}, Plan: "test-1"}
	away = outbox.Origin{Network: measurement.Network{Country: "XM", ASN: 64502, Type: measurement.NetworkMobile}, Plan: "test-1"}

	gateway = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
)

func config() outbox.Config {
	return outbox.Config{
		Identity: identity.FromSeed([32]byte{7}), Software: "test/1", Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
	}
}

func sealKey(t testing.TB) measurement.SealKey {
	t.Helper()
	key, err := measurement.NewSealKey(gateway.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func openWith(t testing.TB, folder string, cfg outbox.Config) *outbox.Outbox {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	box, err := outbox.Open(root, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	box.SealTo(sealKey(t))
	return box
}

// reopen closes box, if there is one, and opens the folder's outbox as after a restart.
func reopen(t testing.TB, folder string, box *outbox.Outbox) *outbox.Outbox {
	t.Helper()
	if box != nil {
		if err := box.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return openWith(t, folder, config())
}

// beat is a record that can be told from others by its mark.
func beat(mark uint32) measurement.Record {
	return measurement.Record{
		Kind: measurement.KindBeat, MeasuredAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), DurationMS: mark, Beat: &measurement.Beat{},
	}
}

func add(t testing.TB, box *outbox.Outbox, origin outbox.Origin, marks ...uint32) {
	t.Helper()
	for _, mark := range marks {
		if err := box.Append(origin, beat(mark)); err != nil {
			t.Fatal(err)
		}
	}
}

func seal(t testing.TB, box *outbox.Outbox) {
	t.Helper()
	if err := box.Seal(); err != nil {
		t.Fatal(err)
	}
}

func next(t testing.TB, box *outbox.Outbox) outbox.Batch {
	t.Helper()
	b, ok, err := box.Next()
	if err != nil || !ok {
		t.Fatalf("no unit waits (%v)", err)
	}
	return b
}

func receiptOf(t testing.TB, b outbox.Batch) measurement.Receipt {
	return measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: open(t, b).ID.String(), ReceivedAt: time.Now(), Beacon: "beacon-" + fmt.Sprint(b.Number),
	}
}

func deliver(t testing.TB, box *outbox.Outbox, b outbox.Batch) {
	t.Helper()
	if err := box.Delivered(b, receiptOf(t, b)); err != nil {
		t.Fatal(err)
	}
}

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err)
	}
	return r
})

// opened is what a gateway gets out of a unit.
type opened struct {
	measurement.Batch
	key ed25519.PublicKey
}

// open does what a gateway does with a unit.
func open(t testing.TB, b outbox.Batch) opened {
	t.Helper()
	unseal, err := measurement.NewUnsealKey(gateway)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := unseal.Open(b.Body)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := unpacker().DecodeAll(signed.Body, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !measurement.VerifyBatch(signed.Key, raw, signed.Signature) {
		t.Fatal("the batch's signature does not verify")
	}
	content, err := measurement.Decode(signed.Key, raw)
	if err != nil {
		t.Fatal(err)
	}
	return opened{content, signed.Key}
}

func (o opened) marks() []uint32 {
	var out []uint32
	for _, line := range o.Lines {
		out = append(out, line.Record.DurationMS)
	}
	return out
}

func marks(t testing.TB, b outbox.Batch) []uint32 {
	t.Helper()
	return open(t, b).marks()
}

// drain delivers everything and returns it opened, oldest first.
func drain(t testing.TB, box *outbox.Outbox) []opened {
	t.Helper()
	var out []opened
	for {
		b, ok, err := box.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return out
		}
		out = append(out, open(t, b))
		deliver(t, box, b)
	}
}

// all returns the marks of every record in the outbox, which it empties.
func all(t testing.TB, box *outbox.Outbox) []uint32 {
	t.Helper()
	var out []uint32
	for _, b := range drain(t, box) {
		out = append(out, b.marks()...)
	}
	return out
}

func copyFolder(t testing.TB, from string) string {
	t.Helper()
	to := outbox.MemoryFolder(t)
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
