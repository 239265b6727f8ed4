package intake_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/ingest/internal/batchtest"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

func TestOpenBelievesNamedControls(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	named := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	public := func(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }
	for _, test := range []struct {
		name    string
		vantage string
		key     ed25519.PrivateKey
		believe []ed25519.PublicKey
		want    error
	}{
		{"a probe", "", other, nil, nil},
		{"a control that is named", "control", named, []ed25519.PublicKey{public(named)}, nil},
		{"one that is not", "control", other, []ed25519.PublicKey{public(named)}, intake.ErrVantage},
		{"one where none is", "control", named, nil, intake.ErrVantage},
		{"a key that is none", "control", named, []ed25519.PublicKey{{1}}, intake.ErrVantage},
		{"a named key that looks as a probe", "", named, []ed25519.PublicKey{public(named)}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			raw, err := measurement.Encode(measurement.Header{
				Schema: measurement.SchemaVersion, Software: "x", CreatedAt: now, Sequence: 1, Vantage: test.vantage,
				Network: measurement.Network{Country: "XL", Type: measurement.NetworkUnknown},
			}, batchtest.NewProbe(t, 1).Records(now, 1))
			if err != nil {
				t.Fatal(err)
			}
			opener, err := intake.NewOpener(test.believe...)
			if err != nil {
				t.Fatal(err)
			}
			opened, err := opener.Open(public(test.key), measurement.SignBatch(test.key, raw), packer.EncodeAll(raw, nil), now)
			if !errors.Is(err, test.want) || err == nil && opened.Batch.Header.Vantage != test.vantage {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}
