package incident

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// row is an incident as the table incidents holds it: plain columns for analysts, the whole as JSON.
type row struct {
	ID            string     `ch:"id"`
	Revision      uint32     `ch:"revision"`
	State         string     `ch:"state"`
	Country       string     `ch:"country"`
	Region        string     `ch:"region"`
	ASN           uint32     `ch:"asn"`
	Place         string     `ch:"place_name"`
	Type          string     `ch:"type"`
	Extent        string     `ch:"extent"`
	Networks      []uint32   `ch:"networks"`
	NetworkTypes  []string   `ch:"network_types"`
	Services      []string   `ch:"services"`
	OnsetEarliest time.Time  `ch:"onset_earliest"`
	OnsetAt       time.Time  `ch:"onset_at"`
	OnsetLatest   time.Time  `ch:"onset_latest"`
	EndEarliest   *time.Time `ch:"end_earliest"`
	EndAt         *time.Time `ch:"end_at"`
	EndLatest     *time.Time `ch:"end_latest"`
	Score         float64    `ch:"score"`
	Probability   float64    `ch:"shutdown_probability"`
	Cause         string     `ch:"cause"`
	SignalsSaw    []string   `ch:"signals_saw"`
	SignalsBlind  []string   `ch:"signals_could_not_see"`
	Reports       []string   `ch:"reports"`
	Generated     bool       `ch:"generated"`
	AsOf          time.Time  `ch:"as_of"`
	ComputedAt    time.Time  `ch:"computed_at"`
	Summary       string     `ch:"summary"`
	Document      string     `ch:"document"`
}

// ErrRevised says that an incident was revised, or is being, by somebody else since the caller looked. To
// look again is the cure; where it comes again and again, two programs analyze one database, and one of them
// must be stopped.
var ErrRevised = errors.New("the incident was revised by another writer")

// Save writes i as the revision after i.Revision, which is the latest that the caller knows, zero for none. It
// returns i with its new number. Where that is not the latest, or another writer is at the same revision, it
// writes nothing and fails with ErrRevised.
func (r *Repository) Save(ctx context.Context, i Incident) (Incident, error) {
	r.saving.Lock()
	defer r.saving.Unlock()
	compared := i.Revision
	i.Revision++
	saved, err := newRow(i)
	if err != nil {
		return Incident{}, fmt.Errorf("save incident %s: %w", i.ID, err)
	}
	// The claim comes before the look at what is there: of two writers at least one sees the other's claim, or
	// else what it has written.
	if err := r.claim(ctx, i.ID, i.Revision); err != nil {
		return Incident{}, fmt.Errorf("save incident %s revision %d: %w", i.ID, i.Revision, err)
	}
	latest, err := r.Latest(ctx, i.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Incident{}, err
	}
	if latest.Revision != compared {
		return Incident{}, fmt.Errorf("save incident %s after revision %d, the latest is %d: %w", i.ID, compared, latest.Revision, ErrRevised)
	}
	if err := store.Insert(ctx, r.db, "incidents", []row{saved}); err != nil {
		return Incident{}, fmt.Errorf("save incident %s: %w", i.ID, err)
	}
	return i, nil
}

func newRow(i Incident) (row, error) {
	full, err := json.Marshal(i)
	if err != nil {
		return row{}, fmt.Errorf("encode document: %w", err)
	}
	summary, err := json.Marshal(i.Summary())
	if err != nil {
		return row{}, fmt.Errorf("encode summary: %w", err)
	}
	out := row{
		ID: i.ID, Revision: uint32(i.Revision), State: string(i.State),
		Country: i.Place.Country, Region: i.Place.Region, ASN: i.Place.ASN, Place: i.PlaceName,
		Type: string(i.Type), Extent: string(i.Extent),
		Networks: i.Networks, NetworkTypes: i.NetworkTypes, Services: i.Services,
		OnsetEarliest: i.Onset.Earliest.UTC(), OnsetAt: i.Onset.Best.UTC(), OnsetLatest: i.Onset.Latest.UTC(),
		Score: i.Score, Probability: i.Shutdown.Probability, Cause: string(i.Cause), Generated: i.Generated,
		AsOf: i.AsOf.UTC(), ComputedAt: i.ComputedAt.UTC(), Summary: string(summary), Document: string(full),
	}
	if i.End != nil {
		earliest, best, latest := i.End.Earliest.UTC(), i.End.Best.UTC(), i.End.Latest.UTC()
		out.EndEarliest, out.EndAt, out.EndLatest = &earliest, &best, &latest
	}
	for _, e := range i.Evidence {
		switch e.Verdict {
		case VerdictSaw:
			out.SignalsSaw = append(out.SignalsSaw, string(e.Signal))
		case VerdictCouldNotSee:
			out.SignalsBlind = append(out.SignalsBlind, string(e.Signal))
		case VerdictNormal:
		}
	}
	for _, l := range i.Reports {
		out.Reports = append(out.Reports, l.ReportID)
	}
	return out, nil
}

// Summary returns i without the points of its evidence.
func (i *Incident) Summary() Incident {
	out := *i
	out.Evidence = make([]Evidence, len(i.Evidence))
	for k, e := range i.Evidence {
		e.Points = nil
		out.Evidence[k] = e
	}
	return out
}
