package observe

import (
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
)

// Beats is what the probes of one network reported of themselves in one bin.
type Beats struct {
	Bin     time.Time `ch:"bin"`
	Country string    `ch:"country"`
	ASN     uint32    `ch:"asn"`
	// Heard counts the probes with a beat in the bin, whenever it was delivered. Settled counts those of
	// them whose beat came promptly, or so long ago that whoever else was to come has come.
	Heard   uint64 `ch:"heard"`
	Settled uint64 `ch:"settled"`
	// Online counts the probes of which at least one anchor answered.
	Online uint64 `ch:"online"`
	// Relayed counts those of them whose beat the gateway had from an address elsewhere: through a proxy, above all.
	Relayed uint64 `ch:"relayed"`
	// Anchors are in millionths: the sum over the probes of how many each tried in a beat, and of how many answered, in the
	// mean of its beats. So nobody's view counts for more because it was sent more often.
	DomesticTried    uint64 `ch:"domestic_tried"`
	DomesticAnswered uint64 `ch:"domestic_answered"`
	ForeignTried     uint64 `ch:"foreign_tried"`
	ForeignAnswered  uint64 `ch:"foreign_answered"`
	Generated        bool   `ch:"generated"`
}

// Checks is how the checks of one network went in one bin: of one kind over all targets that are no service,
// or the fetches of one service. Only checks with a control are in it. Tried and Succeeded are in millionths: the sum
// over the probes of 1, and of the share of its checks that succeeded.
type Checks struct {
	Bin       time.Time `ch:"bin"`
	Country   string    `ch:"country"`
	ASN       uint32    `ch:"asn"`
	Kind      string    `ch:"kind"`    // dns, tcp, tls, http
	Service   string    `ch:"service"` // host name, empty for the others
	Tried     uint64    `ch:"tried"`
	Succeeded uint64    `ch:"succeeded"`
	Probes    uint64    `ch:"probes"`
	Generated bool      `ch:"generated"`
}

// places are those that a network of a country belongs to.
func places(country string, asn uint32) []incident.Place {
	whole := incident.Place{Country: country}
	if asn == 0 {
		return []incident.Place{whole}
	}
	return []incident.Place{whole, {Country: country, ASN: asn}}
}
