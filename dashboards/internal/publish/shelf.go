// Package publish decides what of an incident the public may have, and writes it as the files that
// others build on: CSV, JSON, Atom.
//
// It is the one gate between what analysis concluded and what leaves the house: whatever reads
// incidents for the public reads them from the Shelf. It changes no conclusion; it only withholds.
package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Shelf holds the incidents that are public.
type Shelf struct{ repository *incident.Repository }

// NewShelf puts the public part of a repository on a shelf.
func NewShelf(repository *incident.Repository) *Shelf { return &Shelf{repository} }

// Edition is one revision of an incident, as the public may have it, with the public revisions before it.
type Edition struct {
	Incident incident.Incident
	Earlier  []incident.Incident // without points, the oldest first
}

// Query selects incidents for a list. The zero Query selects all that are announced and stand.
type Query struct {
	Void    bool      // also those withdrawn or retracted
	State   string    // only this state; empty for any
	Country string    // ISO 3166-1 alpha-2
	Since   time.Time // not over before
	Until   time.Time // begun before
	Ongoing bool
	Limit   int
}

// standing are the states that claim something and are announced; void those that no longer claim it.
// A quiet publication is in neither: who has its address may read it, and no list gives the address.
func standing() []incident.State {
	return []incident.State{incident.StateCandidate, incident.StatePublished, incident.StateCorrected}
}

func void() []incident.State {
	return []incident.State{incident.StateWithdrawn, incident.StateRetracted}
}

// ListedStates are the states that a list may be asked for.
func ListedStates() []incident.State { return append(standing(), void()...) }

// List returns the latest revision of each selected incident, the newest onset first, without points.
func (s *Shelf) List(ctx context.Context, q Query) ([]incident.Incident, error) {
	states := standing()
	if q.Void {
		states = append(states, void()...)
	}
	if q.State != "" {
		states = slices.DeleteFunc(ListedStates(), func(state incident.State) bool { return string(state) != q.State })
	}
	if len(states) == 0 {
		return nil, nil
	}
	found, err := s.repository.List(ctx, incident.Filter{
		States: states, Country: q.Country, Since: q.Since, Until: q.Until, Ongoing: q.Ongoing, Limit: q.Limit,
	})
	if err != nil {
		return nil, err
	}
	for k := range found {
		found[k] = withhold(found[k])
	}
	return found, nil
}

// AsOf returns up to when the data has been looked at, the zero time when it never was.
func (s *Shelf) AsOf(ctx context.Context) (time.Time, error) { return s.repository.LookedUntil(ctx) }

// Latest returns the newest public revision of an incident. It fails with incident.ErrNotFound when
// there is none.
func (s *Shelf) Latest(ctx context.Context, id string) (Edition, error) {
	public, err := s.public(ctx, id)
	if err != nil {
		return Edition{}, err
	}
	return s.edition(ctx, public, len(public)-1)
}

// Revision returns one revision, which is always the same as long as it is public. It fails with
// incident.ErrNotFound when there is no such public revision.
func (s *Shelf) Revision(ctx context.Context, id string, revision int) (Edition, error) {
	public, err := s.public(ctx, id)
	if err != nil {
		return Edition{}, err
	}
	for k := range public {
		if public[k].Revision == revision {
			return s.edition(ctx, public, k)
		}
	}
	return Edition{}, fmt.Errorf("incident %s revision %d: %w", id, revision, incident.ErrNotFound)
}

// public lists the public revisions of an incident; there is at least one.
func (s *Shelf) public(ctx context.Context, id string) ([]incident.Incident, error) {
	all, err := s.repository.Revisions(ctx, id)
	if err != nil {
		return nil, err
	}
	public := publicOf(all)
	if len(public) == 0 {
		return nil, fmt.Errorf("incident %s: nothing of it is public: %w", id, incident.ErrNotFound)
	}
	return public, nil
}

func (s *Shelf) edition(ctx context.Context, public []incident.Incident, k int) (Edition, error) {
	i, err := s.repository.Revision(ctx, public[k].ID, public[k].Revision)
	if err != nil {
		return Edition{}, err
	}
	earlier := make([]incident.Incident, k)
	for n := range earlier {
		earlier[n] = withhold(public[n])
	}
	return Edition{Incident: withhold(i), Earlier: earlier}, nil
}
