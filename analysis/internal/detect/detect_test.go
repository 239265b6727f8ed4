package detect

import "testing"

func TestRun(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"an ordinary day", "signal bgp 10000", ""},
		{"two hours", `
			signal bgp 10000
			bgp 02:00 04:00 0.1`, "02:00-04:00"},
		{"goes on", `
			signal bgp 10000
			bgp 20:00 24:00 0.1`, "20:00-on"},
		{"two bins", `
			signal bgp 10000
			bgp 02:00 02:10 0`, ""},
		{"25 minutes are too short", `
			signal bgp 10000
			bgp 02:00 02:25 0`, ""},
		{"half an hour is enough", `
			signal bgp 10000
			bgp 02:00 02:30 0`, "02:00-02:30"},
		{"a hole does not end an event", `
			signal bgp 10000
			bgp 02:00 06:00 0.1
			bgp 03:00 05:00 hole`, "02:00-06:00"},
		{"an end that a hole hides is put where last seen", `
			signal bgp 10000
			bgp 02:00 04:00 0.1
			bgp 03:00 06:00 hole`, "02:00-03:00"},
		{"a hole to the end leaves an event open", `
			signal bgp 10000
			bgp 20:00 21:00 0.1
			bgp 21:00 24:00 hole`, "20:00-on"},
		{"a hole is no event", `
			signal bgp 10000
			signal active_probing 4000
			all 02:00 05:00 hole`, ""},
		{"under an hour apart is one", `
			signal bgp 10000
			bgp 02:00 03:00 0.1
			bgp 03:55 05:00 0.1`, "02:00-05:00"},
		{"an hour apart is two", `
			signal bgp 10000
			bgp 02:00 03:00 0.1
			bgp 04:00 05:00 0.1`, "02:00-03:00 04:00-05:00"},
		{"a third of 28 /24s is no country", `
			signal bgp 28
			bgp 02:00 05:00 0.67`, ""},
		{"a third of 10,000 is", `
			signal bgp 10000
			bgp 02:00 05:00 0.67`, "02:00-05:00"},
		{"nothing is found in the first two hours", `
			history 0
			signal bgp 10000
			bgp 01:00 02:00 0.1`, ""},
		{"a day of history is enough", `
			history 1
			signal bgp 10000
			bgp 02:00 04:00 0.1`, "02:00-04:00"},
		{"two signals agree", `
			signal bgp 10000
			signal active_probing 4000
			all 02:00 04:00 0.4`, "02:00-04:00"},
		{"a place of one probe", `
			signal probes_online 1
			probes_online 02:00 06:00 0`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := read(t, test.script)
			if got := brief(Run(s.signals, Defaults()).Found); got != test.want {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}
