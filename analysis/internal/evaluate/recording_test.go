package evaluate

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

const iraq = "ioda_country_IQ.csv"

// lines writes a recording's series, one a line, a dot for a hole.
func lines(r *recording) []string {
	out := []string{fmt.Sprintf("%s from %s to %s", r.place, r.from.Format(time.DateTime), r.until.Format(time.DateTime))}
	for _, s := range r.series {
		line := string(s.Signal)
		for _, v := range s.Values {
			if math.IsNaN(v) {
				line += " ."
			} else {
				line += fmt.Sprintf(" %v", v)
			}
		}
		out = append(out, line)
	}
	return out
}

func TestReadRecording(t *testing.T) {
	const span = "IQ from 2026-03-01 00:00:00 to 2026-03-01 00:20:00"
	for _, test := range []struct {
		name, file string
		want       []string
	}{
		{"an empty cell is a hole and a zero is none", "timestamp,bgp\n1772323200,670\n1772323500,\n1772323800,0\n1772324100,5\n",
			[]string{span, "bgp 670 . 0 5"}},
		{"so is a row that is missing", "timestamp,bgp\n1772323200,670\n1772324100,5\n1772323500,1\n", []string{span, "bgp 670 1 . 5"}},
		{"and a word for it", "timestamp,bgp,gtr\n1772323200,NaN,1\n1772323500,null,2\n1772323800,N/A,3\n1772324100,7,-\n",
			[]string{span, "bgp . . . 7", "traffic 1 2 3 ."}},
		{"rows in any order and twice", "timestamp,bgp\n1772324100,4\n1772323200,1\n1772323800,3\n1772323500,2\n1772323200,1\n1772324100,4\n",
			[]string{span, "bgp 1 2 3 4"}},
		{"columns in any order, and others", "LABEL,merit-nt,datetime,bgp\n1,9,2026-03-01 00:00:00+00:00,1\n1,9,2026-03-01 00:15:00+00:00,2\n1,8,2026-03-01T00:05,3\n",
			[]string{span, "bgp 1 3 . 2", "telescope 9 8 . 9"}},
		{"of two telescopes the first that has values", "timestamp,ucsd-nt,merit-nt\n1772323200,5,\n1772323500,6,\n1772323800,7,\n1772324100,8,\n",
			[]string{span, "telescope 5 6 7 8"}},
		{"and no other", "timestamp,ucsd-nt,merit-nt\n1772323200,5,1\n1772324100,8,2\n", []string{span, "telescope 1 1 1 2"}},
		{"what cannot be is a hole", "timestamp,bgp\n1772323200,-1\n1772323500,inf\n1772323800,3\n1772324100,4\n", []string{span, "bgp . . 3 4"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := readRecording(folder(iraq, test.file), labeled{file: iraq})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, lines(r)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An event that is labeled without an end goes on until its series ends.
func TestLabelWithoutEnd(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 1, 0, minute, 0, 0, time.UTC) }
	files, err := readLabels(folder(LabelsFile, "series_file,start_utc,end_utc\n"+
		iraq+",2026-03-01T00:05:00Z,\n"+iraq+",2026-03-01T00:00:00Z,2026-03-01T00:00:00Z\n"+iraq+",2026-03-01T06:00:00Z,\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := readRecording(folder(iraq, "timestamp,bgp\n1772323200,670\n1772324100,5\n"), files[0])
	if err != nil {
		t.Fatal(err)
	}
	want := []Label{{at(5), at(20)}, {at(0), at(5)}, {at(360), at(365)}} // the last begins after the series ends
	if diff := cmp.Diff(want, r.labels); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadRecordingSaysWhereItIsWrong(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"empty", "", "first line"},
		{"no time", "bgp\n1\n", "no column timestamp or datetime"},
		{"no row", "timestamp,bgp\n", "no value in any of the columns"},
		{"no signal that is known", "timestamp,dns\n1772323200,1\n", "no value in any of the columns"},
		{"before there was anything to see", "timestamp,bgp\n1772323200,1\n17,2\n", "IQ.csv: line 3: time 1970-01-01T00:00:17Z is not between 2000 and 2100"},
		{"at the zero of the clock", "timestamp,bgp\n0,2\n", "line 2: time 1970-01-01T00:00:00Z is not"},
		{"before it", "timestamp,bgp\n-100000000,2\n", "line 2: time 1966-"},
		{"long after", "timestamp,bgp\n1772323200,1\n4102444800,2\n", "line 3: time 2100-01-01T00:00:00Z is not"},
		{"a wrong year", "timestamp,bgp\n1772323200,1\n946684800,2\n", "line 3: time 2000-01-01T00:00:00Z makes the recording reach from 2000-01-01 to 2026-03-01"},
		{"milliseconds", "timestamp,bgp\n1772323200000,1\n", `line 2: "1772323200000" is neither`},
		{"a word", "timestamp,bgp\n1772323200,1\n1772323500,many\n", `line 3: column bgp: "many" is not a number`},
		{"a comma for the point", "timestamp,bgp\n1772323200,1,5\n", "line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := readRecording(folder(iraq, test.file), labeled{file: iraq})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
	if _, err := readRecording(folder("other.csv", ""), labeled{file: iraq}); err == nil || !strings.Contains(err.Error(), iraq) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestPlaceOf(t *testing.T) {
	for file, want := range map[string]string{
		"ioda_country_IQ_iraq.csv": "IQ", "2023/ioda_country_iq.csv": "IQ", "ioda_region_4369_zhytomyr.csv": "ZZ/ioda:4369",
		"ioda_asn_50710.csv": "ZZ/AS50710", "ioda_asn_4294967296.csv": "", "ioda_asn_x.csv": "", "ioda_country_IRQ.csv": "",
		"iraq.csv": "", "my_ioda_country_IQ.csv": "", "ioda_country_.csv": "",
	} {
		got, err := placeOf(file)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("%s is %s, %v; want %q", file, got, err, want)
		}
	}
}

func TestTimesAreUTC(t *testing.T) {
	want := time.Date(2026, 3, 1, 0, 5, 0, 0, time.UTC)
	for _, text := range []string{
		"1772323500", "1772323500.9", "1.7723235e9", "2026-03-01T00:05:00Z", "2026-03-01T03:05:00+03:00", "2026-03-01 00:05:00+00:00",
		"2026-03-01 00:05:00", "2026-03-01T00:05:00", "2026-03-01T00:05Z", "2026-03-01T00:05", "2026-03-01 00:05",
	} {
		if got, err := parseTime(text); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "NaN", "Inf", "1e12", "yesterday", "01/03/2026", "2026-02-30 00:00:00"} {
		if got, err := parseTime(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// FuzzReadRecording gives the reader of series whatever somebody may have exported, on some days around now.
func FuzzReadRecording(f *testing.F) {
	f.Add("bgp", uint16(0), "670", uint16(300), "")
	f.Add("ping-slash24,x", uint16(300), "1,2", uint16(300), "nan,\"")
	f.Add("gtr,gtr-norm", uint16(9000), "1e308,1", uint16(0), "inf,-0")
	f.Add("bgp,bgp", uint16(1), "0x1p-2,1", uint16(65535), "1e308,1e308")
	f.Fuzz(func(t *testing.T, columns string, at uint16, cells string, later uint16, more string) {
		if strings.Contains(columns+cells+more, "\n") {
			return // no rows of its own, which could lie ten thousand years apart
		}
		text := fmt.Sprintf("timestamp,%s\n%d,%s\n%d,%s\n", columns, 1772323200+int(at), cells, 1772323200+int(later), more)
		r, err := readRecording(folder(iraq, text), labeled{file: iraq})
		if err != nil || r.days() > 1 {
			return // a second column of times has the last word
		}
		bins := int(r.until.Sub(r.from) / series.Bin)
		for _, s := range r.series {
			if len(s.Values) != bins || !s.Start.Equal(r.from) {
				t.Fatalf("%s has %d bins from %s, the recording %d from %s", s.Signal, len(s.Values), s.Start, bins, r.from)
			}
			for i, v := range s.Values {
				if v < 0 {
					t.Fatalf("bin %d of %s is %v", i, s.Signal, v)
				}
			}
		}
	})
}
