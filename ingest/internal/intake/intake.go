// Package intake decides what of a signed batch may be kept. The gateway asks before it says yes, and the
// loader asks the same of what it finds in Kafka, so that nothing that the gateway has acknowledged fails
// later, and nothing that reached the topic by another way becomes a row.
//
// It looks at bytes, keys and times alone: it knows neither who sent a batch nor where it is stored.
package intake

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// MaxBodyBytes is the largest compressed batch. A batch of measurement.MaxBatchBytes compresses to well
// under half of that, and a Kafka message must hold it with its headers.
const MaxBodyBytes = 768 << 10

// maxWindow is what every zstd decoder should support (RFC 8878, section 3.1.1.1.2); more is a sender that
// wants a reader's memory.
const maxWindow = 8 << 20

// Errors of Open beside those of package measurement. None is cured by sending the same batch again.
var (
	ErrNotZstd   = errors.New("body is not zstd")
	ErrSignature = errors.New("signature is not the key's over these bytes")
	ErrClock     = errors.New("batch was made outside the time that is admitted")
)

// Opener opens batches. It is safe for concurrent use.
type Opener struct {
	zstd     *zstd.Decoder
	controls controls
}

// NewOpener returns an Opener that believes of the keys named, and of no others, that they are controls.
func NewOpener(controlKeys ...ed25519.PublicKey) (*Opener, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(measurement.MaxBatchBytes),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(0))
	if err != nil {
		return nil, fmt.Errorf("make zstd decoder: %w", err)
	}
	return &Opener{zstd: decoder, controls: newControls(controlKeys)}, nil
}

// Opened is a batch that may be kept, with the bytes that were signed. Lines that may not be kept are in
// Batch.Rejected.
type Opened struct {
	Bytes []byte
	Batch measurement.Batch
}

// Open decompresses a body, verifies its signature, decodes it, and leaves only records whose time is
// admitted at receivedAt. The error wraps one of this package or of package measurement.
func (o *Opener) Open(key ed25519.PublicKey, signature, body []byte, receivedAt time.Time) (Opened, error) {
	if len(body) > MaxBodyBytes {
		return Opened{}, fmt.Errorf("%w: %d bytes compressed, at most %d", measurement.ErrTooLarge, len(body), MaxBodyBytes)
	}
	raw, err := o.decompress(body)
	if err != nil {
		return Opened{}, err
	}
	if !measurement.VerifyBatch(key, raw, signature) {
		return Opened{}, ErrSignature
	}
	batch, err := measurement.Decode(key, raw)
	if err != nil {
		return Opened{}, err
	}
	if err := o.controls.believe(key, &batch.Header); err != nil {
		return Opened{}, err
	}
	if err := admit(&batch, receivedAt); err != nil {
		return Opened{}, err
	}
	return Opened{Bytes: raw, Batch: batch}, nil
}

func (o *Opener) decompress(body []byte) ([]byte, error) {
	raw, err := o.zstd.DecodeAll(body, nil)
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, fmt.Errorf("%w: more than %d bytes, or a window over %d", measurement.ErrTooLarge,
			measurement.MaxBatchBytes, maxWindow)
	case err != nil:
		return nil, ErrNotZstd
	}
	return raw, nil
}
