package control

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Whoever owns names leads a control to few addresses of a network, by them or by redirects, and what is not tried is no
// failure of a site.
func TestNamesLeadToFewAddresses(t *testing.T) {
	const busy = "the control is busy or has seen enough of this network: try again later"
	named := func(o *outside, name string) string {
		return o.ask(t, Target{URL: strings.Replace(strings.Replace(o.url, "www.site.example", name, 1), "https", "http", 1)})
	}
	for _, test := range []struct {
		name string
		rate Rate
		do   func(*outside) string
		want string
	}{
		{"one more", Rate{time.Hour, 2}, func(o *outside) string { return named(o, "a.made.up.example") }, "dns, dns, tcp 127.20.0.77 connection_refused, http connection_refused"},
		{"one too many", Rate{time.Hour, 1}, func(o *outside) string { return named(o, "a.made.up.example") }, busy},
		{"by a redirect", Rate{time.Hour, 2}, func(o *outside) string { return named(o, "leads.example") }, busy},
		{"the same as before", Rate{time.Hour, 1}, func(o *outside) string { return o.ask(t, Target{URL: o.url + "other"}) }, "dns, dns, tcp 127.20.0.1, tls, http"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t, func(c *Config) { c.Found = test.rate })
			if got := o.ask(t, Target{URL: o.url}); !strings.HasSuffix(got, "http") {
				t.Fatal(got)
			}
			if got := test.do(o); got != test.want {
				t.Errorf("saw  %s\nwant %s", got, test.want)
			}
			limited := uint64(0)
			if test.want == busy {
				limited = 1
			}
			if n := o.Counts.Limited.Load(); n != limited {
				t.Errorf("%d looks were not taken, want %d", n, limited)
			}
		})
	}
}

// A name of many addresses is looked at as a probe looks at it, six connections, and only those are counted.
func TestOnlyConnectionsAreCounted(t *testing.T) {
	for _, test := range []struct {
		name         string
		found, crowd Rate
	}{
		{"new addresses", Rate{time.Hour, 20}, Rate{time.Hour, 100}},
		{"connections", Rate{time.Hour, 100}, Rate{time.Hour, 20}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t, func(c *Config) { c.Found, c.Crowd = test.found, test.crowd })
			target := Target{URL: strings.Replace(strings.Replace(o.url, "www.site", "many", 1), "https", "http", 1)}
			if got := o.ask(t, target); strings.Count(got, "tcp 127.20.7.") != 6 {
				t.Fatal(got)
			}
			left := 0
			for to := netip.MustParseAddr("127.20.7.100"); left < 20 && o.led.allow(to, time.Now()); to = to.Next() {
				left++
			}
			// Should somebody else on this machine listen there at the moment, the page is asked for too.
			if left < 12 || left > 14 {
				t.Errorf("%d more may begin, want 14", left)
			}
		})
	}
}

func TestNamesPressOnNobody(t *testing.T) {
	o := newOutside(t, func(c *Config) { c.Crowd = Rate{time.Hour, 20} })
	answered := 0
	for n := range 30 {
		if got := o.ask(t, Target{URL: o.url + strconv.Itoa(n)}); strings.HasSuffix(got, "http") {
			answered++
		}
	}
	if n := o.visits.Load(); answered == 0 || answered == 30 || n > 20 {
		t.Errorf("%d connections for %d of 30 looks, where 20 may begin", n, answered)
	}
}

// TestSpread counts by hand: a network's addresses, a day on, another network's.
func TestSpread(t *testing.T) {
	s := newSpread(Rate{time.Minute, 2}, Rate{time.Millisecond, 1000})
	now := time.Unix(1_000_000_000, 0)
	for i, step := range []struct {
		to    string
		after time.Duration
		want  bool
	}{
		{"198.51.100.1", 0, true}, {"198.51.100.2", 0, true}, {"198.51.100.3", 0, false}, {"198.51.100.1", 0, true}, {"::ffff:198.51.100.2", 0, true},
		{"203.0.113.1", 0, true}, {"198.51.100.3", time.Minute, true}, {"198.51.100.4", 0, false}, {"2001:db8::1", 0, true}, {"2001:db8:0:1::1", 0, true},
		{"2001:db8:0:2::1", 0, false}, {"198.51.100.1", 25 * time.Hour, true}, {"198.51.100.9", 0, true}, {"198.51.100.2", 0, false},
	} {
		now = now.Add(step.after)
		if got := s.allow(netip.MustParseAddr(step.to), now); got != step.want {
			t.Errorf("step %d, %s: %v", i, step.to, got)
		}
	}
}

// What may not be connected to for one reason takes nothing of the other limit.
func TestSpreadTakesNothingWhenItRefuses(t *testing.T) {
	s := newSpread(Rate{time.Hour, 1}, Rate{time.Hour, 2})
	now := time.Unix(1_000_000_000, 0)
	for i, step := range []struct {
		to   string
		want bool
	}{{"198.51.100.1", true}, {"198.51.100.2", false}, {"198.51.100.3", false}, {"198.51.100.1", true}, {"198.51.100.1", false}} {
		if got := s.allow(netip.MustParseAddr(step.to), now); got != step.want {
			t.Errorf("step %d, %s: %v", i, step.to, got)
		}
	}
}

func TestSpreadForgets(t *testing.T) {
	s := newSpread(Rate{time.Nanosecond, maxFound + 2}, Rate{time.Nanosecond, maxFound + 2})
	a, now := netip.MustParseAddr("198.51.0.0"), time.Unix(1_000_000_000, 0)
	for range maxFound + 1 {
		if !s.allow(a, now) {
			t.Fatal(fmt.Sprint(a, " may not be connected to"))
		}
		a = a.Next()
	}
	if n := len(s.found); n == 0 || n > maxFound {
		t.Errorf("%d addresses are known", n)
	}
}
