package outbox

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Batch is a sealed batch, as it is sent.
type Batch struct {
	Number    uint64
	ID        measurement.BatchID // of the signed bytes
	Key       ed25519.PublicKey
	Signature []byte
	Body      []byte // the signed bytes, zstd
}

// envelope is the first line of a batch file; the rest of the file is the body.
type envelope struct {
	Key       string `json:"key"`       // standard base64
	Signature string `json:"signature"` // standard base64
}

// maxFileBytes is more than a batch takes whose bytes do not compress at all.
const maxFileBytes = measurement.MaxBatchBytes + 64<<10

var errDamaged = errors.New("batch file is damaged")

func (b Batch) encode() []byte {
	// Two strings always encode.
	first, _ := json.Marshal(envelope{
		Key: base64.StdEncoding.EncodeToString(b.Key), Signature: base64.StdEncoding.EncodeToString(b.Signature),
	})
	return slices.Concat(first, []byte{'\n'}, b.Body)
}

// decode reads a batch file and checks its signature, so that a damaged file is found here and not by
// the gateway.
func decode(data []byte) (Batch, measurement.Header, error) {
	first, body, ok := bytes.Cut(data, []byte{'\n'})
	var e envelope
	if !ok || json.Unmarshal(first, &e) != nil {
		return Batch{}, measurement.Header{}, errDamaged
	}
	b := Batch{Body: body}
	var err error
	if b.Key, err = base64.StdEncoding.DecodeString(e.Key); err != nil {
		return Batch{}, measurement.Header{}, errDamaged
	}
	if b.Signature, err = base64.StdEncoding.DecodeString(e.Signature); err != nil {
		return Batch{}, measurement.Header{}, errDamaged
	}
	signed, err := decompress(body)
	if err != nil || !measurement.VerifyBatch(b.Key, signed, b.Signature) {
		return Batch{}, measurement.Header{}, errDamaged
	}
	content, err := measurement.Decode(b.Key, signed)
	if err != nil {
		return Batch{}, measurement.Header{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	b.ID = content.ID
	return b, content.Header, nil
}

func compress(data []byte) ([]byte, error) {
	// Once every few minutes, for a few kilobytes: small and slow beats quick and large.
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1),
		zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(measurement.MaxBatchBytes))
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	defer w.Close()
	return w.EncodeAll(data, nil), nil
}

func decompress(data []byte) ([]byte, error) {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(measurement.MaxBatchBytes), zstd.WithDecoderMaxWindow(measurement.MaxBatchBytes))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	defer r.Close()
	return r.DecodeAll(data, nil)
}
