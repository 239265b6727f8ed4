package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lamplight-net/lamplight/analysis"
	"github.com/lamplight-net/lamplight/probes/lab"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Every scene of the lab is played for real, and judged as analysis judges what volunteers send.
func TestScenes(t *testing.T) {
	if testing.Short() {
		t.Skip("scenes wait for what does not come: a second or two each")
	}
	files, err := filepath.Glob("probes/lab/scenes/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenes: %v", err)
	}
	right := 0
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := lab.ParseScene(text)
			if err != nil {
				t.Fatal(err)
			}
			played, err := lab.PlayScene(t.Context(), text)
			inLab(t, err)
			for _, misfit := range s.Want.Misfits(played.Probe) {
				t.Error(misfit)
			}
			v := analysis.Judge(analysis.Look{Probe: played.Probe, Control: played.Control})
			var how []string
			for _, h := range v.How {
				how = append(how, string(h))
			}
			if string(v.Class) != s.Want.Class || !slices.Equal(how, s.Want.How) {
				t.Errorf("verdict %s %v, want %s %v: %s", v.Class, how, s.Want.Class, s.Want.How, v.Reason)
			}
			for _, rule := range s.Want.Rules {
				if !slices.Contains(v.Rules, rule) {
					t.Errorf("rules %v, want %s among them", v.Rules, rule)
				}
			}
			if t.Failed() {
				t.Logf("seen:\n%s\ncontrol:\n%s", lines(played.Probe), lines(played.Control))
				return
			}
			right++
		})
	}
	t.Logf("%d of %d scenes have the right records, class and reason", right, len(files))
}

func lines(records []measurement.Record) string {
	var out strings.Builder
	for i := range records {
		line, err := json.Marshal(&records[i])
		if err != nil {
			return err.Error()
		}
		out.Write(append(line, '\n'))
	}
	return out.String()
}
