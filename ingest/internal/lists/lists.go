// Package lists is the folder of signed target lists that a gateway hands out.
//
// It believes nothing and vouches for nothing: what a list is worth, its signatures say, and every probe checks
// them. It only keeps mistakes from going out: a file that is torn, another list's, or older than the one before
// costs nobody the list that is handed out already.
package lists

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Suffix ends the name of a file that is handed out; before it stands the name of its list. Drafts, signatures and
// keys may lie beside it.
const Suffix = ".signed.json"

// Limits of what is read.
const (
	// MaxBytes is a little more than what a probe takes of a list with its signatures.
	MaxBytes = 384 << 10
	// MaxSignatures is how many a list may come with.
	MaxSignatures = 8
)

// List is one list as it is handed out. It does not change.
type List struct {
	Name   string
	Serial uint64
	// Tag is the list's entity tag: a hash of the bytes that were signed, in quotes. A probe can make it from what
	// it has. So it need not keep what a gateway says, and can be told apart by nothing but its issue.
	Tag string
	// Signatures is how many people it names as its signers; whether they are, probes know.
	Signatures int
	// Body is the list with its signatures.
	Body []byte
	// Targets are the list's, in its order.
	Targets []string

	numbers map[string]int // of the targets
}

// Number returns the number of a target on the list.
func (l *List) Number(target string) (int, bool) {
	n, ok := l.numbers[target]
	return n, ok
}

// Version is what a batch calls the plan of this list.
func (l *List) Version() string { return fmt.Sprintf("%s-%d", l.Name, l.Serial) }

// decode reads a file of the list with this name.
func decode(name string, text []byte) (*List, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("it is longer than %d bytes", MaxBytes)
	}
	var packed struct {
		List       []byte   `json:"list"`
		Signatures []string `json:"signatures"`
	}
	if err := json.Unmarshal(text, &packed); err != nil || len(packed.List) == 0 {
		return nil, errors.New("it is not a list with its signatures, as lamplight list pack writes it")
	}
	if n := len(packed.Signatures); n == 0 || n > MaxSignatures {
		return nil, fmt.Errorf("it has %d signatures: allowed are 1 to %d", n, MaxSignatures)
	}
	var inner struct {
		Name   string `json:"name"`
		Serial uint64 `json:"serial"`
		Plan   asked  `json:"plan"`
	}
	if err := json.Unmarshal(packed.List, &inner); err != nil || inner.Serial == 0 {
		return nil, errors.New("what was signed is no list with a serial")
	}
	if inner.Name != name {
		return nil, fmt.Errorf("it is the list %.*q: call the file %.*s%s", measurement.MaxListName, inner.Name, measurement.MaxListName, inner.Name, Suffix)
	}
	if err := inner.Plan.check(); err != nil {
		return nil, err
	}
	out := &List{Name: name, Serial: inner.Serial, Tag: tag(packed.List), Signatures: signers(packed.Signatures), Body: text,
		Targets: inner.Plan.targets(), numbers: map[string]int{}}
	for n, target := range out.Targets {
		out.numbers[target] = n
	}
	return out, nil
}

func tag(signed []byte) string {
	sum := sha256.Sum256(signed)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// follows says why a list must not take the place of the one that is handed out; nil when it may.
func (l *List) follows(before *List) error {
	switch {
	case before == nil || l.Serial > before.Serial || l.Tag == before.Tag:
		return nil
	case l.Serial == before.Serial:
		return fmt.Errorf("it is issue %d with other words than the one before: give it a higher serial, or no probe that has the other takes it", l.Serial)
	}
	return fmt.Errorf("it is issue %d, older than issue %d, which probes have: none of them would take it", l.Serial, before.Serial)
}
