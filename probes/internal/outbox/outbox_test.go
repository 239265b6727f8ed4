package outbox_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// TestJourney takes batches through the outbox, with a restart after every step: what is sent never
// changes, and the chain never breaks.
func TestJourney(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1, 2)
	box = reopen(t, folder, box) // closes 1, 2
	first := next(t, box)
	add(t, box, home, 3)
	seal(t, box)
	box = reopen(t, folder, box)
	if again := next(t, box); again.Number != first.Number || !bytes.Equal(again.Body, first.Body) {
		t.Error("after a restart the same unit has other bytes")
	}
	deliver(t, box, first)
	box = reopen(t, folder, box)
	second := next(t, box)
	deliver(t, box, second)
	box = reopen(t, folder, box)
	add(t, box, home, 4)
	add(t, box, away, 5) // another network: closes 4
	box = reopen(t, folder, box)
	third := next(t, box)
	deliver(t, box, third)
	fourth := next(t, box)

	var got []measurement.Header
	var keys []string
	batches := []outbox.Batch{first, second, third, fourth}
	for _, b := range batches {
		o := open(t, b)
		o.Header.CreatedAt = time.Time{}
		got, keys = append(got, o.Header), append(keys, string(o.key))
	}
	header := func(origin outbox.Origin, sequence uint64, previous, beacon string) measurement.Header {
		return measurement.Header{
			Schema: 1, Software: "test/1", Plan: "test-1", Network: origin.Network,
			Sequence: sequence, Previous: previous, Beacon: beacon,
		}
	}
	want := []measurement.Header{
		header(home, 1, "", ""),
		header(home, 2, open(t, first).ID.String(), ""),
		header(home, 3, open(t, second).ID.String(), "beacon-2"),
		header(away, 1, "", "beacon-2"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if keys[0] == keys[3] || keys[0] != keys[2] {
		t.Error("two networks share a key, or one has two")
	}
	for i, want := range [][]uint32{{1, 2}, {3}, {4}, {5}} {
		if got := marks(t, batches[i]); !slices.Equal(got, want) {
			t.Errorf("batch %d holds %v, want %v", i+1, got, want)
		}
	}
}

// Nothing is on the disk that says what was seen, or that the gateway's key does not open: not even between a
// check and the closing of its unit.
func TestDiskTellsNothing(t *testing.T) {
	folder := t.TempDir()
	box := reopen(t, folder, nil)
	add(t, box, home, 1)
	seal(t, box)
	look := measurement.Record{
		Kind: measurement.KindHTTP, MeasuredAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Target: "https://banned.example/",
		Class: measurement.ClassService, Failure: measurement.FailureConnectionReset, HTTP: &measurement.HTTP{},
	}
	if err := box.Append(home, look); err != nil {
		t.Fatal(err)
	}
	first := next(t, box)
	secrets := map[string][]byte{
		"a target": []byte("banned"), "a kind": []byte("beat"), "a failure": []byte("reset"),
		"the network": []byte("64501"), "the plan": []byte("test-1"), "zstd's mark": {0x28, 0xb5, 0x2f, 0xfd}, "the public key": open(t, first).key,
	}
	files := 0
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files++
		for what, secret := range secrets {
			if bytes.Contains(content, secret) {
				t.Errorf("%s tells %s", entry.Name(), what)
			}
		}
	}
	if files != 4 {
		t.Fatalf("%d files, want a segment, two slots and the chain", files)
	}
}

func TestNothingIsKeptUnsealed(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	box, err := outbox.Open(root, config())
	if err != nil {
		t.Fatal(err)
	}
	defer box.Close()
	if err := box.Append(home, beat(1)); !errors.Is(err, outbox.ErrNoKey) {
		t.Errorf("without a key to seal to: %v", err)
	}
}

func TestClosesByItself(t *testing.T) {
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
		t.Errorf("%d units wait, want 1", got)
	}
	if got := len(marks(t, next(t, box))); got != 1800 {
		t.Errorf("the batch holds %d records, want 1800", got)
	}
}

func TestSealOfNothing(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	seal(t, box)
	if _, ok, err := box.Next(); ok || err != nil {
		t.Errorf("a batch of nothing waits: %v, %v", ok, err)
	}
	select {
	case <-box.Ready():
		t.Error("ready with nothing to send")
	default:
	}
	add(t, box, home, 1)
	seal(t, box)
	<-box.Ready()
}

// What the gateway refuses is not sent again, not even after a restart, is counted by reason, and goes after days.
func TestRefuse(t *testing.T) {
	folder := t.TempDir()
	cfg := config()
	at := &moment{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	cfg.Clock = at
	box := openWith(t, folder, cfg)
	add(t, box, home, 1)
	add(t, box, away, 2)
	seal(t, box)
	if err := box.Refuse(next(t, box), "bad_header"); err != nil {
		t.Fatal(err)
	}
	box.Close()
	at.now = at.now.Add(6 * 24 * time.Hour)
	box = openWith(t, folder, cfg)
	if got := marks(t, next(t, box)); !slices.Equal(got, []uint32{2}) {
		t.Errorf("after a refusal %v waits first, want [2]", got)
	}
	want := outbox.Stats{Waiting: 1, Rejected: 1, Refused: map[string]int{"bad_header": 1}}
	got := box.Stats()
	held := got.Bytes
	if got.Bytes = 0; !cmp.Equal(want, got) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, got))
	}
	at.now = at.now.Add(24 * time.Hour)
	box.Tidy()
	box.Close()
	box = openWith(t, folder, cfg)
	if s := box.Stats(); s.Rejected != 0 || s.Waiting != 1 || s.Bytes >= held || s.Refused["bad_header"] != 1 {
		t.Errorf("after a week %+v: want the unit gone and the count kept", s)
	}
}

func TestPutOff(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	add(t, box, home, 1)
	add(t, box, away, 2)
	seal(t, box)
	first := next(t, box)
	box.PutOff(first, time.Hour)
	second := next(t, box)
	if second.Number == first.Number {
		t.Fatal("a unit that was put off comes first")
	}
	if wait, ok := box.Wait(); !ok || wait != 0 {
		t.Errorf("another is ready, but to wait is %v, %t", wait, ok)
	}
	deliver(t, box, second)
	if _, ok, err := box.Next(); ok || err != nil {
		t.Errorf("a unit that was put off is given out (%v)", err)
	}
	if wait, ok := box.Wait(); !ok || wait < 59*time.Minute {
		t.Errorf("to wait is %v, %t", wait, ok)
	}
	box.PutOff(first, 0)
	if again := next(t, box); again.Number != first.Number {
		t.Error("a unit that was put off does not come back")
	}
}

func TestDeliveredWantsItsOwnReceipt(t *testing.T) {
	box := reopen(t, t.TempDir(), nil)
	add(t, box, home, 1)
	seal(t, box)
	b := next(t, box)
	if err := box.Delivered(b, measurement.Receipt{Batch: measurement.BatchID{}.String()}); err == nil {
		t.Error("a unit was removed for another batch's receipt")
	}
	if again := next(t, box); again.Number != b.Number {
		t.Error("the unit is gone")
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
	if got := marks(t, next(t, box)); !slices.Equal(got, []uint32{7}) {
		t.Errorf("batch holds %v, want [7]", got)
	}
}

// The chain goes on whatever the clock does: into the next months and back, or to 1970.
func TestChainThroughWrongClocks(t *testing.T) {
	folder := t.TempDir()
	cfg := config()
	right := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := &moment{right}
	cfg.Clock = at
	box := openWith(t, folder, cfg)
	mark := uint32(0)
	for _, now := range []time.Time{right, right.AddDate(0, 1, 0), right, right.AddDate(20, 0, 0), right, time.Unix(5, 0), right} {
		at.now = now
		mark++
		add(t, box, home, mark)
		seal(t, box)
		box.Close()
		box = openWith(t, folder, cfg)
	}
	type place struct {
		month    string
		sequence uint64
	}
	var got []place
	last := map[string]string{}
	for _, b := range drain(t, box) {
		got = append(got, place{b.Header.CreatedAt.Format("2006-01"), b.Header.Sequence})
		if b.Header.Previous != last[string(b.key)] {
			t.Errorf("number %d of its chain does not point at the one before", b.Header.Sequence)
		}
		last[string(b.key)] = b.ID.String()
	}
	want := []place{{"2026-03", 1}, {"2026-04", 1}, {"2026-03", 2}, {"2046-03", 1}, {"2026-03", 3}, {"1970-01", 1}, {"2026-03", 4}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(place{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Only a gateway's word makes a month past.
	told := func(at time.Time) int {
		box.Told(at)
		add(t, box, away, 9)
		seal(t, box)
		_, links := outbox.ChainOf(t, folder, cfg.Identity)
		return links
	}
	if n := told(right.AddDate(0, 2, 0)); n != 4 { // of 2026-03 twice, 2026-04 and 2046-03
		t.Errorf("after two months %d links are left, want 4", n)
	}
	if n := told(right.AddDate(0, 3, 0)); n != 3 { // the one just written, 2026-04 and 2046-03
		t.Errorf("after three months %d links are left, want 3", n)
	}
}

// A clock that was wrong, or was moved, is marked in the header.
func TestClockIsMarked(t *testing.T) {
	folder := t.TempDir()
	cfg := config()
	at := &moment{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	cfg.Clock = at
	box := openWith(t, folder, cfg)
	add(t, box, home, 1)
	seal(t, box)
	box.Told(at.now.Add(80 * time.Second)) // as much as a slow road
	add(t, box, home, 2)
	seal(t, box)
	box.Told(at.now.Add(-2*time.Hour - 20*time.Second))
	box.Stepped()
	add(t, box, home, 3)
	add(t, box, home, 3)
	seal(t, box)
	add(t, box, home, 4)
	seal(t, box)
	box.Told(at.now.AddDate(200, 0, 0))
	add(t, box, home, 5)
	seal(t, box)
	type mark struct {
		Offset  int32
		Stepped bool
	}
	var got []mark
	for _, b := range drain(t, box) {
		got = append(got, mark{b.Header.ClockOffsetSeconds, b.Header.ClockStepped})
	}
	want := []mark{{0, false}, {0, false}, {-7200, true}, {-7200, false}, {2147483640, false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
