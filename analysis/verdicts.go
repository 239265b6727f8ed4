package analysis

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/pairing"
)

const (
	// mostHours bounds how many hours one pass of the loop judges, so that what lies behind never keeps what is new waiting
	// for long.
	mostHours = 6
	// atOnce is how many verdicts are held before they are written.
	atOnce = 5000
)

// Verdicts judges every look that began in an hour of [since, until), as analysis has them stored, and keeps the
// conclusions. Only whole hours are judged. It returns how many looks it has judged.
func (a *Analyzer) Verdicts(ctx context.Context, since, until time.Time) (int, error) {
	return a.verdicts(ctx, since, until, allHours)
}

// verdictsOfNew judges the hours of which something came, or that were never judged; a few of them, and none before all
// that its looks are compared with has had its time to come.
func (a *Analyzer) verdictsOfNew(ctx context.Context, since, until time.Time) (int, error) {
	return a.verdicts(ctx, since, until.Add(-pairing.Reach), func(stored map[time.Time]uint64, judged map[time.Time]incident.JudgedHour) ([]time.Time, int) {
		return dueHours(stored, judged, mostHours)
	})
}

// verdicts judges the hours that are chosen of those of which anything is stored.
func (a *Analyzer) verdicts(ctx context.Context, since, until time.Time, choose chooseHours) (looks int, err error) {
	waiting := 0
	defer func() {
		if ctx.Err() == nil {
			a.metrics.verdictsRan(until, waiting, err)
		}
	}()
	// What is stored is read before the looks are: of what comes in between, the next pass takes notice.
	stored, err := pairing.Hours(ctx, a.db, since, until)
	if err != nil {
		return 0, err
	}
	judged, err := a.incidents.Judged(ctx, since.Add(-time.Hour), until)
	if err != nil {
		return 0, err
	}
	a.failed.forget(since.Add(-time.Hour))
	var hours []time.Time
	hours, waiting = choose(stored, a.failed.among(judged))
	return a.failed.each(ctx, hours, func(hour time.Time) (int, error) {
		before, again := judged[hour]
		n, at, err := a.judgeHour(ctx, hour, before.JudgedAt)
		if err == nil && again {
			err = a.incidents.DropVerdicts(ctx, hour, hour.Add(time.Hour), at)
		}
		if err != nil {
			return n, err
		}
		return n, a.incidents.SaveJudged(ctx, incident.JudgedHour{Hour: hour, Seen: stored[hour], Looks: uint64(n), JudgedAt: at})
	})
}

// judgeHour judges the looks that began in an hour, writes them some at a time, and says as of when they all are: now, but
// later than before, whatever the machine's clock did in between, for of two verdicts the later counts.
func (a *Analyzer) judgeHour(ctx context.Context, hour, before time.Time) (looks int, at time.Time, err error) {
	at = time.Now().UTC().Truncate(time.Millisecond)
	if !at.After(before) {
		at = before.UTC().Add(time.Millisecond)
	}
	waiting := make([]incident.LookVerdict, 0, atOnce)
	write := func() error {
		err := a.incidents.SaveVerdicts(ctx, waiting)
		if err == nil {
			a.metrics.judged(waiting)
			looks += len(waiting)
			waiting = waiting[:0]
		}
		return err
	}
	query := LookQuery{Since: hour, Until: hour.Add(time.Hour), Within: pairing.Reach}
	for v, err := range StoredVerdicts(ctx, a.db, query) {
		if err != nil {
			return looks, at, err
		}
		row, err := newLookVerdict(v, at)
		if err != nil {
			return looks, at, err
		}
		waiting = append(waiting, row)
		if len(waiting) == atOnce {
			if err := write(); err != nil {
				return looks, at, err
			}
		}
	}
	return looks, at, write()
}

func newLookVerdict(v StoredVerdict, judgedAt time.Time) (incident.LookVerdict, error) {
	out := incident.LookVerdict{
		Target: v.Target, At: v.At.UTC(), Check: v.Check, Country: v.Country, ASN: v.ASN, Located: v.Located, Class: v.Class,
		Verdict: string(v.Verdict.Class), Rules: v.Verdict.Rules, Reason: v.Verdict.Reason, Generated: v.Generated, JudgedAt: judgedAt,
	}
	for _, how := range v.Verdict.How {
		out.How = append(out.How, string(how))
	}
	texts := []string{v.Batch, v.Key}
	if v.Control != nil {
		at := v.Control.At.UTC()
		out.ControlAt, out.ControlCountry = &at, v.Control.Country
		texts = append(texts, v.Control.Batch)
	}
	for i, into := range []*string{&out.Batch, &out.Probe, &out.ControlBatch}[:len(texts)] {
		raw, err := hex.DecodeString(texts[i])
		if err != nil {
			return out, fmt.Errorf("look at %s: %w", v.Target, err)
		}
		*into = string(raw)
	}
	return out, nil
}
