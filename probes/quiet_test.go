package probes_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/plan"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// A probe that was told to be quiet at this hour says so, and until when; suspended it has no pace.
func TestQuiet(t *testing.T) {
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, nil, 0, 1), io.Discard); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	from, until := now.Add(-time.Hour), now.Add(2*time.Hour)
	quiet, err := probes.ParseHours(from.Format("15:04") + "-" + until.Format("15:04"))
	if err != nil {
		t.Fatal(err)
	}
	v.runWith(t, probes.RunConfig{Quiet: quiet})
	r := v.await(t, func(r report.Report) bool { return r.Pace.Pace != "" })
	if r.Pace.Pace != plan.BeatsOnly || r.Pace.Reason != plan.BecauseQuiet || !r.Pace.QuietUntil.Equal(until.Truncate(time.Minute)) {
		t.Errorf("its pace is %+v", r.Pace)
	}
	var words strings.Builder
	if err := r.Write(&words, 0); err != nil {
		t.Fatal(err)
	}
	if want := "Pace        only checking in: quiet hours until " + until.Format("15:04") + "\n"; !strings.Contains(words.String(), want) {
		t.Errorf("it says\n%s", words.String())
	}
	campaign := &list.Campaign{ID: "vote", Text: "More often until the vote is over."}
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 2, campaign, 1, 2), io.Discard); err != nil {
		t.Fatal(err)
	}
	r = v.await(t, func(r report.Report) bool { return r.Suspended != "" && r.Consent.Asked == consent.Version(campaign) })
	if r.Pace != (report.Pace{}) {
		t.Errorf("suspended, its pace is %+v", r.Pace)
	}
	if err := v.stop(); err != nil {
		t.Error(err)
	}
}
