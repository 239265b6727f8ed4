package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// indent puts a second line under the text of the first.
const indent = "        "

// teller writes the narration, each line with the stage's time before it. It is safe for concurrent use.
type teller struct {
	mu  sync.Mutex
	out io.Writer
	now func() time.Time
}

func newTeller(out io.Writer, now func() time.Time) *teller { return &teller{out: out, now: now} }

func (t *teller) say(format string, args ...any) { t.sayAll([]string{fmt.Sprintf(format, args...)}) }

func (t *teller) sayAll(lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, line := range lines {
		// A terminal that has gone away must not end the country's day.
		_, _ = fmt.Fprintf(t.out, "[%s] %s\n", hour(t.now()), line)
	}
}

// table prints the verdicts.
func (t *teller) table(o outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
	_, _ = fmt.Fprintln(t.out)
	row("WHAT HAPPENED", "FROM", "TO", "FOUND AS", "ONSET OFF BY", "REPORT", "VERDICT")
	for _, v := range o.verdicts {
		found, off, linked := "nothing", "-", "-"
		if n := len(v.incidents); n > 0 {
			found, off = string(v.incidents[0].Type), minutes(v.onsetError)
			if n > 1 {
				found = fmt.Sprintf("%d x %s", n, found)
			}
		}
		if v.linked {
			linked = "linked"
		}
		word := "ok"
		switch {
		case v.busy:
			word = "not judged: " + v.problem
		case !v.ok():
			word = "NOT OK: " + v.problem
		}
		row(v.act.Title, hour(v.act.Begin), hour(v.act.End), found, off, linked, word)
	}
	for _, i := range o.strays {
		row("(nothing)", "", "", string(i.Type)+" in "+i.PlaceName+" at "+hour(i.Onset.Best), "-", "-", "NOT OK: nothing of the kind happened")
	}
	for _, i := range o.busy {
		row("(this machine was too busy)", "", "", string(i.Type)+" in "+i.PlaceName+" at "+hour(i.Onset.Best), "-", "-", "not judged")
	}
	_ = w.Flush()
	_, _ = fmt.Fprintln(t.out)
}
