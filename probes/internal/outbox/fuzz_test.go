package outbox

import (
	"bytes"
	"slices"
	"testing"
)

// FuzzParseLog gives recovery whatever a disk may hold.
func FuzzParseLog(f *testing.F) {
	origin := frame([]byte(`{"network":{"country":"XL","asn":1,"type":"fixed"},"plan":"p"}`))
	record := frame([]byte(`{"kind":"beat","measured_at":"2026-03-01T12:00:00Z","duration_ms":1,"beat":{"domestic":{"tried":0,"answered":0},"foreign":{"tried":0,"answered":0}}}`))
	f.Add([]byte(nil))
	f.Add(origin)
	f.Add(slices.Concat(origin, record, record))
	f.Add(slices.Concat(origin, record[:20]))
	f.Add(slices.Concat(origin, frame([]byte(`{}`)), record))
	f.Add(frame([]byte("null")))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, records, lost := parseLog(data)
		if lost < 0 || lost > len(data) {
			t.Fatalf("%d of %d bytes are lost", lost, len(data))
		}
		for i := range records {
			if err := records[i].Validate(); err != nil {
				t.Fatalf("record %d: %v", i, err)
			}
		}
		if n := bytes.Count(data, []byte{'\n'}); len(records) > n {
			t.Fatalf("%d records of %d lines", len(records), n)
		}
	})
}

// FuzzDecode gives the reader of batch files whatever a disk may hold.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"key":"AAAA","signature":"AAAA"}` + "\n(\xb5/\xfd"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, _, err := decode(data); err == nil && !bytes.Contains(data, b.Body) {
			t.Fatal("a body came from nowhere")
		}
	})
}
