package analysis

import (
	"context"
	"iter"

	"github.com/lamplight-net/lamplight/analysis/internal/pairing"
	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Look is one look at one target, by a probe and by a control.
type Look = verdict.Look

// Verdict is what is concluded of a look, and why.
type Verdict = verdict.Verdict

// How is what a network did to block.
type How = verdict.How

// Judge says whether the target of a look was blocked where the probe is. It needs nothing but the look.
func Judge(look Look) Verdict { return verdict.Judge(look) }

// LookQuery says which stored looks are judged.
type LookQuery = pairing.Query

// StoredVerdict is a stored look and what is concluded of it.
type StoredVerdict struct {
	pairing.Look
	Verdict Verdict
}

// StoredVerdicts judges the stored looks of a query, each beside the nearest of a control, hour by hour and target by
// target. It yields an error at most once, as the last pair.
func StoredVerdicts(ctx context.Context, db *store.DB, q LookQuery) iter.Seq2[StoredVerdict, error] {
	return func(yield func(StoredVerdict, error) bool) {
		for look, err := range pairing.Looks(ctx, db, q) {
			if err != nil {
				yield(StoredVerdict{}, err)
				return
			}
			if !yield(StoredVerdict{look, verdict.Judge(look.Sides)}, nil) {
				return
			}
		}
	}
}
