package control

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/check"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Config is what a control is given.
type Config struct {
	Vantage  *check.Vantage
	Key      ed25519.PrivateKey
	Software string
	Network  measurement.Network // where the control is, as its operator says
	// Ports are those that may be looked at: 80 and 443, but in a lab.
	Ports []uint16
	// Caller returns the address that a request comes from.
	Caller func(*http.Request) netip.Addr

	PerCaller Rate // targets, and addresses beside the site's own, that one network may ask for
	PerSite   Rate // looks at one host, whoever asks
	PerPrefix Rate // connections into one /24 or /48 to addresses that callers gave
	Found     Rate // addresses in one /24 or /48 that a name or redirect leads to, and did not lately
	Crowd     Rate // connections into one /24 or /48 that names and redirects lead to
	Total     Rate // looks altogether
	Looks     int  // under way at once
	Keep      time.Duration
}

const (
	// answerTime bounds a request. What has not been seen by then is left out of the answer.
	answerTime  = 60 * time.Second
	maxKeys     = 100_000 // networks and hosts that limits remember: some 10 MB
	maxEntries  = 20_000  // looks that are kept: some 100 MB at the very most, 20 MB as a rule
	maxRequests = 256
)

// Counts are what a control's operator watches.
type Counts struct {
	Requests, Refused, Targets, Looks, Kept, Limited atomic.Uint64
}

// Server answers POST /v1/control.
type Server struct {
	Counts Counts

	cfg       Config
	cache     *cache
	perCaller *limiter[netip.Prefix]
	perSite   *limiter[string]
	perPrefix *limiter[netip.Prefix]
	led       *spread
	total     *limiter[struct{}]
	looks     chan struct{}
	requests  chan struct{}
	sequence  atomic.Uint64
}

// New returns a server.
func New(cfg Config) *Server {
	return &Server{
		cfg: cfg, cache: newCache(cfg.Keep, maxEntries),
		perCaller: newLimiter[netip.Prefix](cfg.PerCaller, maxKeys), perSite: newLimiter[string](cfg.PerSite, maxKeys),
		perPrefix: newLimiter[netip.Prefix](cfg.PerPrefix, maxKeys), total: newLimiter[struct{}](cfg.Total, 1),
		led:   newSpread(cfg.Found, cfg.Crowd),
		looks: make(chan struct{}, cfg.Looks), requests: make(chan struct{}, maxRequests),
	}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Counts.Requests.Add(1)
	select {
	case s.requests <- struct{}{}:
		defer func() { <-s.requests }()
	default:
		s.refuse(w, http.StatusServiceUnavailable, time.Second, "busy: come back")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequestBytes))
	if err != nil {
		s.refuse(w, http.StatusRequestEntityTooLarge, 0, "request cannot be read, or has more than "+strconv.Itoa(maxRequestBytes)+" bytes")
		return
	}
	targets, err := decode(body)
	if bad, ok := errors.AsType[requestError](err); ok {
		s.refuse(w, http.StatusBadRequest, 0, string(bad))
		return
	}
	for i := range targets {
		if _, port := targets[i].place(); !slices.Contains(s.cfg.Ports, port) {
			s.refuse(w, http.StatusBadRequest, 0, "target "+strconv.Itoa(i+1)+": a control looks at the ports of the web alone")
			return
		}
	}
	if wait, ok := s.perCaller.allow(network(s.cfg.Caller(r)), cost(targets), time.Now()); !ok {
		s.refuse(w, http.StatusTooManyRequests, wait, "too many targets from your network: come back")
		return
	}
	s.Counts.Targets.Add(uint64(len(targets)))
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	s.answer(w, s.seen(ctx, targets))
}

// cost is what a request takes of its caller's share.
func cost(targets []Target) int {
	n := len(targets)
	for i := range targets {
		n += len(targets[i].Addresses)
	}
	return n
}

// seen returns the records of all targets; those of one carry its number in the request.
func (s *Server) seen(ctx context.Context, targets []Target) []measurement.Record {
	found := make([][]measurement.Record, len(targets))
	var looking sync.WaitGroup
	for i := range targets {
		looking.Go(func() { found[i] = s.target(ctx, targets[i]) })
	}
	looking.Wait()
	var out []measurement.Record
	for i, records := range found {
		for _, r := range records {
			r.Check = uint32(i + 1)
			out = append(out, r)
		}
	}
	return out
}

// target returns the records of one target: the site's own look, and then the addresses that the caller gave.
func (s *Server) target(ctx context.Context, target Target) []measurement.Record {
	host, _ := target.place()
	visited := s.cached(ctx, target.URL, func() bool {
		_, ok := s.perSite.allow(host, 1, time.Now())
		return ok
	}, func(ctx context.Context) []measurement.Record { return s.visit(ctx, target) })
	addresses := s.untried(target, visited)
	reached := make([][]measurement.Record, len(addresses))
	var looking sync.WaitGroup
	for i, to := range addresses {
		looking.Go(func() {
			reached[i] = s.cached(ctx, strconv.FormatBool(target.secure())+" "+host+" "+to.String(), func() bool {
				_, ok := s.perPrefix.allow(network(to.Addr()), 1, time.Now())
				return ok
			}, func(ctx context.Context) []measurement.Record { return s.reach(ctx, target, to) })
		})
	}
	looking.Wait()
	// The page stands last, as in a probe's look.
	page := slices.IndexFunc(visited, func(r measurement.Record) bool { return r.Kind == measurement.KindHTTP })
	if page < 0 {
		return slices.Concat(append(reached, visited)...)
	}
	return slices.Concat(visited[:page], slices.Concat(reached...), visited[page:])
}

// cached returns what is kept of key, or looks, if limits and the number of looks under way allow it.
func (s *Server) cached(ctx context.Context, key string, may func() bool, look func(context.Context) []measurement.Record) []measurement.Record {
	records, fresh := s.cache.get(ctx, key, func() bool {
		if !may() { // asked first: what is not looked at takes nothing of what all have together
			s.Counts.Limited.Add(1)
			return false
		}
		if _, ok := s.total.allow(struct{}{}, 1, time.Now()); !ok {
			s.Counts.Limited.Add(1)
			return false
		}
		return true
	}, func(ctx context.Context) []measurement.Record {
		ctx, cancel := context.WithTimeout(ctx, lookTime)
		defer cancel()
		select {
		case s.looks <- struct{}{}:
			defer func() { <-s.looks }()
			return look(ctx)
		case <-ctx.Done():
			return nil
		}
	})
	switch {
	case fresh:
		s.Counts.Looks.Add(1)
	case records != nil:
		s.Counts.Kept.Add(1)
	}
	return records
}

// answer writes a batch of the records, and its signature beside it.
func (s *Server) answer(w http.ResponseWriter, records []measurement.Record) {
	if len(records) == 0 {
		s.refuse(w, http.StatusServiceUnavailable, time.Minute, "nothing could be looked at now: come back")
		return
	}
	batch, err := measurement.Encode(measurement.Header{
		Schema: measurement.SchemaVersion, Software: s.cfg.Software, Plan: "control", Vantage: measurement.VantageControl,
		CreatedAt: s.cfg.Vantage.Clock.Now().UTC().Truncate(time.Millisecond), Network: s.cfg.Network, Sequence: s.sequence.Add(1),
	}, records)
	if err != nil {
		s.refuse(w, http.StatusInternalServerError, 0, "what was seen does not fit an answer: ask for fewer targets")
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Lamplight-Key", base64.StdEncoding.EncodeToString(s.cfg.Key.Public().(ed25519.PublicKey)))
	w.Header().Set("Lamplight-Signature", base64.StdEncoding.EncodeToString(measurement.SignAnswer(s.cfg.Key, batch)))
	_, _ = w.Write(batch) // a caller that has gone
}

func (s *Server) refuse(w http.ResponseWriter, status int, wait time.Duration, reason string) {
	s.Counts.Refused.Add(1)
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	}
	http.Error(w, reason, status)
}
