package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/probes/internal/agent"
	"github.com/lamplight-net/lamplight/probes/internal/meter"
	"github.com/lamplight-net/lamplight/probes/internal/outbox"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/report"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

var update = flag.Bool("update", false, "write golden files")

var at = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

func running() report.Report { return program().Of(status()) }

// program is what a probe that runs says without its agent, and status what that adds.
func program() report.Report {
	return report.Report{
		Software: "lamplight-probe/test", Running: true, Joined: true,
		Consent: report.Consent{Agreed: "1-aabbccdd", Day: "2026-02-28", Asked: "1-aabbccdd"}, Today: report.Today{BudgetBytes: 20_000_000},
	}
}

func status() agent.Status {
	return agent.Status{
		At: at.Add(4 * time.Minute), Pace: plan.Quick, Reason: plan.BecauseChanged, Changed: at,
		Plan: "ke-3", Running: true, Network: measurement.Network{Country: "KE", ASN: 64500, Type: measurement.NetworkMobile},
		Today: meter.Day{Sent: 1_000_000, Received: 2_540_000}, Queue: outbox.Stats{Waiting: 2, Bytes: 13_000, Rejected: 1, Dropped: 4},
		Delivered: at, Trouble: "the gateway could not be reached",
		Last: []agent.Outcome{
			{At: at, Kind: measurement.KindBeat, Domestic: measurement.Reach{Tried: 1, Answered: 1}, Foreign: measurement.Reach{Tried: 3}},
			{At: at, Kind: measurement.KindHTTP, Class: measurement.ClassForeign, Failure: measurement.FailureConnectionReset},
			{At: at, Kind: measurement.KindHTTP, Class: measurement.ClassDomestic},
			{At: at, Kind: measurement.KindHTTP, Class: measurement.ClassService},
		},
	}
}

func TestReport(t *testing.T) {
	paused, suspended := status(), program()
	paused.PausedUntil = at.Add(time.Hour)
	suspended.Suspended, suspended.Consent.Asked = "the text has changed", "2-00112233"
	for name, r := range map[string]report.Report{
		"running": running(), "paused": program().Of(paused), "suspended": suspended.Of(status()),
		"new": {Software: "lamplight-probe/test", Consent: report.Consent{Asked: "1-aabbccdd"}},
	} {
		var got strings.Builder
		if err := r.Write(&got, 3); err != nil {
			t.Fatal(err)
		}
		got.WriteString("\n")
		if err := r.WriteJSON(&got); err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestFollowed(t *testing.T) {
	for _, test := range []struct {
		name string
		in   report.Report
		want string
	}{
		{"the built-in one", report.Report{List: "builtin-1"}, "builtin-1"},
		{"not asked yet", report.Report{List: "ke-3", Lists: &report.Lists{}}, "ke-3"},
		{"asked", report.Report{List: "ke-3", Lists: &report.Lists{Answered: at}}, "ke-3; last asked for a newer one 2026-03-01 12:30 UTC"},
		{"expired", report.Report{List: "ke-3", ListExpired: true}, "ke-3, which has expired: it is followed until a newer one comes"},
		{"refused", report.Report{List: "ke-3", Lists: &report.Lists{Refused: 2, Trouble: "it is too old", Next: at.Add(2 * time.Hour)}}, "ke-3; 2 answers refused since the start; it is too old; asked again after 2026-03-01 14:30 UTC"},
		{"trouble of who cannot say when", report.Report{List: "ke-3", Lists: &report.Lists{Trouble: "no way"}}, "ke-3; no way"},
	} {
		if got := test.in.Followed(); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// What is not known is not said, in words or numbers.
func TestNothingIsInvented(t *testing.T) {
	var idle strings.Builder
	if err := (report.Report{Software: "x", Joined: true}).WriteJSON(&idle); err != nil {
		t.Fatal(err)
	}
	for _, unknown := range []string{"queue", "today", "network", "checks"} {
		if strings.Contains(idle.String(), unknown) {
			t.Errorf("of a probe that does not run it is said how its %s is:\n%s", unknown, idle.String())
		}
	}
	lying := report.Report{Software: "x", Joined: true}.Lies(outbox.Stats{Waiting: 3, Rejected: 1, Bytes: 4096})
	idle.Reset()
	if err := lying.WriteJSON(&idle); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(strings.Fields(idle.String()), ""); !strings.Contains(got, `"queue":{"batches":3,"bytes":4096,"set_aside":1}`) {
		t.Errorf("of what lies on the disk it is said:\n%s", idle.String())
	}
	idle.Reset()
	if err := lying.Write(&idle, 3); err != nil || !strings.Contains(idle.String(), "Waiting     3 batches, under 0.1 MB; 1 that the gateway refused for good\n") {
		t.Errorf("of what lies on the disk it is said, %v:\n%s", err, idle.String())
	}
	if got := (report.Report{Queue: report.Queue{Bytes: 1249}}).Waiting(); got != "nothing" {
		t.Errorf("of what is being measured it says %q", got)
	}
	reach := func(tried, answered uint8) *measurement.Reach {
		return &measurement.Reach{Tried: tried, Answered: answered}
	}
	for want, c := range map[string]report.Check{
		"answered: 1 of 2 in the country, 0 of 3 abroad": {Domestic: reach(2, 1), Foreign: reach(3, 0)},
		"answered: 1 of 2 in the country":                {Domestic: reach(2, 1), Foreign: reach(0, 0)},
		"answered: 3 of 3 abroad":                        {Domestic: reach(0, 0), Foreign: reach(3, 3)},
		"nobody was asked":                               {Domestic: reach(0, 0), Foreign: reach(0, 0)},
	} {
		if got := c.How(); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}

func TestMegabytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1: "under 0.1", 99_999: "under 0.1", 150_000: "0.1", 160_000: "0.2", 20_000_000: "20", 1_234_000_000: "1234"} {
		if got := report.Megabytes(n); got != want {
			t.Errorf("%d bytes are %q MB, want %q", n, got, want)
		}
	}
}
