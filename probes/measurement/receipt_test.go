package measurement_test

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// What a gateway wants looked at more has bounds, on either side.
func TestWanted(t *testing.T) {
	most := make([]uint16, measurement.MaxWanted)
	for _, test := range []struct {
		name   string
		wanted *measurement.Wanted
		good   bool
	}{
		{"nothing", nil, true},
		{"one", &measurement.Wanted{List: "ke-3", Targets: []uint16{65535}}, true},
		{"as many as may be", &measurement.Wanted{List: "ke-3", Targets: most}, true},
		{"more", &measurement.Wanted{List: "ke-3", Targets: append(slices.Clone(most), 1)}, false},
		{"of no list", &measurement.Wanted{Targets: []uint16{1}}, false},
		{"of a list with a long name", &measurement.Wanted{List: strings.Repeat("k", 65), Targets: []uint16{1}}, false},
		{"of a list with an odd name", &measurement.Wanted{List: "https://a.example/", Targets: []uint16{1}}, false},
		{"none in many words", &measurement.Wanted{List: "ke-3"}, false},
	} {
		receipt := measurement.Receipt{Version: measurement.ReceiptVersion, Batch: measurement.BatchID{}.String(), ReceivedAt: at, Wanted: test.wanted}
		body, mark, err := measurement.SignReceipt(private, receipt)
		if (err == nil) != test.good {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil {
			continue
		}
		if len(body) > 700 {
			t.Errorf("%s: a receipt of %d bytes", test.name, len(body))
		}
		if got, err := measurement.VerifyReceipt(public, body, mark, measurement.BatchID{}); err != nil || test.wanted != nil && !slices.Equal(got.Wanted.Targets, test.wanted.Targets) {
			t.Errorf("%s: %+v, %v", test.name, got.Wanted, err)
		}
	}
	for _, body := range []string{
		`{"version":1,"batch":"` + (measurement.BatchID{}).String() + `","received_at":"2026-03-01T00:00:00Z","records":1,"wanted":{"list":"ke-3","targets":["https://a.example/"]}}`,
		`{"version":1,"batch":"` + (measurement.BatchID{}).String() + `","received_at":"2026-03-01T00:00:00Z","records":1,"wanted":{"list":"ke-3","targets":[-1]}}`,
		`{"version":1,"batch":"` + (measurement.BatchID{}).String() + `","received_at":"2026-03-01T00:00:00Z","records":1,"wanted":{"list":"ke-3","targets":[1],"url":"https://a.example/"}}`,
	} {
		if _, err := measurement.VerifyReceipt(public, []byte(body), signedReceipt(body), measurement.BatchID{}); !errors.Is(err, measurement.ErrReceipt) {
			t.Errorf("a receipt that names what it may not: %v", err)
		}
	}
}

func signedReceipt(body string) []byte {
	return ed25519.Sign(private, []byte("lamplight receipt v1\n"+body))
}
