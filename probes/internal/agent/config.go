package agent

import (
	"crypto/ed25519"
	"crypto/x509"
	"log/slog"
	"net/netip"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/blockpage"
	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/internal/identity"
	"github.com/lamplight-net/lamplight/probes/internal/link"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/silence"
	"github.com/lamplight-net/lamplight/probes/internal/subscription"
	"github.com/lamplight-net/lamplight/probes/internal/upload"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Config is what an agent needs to know. State, Software, Guard, Plan, Gateway and Log are required.
type Config struct {
	// State is the folder that holds the seed, the pinned gateway key and the outbox. It is made if it
	// is not there, and belongs to one agent at a time.
	State string
	// Software names the program and its version in every batch, as "lamplight-probe/0.1.0".
	Software string
	// Identity is the device's; nil means the one kept in State.
	Identity *identity.Identity
	// Network is the network to declare; nil means to ask the gateway, which cannot know the NetworkType.
	Network     *measurement.Network
	NetworkType measurement.NetworkType // "" means unknown
	Plan        plan.Plan
	// Stale reports whether the plan's list had expired at a time; nil means never.
	Stale func(at time.Time) bool
	// Lists asks the gateway for newer lists; nil means never. It is its owner's: an agent only lends it its line.
	Lists *subscription.Subscription
	Guard *guard.Guard
	// System is the resolver to use as the machine's own; zero means the one it is set to.
	System netip.AddrPort
	// Link says what the machine's own connection looks like; nil where the machine is not the volunteer's.
	Link func() link.State
	// Roots are the certificate authorities to believe of targets and of the gateway; nil means the public ones
	// of targets and the machine's of the gateway.
	Roots *x509.CertPool
	// Decoy is the innocuous name that handshakes are compared under; "" means check.DefaultDecoy.
	Decoy string
	// BlockPages are the block pages to recognize; nil means none.
	BlockPages *blockpage.Set
	// Gateway is its base URL: https, or http on a loopback address.
	Gateway string
	// Mirrors are further base URLs of the same gateway, for when one is blocked.
	Mirrors []string
	// Proxy is a SOCKS5 proxy for everything that goes to the gateway, as "socks5://127.0.0.1:9050"; empty means none.
	// Where the probe is cannot be asked through it: without Network it stays unknown.
	Proxy string
	// DoH are DNS servers, as URLs with addresses, that may be asked for the gateway when the machine's resolver does
	// not help; nil means none.
	DoH []string
	// Uplink returns a mark of the link that the machine is on, and uplink.None without one; nil means to look (package
	// uplink). When it changes, the network is unknown until the gateway has been asked again.
	Uplink func() string
	// GatewayKey signs receipts; nil means to pin the first key that the gateway gives.
	GatewayKey ed25519.PublicKey
	// Clock is what records are dated by and what the plan and SealEvery go by; nil means the machine's.
	Clock clock.Clock
	// Timeouts are machine time; the zero value means check.DefaultTimeouts.
	Timeouts check.Timeouts
	// Exchange bounds one exchange with the gateway, in machine time; 0 means upload.DefaultExchange.
	Exchange time.Duration
	// SealEvery is how often what was measured becomes a batch to send; 0 means DefaultSealEvery.
	SealEvery time.Duration
	// Backoff is the wait between failed uploads, in machine time; the zero value means upload.DefaultBackoff.
	Backoff upload.Backoff
	// Silence is what the volunteer asked for; its owner keeps it on the disk. nil means that nobody asks for any.
	Silence *silence.Silence
	// Budget is how many bytes a day may cost; 0 means no limit. Near it looks become fewer, and past it no target is looked
	// at any more. Beats go on: without them a probe that saves is a probe that is gone.
	Budget int64
	// Quiet are hours in which no target is looked at, by the clock of Zone; nil is the machine's time zone.
	Quiet plan.Hours
	Zone  *time.Location
	// Vantage is measurement.VantageControl for an operator's control, and empty for a volunteer's probe.
	Vantage string
	Log     *slog.Logger
}

// DefaultSealEvery is as long as a bin of the analysis: more often costs a volunteer handshakes and
// tells nobody anything earlier.
const DefaultSealEvery = 5 * time.Minute
