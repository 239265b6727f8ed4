package gateway

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lamplight-net/lamplight/ingest/internal/bus"
	"github.com/lamplight-net/lamplight/ingest/internal/coverage"
	"github.com/lamplight-net/lamplight/ingest/internal/geo"
	"github.com/lamplight-net/lamplight/ingest/internal/intake"
	"github.com/lamplight-net/lamplight/ingest/internal/lists"
	"github.com/lamplight-net/lamplight/ingest/internal/ratelimit"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Config is what a gateway may take, and from whom.
type Config struct {
	Key            ed25519.PrivateKey   // signs receipts, and what goes to Kafka
	Retired        []ed25519.PrivateKey // open what was sealed to them, and sign nothing
	TrustedProxies []netip.Prefix       // whose X-Forwarded-For counts
	PerPrefix      ratelimit.Rate       // requests from one neighborhood of addresses, good or bad; the zero rate is no limit
	PerKey         ratelimit.Rate       // batches of one probe
	Total          ratelimit.Rate       // batches of all probes together
	MaxBodyMemory  int64                // bytes of all bodies held at a time
	Controls       []ed25519.PublicKey  // keys that are believed to be controls
	Lists          string               // folder of the target lists to hand out; empty: none
	ListNeeded     int                  // people that must have signed one
	// Now dates what is received; nil is the machine's clock. It is another only on a stage whose day
	// passes in minutes: how late a record came is told by two readings of one clock.
	Now func() time.Time
}

// maxKeys bounds what is remembered of who sent lately; at 100 bytes each, 20 MB.
const maxKeys = 200_000

const (
	// refusalLogEvery bounds what a flood can write: a line a minute for each reason; the metric counts all.
	refusalLogEvery = time.Minute
	maxReasons      = 100 // far more than there are
)

// Gateway answers probes.
type Gateway struct {
	cfg       Config
	log       *slog.Logger
	metrics   *metrics
	producer  *bus.Producer
	geo       *geo.DB
	opener    *intake.Opener
	lists     *lists.Folder
	coverage  *coverage.Counter
	unsealing []measurement.UnsealKey // of the key, then of those that are retired

	bodies *memory
	crowd  *crowd
	perKey *ratelimit.Limiter[[ed25519.PublicKeySize]byte]
	total  *ratelimit.Limiter[struct{}]
	// open holds a token for each batch being opened. That is work for processors alone, so more at once
	// would only hold more memory.
	open   chan struct{}
	health health
	// refusals bounds how often a reason to refuse is logged.
	refusals *ratelimit.Limiter[string]
}

// New returns a gateway that publishes by producer and locates callers by db.
func New(cfg Config, producer *bus.Producer, db *geo.DB, log *slog.Logger, registry prometheus.Registerer) (*Gateway, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	opener, err := intake.NewOpener(cfg.Controls...)
	if err != nil {
		return nil, err
	}
	unsealing, err := unsealKeys(cfg)
	if err != nil {
		return nil, err
	}
	g := &Gateway{
		unsealing: unsealing,
		cfg:       cfg, log: log, producer: producer, geo: db, opener: opener,
		coverage: coverage.New(),
		bodies:   &memory{limit: cfg.MaxBodyMemory},
		crowd:    newCrowd(cfg.PerPrefix),
		perKey:   ratelimit.New[[ed25519.PublicKeySize]byte](cfg.PerKey, maxKeys),
		total:    ratelimit.New[struct{}](cfg.Total, 1),
		open:     make(chan struct{}, 2*runtime.GOMAXPROCS(0)),

		refusals: ratelimit.New[string](ratelimit.Rate{Every: refusalLogEvery, Burst: 1}, maxReasons),
	}
	if g.lists, err = lists.Open(cfg.Lists, cfg.ListNeeded, log, registry); err != nil {
		return nil, fmt.Errorf("--lists: %w", err)
	}
	g.metrics, err = newMetrics(registry, g.bodies)
	return g, err
}

// Handler returns the gateway's public interface.
func (g *Gateway) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/batches", g.postBatch)
	mux.HandleFunc("GET /v1/network", g.limited(g.getNetwork))
	mux.HandleFunc("GET /v1/gateway", g.getGateway)
	mux.HandleFunc("GET /v1/time", g.limited(g.getTime))
	mux.HandleFunc("GET /v1/lists/{name}", g.getList)
	mux.HandleFunc("GET /healthz", g.getHealth)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// net/http would log a panic with the caller's address.
		defer func() {
			if p := recover(); p != nil {
				g.log.Error("request failed", "panic", p, "stack", string(debug.Stack()))
				errFailed.write(w)
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// limited turns away a neighborhood of addresses that asks too often, by the limit that its batches have too.
func (g *Gateway) limited(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if wait, ok := g.crowd.allow(caller(r, g.cfg.TrustedProxies), time.Now()); !ok {
			errRate(wait).write(w)
			return
		}
		serve(w, r)
	}
}

// getGateway tells what a probe pins and what it puts in its next header.
func (g *Gateway) getGateway(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Key    []byte `json:"key"`
		Beacon string `json:"beacon"`
	}{g.cfg.Key.Public().(ed25519.PublicKey), beacon(g.cfg.Key, g.cfg.Now())})
}

// getNetwork tells a probe which network it is in, as far as its address says. Nothing of it is kept.
func (g *Gateway) getNetwork(w http.ResponseWriter, r *http.Request) {
	found := g.find(r, caller(r, g.cfg.TrustedProxies))
	if found.Country == "" {
		found.Country = unknown
	}
	writeJSON(w, http.StatusOK, struct {
		Country string `json:"country"`
		Region  string `json:"region"`
		ASN     uint32 `json:"asn"`
		ASName  string `json:"as_name"`
	}{found.Country, found.Region, found.ASN, found.ASName})
}
