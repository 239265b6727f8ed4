package evaluate

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/internal/series"
)

func folder(name, text string) fstest.MapFS { return fstest.MapFS{name: {Data: []byte(text)}} }

// written writes labels as "file 01-02 10:00-11:05".
func written(files []labeled) []string {
	var out []string
	for _, f := range files {
		line := f.file
		for _, l := range f.labels {
			line += fmt.Sprintf(" %s-%s", l.Start.Format("01-02 15:04"), l.End.Format("15:04"))
		}
		out = append(out, line)
	}
	return out
}

func TestReadLabels(t *testing.T) {
	const header = "series_file,start_utc,end_utc\n"
	for _, test := range []struct {
		name, file string
		want       []string
	}{
		{"no series", header, nil},
		{"an event ends with its last bin", header + "a.csv,2026-01-02 10:00:00,2026-01-02 11:00:00\n", []string{"a.csv 01-02 10:00-11:05"}},
		{"of one bin", header + "a.csv,2026-01-02 10:00:00,2026-01-02 10:00:00\n", []string{"a.csv 01-02 10:00-10:05"}},
		{"columns in any order, and others", "note,end_utc,start_utc,series_file\nx,2026-01-02 11:00:00,2026-01-02 10:00:00,a.csv\n", []string{"a.csv 01-02 10:00-11:05"}},
		{"a mark of the byte order, spaces and CRLF", "\ufeffseries_file, start_utc ,end_utc\r\n a.csv ,2026-01-02 10:00:00,2026-01-02 11:00:00\r\n", []string{"a.csv 01-02 10:00-11:05"}},
		{"a series in which nothing happened", header + "a.csv,,\n", []string{"a.csv"}},
		{"in order of the file", header + "b.csv,,\na.csv,2026-01-02 10:00:00,2026-01-02 11:00:00\nb.csv,2026-01-03T00:00:00Z,2026-01-03T00:10:00Z\na.csv,1767348000,1767348300\n",
			[]string{"b.csv 01-03 00:00-00:15", "a.csv 01-02 10:00-11:05 01-02 10:00-10:10"}},
		{"another zone", header + "a.csv,2026-01-02T10:00:00+03:00,2026-01-02T11:00:00+03:00\n", []string{"a.csv 01-02 07:00-08:05"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readLabels(folder(LabelsFile, test.file))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, written(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadLabelsSaysWhereItIsWrong(t *testing.T) {
	const header = "series_file,start_utc,end_utc\n"
	for _, test := range []struct{ name, file, want string }{
		{"empty", "", "first line"},
		{"a column is missing", "series_file,start_utc\n", `no column "end_utc"`},
		{"an end that is none", header + "a.csv,,\na.csv,2026-01-02 10:00:00,later\n", "line 3: end_utc"},
		{"no start", header + "a.csv,,2026-01-02 10:00:00\n", "line 2: start_utc"},
		{"a date only", header + "a.csv,2026-01-02,2026-01-03\n", "neither Unix seconds nor a date and time"},
		{"ends before it starts", header + "a.csv,2026-01-02 10:00:00,2026-01-02 09:55:00\n", "before it starts"},
		{"out of the folder", header + "../a.csv,,\n", "not a path within the folder"},
		{"from the root", header + "/etc/passwd,,\n", "not a path within the folder"},
		{"no file", header + ",,\n", "not a path within the folder"},
		{"a cell too few", header + "a.csv,\n", "line 2"},
		{"a quote that is open", header + `"a.csv,,`, "line 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readLabels(folder(LabelsFile, test.file))
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), LabelsFile) {
				t.Errorf("got %v and the error %v, want one that says %q", written(got), err, test.want)
			}
		})
	}
	if _, err := readLabels(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), LabelsFile) {
		t.Errorf("a folder without labels: %v", err)
	}
}

// FuzzReadLabels gives the reader of label files whatever somebody may have saved.
func FuzzReadLabels(f *testing.F) {
	const header = "series_file,start_utc,end_utc\n"
	f.Add("")
	f.Add(header + "a.csv,2026-01-02 10:00:00,2026-01-02 11:00:00\nb.csv,,\n")
	f.Add("\ufeff" + header + "a.csv,1767348000,99999999999\n")
	f.Add("end_utc,end_utc,start_utc,series_file\n\"a\"\"b\",,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		files, err := readLabels(folder(LabelsFile, text))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, l := range files {
			if seen[l.file] || !fs.ValidPath(l.file) {
				t.Fatalf("file %q", l.file)
			}
			seen[l.file] = true
			for _, event := range l.labels {
				if !event.End.IsZero() && event.End.Before(event.Start.Add(series.Bin)) || event.Start.Location() != time.UTC {
					t.Fatalf("an event from %s to %s", event.Start, event.End)
				}
			}
		}
	})
}
