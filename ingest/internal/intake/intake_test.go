package intake_test

import (
	"errors"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestOpenKeepsWhatIsOfAdmittedTime(t *testing.T) {
	opener, err := intake.NewOpener()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	probe := batchtest.NewProbe(t, 1)
	records := probe.Records(now, 3)
	records[1].MeasuredAt = now.AddDate(-2, 0, 0)
	batch := probe.Sign(t, now, records)
	opened, err := opener.Open(batch.Key, batch.Signature, batch.Body, now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if len(opened.Batch.Lines) != 2 || len(opened.Batch.Rejected) != 1 || opened.Batch.Rejected[0].Number != 3 {
		t.Errorf("kept %d lines, rejected %+v", len(opened.Batch.Lines), opened.Batch.Rejected)
	}
	if _, err := opener.Open(batch.Key, batch.Signature, batch.Body, now.Add(-time.Hour)); !errors.Is(err, intake.ErrClock) {
		t.Errorf("a batch from the future: %v", err)
	}
}

// Bytes from anywhere are refused or are a batch whose signature holds; nothing else happens.
func FuzzOpen(f *testing.F) {
	opener, err := intake.NewOpener()
	if err != nil {
		f.Fatal(err)
	}
	now := time.Now()
	good := batchtest.NewProbe(f, 1).Batch(f, now, 2)
	f.Add(good.Body, good.Signature)
	f.Add([]byte("hello"), good.Signature)
	f.Fuzz(func(t *testing.T, body, signature []byte) {
		opened, err := opener.Open(good.Key, signature, body, now)
		if err == nil && (len(opened.Batch.Lines) == 0 || opened.Batch.ID != measurement.NewBatchID(good.Bytes)) {
			t.Errorf("a batch that nobody signed was opened: %+v", opened.Batch)
		}
	})
}
