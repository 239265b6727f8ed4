package ioda_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/ioda"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// day is a made-up half hour in the layout of a real file: probing every ten minutes and traffic every
// thirty, one held until its next round and one not.
const day = `timestamp,gtr,gtr-norm,merit-nt,bgp,ping-slash24,datetime,LABEL
1735689600,1000.0,0.5,4.4,2917,581.0,2025-01-01 00:00:00+00:00,0
1735689900,,0.5,3.2,2917,581.0,2025-01-01 00:05:00+00:00,0
1735690200,,0.5,,2916,601.0,2025-01-01 00:10:00+00:00,1
1735690500,,0.5,0,0,601.0,2025-01-01 00:15:00+00:00,1
`

var iraq = ioda.Entity{Type: "country", Code: "IQ"}

// read gathers what Read yields.
func read(text string, entity ioda.Entity) (points []store.Signal, skipped map[string]int, err error) {
	skipped = make(map[string]int)
	for p, e := range ioda.Read(strings.NewReader(text), entity, func(reason string) { skipped[reason]++ }) {
		if e != nil {
			return points, skipped, e
		}
		points = append(points, p)
	}
	return points, skipped, nil
}

func TestRead(t *testing.T) {
	points, skipped, err := read(day, iraq)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range points {
		if p.Source != "ioda" || p.EntityType != "country" || p.EntityCode != "IQ" || !p.ReceivedAt.IsZero() {
			t.Errorf("point %+v is not of ioda country IQ, not yet received", p)
		}
		got = append(got, fmt.Sprintf("%s %s %v", p.At.Format("15:04"), p.Name, p.Value))
	}
	want := []string{
		"00:00 gtr 1000", "00:00 merit-nt 4.4", "00:00 bgp 2917", "00:00 ping-slash24 581",
		"00:05 merit-nt 3.2", "00:05 bgp 2917",
		"00:10 bgp 2916", "00:10 ping-slash24 601",
		"00:15 merit-nt 0", "00:15 bgp 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	reasons := map[string]int{ioda.SkipEmpty: 4, ioda.SkipRepeated: 2, ioda.SkipColumn: 12}
	if diff := cmp.Diff(reasons, skipped); diff != "" {
		t.Error(diff)
	}
}

// TestReadHoldsOnlyWithinARound checks that a value which merely equals an older one is a measurement.
func TestReadHoldsOnlyWithinARound(t *testing.T) {
	points, _, err := read("timestamp,ping-slash24\n"+
		"1735689600,5\n"+ // measured
		"1735689900,6\n"+ // differs from its round: somebody's finer measurement
		"1735690200,5\n"+ // the next round
		"1735690800,5\n"+ // and the next, after a missing line
		"1735691700,5\n", // in a round whose start is missing
		iraq)
	if err != nil || len(points) != 5 {
		t.Errorf("%d points, %v; want 5 and no error", len(points), err)
	}
}

func TestReadIsTheSameTwice(t *testing.T) {
	first, _, _ := read(day, iraq)
	second, _, _ := read(day, iraq)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestReadTakesOtherLineEnds(t *testing.T) {
	want, _, _ := read(day, iraq)
	got, _, err := read("\ufeff"+strings.ReplaceAll(strings.TrimSpace(day), "\n", "\r\n"), iraq)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: the file is empty"},
		{"another CSV", "start_date,country\n2021-01-01,Uganda\n", "line 1: not an IODA file"},
		{"JSON", "[{\"msm_id\":7000}]", "line 1: not an IODA file"},
		{"no signal", "timestamp,LABEL\n", "line 1: not an IODA file"},
		{"a signal twice", "timestamp,bgp,bgp\n", "line 1: column bgp stands twice"},
		{"one line for all", "timestamp,bgp," + strings.Repeat("x", 1<<17), "more than 65536 bytes"},
		{"too few fields", "timestamp,bgp\n1735689600\n", "line 2: 1 fields, expected 2"},
		{"a date", "timestamp,bgp\n1735689600,1\n2025-01-01,1\n", "line 3: timestamp \"2025-01-01\""},
		{"between bins", "timestamp,bgp\n1735689601,1\n", "line 2: timestamp"},
		{"milliseconds", "timestamp,bgp\n1735689600000,1\n", "line 2: timestamp"},
		{"back in time", "timestamp,bgp\n1735689600,1\n1735689600,2\n", "line 3: timestamp 1735689600, expected one after"},
		{"a word", "timestamp,bgp\n1735689600,many\n", "line 2: bgp \"many\""},
		{"below zero", "timestamp,bgp\n1735689600,-1\n", "line 2: bgp \"-1\""},
		{"not a number", "timestamp,bgp\n1735689600,NaN\n", "line 2: bgp \"NaN\""},
		{"infinity", "timestamp,bgp\n1735689600,1e999\n", "line 2: bgp"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, _, err := read(test.text, iraq); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Read = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestReadStops(t *testing.T) {
	for _, err := range ioda.Read(strings.NewReader(day), iraq, func(string) {}) {
		if err != nil {
			t.Error(err)
		}
		break // panics when the iterator goes on
	}
}

func TestParseEntity(t *testing.T) {
	for s, want := range map[string]ioda.Entity{
		"country/IQ":  iraq,
		"region/4369": {Type: "region", Code: "4369"},
		"asn/5089":    {Type: "asn", Code: "5089"},
	} {
		if got, err := ioda.ParseEntity(s); err != nil || got != want {
			t.Errorf("ParseEntity(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "IQ", "country/iq", "country/IRQ", "country/", "region/UA-18", "asn/AS5089", "asn/05089", "asn/-1", "planet/1"} {
		if got, err := ioda.ParseEntity(s); err == nil {
			t.Errorf("ParseEntity(%q) = %v, want an error", s, got)
		}
	}
}

// TestRecordings reads the real recordings, where they are.
func TestRecordings(t *testing.T) {
	for _, test := range []struct {
		file   string
		entity ioda.Entity
		want   map[string]int
	}{
		{"ioda_country_IQ_iraq.csv", iraq, map[string]int{"gtr": 488, "merit-nt": 2928, "bgp": 2928, "ping-slash24": 1464}},
		{"ioda_region_4369_zhytomyr.csv", ioda.Entity{Type: "region", Code: "4369"}, map[string]int{"merit-nt": 921, "bgp": 923, "ping-slash24": 462}},
	} {
		t.Run(test.file, func(t *testing.T) {
			f, err := os.Open("../../../../../shared/data/ioda/" + test.file)
			if err != nil {
				t.Skip("recording absent: ", err)
			}
			defer func() { _ = f.Close() }()
			got := make(map[string]int)
			for p, err := range ioda.Read(f, test.entity, func(string) {}) {
				if err != nil {
					t.Fatal(err)
				}
				got[p.Name]++
				if p.At.Truncate(5*time.Minute) != p.At {
					t.Fatalf("%v is between bins", p.At)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(day)
	f.Add("timestamp,bgp\r\n1735689600,\r\n")
	f.Add("bgp,timestamp\n1e3,1735689600\n")
	f.Add("timestamp,gtr\n1735689600,\"1\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		points, _, err := read(text, iraq)
		seen := make(map[store.Signal]bool)
		for _, p := range points {
			if p.Value < 0 || p.At.Unix()%300 != 0 || p.At.Year() < 2000 || p.At.Year() > 2100 {
				t.Errorf("took %+v", p)
			}
			p.Value = 0
			if seen[p] {
				t.Errorf("%s at %v twice: the later would hide the earlier", p.Name, p.At)
			}
			seen[p] = true
		}
		if err != nil && !strings.Contains(err.Error(), "line") {
			t.Errorf("error %q does not say where", err)
		}
	})
}
