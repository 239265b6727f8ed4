package measurement

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// MaxReceiptBytes bounds what a probe reads of a gateway's answer.
const MaxReceiptBytes = 4 << 10

// ReceiptVersion is the version of the receipt that this package writes and reads. It goes its own way: a
// batch of a newer schema gets a receipt that an older probe can read.
const ReceiptVersion = 1

// Receipt is a gateway's word that a batch is durable. A probe deletes a batch only when it holds a
// receipt for it that verifies.
type Receipt struct {
	Version int `json:"version"`
	// Batch is the id of the batch, in hex, over the bytes the gateway received.
	Batch      string    `json:"batch"`
	ReceivedAt time.Time `json:"received_at"`
	// Records and Rejected count the lines taken and the lines that were not records.
	Records  int `json:"records"`
	Rejected int `json:"rejected,omitempty"`
	// Beacon is to be put in the header of later batches: they were not made before it.
	Beacon string `json:"beacon,omitempty"`
	// Wanted are targets that few have looked at lately where the batch comes from; nil when there are none, or
	// nobody knows.
	Wanted *Wanted `json:"wanted,omitempty"`
}

// Wanted is a hint. It gives numbers and not targets, so that a gateway can name nothing that is not on the list.
type Wanted struct {
	// List is the list that the numbers are of, as a batch's header names its plan.
	List string `json:"list"`
	// Targets are numbers of the list's targets, from 0 in the list's order, at most MaxWanted.
	Targets []uint16 `json:"targets"`
}

// MaxWanted bounds what a gateway can make a volunteer's line do more often than the list says.
const MaxWanted = 32

// ErrReceipt says that a receipt does not prove what the probe needs: the batch stays in the outbox.
var ErrReceipt = errors.New("receipt does not verify")

// SignReceipt encodes a receipt and signs the encoded bytes. It fails on what VerifyReceipt would
// reject.
func SignReceipt(key ed25519.PrivateKey, r Receipt) (body, signature []byte, err error) {
	if err := r.validate(); err != nil {
		return nil, nil, err
	}
	body, err = json.Marshal(r)
	if err != nil {
		return nil, nil, fmt.Errorf("encode receipt: %w", err)
	}
	return body, ed25519.Sign(key, append([]byte(receiptDomain), body...)), nil
}

// VerifyReceipt reads a receipt whose bytes key signed, and requires that it is for batch.
func VerifyReceipt(key ed25519.PublicKey, body, signature []byte, batch BatchID) (Receipt, error) {
	r, err := OpenReceipt(key, body, signature)
	if err == nil && r.Batch != batch.String() {
		return Receipt{}, fmt.Errorf("%w: it is for another batch", ErrReceipt)
	}
	return r, err
}

// OpenReceipt reads a receipt whose bytes key signed. It says nothing of a batch until it is known to be that batch's.
func OpenReceipt(key ed25519.PublicKey, body, signature []byte) (Receipt, error) {
	var r Receipt
	if len(body) > MaxReceiptBytes {
		return r, fmt.Errorf("%w: longer than %d bytes", ErrReceipt, MaxReceiptBytes)
	}
	if !verify(key, receiptDomain, body, signature) {
		return r, fmt.Errorf("%w: signature is not the pinned gateway's", ErrReceipt)
	}
	if err := strictUnmarshal(body, &r); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if err := r.validate(); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return r, nil
}

// ID returns the id of the receipt's batch; false when it names none.
func (r Receipt) ID() (BatchID, bool) {
	id, err := hex.DecodeString(r.Batch)
	if err != nil || len(id) != len(BatchID{}) {
		return BatchID{}, false
	}
	return BatchID(id), true
}

// validate looks at what the probe will use: a beacon that no header takes would keep it from making
// another batch.
func (r *Receipt) validate() error {
	if r.Version != ReceiptVersion {
		return fmt.Errorf("version is %d, not %d", r.Version, ReceiptVersion)
	}
	if !word(r.Beacon, maxBeaconBytes) {
		return fmt.Errorf("beacon is not up to %d letters, digits, dots, dashes and underscores", maxBeaconBytes)
	}
	if w := r.Wanted; w != nil && (w.List == "" || !word(w.List, maxPlanBytes) || len(w.Targets) == 0 || len(w.Targets) > MaxWanted) {
		return fmt.Errorf("wanted is not the name of a list and 1 to %d numbers", MaxWanted)
	}
	return nil
}
