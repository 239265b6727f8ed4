package incident

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
)

// ErrNotFound says that the store holds no such incident or revision.
var ErrNotFound = errors.New("incident not found")

// Repository keeps incidents in ClickHouse. Revisions are immutable: a revision once written is the
// answer for its number for good. Only analysis saves; anybody reads.
type Repository struct {
	db     *store.DB
	writer string     // tells this repository's claims from those of others
	saving sync.Mutex // one revision at a time
}

// NewRepository returns the repository of db. Migrate must have run.
func NewRepository(db *store.DB) *Repository { return &Repository{db: db, writer: rand.Text()} }

// Filter selects incidents. The zero Filter selects all.
type Filter struct {
	States  []State   // any of these; empty for every state
	Country string    // ISO 3166-1 alpha-2
	Since   time.Time // incidents that were not over before this moment
	Until   time.Time // incidents that began before this moment
	Ongoing bool      // only those without an end
	Limit   int       // at most this many; zero for no limit
}

// document is a row that carries an incident as JSON.
type document struct {
	Document string `ch:"document"`
}

// List returns the latest revision of each selected incident, the newest onset first, without the
// points of its evidence: Latest and Revision bring those.
func (r *Repository) List(ctx context.Context, f Filter) ([]Incident, error) {
	query := "SELECT summary AS document FROM v_incidents WHERE 1"
	var args []any
	if len(f.States) > 0 {
		query += " AND state IN (?" + strings.Repeat(", ?", len(f.States)-1) + ")"
		for _, s := range f.States {
			args = append(args, string(s))
		}
	}
	if f.Country != "" {
		query += " AND country = ?"
		args = append(args, f.Country)
	}
	if !f.Since.IsZero() {
		query += " AND (end_at IS NULL OR end_at >= toDateTime64(?, 3, 'UTC'))"
		args = append(args, f.Since.UTC())
	}
	if !f.Until.IsZero() {
		query += " AND onset_at < toDateTime64(?, 3, 'UTC')"
		args = append(args, f.Until.UTC())
	}
	if f.Ongoing {
		query += " AND end_at IS NULL"
	}
	query += " ORDER BY onset_at DESC, id"
	if f.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", f.Limit)
	}
	incidents, err := r.read(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return incidents, nil
}

// IDs returns the id of every incident, whatever became of it.
func (r *Repository) IDs(ctx context.Context) (map[string]bool, error) {
	type named struct {
		ID string `ch:"id"`
	}
	out := make(map[string]bool)
	for n, err := range store.Select[named](ctx, r.db, "SELECT DISTINCT id FROM v_incidents") {
		if err != nil {
			return nil, fmt.Errorf("list ids of incidents: %w", err)
		}
		out[n.ID] = true
	}
	return out, nil
}

// Latest returns the newest revision of an incident, complete. It fails with ErrNotFound when there is
// none of this id.
func (r *Repository) Latest(ctx context.Context, id string) (Incident, error) {
	found, err := r.read(ctx,
		"SELECT document FROM v_incident_revisions WHERE id = ? ORDER BY revision DESC LIMIT 1", id)
	return one(found, err, id)
}

// Revision returns one revision of an incident, complete, counted from 1. It fails with ErrNotFound
// when there is none of this id and number.
func (r *Repository) Revision(ctx context.Context, id string, revision int) (Incident, error) {
	found, err := r.read(ctx,
		"SELECT document FROM v_incident_revisions WHERE id = ? AND revision = ?", id, uint32(revision))
	return one(found, err, fmt.Sprintf("%s revision %d", id, revision))
}

// Revisions returns every revision of an incident, the first one first, without points. It fails with
// ErrNotFound when there is none of this id.
func (r *Repository) Revisions(ctx context.Context, id string) ([]Incident, error) {
	found, err := r.read(ctx,
		"SELECT summary AS document FROM v_incident_revisions WHERE id = ? ORDER BY revision", id)
	if err != nil {
		return nil, fmt.Errorf("read revisions of incident %s: %w", id, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("incident %s: %w", id, ErrNotFound)
	}
	return found, nil
}

func one(found []Incident, err error, what string) (Incident, error) {
	if err != nil {
		return Incident{}, fmt.Errorf("read incident %s: %w", what, err)
	}
	if len(found) == 0 {
		return Incident{}, fmt.Errorf("incident %s: %w", what, ErrNotFound)
	}
	return found[0], nil
}

func (r *Repository) read(ctx context.Context, query string, args ...any) ([]Incident, error) {
	var out []Incident
	for row, err := range store.Select[document](ctx, r.db, query, args...) {
		if err != nil {
			return nil, err
		}
		var i Incident
		if err := json.Unmarshal([]byte(row.Document), &i); err != nil {
			return nil, fmt.Errorf("decode document: %w", err)
		}
		for k := range i.Evidence {
			i.Evidence[k].Step = time.Duration(i.Evidence[k].StepSeconds) * time.Second
		}
		out = append(out, i)
	}
	return out, nil
}
