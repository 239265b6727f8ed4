package lab

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/clock"
	"github.com/lamplight-net/lamplight/probes/lab/internal/pace"
	"github.com/lamplight-net/lamplight/probes/lab/internal/world"
)

const (
	// controlEvery is how often the conductor looks, in the machine's time.
	controlEvery = 100 * time.Millisecond
	// controlTimeout ends a look that shows nothing more.
	controlTimeout = 5 * time.Second
)

// giveUp is how long a look of the conductor's may take before what the probes see meanwhile is not to be
// believed: half of what they wait for an anchor.
var giveUp = timeouts.Anchor / 2

// Span is a stretch of the lab's time.
type Span struct{ From, To time.Time }

// strain is what the machine has to bear.
type strain struct {
	mu    sync.Mutex
	pace  float64 // share of the full one
	blind []Span
}

// Pace returns how fast the day goes, as a share of the scale that was asked for: less than 1 on a machine
// that is busy with other things, and 0 while it waits for that to pass.
func (l *Lab) Pace() float64 {
	l.strain.mu.Lock()
	defer l.strain.mu.Unlock()
	return l.strain.pace
}

// Blind returns when the machine was too busy for the lab's probes: what they then saw, or did not, says
// nothing about the lab's countries.
func (l *Lab) Blind() []Span {
	l.strain.mu.Lock()
	defer l.strain.mu.Unlock()
	return slices.Clone(l.strain.blind)
}

// conduct looks at an anchor until ctx ends, from an address that no act is about, and lets the day go as
// fast as there is time to look.
func (l *Lab) conduct(ctx context.Context, p *premises) {
	look := control(p.anchors[abroad][0])
	var governor pace.Governor
	for ctx.Err() == nil {
		from := l.Now()
		took := look(ctx)
		if ctx.Err() != nil {
			return // the look was broken off, and says nothing
		}
		share := governor.Saw(took)
		l.clock.Run(max(1, l.cfg.Scale*share))
		if l.strain.note(share, took, Span{from, l.Now()}) {
			l.log.Info("pace of the day changed", "pace", share, "look_seconds", took.Seconds(), "lab_time", l.Now())
		}
		_ = (clock.System{}).Sleep(ctx, controlEvery-took) // only ctx ends it early, and the loop looks at that
	}
}

// note keeps what a look showed, and reports whether the pace is another than before.
func (s *strain) note(pace float64, took time.Duration, when Span) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if took >= giveUp {
		// A probe that began to wait a little before may have waited in vain, too.
		when.From = when.From.Add(-beatEvery)
		if n := len(s.blind); n > 0 && !when.From.After(s.blind[n-1].To) {
			s.blind[n-1].To = when.To
		} else {
			s.blind = append(s.blind, when)
		}
	}
	before := s.pace
	s.pace = pace
	return before != pace
}

// control returns a look at this URL: how long it took until there was an answer.
func control(url string) func(context.Context) time.Duration {
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(world.Conductor())}
	client := http.Client{
		Timeout:   controlTimeout,
		Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
	}
	return func(ctx context.Context) time.Duration {
		start := time.Now()
		if err := get(ctx, &client, url); err != nil {
			return controlTimeout
		}
		return time.Since(start)
	}
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("look at %s: %w", url, err)
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
