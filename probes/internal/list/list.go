// Package list is what a probe is asked to look at, as those say who may ask: a plan with a number, a date and
// the signatures of several people.
//
// A list reaches a probe by any way, a gateway's among them, and is worth what its signatures are worth. It
// can add nothing to what a plan can ask. An older list than the one that a probe has is refused, whoever
// signed it. One that has expired goes on being used, and is marked: who blocks the way to a new list must not
// end the measuring of the old.
package list

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/minisign"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// List is what a list says.
type List struct {
	// Name is the list's, such as "ke" or "global": a probe follows one name, and another list never takes
	// its place.
	Name string
	// Serial grows with every issue of a list.
	Serial uint64
	// Issued and Expires are when the list was made, and when a newer one should be there. The zero Expires is
	// never.
	Issued, Expires time.Time
	// Campaign is what is looked at beside the ordinary for a while; nil for none. Whoever agreed to one
	// campaign did not agree to the next.
	Campaign *Campaign
	Plan     plan.Plan
	// Tag is the entity tag that a gateway gives this list: made of the bytes that were signed, so that to name it
	// tells a gateway which issue a probe has, and nothing that a gateway could have planted.
	Tag string
}

// Campaign is why a list asks for more than the ordinary.
type Campaign struct {
	ID   string `json:"id"`   // letters, digits, dots, dashes and underscores
	Text string `json:"text"` // what a volunteer is asked to agree to
}

// Trust says whose signatures make a list.
type Trust struct {
	Keys   []minisign.PublicKey
	Needed int // how many of them
}

// Limits of a list.
const (
	MaxBytes      = 256 << 10 // room for plan.MaxTargets, and what a mobile line can spare for an answer that is junk
	maxSignatures = 8
	maxKeys       = 8
	maxText       = 2000
)

// Errors that a caller tells apart.
var (
	ErrUnsigned = errors.New("list is not signed by enough of the people who may ask")
	ErrOlder    = errors.New("list is older than the one that is followed")
	ErrSame     = errors.New("list has the serial of the one that is followed")
	ErrOther    = errors.New("list has another name than the one that is followed")
	// ErrKeep says that the disk did not take a list that is one.
	ErrKeep = errors.New("list could not be kept")
)

// Signed is a list as it travels: the bytes that were signed, and the texts of minisign's signatures.
type Signed struct {
	List       []byte   `json:"list"`
	Signatures []string `json:"signatures"`
}

// Tag is the entity tag of the list that was signed.
func (s Signed) Tag() string {
	sum := sha256.Sum256(s.List)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// Open returns the list of signed bytes, if trust makes it one that may be taken.
func Open(s Signed, trust Trust) (List, error) {
	l, err := read(s, trust)
	if err == nil {
		err = l.check()
	}
	if err != nil {
		return List{}, err
	}
	return l, nil
}

// read returns a list whose signatures hold. Of one that this version cannot follow it returns the name, the serial and the
// tag with the error, if it has them.
func read(s Signed, trust Trust) (List, error) {
	if len(s.List) > MaxBytes {
		return List{}, fmt.Errorf("list is longer than %d bytes", MaxBytes)
	}
	if err := trust.Validate(); err != nil {
		return List{}, err
	}
	signers, err := signers(s, trust)
	if err != nil {
		return List{}, err
	}
	if signers < trust.Needed {
		return List{}, fmt.Errorf("%w: %d of the %d that it takes", ErrUnsigned, signers, trust.Needed)
	}
	out, err := parse(s.List)
	if err != nil {
		// Whatever else it says and however: an older issue must not take its place.
		var f struct {
			Name   string
			Serial uint64
		}
		_ = json.NewDecoder(bytes.NewReader(s.List)).Decode(&f)
		out = List{Name: f.Name, Serial: f.Serial}
	}
	out.Tag = s.Tag()
	return out, err
}

// signers counts the different keys whose signature verifies.
func signers(s Signed, trust Trust) (int, error) {
	if len(s.Signatures) > maxSignatures {
		return 0, fmt.Errorf("list has more than %d signatures", maxSignatures)
	}
	signed := make(map[string]bool)
	for _, text := range s.Signatures {
		signature, err := minisign.ParseSignature(text)
		if err != nil {
			return 0, err
		}
		for _, key := range trust.Keys {
			if key.Verify(s.List, signature) {
				signed[string(key.Key)] = true
			}
		}
	}
	return len(signed), nil
}

// Equal reports whether two trusts make the same lists.
func (t Trust) Equal(other Trust) bool {
	return t.Needed == other.Needed && slices.EqualFunc(t.Keys, other.Keys, func(a, b minisign.PublicKey) bool {
		return a.ID == b.ID && a.Key.Equal(b.Key)
	})
}

// Validate says why no list can have enough of the signatures that are asked for.
func (t Trust) Validate() error {
	if t.Needed < 1 || t.Needed > len(t.Keys) || len(t.Keys) > maxKeys {
		return fmt.Errorf("%d of %d keys cannot make a list: name at least as many keys as it takes, at most %d", t.Needed, len(t.Keys), maxKeys)
	}
	distinct := make(map[string]bool)
	for _, k := range t.Keys {
		distinct[string(k.Key)] = true
	}
	if len(distinct) != len(t.Keys) {
		return errors.New("a key is named twice: two signatures of one person are one signature")
	}
	return nil
}

// Stale reports whether a newer issue should have come by now.
func (l List) Stale(now time.Time) bool { return !l.Expires.IsZero() && now.After(l.Expires) }

// Follows returns nil if a list may take the place of the one that is followed; a list takes the place of none.
func (l List) Follows(current *List) error {
	switch {
	case current == nil:
		return nil
	case l.Name != current.Name:
		return fmt.Errorf("%w: %q, not %q", ErrOther, l.Name, current.Name)
	case l.Serial == current.Serial:
		return ErrSame
	case l.Serial < current.Serial:
		return fmt.Errorf("%w: serial %d, followed is %d", ErrOlder, l.Serial, current.Serial)
	}
	return nil
}

// file is a list as it is written down.
type file struct {
	Name     string          `json:"name"`
	Serial   uint64          `json:"serial"`
	Issued   time.Time       `json:"issued"`
	Expires  time.Time       `json:"expires,omitzero"`
	Campaign *Campaign       `json:"campaign,omitempty"`
	Plan     json.RawMessage `json:"plan"`
}

func parse(text []byte) (List, error) {
	var f file
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return List{}, fmt.Errorf("list is not JSON of the expected shape: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return List{}, errors.New("list holds something after its JSON object")
	}
	if err := f.validate(); err != nil {
		return List{}, fmt.Errorf("list: %w", err)
	}
	p, err := plan.Parse(f.Plan)
	if err != nil {
		return List{}, fmt.Errorf("list: %w", err)
	}
	// What a batch names as its plan is the list that was signed, and nothing that the list calls itself.
	p.Version = fmt.Sprintf("%s-%d", f.Name, f.Serial)
	return List{Name: f.Name, Serial: f.Serial, Issued: f.Issued.UTC(), Expires: f.Expires.UTC(), Campaign: f.Campaign, Plan: p}, nil
}

func (f *file) validate() error {
	switch {
	case !measurement.ListName(f.Name):
		return errors.New("name is not 1 to 32 letters, digits, dots, dashes and underscores")
	case f.Serial == 0:
		return errors.New("serial is missing: number the issues from 1")
	case f.Issued.IsZero():
		return errors.New("issued is missing: give the time that the list was made")
	case !f.Expires.IsZero() && !f.Expires.After(f.Issued):
		return errors.New("the list expires before it was issued")
	}
	if c := f.Campaign; c != nil && (!measurement.ListName(c.ID) || c.Text == "" || len(c.Text) > maxText) {
		return fmt.Errorf("campaign needs an id like that of a list, and a text of at most %d bytes", maxText)
	}
	return nil
}
