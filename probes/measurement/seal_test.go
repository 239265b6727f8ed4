package measurement_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha512"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// pair returns a gateway's keys, made from a number.
func pair(t testing.TB, number byte) (ed25519.PrivateKey, measurement.SealKey, measurement.UnsealKey) {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{number}, ed25519.SeedSize))
	seal, err := measurement.NewSealKey(private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	unseal, err := measurement.NewUnsealKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return private, seal, unseal
}

// signedOf is a batch of so many bytes that compress to themselves.
func signedOf(size int) measurement.Signed {
	return measurement.Signed{
		Key: bytes.Repeat([]byte{1}, ed25519.PublicKeySize), Signature: bytes.Repeat([]byte{2}, ed25519.SignatureSize),
		Body: bytes.Repeat([]byte{3}, size),
	}
}

func TestSeal(t *testing.T) {
	for number := range byte(8) { // the map of keys must be right for every sign and size of coordinate
		_, seal, unseal := pair(t, number)
		for _, size := range []int{0, 1, 700, 4000, 100_000} {
			unit, err := seal.Seal(signedOf(size))
			if err != nil {
				t.Fatal(err)
			}
			if len(unit) != measurement.UnitBytes(size) {
				t.Errorf("a body of %d bytes makes a unit of %d, said was %d", size, len(unit), measurement.UnitBytes(size))
			}
			got, err := unseal.Open(unit)
			if err != nil {
				t.Fatalf("key %d, body of %d bytes: %v", number, size, err)
			}
			if diff := cmp.Diff(signedOf(size), got); diff != "" {
				t.Errorf("what was sealed and what was opened (-want +got):\n%s", diff)
			}
		}
	}
}

// Nothing of a batch shows, and the same batch twice does not show as the same.
func TestSealHides(t *testing.T) {
	_, seal, _ := pair(t, 1)
	first, err := seal.Seal(signedOf(500))
	if err != nil {
		t.Fatal(err)
	}
	second, err := seal.Seal(signedOf(500))
	if err != nil {
		t.Fatal(err)
	}
	const head = 12 // mark and key id
	if !bytes.Equal(first[:head], second[:head]) || bytes.Equal(first[head:head+32], second[head:head+32]) {
		t.Error("two units share their sender's key")
	}
	for _, part := range [][]byte{bytes.Repeat([]byte{1}, 8), bytes.Repeat([]byte{2}, 8), bytes.Repeat([]byte{3}, 8), make([]byte, 8)} {
		if bytes.Contains(first, part) {
			t.Errorf("%x shows", part)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	_, seal, unseal := pair(t, 1)
	_, _, other := pair(t, 2)
	unit, err := seal.Seal(signedOf(500))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(unit); !errors.Is(err, measurement.ErrSealKey) {
		t.Errorf("another gateway: %v", err)
	}
	for at := range unit {
		bad := bytes.Clone(unit)
		bad[at] ^= 1
		if _, err := unseal.Open(bad); err == nil {
			t.Fatalf("byte %d may be changed", at)
		}
		if _, err := unseal.Open(unit[:at]); err == nil {
			t.Fatalf("it may end after %d bytes", at)
		}
	}
	if _, err := measurement.NewSealKey(make([]byte, ed25519.PublicKeySize)); err == nil {
		t.Error("a point of small order is taken for a key")
	}
}

// The sealing key is the receipt key's own: whoever derives it another way gets the same point.
func TestSealKeyIsTheReceiptKey(t *testing.T) {
	private, seal, _ := pair(t, 5)
	scalar := sha512.Sum512(private.Seed())
	x, err := ecdh.X25519().NewPrivateKey(scalar[:32])
	if err != nil {
		t.Fatal(err)
	}
	if got := measurement.SealPoint(seal); !bytes.Equal(got, x.PublicKey().Bytes()) {
		t.Errorf("sealing key is %x, want %x", got, x.PublicKey().Bytes())
	}
}

func TestUnitBytes(t *testing.T) {
	seen := map[int]bool{}
	for body := range 1 << 18 {
		size := measurement.UnitBytes(body)
		if size < body+160 || size > measurement.MinUnitBytes && size*4 > (body+160)*5 {
			t.Fatalf("a body of %d bytes makes a unit of %d", body, size)
		}
		seen[size] = true
	}
	if len(seen) > 34 {
		t.Errorf("%d sizes tell too much", len(seen))
	}
}

func TestRefusal(t *testing.T) {
	private, _, _ := pair(t, 1)
	public := private.Public().(ed25519.PublicKey)
	sent, answer := []byte("sent"), []byte(`{"error":"bad_header","message":"m"}`)
	signature := measurement.SignRefusal(private, sent, answer)
	if code, err := measurement.VerifyRefusal(public, sent, answer, signature); err != nil || code != "bad_header" {
		t.Errorf("%q, %v", code, err)
	}
	nameless := []byte(`{}`)
	for name, try := range map[string]func() (string, error){
		"unsigned":         func() (string, error) { return measurement.VerifyRefusal(public, sent, answer, nil) },
		"of other bytes":   func() (string, error) { return measurement.VerifyRefusal(public, []byte("other"), answer, signature) },
		"with other words": func() (string, error) { return measurement.VerifyRefusal(public, sent, nameless, signature) },
		"without a code": func() (string, error) {
			return measurement.VerifyRefusal(public, sent, nameless, measurement.SignRefusal(private, sent, nameless))
		},
	} {
		if code, err := try(); !errors.Is(err, measurement.ErrRefusal) {
			t.Errorf("%s: %q, %v", name, code, err)
		}
	}
}

func TestTime(t *testing.T) {
	private, _, _ := pair(t, 1)
	public := private.Public().(ed25519.PublicKey)
	at, nonce := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), [measurement.NonceBytes]byte{7}
	body, signature, err := measurement.SignTime(private, at, nonce)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := measurement.VerifyTime(public, body, signature, nonce); err != nil || !got.Equal(at) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := measurement.VerifyTime(public, body, signature, [measurement.NonceBytes]byte{8}); !errors.Is(err, measurement.ErrTime) {
		t.Errorf("an old time is taken for an answer: %v", err)
	}
	if _, err := measurement.VerifyTime(public, body, signature[:10], nonce); !errors.Is(err, measurement.ErrTime) {
		t.Errorf("an unsigned time is taken: %v", err)
	}
}

// FuzzOpen gives a gateway whatever may be posted as a unit.
func FuzzOpen(f *testing.F) {
	_, seal, unseal := pair(f, 1)
	unit, err := seal.Seal(signedOf(300))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(unit)
	f.Add(unit[:60])
	f.Add([]byte("LLS\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := unseal.Open(data)
		if err == nil && (len(got.Key) != 32 || len(got.Signature) != 64 || len(got.Body) > len(data)) {
			t.Fatalf("%d bytes open to %+v", len(data), got)
		}
	})
}

// FuzzReceipt gives a probe whatever may come as a receipt, a refusal or a time.
func FuzzReceipt(f *testing.F) {
	private, _, _ := pair(f, 1)
	public := private.Public().(ed25519.PublicKey)
	body, signature, err := measurement.SignReceipt(private, measurement.Receipt{
		Version: measurement.ReceiptVersion, Batch: measurement.BatchID{}.String(), ReceivedAt: time.Unix(1e9, 0).UTC(),
		Wanted: &measurement.Wanted{List: "ke-3", Targets: []uint16{7, 0}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body, signature)
	f.Add([]byte(`{"error":"x"}`), []byte(nil))
	clock, _, err := measurement.SignTime(private, time.Unix(1e9, 0), [measurement.NonceBytes]byte{1, 2, 3})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(clock, []byte(nil))
	f.Fuzz(func(t *testing.T, body, signature []byte) {
		receipt, err := measurement.VerifyReceipt(public, body, signature, measurement.BatchID{})
		if err == nil && receipt.Batch != (measurement.BatchID{}).String() {
			t.Fatalf("receipt for %q", receipt.Batch)
		}
		// Past the signature, whatever it says must be read without harm too.
		signature = ed25519.Sign(private, append([]byte("lamplight receipt v1\n"), body...))
		receipt, err = measurement.VerifyReceipt(public, body, signature, measurement.BatchID{})
		if err != nil && !errors.Is(err, measurement.ErrReceipt) {
			t.Fatal(err)
		}
		if w := receipt.Wanted; w != nil && (w.List == "" || len(w.Targets) > measurement.MaxWanted) {
			t.Fatalf("wanted is %+v", w)
		}
		signed := measurement.SignRefusal(private, nil, body)
		if code, err := measurement.VerifyRefusal(public, nil, body, signed); err == nil && code == "" {
			t.Fatal("a refusal without a code")
		}
		nonce := [measurement.NonceBytes]byte{1, 2, 3}
		signed = ed25519.Sign(private, append([]byte("lamplight time v1\n"), body...))
		switch at, err := measurement.VerifyTime(public, body, signed, nonce); {
		case err == nil && (at.IsZero() || !bytes.Contains(body, []byte("010203"))):
			t.Fatalf("%q is a time", body)
		case err != nil && !errors.Is(err, measurement.ErrTime):
			t.Fatal(err)
		}
	})
}
