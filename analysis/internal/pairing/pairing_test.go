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
	if l.nxdomain {
		dns.Failure = "dns_nxdomain_error"
		return []store.Measurement{dns, one("http", l.target, "dns_nxdomain_error", 1)}
	}
	dns.Answers, dns.AnswerClasses, dns.AnswerASNs = []string{"93.184.216.34"}, []string{"public"}, []uint32{15133}
	tcp := one("tcp", name+":443", "", 1)
	tcp.Address, tcp.AddressASN = "93.184.216.34", 15133
	page := one("http", l.target, "", 2)
	page.Status, page.BodyBytes = 200, 1000
	if l.quic == "" {
		return []store.Measurement{dns, tcp, page}
	}
	quic := one("quic", name+":443", strings.TrimPrefix(l.quic, "passed"), 3)
	quic.ServerName = name
	if quic.Address == "" {
		quic.Address, quic.AddressASN = "93.184.216.34", 15133
	}
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

// keepOnly keeps looks and beats, and nothing else.
func keepOnly(t *testing.T, db *store.DB, looks []look, beats ...store.Measurement) {
	t.Helper()
	for _, table := range []string{store.TableMeasurements, store.TableBatches} {
		if err := db.Exec(t.Context(), "TRUNCATE TABLE "+table); err != nil {
			t.Fatal(err)
		}
	}
	rows := slices.Clone(beats)
	for _, l := range looks {
		rows = append(rows, l.rows()...)
	}
	slices.Reverse(rows)
	if len(rows) > 0 {
		storetest.Keep(t, db, rows)
		storetest.Keep(t, db, rows[:1]) // a copy
	}
}

// judged keeps looks and beats, and nothing else, and returns what a query says of them.
func judged(t *testing.T, db *store.DB, q Query, looks []look, beats ...store.Measurement) []string {
	t.Helper()
	keepOnly(t, db, looks, beats...)
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
	return got
}

func TestLooks(t *testing.T) {
	const nxdomain = "blocked dns.nxdomain-where-control-resolves"
	declared := func(m *store.Measurement) { m.Origin = string(store.OriginDeclared) }
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
		{"a control far from the hour was offline", []look{probe("XL", 59, true), sick(control("DE", 80))},
			[]store.Measurement{controlBeat("DE", 79, 0)}, Query{},
			[]string{"12:59 XL https://site.example/: inconclusive control.missing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judged(t, db, test.query, test.looks, test.beats...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
