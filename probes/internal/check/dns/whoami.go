package dns

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/internal/check"
)

// whoamiEvery is how long the network of a resolver is believed to stay the same. A session may last for
// weeks, and a machine that moves keeps neither its own resolver nor the place that an anycast one is at.
const whoamiEvery = time.Hour

// seat is what is known of where a resolver asks from. The zero value knows nothing.
type seat struct {
	mu    sync.Mutex
	busy  bool
	since time.Time // when it was asked last
	asn   uint32    // zero when it could not be told
}

// find returns the AS, and asks for it if it is due; one look asks, others go on without.
func (s *seat) find(now time.Time, ask func() uint32) uint32 {
	s.mu.Lock()
	age := now.Sub(s.since)
	// A clock that was set back must not keep what is old for longer.
	if fresh := !s.since.IsZero() && age >= 0 && age < whoamiEvery; fresh || s.busy {
		defer s.mu.Unlock()
		return s.asn
	}
	s.busy = true
	s.mu.Unlock()
	asn := ask()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy, s.since, s.asn = false, now, asn
	return asn
}

// whoAnswered reads the answer of a whoami name, and returns zero if it is none.
func whoAnswered(answer []dns.RR) uint32 {
	var found uint32
	for _, rr := range answer {
		if text, ok := rr.(*dns.TXT); ok {
			if found != 0 {
				return 0 // two answers are none
			}
			found = parseASN(text.Txt)
		}
	}
	return found
}

// parseASN reads an AS number as in "AS64500". It takes nothing else, so that nobody can put an address or
// a name into the record, and no number that does not stand for a network on the internet.
func parseASN(texts []string) uint32 {
	if len(texts) != 1 {
		return 0
	}
	digits, ok := strings.CutPrefix(texts[0], "AS")
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || strconv.FormatUint(n, 10) != digits || !publicASN(uint32(n)) {
		return 0
	}
	return uint32(n)
}

// publicASN leaves out the numbers that stand for no network on the internet: AS_TRANS (RFC 6793), the last
// of each size (RFC 7300), and those for private use (RFC 6996).
func publicASN(n uint32) bool {
	switch {
	case n == 0, n == 23456, n >= 64512 && n <= 65535, n >= 4200000000:
		return false
	}
	return true
}

// systemASN asks the machine's resolver where it asks from.
func systemASN(ctx context.Context, v *check.Vantage, whoami string) uint32 {
	ctx, cancel := context.WithTimeout(ctx, v.Timeouts.DNS)
	defer cancel()
	texts, err := v.System.LookupTXT(ctx, whoami+".")
	if err != nil {
		return 0
	}
	return parseASN(texts)
}
