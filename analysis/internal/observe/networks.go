package observe

import (
	"context"
	_ "embed" // the statement
	"fmt"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/analysis/internal/judge"
	"github.com/lamplight-net/lamplight/analysis/internal/placed"
	"github.com/lamplight-net/lamplight/ingest/store"
)

//go:embed networks.sql
var networksSQL string

// network is what the probes of one network say it is, and how many say so.
type network struct {
	Country string `ch:"country"`
	ASN     uint32 `ch:"asn"`
	Name    string `ch:"name"`
	Fixed   uint64 `ch:"fixed"`
	Mobile  uint64 `ch:"mobile"`
}

// agreed is the share of a network's probes that must call it fixed, or mobile, for it to be so: volunteers
// err, and one of them must not turn an operator's mobile network into a fixed one.
const agreed = 0.8

// networkType returns fixed or mobile, or nothing when the probes do not agree.
func (n *network) networkType() string {
	all := float64(n.Fixed + n.Mobile)
	switch {
	case all == 0:
		return ""
	case float64(n.Fixed) >= agreed*all:
		return "fixed"
	case float64(n.Mobile) >= agreed*all:
		return "mobile"
	}
	return ""
}

// Networks returns the name and type of every network that had a probe in [from, until).
func Networks(ctx context.Context, db *store.DB, from, until time.Time) (map[incident.Place]judge.Network, error) {
	out := make(map[incident.Place]judge.Network)
	for n, err := range store.Select[network](ctx, db, placed.Statement(networksSQL), from.UTC(), until.UTC(), placed.Since(from)) {
		if err != nil {
			return nil, fmt.Errorf("read networks: %w", err)
		}
		out[incident.Place{Country: n.Country, ASN: n.ASN}] = judge.Network{Name: n.Name, Type: n.networkType()}
	}
	return out, nil
}
