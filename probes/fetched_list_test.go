package probes_test

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/probes"
	"github.com/lamplight-net/lamplight/probes/internal/consent"
	"github.com/lamplight-net/lamplight/probes/internal/list"
	"github.com/lamplight-net/lamplight/probes/internal/report"
)

// start runs the probe so that it asks its gateway for a list at once.
func (v *volunteer) start(t *testing.T) {
	t.Helper()
	v.runWith(t, probes.Hasty(probes.RunConfig{}))
}

// handOut makes the gateway hand out what is in a file.
func (v *volunteer) handOut(t *testing.T, file string) {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v.gateway.HandOut("xl", packed)
}

// onShelf is a volunteer who follows a list that came in a file.
func onShelf(t *testing.T, campaign *list.Campaign) *volunteer {
	t.Helper()
	v, link := invite(t)
	v.join(t, link)
	if err := probes.TakeList(t.Context(), v.folder, v.sign(t, 1, campaign, 0, 1), io.Discard); err != nil {
		t.Fatal(err)
	}
	return v
}

// A list that the gateway hands out is followed while the probe runs, and what is sent afterwards names it.
func TestListIsFetched(t *testing.T) {
	v := onShelf(t, nil)
	v.handOut(t, v.sign(t, 2, nil, 1, 2))
	v.start(t)
	v.await(t, func(r report.Report) bool {
		return r.List == "xl-2" && r.Lists != nil && !r.Lists.Answered.IsZero() && r.Lists.Trouble == "" && len(r.Checks) > 0
	})
	if err := v.stop(); err != nil {
		t.Fatal(err)
	}
	v.start(t) // closes what was measured, and delivers it
	v.await(t, func(report.Report) bool {
		for _, b := range v.gateway.Batches() {
			if b.Header.Plan == "xl-2" {
				return true
			}
		}
		return false
	})
	v.nothingLeaks(t)
}

// What the gateway makes up is refused and told of; the probe goes on with the list that it has.
func TestForgedListIsRefused(t *testing.T) {
	v := onShelf(t, nil)
	v.handOut(t, v.sign(t, 2, nil, 1))
	v.start(t)
	r := v.await(t, func(r report.Report) bool { return r.Lists != nil && r.Lists.Refused == 1 && len(r.Checks) > 0 })
	if r.List != "xl-1" || r.Suspended != "" || !strings.Contains(r.Followed(), "1 answer refused since the start; the list that came was not signed by enough") {
		t.Errorf("it says %q: %+v", r.Followed(), r)
	}
	if asked := len(v.gateway.Asked()); asked != 1 {
		t.Errorf("the gateway was asked %d times", asked)
	}
	v.nothingLeaks(t)
}

// A campaign that comes with a fetched list stops the measuring until somebody agrees to it.
func TestFetchedCampaignSuspends(t *testing.T) {
	v := onShelf(t, nil)
	campaign := &list.Campaign{ID: "vote", Text: "More often until the vote is over."}
	v.handOut(t, v.sign(t, 2, campaign, 0, 2))
	v.start(t)
	r := v.await(t, func(r report.Report) bool { return r.Suspended != "" })
	if r.List != "xl-2" || r.Consent.Asked != consent.Version(campaign) {
		t.Errorf("a campaign that nobody agreed to: %+v", r)
	}
	v.await(t, func(report.Report) bool { return strings.Contains(v.log.String(), "measuring is suspended") })
	if err := probes.Agree(t.Context(), v.folder, consent.Version(campaign), nothing(), io.Discard); err != nil {
		t.Fatal(err)
	}
	agreed := time.Now()
	v.await(t, func(r report.Report) bool {
		return r.Suspended == "" && len(r.Checks) > 0 && r.Checks[0].At.After(agreed)
	})
	if asked := len(v.gateway.Asked()); asked != 1 {
		t.Errorf("the gateway was asked %d times", asked)
	}
}

// While nobody has agreed to a campaign, the probe asks for lists and does nothing else: a newer list can end the
// campaign, and then it measures as before.
func TestFetchedListEndsACampaign(t *testing.T) {
	v := onShelf(t, &list.Campaign{ID: "vote", Text: "More often until the vote is over."})
	v.start(t)
	r := v.await(t, func(r report.Report) bool { return r.Lists != nil && r.Lists.Trouble != "" })
	if paths := v.gateway.Paths(); r.Suspended == "" || len(r.Checks) > 0 || !slices.Equal(paths, []string{"/v1/lists/xl"}) {
		t.Errorf("it does more than ask for a list: %q, %+v", paths, r)
	}
	if err := v.stop(); err != nil {
		t.Fatal(err)
	}
	v.handOut(t, v.sign(t, 2, nil, 0, 1))
	v.start(t)
	r = v.await(t, func(r report.Report) bool { return r.Suspended == "" && len(r.Checks) > 0 })
	if r.List != "xl-2" {
		t.Errorf("it follows %s", r.List)
	}
}

// Whose text of what the probe does has changed has agreed to nothing that the probe does now: nobody is asked
// anything.
func TestChangedTextAsksNobody(t *testing.T) {
	v := onShelf(t, nil)
	v.handOut(t, v.sign(t, 2, nil, 0, 1))
	agreement := `{"version":"1-00000000","day":"2026-03-01"}`
	if err := os.WriteFile(v.folder+"/consent.json", []byte(agreement), 0o600); err != nil {
		t.Fatal(err)
	}
	v.start(t)
	v.await(t, func(r report.Report) bool {
		return strings.Contains(r.Suspended, "text") && strings.Contains(v.log.String(), "measuring is suspended")
	})
	if err := v.stop(); err != nil {
		t.Fatal(err)
	}
	if paths := v.gateway.Paths(); len(paths) > 0 || v.status(t).List != "xl-1" {
		t.Errorf("it asked for %q", paths)
	}
}
