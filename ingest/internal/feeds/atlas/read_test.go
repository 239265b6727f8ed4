package atlas_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/ingest/internal/feeds/atlas"
	"github.com/lamplight-net/lamplight/ingest/store"
)

// Made-up events that vary as real ones do: the AS number as number, string and null, no prefix,
// fields in any order, and fields that this project does not know.
const (
	connect    = `{"asn":"64501","controller":"ctr-ams15","event":"connect","msm_id":7000,"prb_id":11,"prefix":"198.51.100.0\/24","timestamp":1735689601,"type":"connection"}`
	disconnect = `{"type":"connection","msm_id":7000,"prb_id":12,"event":"disconnect","controller":"ctr-nue19","asn":64502,"prefix":"2001:db8::/32","timestamp":1735689660,"group_id":9,"proto":"ssh"}`
	nowhere    = `{"asn":null,"controller":"bates","event":"connect","msm_id":7000,"prb_id":13,"prefix":null,"timestamp":1735689700,"type":"connection"}`
)

var rows = []store.AtlasConnection{
	{ProbeID: 11, At: time.Date(2025, 1, 1, 0, 0, 1, 0, time.UTC), Event: "connect", ASN: 64501, Country: "XL", Prefix: "198.51.100.0/24", Controller: "ctr-ams15"},
	{ProbeID: 12, At: time.Date(2025, 1, 1, 0, 1, 0, 0, time.UTC), Event: "disconnect", ASN: 64502, Country: "XM", Prefix: "2001:db8::/32", Controller: "ctr-nue19"},
	{ProbeID: 13, At: time.Date(2025, 1, 1, 0, 1, 40, 0, time.UTC), Event: "connect", Country: "ZZ", Controller: "bates"},
}

// country places the made-up prefixes.
func country(a netip.Addr) (string, error) {
	switch {
	case a.Is4():
		return "XL", nil
	case a.Is6():
		return "XM", nil
	}
	return "", nil
}

func read(text string) (rows []store.AtlasConnection, err error) {
	for row, err := range atlas.Read(strings.NewReader(text), country) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"array":                  "[" + connect + "," + disconnect + ",\n  " + nowhere + "]\n",
		"lines":                  connect + "\n" + disconnect + "\r\n\n" + nowhere + "\n",
		"lines, last not closed": connect + "\n" + disconnect + "\n" + nowhere,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(rows, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got, err := read("[]"); err != nil || len(got) != 0 {
		t.Errorf("an empty array: %v, %v; want nothing and no error", got, err)
	}
}

// TestReadBoundsEventsNotFiles checks that an array may be far longer than one event.
func TestReadBoundsEventsNotFiles(t *testing.T) {
	const events = 5000
	got, err := read("[" + strings.Repeat(connect+",", events-1) + connect + "]")
	if err != nil || len(got) != events {
		t.Errorf("%d events, %v; want %d", len(got), err, events)
	}
}

func TestReadRefuses(t *testing.T) {
	other := func(old, replacement string) string { return strings.Replace(connect, old, replacement, 1) }
	long := `{"asn":"` + strings.Repeat("1", 1<<17) + `"}`
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "line 1: the file is empty"},
		{"CSV", "timestamp,bgp\n", "line 1: begins with \"t\""},
		{"a long line", connect + "\n" + long, "more than 65536 bytes"},
		{"a long event", "[" + connect + "," + long + "]", "event 2: a record has more than 65536 bytes"},
		{"an endless space", "[" + strings.Repeat(" ", 1<<17), "event 1: a record has more"},
		{"cut short in an array", "[" + connect + "," + connect[:50], "event 2: unexpected EOF"},
		{"no closing bracket", "[" + connect, "event 2: unexpected EOF"},
		{"cut short in a line", connect + "\n" + connect[:50], "line 2: not an event"},
		{"more after the array", "[" + connect + "]]", "event 2: something follows"},
		{"another object", connect + "\n\n" + `{"a":1}`, "line 3: msm_id 0"},
		{"another measurement", other("7000", "1001"), "line 1: msm_id 1001"},
		{"another type", other("connection", "traceroute"), `line 1: msm_id 7000 of type "traceroute"`},
		{"another event", other(`"connect"`, `"reboot"`), `event "reboot"`},
		{"no probe", other(`"prb_id":11`, `"prb_id":0`), "prb_id is missing"},
		{"a probe below zero", other(`"prb_id":11`, `"prb_id":-1`), "not an event"},
		{"milliseconds", other("1735689601", "1735689601000"), "timestamp 1735689601000"},
		{"a long controller", other("ctr-ams15", strings.Repeat("c", 65)), "controller has more"},
		{"no AS number", other(`"64501"`, `"AS64501"`), `asn "AS64501"`},
		{"no prefix", other(`198.51.100.0\/24`, "198.51.100.0"), "expected one like"},
		{"a prefix that is no string", other(`"198.51.100.0\/24"`, "[]"), "prefix is not a string"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := read(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Read = %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestReadPassesOnALocatorsError(t *testing.T) {
	damaged := errors.New("damaged database")
	failing := func(netip.Addr) (string, error) { return "", damaged }
	for _, err := range atlas.Read(strings.NewReader(connect), failing) {
		if !errors.Is(err, damaged) {
			t.Errorf("Read = %v, want %v", err, damaged)
		}
	}
}

func TestReadStops(t *testing.T) {
	for _, text := range []string{"[" + connect + "," + disconnect + "]", connect + "\n" + disconnect} {
		for _, err := range atlas.Read(strings.NewReader(text), country) {
			if err != nil {
				t.Error(err)
			}
			break // panics when the iterator goes on
		}
	}
}

// TestRecordings reads the real recordings, where they are.
func TestRecordings(t *testing.T) {
	for file, want := range map[string]int{
		"atlas7000_2016-04-29.json.gz": 10497, "atlas7000_2016-06-16.json.gz": 10609, "atlas7000_kenya_2016-06.jsonl": 249,
	} {
		t.Run(file, func(t *testing.T) {
			f, err := os.Open("../../../../../shared/data/atlas/" + file)
			if err != nil {
				t.Skip("recording absent: ", err)
			}
			defer func() { _ = f.Close() }()
			var content io.Reader = f
			if strings.HasSuffix(file, ".gz") {
				if content, err = gzip.NewReader(f); err != nil {
					t.Fatal(err)
				}
			}
			got := make(map[store.AtlasConnection]bool)
			for row, err := range atlas.Read(content, country) {
				if err != nil {
					t.Fatal(err)
				}
				got[row] = true
			}
			if len(got) != want {
				t.Errorf("%d distinct events, want %d", len(got), want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[" + connect + "," + disconnect + "]")
	f.Add(connect + "\n" + nowhere + "\n")
	f.Add("[{}]")
	f.Add(`{"msm_id":7000,"type":"connection","asn":"","prefix":""}`)
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := read(text)
		for _, row := range rows {
			if row.ProbeID == 0 || (row.Event != "connect" && row.Event != "disconnect") || row.At.Year() < 2010 || row.At.Year() > 2100 || len(row.Country) != 2 {
				t.Errorf("took %+v", row)
			}
		}
		again, errAgain := read(text)
		if diff := cmp.Diff(rows, again); diff != "" || (err == nil) != (errAgain == nil) {
			t.Error("the same file twice gives other rows", diff)
		}
	})
}
