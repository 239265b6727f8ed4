package script

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/lab/internal/names"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

const example = `
# A short day.
day 8h

act All of Lampland goes dark   # everything
  from 0m to 1h15m
  dark XL

act Mobile networks go dark
  dark XL mobile
  from 3h to 4h

act chat.example is blocked
  from 4h to 5h30m
  block chat.example in XL by nxdomain

act Our own gateway is away
  from 7h to 8h
  gateway away
`

func TestParse(t *testing.T) {
	got, err := Parse(strings.NewReader(example))
	if err != nil {
		t.Fatal(err)
	}
	want := Script{Day: 8 * time.Hour, Acts: []Act{
		{Title: "All of Lampland goes dark", To: 75 * time.Minute, Deed: Dark{Country: "XL"}},
		{Title: "Mobile networks go dark", From: 3 * time.Hour, To: 4 * time.Hour,
			Deed: Dark{Country: "XL", Type: measurement.NetworkMobile}},
		{Title: "chat.example is blocked", From: 4 * time.Hour, To: 330 * time.Minute,
			Deed: Block{Host: "chat.example", Country: "XL", By: names.LieNXDOMAIN}},
		{Title: "Our own gateway is away", From: 7 * time.Hour, To: 8 * time.Hour, Deed: GatewayAway{}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseErrors(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":              {"", `no line "day DURATION"`},
		"no act":             {"day 1h", "no act"},
		"act before day":     {"act A", `line 1: "day DURATION" stands before`},
		"two days":           {"day 1h\nday 2h", "line 2: "},
		"day of nothing":     {"day 0h", "longer than nothing"},
		"endless day":        {"day 1000h", "at most 72h0m0s"},
		"odd seconds":        {"day 61s", "whole minutes"},
		"no title":           {"day 1h\nact", "has a title"},
		"stray statement":    {"day 1h\ndark XL", `line 2: "dark" stands before the first act`},
		"unknown deed":       {"day 1h\nact A\nburn XL", `line 3: "burn XL" is none of`},
		"unknown type":       {"day 1h\nact A\ndark XL satellite", "is none of"},
		"unknown lie":        {"day 1h\nact A\nblock a.example in XL by magic", "is none of"},
		"two deeds":          {"day 1h\nact A\ndark XL\ngateway away", "line 4: an act does one thing"},
		"no time":            {"day 1h\nact A\ndark XL", `act "A" is not complete`},
		"no deed":            {"day 1h\nact A\nfrom 0m to 1h\nact B", `act "A" is not complete`},
		"two times":          {"day 1h\nact A\nfrom 0m to 1h\nfrom 0m to 1h", "one line"},
		"ends before begin":  {"day 1h\nact A\nfrom 30m to 30m", "ends after it begins"},
		"ends after the day": {"day 1h\nact A\nfrom 30m to 61m", "within the day"},
		"acts overlap":       {"day 1h\nact A\nfrom 0m to 30m\ndark XL\nact B\nfrom 29m to 40m", "line 6: an act begins after"},
		"too long a text":    {strings.Repeat("# lamp\n", maxBytes/7) + "day 1h\n", "at most 65536 bytes"},
		"too many acts":      {"day 72h\n" + acts(maxActs+1), "at most 100 acts"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(strings.NewReader(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
		})
	}
}

// acts returns n acts of a minute each.
func acts(n int) string {
	var b strings.Builder
	for i := range n {
		from := time.Duration(i) * time.Minute
		b.WriteString("act A\nfrom " + from.String() + " to " + (from + time.Minute).String() + "\ngateway away\n")
	}
	return b.String()
}

// Whatever is accepted can be staged: acts in order, each of them whole, all of them within the day.
func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add("day 1h\nact A\nfrom 0m to 1h\nblock a.example in XM by bogon\n")
	f.Add("day 1h\nact A\nfrom 1h to 0m")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		var last time.Duration
		for _, act := range s.Acts {
			if act.Title == "" || act.Deed == nil || act.From < last || act.To <= act.From || act.To > s.Day {
				t.Errorf("cannot be staged: %+v", act)
			}
			last = act.To
		}
		if len(s.Acts) == 0 || s.Day <= 0 {
			t.Errorf("nothing to stage: %+v", s)
		}
	})
}
