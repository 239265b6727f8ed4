package pairing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// others are looks at other sites, a minute apart, each as change has it.
func others(n int, minute float64, of look, change func(i int, l *look)) []look {
	var out []look
	for i := range n {
		l := of
		l.minute, l.target = minute+float64(i), fmt.Sprintf("https://other%d.example/", i)
		if change != nil {
			change(i, &l)
		}
		out = append(out, l)
	}
	return out
}

// A control that gets little of what others get is none: what it does not get may be there all the same.
func TestControlsThatGetLittle(t *testing.T) {
	const missing, down = "inconclusive control.missing", "down down.no-such-name, by DE 12:06"
	gets := func(n int, minute float64) []look { // a control that gets so many of five sites, and the one in question not
		return append(others(5, minute, control("DE", 0), func(i int, l *look) { l.nxdomain = i >= n }), probe("XL", minute+6, true), sick(control("DE", minute+6)))
	}
	readers := func(n int, minute float64, change func(m *store.Measurement), countries ...string) []look {
		var out []look
		for _, country := range countries {
			out = append(out, others(n, minute, probe(country, 0, false), func(_ int, l *look) { l.change = change })...)
		}
		return out
	}
	declared := func(m *store.Measurement) { m.Origin = string(store.OriginDeclared) }
	rehearsed := func(m *store.Measurement) { m.Generated = true }
	blockPage := func(m *store.Measurement) {
		if m.Kind == "http" {
			m.Fingerprint = "xl.block"
		}
	}
	db := storetest.Open(t, store.MigrateIngest)
	for _, test := range []struct {
		name   string
		looks  [][]look
		minute int // of the look in question
		want   string
	}{
		{"two of five that two countries get", [][]look{gets(2, 0), readers(5, 0, nil, "XL", "XM")}, 6, missing},
		{"three of them", [][]look{gets(3, 0), readers(5, 0, nil, "XL", "XM")}, 6, down},
		{"two of four", [][]look{gets(1, 0), readers(4, 0, nil, "XL", "XM")}, 6, down},
		{"of what one country gets, which may keep the world out", [][]look{gets(2, 0), readers(5, 0, nil, "XL")}, 6, down},
		{"of what another says it gets that nobody has found there", [][]look{gets(2, 0), readers(5, 0, nil, "XL"), readers(5, 0, declared, "XM")}, 6, down},
		{"of what another control gets", [][]look{gets(2, 0), others(5, 0, control("NL", 0), nil)}, 6, missing},
		{"of rehearsals", [][]look{gets(2, 0), readers(5, 0, rehearsed, "XL", "XM")}, 6, down},
		{"of block pages", [][]look{gets(2, 0), readers(5, 0, blockPage, "XL", "XM")}, 6, down},
		{"where it gets others that nobody else gets", [][]look{gets(2, 0), readers(5, 0, nil, "XL", "XM"),
			others(3, 8, control("DE", 0), func(i int, l *look) { l.target = fmt.Sprintf("https://only%d.example/", i) })}, 6, missing},
		{"of what others got another half hour", [][]look{gets(2, 0), readers(5, 31, nil, "XL", "XM")}, 6, down},
		{"just before the hour", [][]look{gets(2, -9), readers(5, -9, nil, "XL", "XM"), {probe("XL", 2, true)}}, 2, missing},
		{"just after the hour", [][]look{gets(2, 61), readers(5, 61, nil, "XL", "XM"), {probe("XL", 58, true)}}, 58, missing},
		{"after an hour in which it was well", [][]look{gets(2, 30), readers(5, 30, nil, "XL", "XM"),
			others(20, 0, control("DE", 0), func(i int, l *look) { l.target = fmt.Sprintf("https://early%d.example/", i) }),
			others(20, 0, control("NL", 0), func(i int, l *look) { l.target = fmt.Sprintf("https://early%d.example/", i) })}, 36, missing},
	} {
		t.Run(test.name, func(t *testing.T) {
			looks := slices.Concat(test.looks...)
			want := []string{fmt.Sprintf("12:%02d XL https://site.example/: %s", test.minute, test.want)}
			at := noon.Add(time.Duration(test.minute) * time.Minute)
			// What is said of a look does not depend on what else is asked for.
			for _, q := range []Query{{Since: at, Until: at.Add(time.Minute)}, {Since: noon, Until: noon.Add(time.Hour)}} {
				q.Target = site
				if diff := cmp.Diff(want, judged(t, db, q, looks)); diff != "" {
					t.Errorf("%v (-want +got):\n%s", q, diff)
				}
			}
		})
	}
}

// HTTP/3 that gets through to nobody is no block of one site.
func TestQUICInVain(t *testing.T) {
	const timeout, passed = "generic_timeout_error", "passed"
	over := func(l look, quic string) look { l.quic = quic; return l }
	// in vain with so many others of some time, which speak it with a control or not
	vain := func(n int, minute float64, there string) []look {
		return append(others(n, minute, over(probe("XL", 0, false), timeout), nil), others(n, minute, over(control("DE", 0), there), nil)...)
	}
	in := func(minute float64) []look {
		return []look{over(probe("XL", minute, false), timeout), over(control("DE", minute), passed)}
	}
	v6 := func(m *store.Measurement) {
		if m.Kind == "quic" {
			m.Address = "2001:db8::1"
		}
	}
	rehearsed := func(m *store.Measurement) { m.Generated = true }
	db := storetest.Open(t, store.MigrateIngest)
	for _, test := range []struct {
		name  string
		looks [][]look
		at    int // the minute of the look in question
		vain  int
	}{
		{"alone", [][]look{in(20)}, 20, 1},
		{"with four others before", [][]look{in(20), vain(4, 10, passed)}, 20, 5},
		{"and after", [][]look{in(20), vain(4, 25, passed)}, 20, 5},
		{"with others that do not speak it with the control", [][]look{in(20), vain(4, 10, timeout)}, 20, 1},
		{"with the same one again and again", [][]look{in(20), in(16), in(17), in(18), in(19)}, 20, 1},
		{"with others before of which one got it", [][]look{in(20), vain(4, 10, passed), {over(probe("XL", 15, false), passed)}}, 20, 1},
		{"with others after, where one got it before", [][]look{in(20), vain(4, 22, passed), {over(probe("XL", 19, false), passed)}}, 20, 5},
		{"with others of long before", [][]look{in(20), vain(4, 0, passed)}, 20, 1},
		{"with others long after", [][]look{in(20), vain(4, 36, passed)}, 20, 1},
		{"at the beginning of what is asked for", [][]look{in(2), vain(4, -10, passed)}, 2, 5},
		{"at its end", [][]look{in(58), vain(4, 66, passed)}, 58, 5},
		{"somebody else", [][]look{in(20), others(4, 10, over(look{vantage: store.VantageProbe, country: "XL", key: "somebody next door"}, timeout), nil),
			others(4, 10, over(control("DE", 0), passed), nil)}, 20, 1},
		{"over IPv6, which the machine may not have", [][]look{in(20), others(4, 10, over(probe("XL", 0, false), timeout), func(_ int, l *look) { l.change = v6 }),
			others(4, 10, over(control("DE", 0), passed), nil)}, 20, 1},
		{"with others that speak it in a rehearsal", [][]look{in(20), others(4, 10, over(probe("XL", 0, false), timeout), nil),
			others(4, 10, over(control("DE", 0), passed), func(_ int, l *look) { l.change = rehearsed })}, 20, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			keepOnly(t, db, slices.Concat(test.looks...))
			at := noon.Add(time.Duration(test.at) * time.Minute)
			found := 0
			for l, err := range Looks(t.Context(), db, Query{Since: noon, Until: noon.Add(time.Hour), Within: Reach, Target: site}) {
				if err != nil {
					t.Fatal(err)
				}
				if l.At.Truncate(time.Minute).Equal(at) && l.Sides.Probe[len(l.Sides.Probe)-1].QUIC != nil {
					found++
					if l.Sides.QUICInVain != test.vain {
						t.Errorf("in vain with %d hosts, want %d", l.Sides.QUICInVain, test.vain)
					}
				}
			}
			if found != 1 {
				t.Errorf("%d looks in question", found)
			}
		})
	}
}
