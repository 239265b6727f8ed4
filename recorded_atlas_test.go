package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/ingest"
)

// atlasLogs is the folder of RIPE Atlas logs that are not ours to pass on.
const atlasLogs = "../shared/data/atlas"

func atlasLog(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(atlasLogs, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no recording: %v", err)
	}
	return path
}

// The power cut of 2016-06-07 took Kenya off the network at 08:29 UTC; nothing else in its eight days did.
func TestKenyaIsFoundInItsAtlasLog(t *testing.T) {
	path := atlasLog(t, "atlas7000_kenya_2016-06.jsonl")
	o := startObservatory(t)
	o.bring(t, ingest.ImportConfig{Kind: "atlas", Source: path, Country: "KE"}, "v_atlas_connections")
	found := o.conclude(t, time.Date(2016, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2016, 6, 9, 0, 0, 0, 0, time.UTC))
	if len(found) != 1 || found[0].Place != (incident.Place{Country: "KE"}) {
		t.Fatalf("found %s, want one incident of KE", incidentsText(found))
	}
	dark := time.Date(2016, 6, 7, 8, 29, 0, 0, time.UTC)
	if off := found[0].Onset.Best.Sub(dark).Abs(); off > 5*time.Minute {
		t.Errorf("found %s, want an onset near %s", incidentsText(found), dark)
	}
	t.Log(incidentsText(found))
}

// Of Disco's outages one lies within the two full days that are recorded: AS43754 of Iran, 2016-06-16 15:07 to
// 16:46.
func TestDiscosOutageIsFoundInTheLogOfItsDay(t *testing.T) {
	for _, day := range []struct {
		file string
		from time.Time
		want []string
	}{
		{"atlas7000_2016-04-29.json.gz", time.Date(2016, 4, 29, 0, 0, 0, 0, time.UTC), nil},
		{"atlas7000_2016-06-16.json.gz", time.Date(2016, 6, 16, 0, 0, 0, 0, time.UTC), []string{"ZZ 2016-06-16T15:05-16:50 [31549 43754]"}},
	} {
		t.Run(day.file, func(t *testing.T) {
			path := atlasLog(t, day.file)
			o := startObservatory(t)
			o.bring(t, ingest.ImportConfig{Kind: "atlas", Source: path, Country: "ZZ"}, "v_atlas_connections")
			found := incidentsText(o.conclude(t, day.from, day.from.Add(24*time.Hour)))
			t.Log(found)
			for _, want := range day.want {
				if !strings.Contains(found, want) {
					t.Errorf("found %s, want %s among them", found, want)
				}
			}
		})
	}
}

func incidentsText(all []incident.Incident) string {
	var out []string
	for _, i := range all {
		end := "now"
		if i.End != nil {
			end = i.End.Best.Format("15:04")
		}
		out = append(out, fmt.Sprintf("%s %s-%s %v", i.Place, i.Onset.Best.Format("2006-01-02T15:04"), end, i.Networks))
	}
	return "[" + strings.Join(out, ", ") + "]"
}
