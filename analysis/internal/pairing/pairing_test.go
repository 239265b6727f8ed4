package pairing

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/internal/verdict"
	"github.com/lamplight-net/lamplight/deploy/storetest"
	"github.com/lamplight-net/lamplight/ingest/store"
)

var noon = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

const site = "https://site.example/"

// look is one look at a site, begun minutes after noon.
type look struct {
	vantage, country string
	key              string
	target           string
	minute           float64
	nxdomain         bool   // the resolver denies the name; otherwise all is well
	silent           bool   // the resolver is silent about it
	sunk             bool   // the resolver leads to an address of another network, where nothing is
	quic             string // what HTTP/3 ended with, "passed" for well; empty when it was not tried
	change           func(*store.Measurement)
}

func probe(country string, minute float64, nxdomain bool) look {
	return look{vantage: store.VantageProbe, country: country, key: "a probe of " + country, target: site, minute: minute, nxdomain: nxdomain}
}

func control(country string, minute float64) look {
	return look{vantage: store.VantageControl, country: country, key: "a control in " + country, target: site, minute: minute}
}

// rows returns the records of a look: a question and, beneath the page, a connection.
func (l look) rows() []store.Measurement {
	name := strings.TrimSuffix(strings.TrimPrefix(l.target, "https://"), "/")
	batch := sha256.Sum256(fmt.Append(nil, l.key, l.target, l.minute))
	key := sha256.Sum256([]byte(l.key))
	one := func(kind, target, failure string, step int) store.Measurement {
		id := sha256.Sum256(fmt.Append(nil, batch, kind, step))
		at := noon.Add(time.Duration(l.minute * float64(time.Minute))).Add(time.Duration(step) * 100 * time.Millisecond)
		m := store.Measurement{
			ID: string(id[:16]), Batch: string(batch[:]), Probe: string(key[:]), MeasuredAt: at, ReceivedAt: at.Add(time.Minute), Country: l.country, ASN: 64501,
			Origin: string(store.OriginLocated), Vantage: l.vantage, Source: store.SourceLamplight, Kind: kind, Check: 7,
			Target: target, Class: "foreign", Failure: failure, DurationMS: 20,
		}
		if l.change != nil {
			l.change(&m)
		}
		return m
	}
	dns := one("dns", name, "", 0)
	dns.Resolver, dns.Transport, dns.Query = "system", "system", "A"
	if l.nxdomain || l.silent {
		dns.Failure = "dns_nxdomain_error"
		if l.silent {
			dns.Failure = "generic_timeout_error"
		}
		return []store.Measurement{dns, one("http", l.target, dns.Failure, 1)}
	}
	dns.Answers, dns.AnswerClasses, dns.AnswerASNs = []string{"93.184.216.34"}, []string{"public"}, []uint32{15133}
	tcp := one("tcp", name+":443", "", 1)
	tcp.Address, tcp.AddressASN = "93.184.216.34", 15133
	page := one("http", l.target, "", 2)
	page.Status, page.BodyBytes = 200, 1000
	if l.sunk {
		dns.Answers, dns.AnswerASNs = []string{"203.0.114.9"}, []uint32{64510}
		tcp.Address, tcp.AddressASN, tcp.Failure = "203.0.114.9", 64510, "generic_timeout_error"
		return []store.Measurement{dns, tcp, one("http", l.target, "generic_timeout_error", 2)}
	}
	if l.quic == "" {
		return []store.Measurement{dns, tcp, page}
	}
	quic := one("quic", name+":443", strings.TrimPrefix(l.quic, "passed"), 3)
	quic.Address, quic.AddressASN, quic.ServerName = "93.184.216.34", 15133, name
	return []store.Measurement{dns, tcp, page, quic}
}

// beat is one of a probe, some minutes after noon.
func beat(key string, minute float64, answered uint8) store.Measurement {
	id, who := sha256.Sum256(fmt.Append(nil, "beat", key, minute)), sha256.Sum256([]byte(key))
	return store.Measurement{
		ID: string(id[:16]), Batch: string(id[:]), Probe: string(who[:]), MeasuredAt: noon.Add(time.Duration(minute * float64(time.Minute))), ReceivedAt: noon,
		Country: "XL", ASN: 64501, Origin: string(store.OriginLocated), Vantage: store.VantageProbe, Source: store.SourceLamplight,
		Kind: "beat", DomesticTried: 2, DomesticAnswered: answered, ForeignTried: 2, ForeignAnswered: answered, Interface: "up", Router: "answers",
	}
}

// controlBeat is one of a control, which has four anchors.
func controlBeat(country string, minute float64, answered uint8) store.Measurement {
	m := beat("a control in "+country, minute, answered)
	m.Vantage, m.Country = store.VantageControl, country
	return m
}

// round is a look at each of some other sites, a minute apart, and a control's at each.
func round(n int, minute float64, change func(i int, here, there *look)) []look {
	var out []look
	for i := range n {
		here, there := probe("XL", minute+float64(i), false), control("DE", minute+float64(i))
		here.target = fmt.Sprintf("https://other%d.example/", i)
		there.target = here.target
		change(i, &here, &there)
		out = append(out, here, there)
	}
	return out
}

// sick is a look that got nothing.
func sick(l look) look { l.nxdomain = true; return l }

// brief writes a look and what it is judged to be.
func brief(l Look) string {
	v := verdict.Judge(l.Sides)
	out := fmt.Sprintf("%s %s %s: %s %s", l.At.Format("15:04"), l.Country, l.Target, v.Class, strings.Join(v.Rules, " "))
	if l.Control != nil {
		out += fmt.Sprintf(", by %s %s", l.Control.Country, l.Control.At.Format("15:04"))
	}
	if !l.Located {
		out += ", declared"
	}
	if l.Generated {
		out += ", generated"
	}
	return out
}

func TestLooks(t *testing.T) {
	const nxdomain = "blocked dns.nxdomain-where-control-resolves"
	declared := func(m *store.Measurement) { m.Origin = string(store.OriginDeclared) }
	brokenControl := func(gets int) []look {
		return append(round(5, 0, func(i int, _, there *look) { there.nxdomain = i >= gets }), probe("XL", 6, true), sick(control("DE", 6)))
	}
	silentFor := func(n int, minute float64) []look {
		silent := probe("XL", 20, false)
		silent.silent = true
		return append(round(n, minute, func(_ int, here, _ *look) { here.silent = true }), silent, control("DE", 20))
	}
	// lied is looks at names of which the first is at home; the page's own is foreign.
	lied := func(n int, class string, truth func(i int) bool) []look {
		others := round(n, 12, func(i int, here, _ *look) {
			here.nxdomain = !truth(i)
			if i == 0 {
				here.change = func(m *store.Measurement) { m.Class = class }
			}
		})
		return append(others, probe("XL", 20, true), control("DE", 20))
	}
	never := func(int) bool { return false }
	// sinkholed is a look that is led to an address where nothing is.
	sinkholed := func(l look) look { l.sunk = true; return l }
	sinkhole := func(n int) []look {
		others := round(n, 12, func(_ int, here, _ *look) {
			*here = sinkholed(*here)
			here.change = func(m *store.Measurement) { m.Class = "domestic" }
		})
		return append(others, sinkholed(probe("XL", 20, false)), control("DE", 20))
	}
	silently := func(l look) look { l.silent = true; return l }
	over := func(quic string, l look) look { l.quic = quic; return l }
	noQUIC := func(n int, there string) []look {
		others := round(n, 10, func(_ int, here, at *look) { here.quic, at.quic = "generic_timeout_error", there })
		return append(others, over("generic_timeout_error", probe("XL", 20, false)), over("passed", control("DE", 20)))
	}
	at := func(target string, l look) look { l.target = target; return l }
	oneBatch := func(m *store.Measurement) { m.Batch = strings.Repeat("b", 32) }
	rehearsed := func(m *store.Measurement) { m.Generated = true }
	changed := func(change func(*store.Measurement), l look) look { l.change = change; return l }
	db := storetest.Open(t, store.MigrateIngest)
	for _, test := range []struct {
		name  string
		looks []look
		beats []store.Measurement
		query Query
		want  []string
	}{
		{"nothing", nil, nil, Query{}, nil},
		{"beside a control", []look{probe("XL", 0, true), control("DE", 10)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:10"}},
		{"without one there is no verdict", []look{probe("XL", 0, true)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"a control that looked at another site is none", []look{probe("XL", 0, true), at("https://other.example/", control("DE", 0))}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"nor one of the same site by another URL", []look{probe("XL", 0, true), at("https://site.example/x", control("DE", 0))}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"nor one in the same country", []look{probe("XL", 0, true), control("XL", 0)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"nor one that is nobody knows where", []look{probe("XL", 0, true), control("ZZ", 0)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"which hides none that is farther away", []look{probe("XL", 0, true), control("ZZ", 0), control("DE", 9)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:09"}},
		{"nor one too long before or after", []look{probe("XL", 0, true), control("DE", -31), control("NL", 31)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"the nearest of several", []look{control("DE", -20), control("NL", 12), probe("XL", 0, true), control("SE", 25)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by NL 12:12"}},
		{"in another hour", []look{probe("XL", 59, true), control("DE", 61), probe("XL", 62, true), probe("XL", 119, true), control("DE", 140)}, nil, Query{},
			[]string{"12:59 XL https://site.example/: " + nxdomain + ", by DE 13:01", "13:02 XL https://site.example/: " + nxdomain + ", by DE 13:01",
				"13:59 XL https://site.example/: " + nxdomain + ", by DE 14:20"}},
		{"bytes that two keys signed are two looks", []look{changed(oneBatch, probe("XL", 0, true)), changed(oneBatch, probe("XM", 0, false)), control("DE", 1)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01", "12:00 XM https://site.example/: accessible http.same-as-control, by DE 12:01"}},
		{"what is compared with a rehearsal is one", []look{probe("XL", 0, true), changed(rehearsed, control("DE", 1))}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01, generated"}},
		{"site by site", []look{at("https://a.example/", probe("XL", 5, true)), probe("XL", 0, false), at("https://a.example/", control("DE", 0)), control("DE", 1)}, nil, Query{},
			[]string{"12:05 XL https://a.example/: " + nxdomain + ", by DE 12:00", "12:00 XL https://site.example/: accessible http.same-as-control, by DE 12:01"}},
		{"of a country", []look{probe("XL", 0, true), probe("XM", 0, false), control("DE", 1)}, nil, Query{Country: "XL"},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01"}},
		{"of a target", []look{probe("XL", 0, true), at("https://a.example/", probe("XL", 5, true)), control("DE", 1)}, nil, Query{Target: site},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01"}},
		{"of a time", []look{probe("XL", 0, true), probe("XL", 20, true), probe("XL", 40, true), control("DE", 1)}, nil,
			Query{Since: noon.Add(10 * time.Minute), Until: noon.Add(40 * time.Minute)},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:01"}},
		{"of who only says that it is there", []look{{vantage: store.VantageProbe, country: "XL", key: "somebody", target: site, nxdomain: true, change: declared}, control("DE", 1)}, nil, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01, declared"}},
		{"a probe that was offline says nothing of the site", []look{probe("XL", 0, true), control("DE", 1)},
			[]store.Measurement{beat("a probe of XL", -4, 0)}, Query{},
			[]string{"12:00 XL https://site.example/: local local.nothing-answers, by DE 12:01"}},
		{"nor one that was so soon after", []look{probe("XL", 0, true), control("DE", 1)},
			[]store.Measurement{beat("a probe of XL", -4, 2), beat("a probe of XL", 4, 0)}, Query{},
			[]string{"12:00 XL https://site.example/: local local.nothing-answers, by DE 12:01"}},
		{"one that was online does", []look{probe("XL", 0, true), control("DE", 1)},
			[]store.Measurement{beat("a probe of XL", -14, 0), beat("a probe of XL", -4, 2), beat("a probe of XL", 4, 2), beat("another", -1, 0)}, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by DE 12:01"}},
		{"a beat of long before says nothing", []look{probe("XL", 30, true), control("DE", 1)},
			[]store.Measurement{beat("a probe of XL", 18, 0)}, Query{},
			[]string{"12:30 XL https://site.example/: " + nxdomain + ", by DE 12:01"}},
		{"a control that was offline is none", []look{probe("XL", 0, true), sick(control("DE", 1))},
			[]store.Measurement{controlBeat("DE", 3, 0)}, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"nor one that was so before", []look{probe("XL", 0, true), sick(control("DE", 1))},
			[]store.Measurement{controlBeat("DE", -3, 0), controlBeat("DE", 3, 2)}, Query{},
			[]string{"12:00 XL https://site.example/: inconclusive control.missing"}},
		{"another one that is farther away and was online is", []look{probe("XL", 0, true), sick(control("DE", 1)), control("NL", 9)},
			[]store.Measurement{controlBeat("DE", 3, 0), controlBeat("NL", 8, 1)}, Query{},
			[]string{"12:00 XL https://site.example/: " + nxdomain + ", by NL 12:09"}},
		{"what a control that was online does not get is down", []look{probe("XL", 0, true), sick(control("DE", 1))},
			[]store.Measurement{controlBeat("DE", -3, 2), controlBeat("DE", 3, 2)}, Query{},
			[]string{"12:00 XL https://site.example/: down down.no-such-name, by DE 12:01"}},
		{"a control that gets few of the pages that others get is none", brokenControl(2), nil, Query{Target: site},
			[]string{"12:06 XL https://site.example/: inconclusive control.missing"}},
		{"though it gets others that nobody else gets", append(brokenControl(2), round(3, 8, func(i int, here, there *look) {
			here.nxdomain, here.target = true, fmt.Sprintf("https://only%d.example/", i)
			there.target = here.target
		})...), nil, Query{Target: site},
			[]string{"12:06 XL https://site.example/: inconclusive control.missing"}},
		{"one that gets most of them is", brokenControl(3), nil, Query{Target: site},
			[]string{"12:06 XL https://site.example/: down down.no-such-name, by DE 12:06"}},
		{"one that gets few where nobody gets more is too", append(round(9, 0, func(_ int, here, there *look) { here.nxdomain, there.nxdomain = true, true }), probe("XL", 6, true), sick(control("DE", 6))),
			nil, Query{Target: site},
			[]string{"12:06 XL https://site.example/: down down.no-such-name, by DE 12:06"}},
		{"a resolver that was silent about every name was out", silentFor(4, 12), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-is-out, by DE 12:20"}},
		{"soon after too", silentFor(4, 22), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-is-out, by DE 12:20"}},
		{"although it answered before", append(silentFor(4, 22), at("https://ok.example/", probe("XL", 19, false))), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-is-out, by DE 12:20"}},
		{"not when it answered one of them", append(silentFor(4, 12), at("https://ok.example/", probe("XL", 16, false))), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"nor when it denied one of them", append(silentFor(4, 12), at("https://no.example/", probe("XL", 16, true))), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"nor about a few names", silentFor(3, 12), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"nor about the same one again and again", []look{silently(probe("XL", 14, false)), silently(probe("XL", 15, false)), silently(probe("XL", 16, false)), silently(probe("XL", 17, false)),
			silently(probe("XL", 18, false)), control("DE", 20)}, nil, Query{Target: site, Since: noon.Add(18 * time.Minute), Until: noon.Add(time.Hour)},
			[]string{"12:18 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"nor long before", silentFor(4, -4), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"nor somebody else's", append(round(4, 12, func(_ int, here, _ *look) { here.silent, here.key = true, "somebody next door" }), silently(probe("XL", 20, false)), control("DE", 20)), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-fails, by DE 12:20"}},
		{"a resolver that denies every name, at home too, is no block of one", lied(4, "domestic", never), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-lies-for-all, by DE 12:20"}},
		{"anchors are no such names, for they are abroad too", lied(6, "anchor", never), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:20"}},
		{"a list of what is allowed is one: names at home answer", lied(6, "domestic", func(i int) bool { return i == 0 }), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:20"}},
		{"and where none was asked for, nobody knows", lied(6, "foreign", never), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:20"}},
		{"nor of a few names", lied(3, "domestic", never), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:20"}},
		{"nor of many names below one", append(round(4, 12, func(i int, here, there *look) {
			here.nxdomain, here.target = true, fmt.Sprintf("https://w%d.below.example/", i)
			there.target = here.target
			here.change = func(m *store.Measurement) { m.Class = "domestic" }
		}), probe("XL", 20, true), control("DE", 20)), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: " + nxdomain + ", by DE 12:20"}},
		{"one that leads every name to the same place is none", sinkhole(4), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: inconclusive dns.resolver-lies-for-all, by DE 12:20"}},
		{"one that leads a few there is", sinkhole(3), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: blocked dns.strange-address, by DE 12:20"}},
		{"HTTP/3 that gets through to no site is no block of one", noQUIC(4, "passed"), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: accessible http.same-as-control note.no-quic-at-all, by DE 12:20"}},
		{"that is known of sites that have it", noQUIC(4, "generic_timeout_error"), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: blocked quic.fails-where-control-speaks-it, by DE 12:20"}},
		{"and of several", noQUIC(3, "passed"), nil, Query{Target: site},
			[]string{"12:20 XL https://site.example/: blocked quic.fails-where-control-speaks-it, by DE 12:20"}},
		{"a control far from the hour was offline", []look{probe("XL", 59, true), sick(control("DE", 80))},
			[]store.Measurement{controlBeat("DE", 79, 0)}, Query{},
			[]string{"12:59 XL https://site.example/: inconclusive control.missing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, table := range []string{store.TableMeasurements, store.TableBatches} {
				if err := db.Exec(t.Context(), "TRUNCATE TABLE "+table); err != nil {
					t.Fatal(err)
				}
			}
			rows := slices.Clone(test.beats)
			for _, l := range test.looks {
				rows = append(rows, l.rows()...)
			}
			slices.Reverse(rows)
			if len(rows) > 0 {
				storetest.Keep(t, db, rows)
				storetest.Keep(t, db, rows[:1]) // a copy
			}
			q := test.query
			if q.Since.IsZero() {
				q.Since, q.Until = noon.Add(-time.Hour), noon.Add(3*time.Hour)
			}
			q.Within = 30 * time.Minute
			var got []string
			for l, err := range Looks(t.Context(), db, q) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, brief(l))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
