package lab

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestActsOfTheStory(t *testing.T) {
	l, err := New(Config{Scale: 300, Seed: 1}, t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	begin := l.Now()
	if begin.Truncate(time.Hour) != begin || l.End().After(time.Now()) {
		t.Errorf("the day is from %s to %s: must begin on the full hour and be over by now", begin, l.End())
	}
	at := func(d time.Duration) time.Time { return begin.Add(d) }
	want := []Act{
		{Title: "All of Lampland goes dark", Begin: at(time.Hour), End: at(2 * time.Hour),
			Country: "XL", Networks: []uint32{64501, 64502, 64503, 64504, 64505}, Whole: true},
		{Title: "Lampland's mobile networks go dark", Begin: at(210 * time.Minute), End: at(270 * time.Minute),
			Country: "XL", Networks: []uint32{64501, 64502}},
		{Title: "Lampland's providers block chat.example by DNS", Begin: at(6 * time.Hour), End: at(7 * time.Hour),
			Country: "XL", Service: "chat.example"},
		{Title: "Our own gateway is away", Begin: at(465 * time.Minute), End: at(510 * time.Minute)},
	}
	if diff := cmp.Diff(want, l.Acts()); diff != "" {
		t.Error(diff)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		cfg    Config
		script string
		want   string
	}{
		"scale":        {Config{Scale: 0}, "", "--scale 0"},
		"past":         {Config{Scale: 60, HistoryDays: 61}, "", "--history-days 61"},
		"no script":    {Config{Scale: 60, Script: "/nonexistent"}, "", "--script"},
		"bad script":   {Config{Scale: 60}, "day", "line 1"},
		"no country":   {Config{Scale: 60}, "day 1h\nact A\nfrom 0m to 1h\ndark FR", "no network of FR"},
		"no people":    {Config{Scale: 60}, "day 1h\nact A\nfrom 0m to 1h\nblock chat.example in XF by bogon", "no network of XF"},
		"no such host": {Config{Scale: 60}, "day 1h\nact A\nfrom 0m to 1h\nblock real.example in XL by bogon", "no host real.example"},
	} {
		if test.script != "" {
			test.cfg.Script = filepath.Join(t.TempDir(), "script.txt")
			if err := os.WriteFile(test.cfg.Script, []byte(test.script), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := New(test.cfg, t.TempDir(), slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, test.want)
		}
	}
}
