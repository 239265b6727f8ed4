package list

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/lamplight-net/lamplight/probes/internal/durable"
)

const (
	shelfName = "list.json"
	// MaxSignedBytes bounds a list with its signatures, as JSON with base64.
	MaxSignedBytes = MaxBytes*4/3 + maxSignatures*(4<<10) + 1<<10
)

// Shelf keeps the list that a probe follows in its state folder. What lies there is verified again whenever it is
// taken out.
type Shelf struct {
	state *os.Root
	trust Trust
	name  string // of the list to follow; "" means the first that comes

	mu      sync.Mutex
	current *List // that lies there; nil: none
	unread  error // why this version cannot follow it: of such a one the name, the serial and the tag are known
}

// OpenShelf returns the shelf of a state folder for the list with a name, or for the first that comes. A list that its
// trust does not make one any more, or that has another name, is as if it were not there. One that this version would not
// take is followed all the same, and of one that it does not understand no older issue is taken: who upgrades never goes
// back to what was withdrawn.
func OpenShelf(state *os.Root, trust Trust, name string) (*Shelf, error) {
	if err := trust.Validate(); err != nil {
		return nil, err
	}
	s := &Shelf{state: state, trust: trust, name: name}
	f, err := state.Open(shelfName)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the list: %w", err)
	}
	defer f.Close()
	signed, err := Decode(f)
	if err != nil {
		return s, nil //nolint:nilerr // damaged: the next one that comes takes its place
	}
	if l, err := read(signed, trust); l.Serial > 0 && s.takes(l) == nil {
		s.current, s.unread = &l, err
	}
	return s, nil
}

// Current returns the list that is followed; false when there is none. Of one that this version does not understand it
// returns the name, the serial and the tag, and false.
func (s *Shelf) Current() (List, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return List{}, false
	}
	return *s.current, s.unread == nil
}

func (s *Shelf) takes(l List) error {
	if s.name != "" && l.Name != s.name {
		return fmt.Errorf("%w: %q, and the one to follow is %q", ErrOther, l.Name, s.name)
	}
	return nil
}

// Put follows a newer list, once it is on the disk.
func (s *Shelf) Put(signed Signed) (List, error) {
	l, err := Open(signed, s.trust)
	if err != nil {
		return List{}, err
	}
	if err := s.takes(l); err != nil {
		return List{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := l.Follows(s.current); err != nil {
		return List{}, err
	}
	text, err := json.Marshal(signed)
	if err != nil {
		return List{}, fmt.Errorf("encode the list: %w", err)
	}
	if err := durable.WriteFile(s.state, shelfName, text); err != nil {
		return List{}, fmt.Errorf("%w: %w", ErrKeep, err)
	}
	s.current, s.unread = &l, nil
	return l, nil
}

// Decode reads a list with its signatures, as a gateway hands it out. Nothing of it is verified yet.
func Decode(r io.Reader) (Signed, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxSignedBytes+1))
	if err != nil {
		return Signed{}, fmt.Errorf("read the list: %w", err)
	}
	if len(text) > MaxSignedBytes {
		return Signed{}, fmt.Errorf("list with its signatures is longer than %d bytes", MaxSignedBytes)
	}
	var s Signed
	if err := json.Unmarshal(text, &s); err != nil || len(s.List) == 0 {
		return Signed{}, errors.New("not a list with its signatures: expected JSON with list, in base64, and signatures")
	}
	return s, nil
}
