package outbox

import (
	"math"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The longest note of a place fits before a unit: one that was longer would be written, and never read again.
func TestPlaceFits(t *testing.T) {
	id := identity.FromSeed([32]byte{7})
	s, err := newSecret(id)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	longest := place{namedLink{Name: id.Link("XL", math.MaxUint32, at), link: link{
		Month: at.Format(monthForm), Sequence: math.MaxUint64, Previous: measurement.BatchID{}.String(),
	}}, math.MaxUint64}
	note, err := s.seal(placeLabel, placeBytes, longest)
	if err != nil || len(note) != placeSealed {
		t.Errorf("a note of %d bytes, %v; want %d", len(note), err, placeSealed)
	}
}
